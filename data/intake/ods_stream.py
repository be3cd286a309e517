"""Reading the sheets of a large .ods as they inflate, once, to disk: the same texts as laid out."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from data.intake.cell_text import write_cell
from data.intake.spilled_rows import SpilledSheet
from data.intake.workbook_guard import count_repeats
from data.intake.zip_guard import parse_member

_CELLS = frozenset(("table:table-cell", "table:covered-table-cell"))
_DURATION = re.compile(r"-?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")


def stream_ods(path: Path, archive: zipfile.ZipFile) -> list[SpilledSheet]:
    """
    Read the sheets of an .ods that people see, in order, or all if they see none.

    Raises
    ------
    DamagedFileError
        If its content is no XML.
    """
    reader = _OdsReader()
    member = archive.getinfo("content.xml")
    parse_member(path, archive, member, reader.start, reader.text, reader.end)
    for sheet in reader.sheets:
        sheet.close()
    return [sheet for sheet in reader.sheets if sheet.name not in reader.hidden] or reader.sheets


class _OdsReader:
    """Callbacks over content.xml."""

    def __init__(self) -> None:
        self.sheets: list[SpilledSheet] = []
        self.hidden: set[str] = set()
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._row = 0
        self._copies = 1
        self._cells: list[str] = []
        self._column = 0
        self._attributes: dict[str, str] | None = None
        self._paragraphs: list[list[str]] = []
        self._in_paragraph = self._aside = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _CELLS:
            self._attributes, self._paragraphs = attributes, []
        elif tag == "table:table-row":
            self._copies = count_repeats(attributes, "table:number-rows-repeated")
            self._cells, self._column = [], 0
        elif tag == "table:table":
            name = attributes.get("table:name", "")
            if attributes.get("table:style-name", "") in self._hidden_styles:
                self.hidden.add(name)
            self.sheets.append(SpilledSheet(name))
            self._row = 0
        elif tag == "style:style":
            self._style = attributes.get("style:name", "")
        elif tag == "style:table-properties":
            if attributes.get("table:display") == "false":
                self._hidden_styles.add(self._style)
        elif tag == "office:annotation":
            self._aside += 1
        elif self._attributes is not None and not self._aside:
            self._start_text(tag, attributes)

    def _start_text(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "text:p":
            self._in_paragraph += 1
            self._paragraphs.append([])
        elif self._in_paragraph:
            written = {"text:s": " " * min(count_repeats(attributes, "text:c"), 32_767),
                       "text:tab": "\t", "text:line-break": "\n"}.get(tag)  # fmt: skip
            if written:
                self._paragraphs[-1].append(written)

    def text(self, characters: str) -> None:
        if self._in_paragraph and not self._aside:
            self._paragraphs[-1].append(characters)

    def end(self, tag: str) -> None:
        if tag in _CELLS:
            self._end_cell()
        elif tag == "table:table-row":
            if self.sheets:
                self.sheets[-1].add(self._row, self._cells, copies=self._copies)
            self._row += self._copies
        elif tag == "office:annotation":
            self._aside -= 1
        elif tag == "text:p" and self._in_paragraph and not self._aside:
            self._in_paragraph -= 1

    def _end_cell(self) -> None:
        attributes = self._attributes or {}
        repeats = count_repeats(attributes, "table:number-columns-repeated")
        text = self._write(attributes)
        if text:
            self._cells += [""] * (self._column - len(self._cells))
            self._cells += [text] * repeats
        self._column += repeats
        self._attributes, self._paragraphs, self._in_paragraph = None, [], 0

    def _write(self, attributes: dict[str, str]) -> str:
        match attributes.get("office:value-type", ""):
            case "float" | "percentage" | "currency":
                with suppress(ValueError):
                    return write_cell(float(attributes.get("office:value", "")))
            case "boolean":
                return write_cell(attributes.get("office:boolean-value") == "true")
            case "date":
                written = attributes.get("office:date-value", "")
                with suppress(ValueError):
                    return write_cell(datetime.fromisoformat(written))
                return written
            case "time":
                return _write_duration(attributes.get("office:time-value", ""))
        text = attributes.get("office:string-value")
        return (text if text is not None else "\n".join("".join(p) for p in self._paragraphs)).strip()


def _write_duration(text: str) -> str:
    found = _DURATION.fullmatch(text)
    if found is None:
        return text
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return write_cell(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))

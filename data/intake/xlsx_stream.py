"""Reading the sheets of a large .xlsx as they inflate, each once, to disk.

A library that lays a sheet out is pleasant up to some ten thousand rows. Both give the same texts.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time
from functools import lru_cache
from pathlib import Path

from data.intake.cell_text import write_cell
from data.intake.spilled_rows import SpilledSheet, SpilledTexts
from data.intake.workbook_guard import list_xlsx_sheets
from data.intake.zip_guard import parse_member, read_cell_name

_SHARED_STRINGS = "xl/sharedStrings.xml"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REMEMBERED_NUMBERS = 10_000


def stream_xlsx(path: Path, archive: zipfile.ZipFile) -> Iterator[SpilledSheet]:
    """
    Read the sheets of an .xlsx that people see, in order, or all if they see none.

    Raises
    ------
    DamagedFileError
        If some of it is no XML.
    """
    members = {member.filename: member for member in archive.infolist()}
    listed = [sheet for sheet in list_xlsx_sheets(path, archive, members) if sheet.filename in members]
    numbers = _Numbers(path, archive, members)
    texts = _read_shared(path, archive, members)
    for sheet in [sheet for sheet in listed if not sheet.is_hidden] or listed:
        reader = _SheetReader(SpilledSheet(sheet.name), texts, numbers)
        parse_member(path, archive, members[sheet.filename], reader.start, reader.text, reader.end)
        reader.sheet.close()
        yield reader.sheet


def _bare(tag: str) -> str:
    return tag.rpartition(":")[2] if ":" in tag else tag


def _unescape(text: str) -> str:
    """Read the characters that XML cannot write, as Excel writes them: `_x000D_` is a carriage return."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _RichText:
    """Gathers a text written in runs, without the phonetic reading that may stand beside it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._is_open = False
        self._aside = 0

    def start(self, bare: str) -> None:
        if bare == "rPh":
            self._aside += 1
        elif bare == "t":
            self._is_open = not self._aside

    def text(self, characters: str) -> None:
        if self._is_open:
            self._parts.append(characters)

    def end(self, bare: str) -> None:
        if bare == "rPh":
            self._aside -= 1
        elif bare == "t":
            self._is_open = False

    def take(self) -> str:
        text = _unescape("".join(self._parts))
        self._parts.clear()
        return text


def _read_shared(path: Path, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> SpilledTexts:
    texts, rich = SpilledTexts(), _RichText()
    if _SHARED_STRINGS in members:

        def end(tag: str) -> None:
            bare = _bare(tag)
            rich.end(bare)
            if bare == "si":
                texts.add(rich.take())

        parse_member(
            path, archive, members[_SHARED_STRINGS], lambda tag, _: rich.start(_bare(tag)), rich.text, end
        )
    texts.close()
    return texts


class _Numbers:
    """Writes numbers as the style of their cell says: a number, a date, an hour, a duration."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS  # noqa: PLC0415 (for large workbooks only)

        self._formats: dict[int, str] = dict(BUILTIN_FORMATS)
        self._format_of_style: list[int] = []
        self._is_1904 = False
        self._in_styles = False
        if "xl/styles.xml" in members:
            parse_member(path, archive, members["xl/styles.xml"], self._read_style, None, self._end_style)
        if "xl/workbook.xml" in members:
            parse_member(path, archive, members["xl/workbook.xml"], self._read_epoch)
        self.write = lru_cache(_REMEMBERED_NUMBERS)(self._write)

    def _read_style(self, tag: str, attributes: dict[str, str]) -> None:
        bare = _bare(tag)
        if bare == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            self._formats[int(attributes["numFmtId"][:9])] = attributes.get("formatCode", "")
        elif bare == "cellXfs":
            self._in_styles = True
        elif bare == "xf" and self._in_styles:
            number = attributes.get("numFmtId", "0")
            self._format_of_style.append(int(number[:9]) if number.isdecimal() else 0)

    def _end_style(self, tag: str) -> None:
        if _bare(tag) == "cellXfs":
            self._in_styles = False

    def _read_epoch(self, tag: str, attributes: dict[str, str]) -> None:
        if _bare(tag) == "workbookPr":
            self._is_1904 = attributes.get("date1904") in {"1", "true"}

    def _write(self, text: str, style: str) -> str:
        """Write a number as people see it, or the text that stands in its place."""
        from openpyxl.styles.numbers import is_date_format, is_timedelta_format  # noqa: PLC0415
        from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel  # noqa: PLC0415

        try:
            value = float(text)
        except ValueError:
            return text.strip()
        rank = int(style[:9]) if style.isdecimal() else 0
        known = self._format_of_style
        code = self._formats.get(known[rank], "") if rank < len(known) else ""
        if code and is_date_format(code):
            epoch = CALENDAR_MAC_1904 if self._is_1904 else CALENDAR_WINDOWS_1900
            with suppress(ValueError, OverflowError, TypeError):
                return write_cell(from_excel(value, epoch, timedelta=is_timedelta_format(code)))
        return write_cell(value)


class _SheetReader:
    """Callbacks over the XML of one sheet."""

    def __init__(self, sheet: SpilledSheet, texts: SpilledTexts, numbers: _Numbers) -> None:
        self.sheet = sheet
        self._texts = texts
        self._numbers = numbers
        self._row = self._column = -1
        self._cells: list[str] = []
        self._type = self._style = ""
        self._value: list[str] = []
        self._in_value = False
        self._rich: _RichText | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        bare = _bare(tag)
        if bare == "c":
            place = read_cell_name(attributes.get("r", ""))
            self._column = self._column + 1 if place is None else place[1]
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
        elif bare == "v":
            self._in_value = True
        elif bare == "row":
            number = attributes.get("r", "")
            self._row = int(number[:10]) - 1 if number.isdecimal() else self._row + 1
            self._column, self._cells = -1, []
        elif bare == "is":
            self._rich = _RichText()
        elif self._rich is not None:
            self._rich.start(bare)

    def text(self, characters: str) -> None:
        if self._in_value:
            self._value.append(characters)
        elif self._rich is not None:
            self._rich.text(characters)

    def end(self, tag: str) -> None:
        bare = _bare(tag)
        if bare == "v":
            self._in_value = False
        elif bare == "c":
            text = self._write()
            if text:
                self._cells += [""] * (self._column + 1 - len(self._cells))
                self._cells[self._column] = text
        elif bare == "row":
            self.sheet.add(self._row, self._cells)
        elif self._rich is not None:
            self._rich.end(bare)

    def _write(self) -> str:
        value, rich = "".join(self._value), self._rich
        self._value, self._rich = [], None
        if rich is not None:
            return rich.take().strip()
        match self._type:
            case "s":
                return self._texts.find(int(value[:10])).strip() if value.strip().isdecimal() else ""
            case "b":
                return write_cell(value.strip() not in {"", "0", "false"}) if value else ""
            case "e":  # the guard names it: it reads as empty
                return ""
            case "str":
                return _unescape(value).strip()
            case "d":
                return _write_iso(value.strip())
        return self._numbers.write(value, self._style) if value else ""


def _write_iso(text: str) -> str:
    for read in (datetime.fromisoformat, time.fromisoformat):
        with suppress(ValueError):
            return write_cell(read(text))
    return text

"""Measuring the sheets of a workbook as they are written, and finding the cells that a reader would lose.

A formula that was never computed and a cell in error (`#N/A`) both read as empty: they are named here.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import NamedTuple

from data.intake.errors import OversizedFileError
from data.intake.zip_guard import SheetMeasure, check_extent, parse_member, read_cell_name

_UNCOMPUTED = "formule sans résultat enregistré"
_SHARED_STRINGS = "xl/sharedStrings.xml"
# All the texts of a workbook laid out cell by cell; one shared text may be named a million times.
_MAX_TEXT_BYTES = 2_000_000_000


def measure_xlsx(path: Path, archive: zipfile.ZipFile) -> dict[str, SheetMeasure]:
    """
    Measure every sheet of an .xlsx, by the name people see.

    Raises
    ------
    OversizedFileError
        If a sheet is stretched beyond any list, or repeats one text into gigabytes.
    """
    members = {member.filename: member for member in archive.infolist()}
    lengths = _measure_shared_strings(path, archive, members)
    sheets = {}
    for sheet in list_xlsx_sheets(path, archive, members):
        if sheet.filename in members:
            sheets[sheet.name] = _measure_xlsx_sheet(
                path, archive, members[sheet.filename], sheet.name, lengths
            )
    return sheets


def measure_ods(path: Path, archive: zipfile.ZipFile) -> dict[str, SheetMeasure]:
    """
    Measure every sheet of an .ods, by the name people see.

    Raises
    ------
    OversizedFileError
        If a sheet is stretched, or repeats its cells, beyond any list.
    """
    member = archive.getinfo("content.xml")
    reader = _OdsSheets(path)
    parse_member(path, archive, member, reader.start, reader.text)
    reader.finish()
    return reader.sheets


class ListedSheet(NamedTuple):
    """A sheet as its workbook lists it: the name people see, the member that holds it, if it is hidden."""

    name: str
    filename: str
    is_hidden: bool


def list_xlsx_sheets(
    path: Path, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]
) -> list[ListedSheet]:
    """List the sheets of an .xlsx, in order."""
    targets: dict[str, str] = {}
    sheets: dict[str, ListedSheet] = {}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            relation_id = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            name = attributes.get("name", "")
            is_hidden = attributes.get("state", "visible") != "visible"
            sheets[name] = ListedSheet(name, targets.get(relation_id, ""), is_hidden)

    for filename, start in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        if filename in members:
            parse_member(path, archive, members[filename], start)
    return list(sheets.values())


def _measure_shared_strings(
    path: Path, archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]
) -> list[int]:
    lengths: list[int] = []
    if _SHARED_STRINGS not in members:
        return lengths

    def start(tag: str, _: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            lengths.append(0)

    def text(characters: str) -> None:
        if lengths:
            lengths[-1] += len(characters)

    parse_member(path, archive, members[_SHARED_STRINGS], start, text)
    return lengths


class _XlsxSheet:
    """
    Callbacks over one sheet: its last cell, its formulas without value, its errors, the text it repeats.

    They run for every cell of the sheet, so a plain cell does no more than push the sheet's extent.
    """

    def __init__(self, name: str, lengths: list[int]) -> None:
        self.sheet = SheetMeasure(name)
        self.text_bytes = 0
        self._lengths = lengths
        self._columns: dict[str, int] = {}
        self._row = self._column = -1
        self._type: str | None = None
        self._has_formula = False
        self._in_value = False
        self._value: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        bare = tag.rpartition(":")[2] if ":" in tag else tag
        if bare == "c":
            if self._type is not None or self._has_formula:
                self.close_cell()
            self._place(attributes.get("r", ""))
            kind = attributes.get("t")
            self._type = kind if kind in {"s", "e"} else None
        elif bare == "v":
            self._in_value = True
        elif bare == "f":
            self._has_formula = True
            self._in_value = False
        elif bare == "row":
            self.close_cell()
            number = attributes.get("r", "")
            self._row = _read_number(number) - 1 if number.isdecimal() else self._row + 1
            self._column = -1

    def text(self, characters: str) -> None:
        if self._in_value and (self._type is not None or self._has_formula):
            self._value.append(characters)

    def close_cell(self) -> None:
        value, place = "".join(self._value).strip(), (self._row, self._column)
        if self._has_formula:
            self.sheet.formulas += 1
            if not value:
                self.sheet.unread[place] = _UNCOMPUTED
        if self._type == "e":
            self.sheet.unread[place] = f"erreur du tableur ({value})"
        elif self._type == "s" and value.isdecimal() and _read_number(value) < len(self._lengths):
            self.text_bytes += self._lengths[_read_number(value)]
        self._type, self._value = None, []
        self._has_formula = self._in_value = False

    def _place(self, name: str) -> None:
        """Note where a cell is; one without a name follows the one before."""
        letters = name.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            place = read_cell_name(f"{letters}1")
            column = self._columns[letters] = self._column + 1 if place is None else place[1]
            if place is None:
                del self._columns[letters]
        self._column = column
        digits = name[len(letters) :]
        if digits:
            self._row = _read_number(digits) - 1
        if column >= self.sheet.last_column:
            self.sheet.last_column = column + 1
        if self._row >= self.sheet.last_row:
            self.sheet.last_row = self._row + 1


def _measure_xlsx_sheet(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, lengths: list[int]
) -> SheetMeasure:
    reader = _XlsxSheet(name, lengths)
    parse_member(path, archive, member, reader.start, reader.text)
    reader.close_cell()
    check_extent(path, reader.sheet)
    if reader.text_bytes > _MAX_TEXT_BYTES:
        raise _repeated_text(path, name)
    return reader.sheet


class _OdsSheets:
    """Callbacks over content.xml: rows and cells may be declared as repeated, a million times if need be."""

    def __init__(self, path: Path) -> None:
        self.sheets: dict[str, SheetMeasure] = {}
        self._path = path
        self._sheet: SheetMeasure | None = None
        self._row = self._rows = 0
        self._column = self._columns = 0
        self._attributes: dict[str, str] = {}
        self._length = 0
        self._text_bytes = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in {"table:table-cell", "table:covered-table-cell"}:
            self._close_cell()
            self._column += self._columns
            self._columns = count_repeats(attributes, "table:number-columns-repeated")
            self._attributes = attributes
        elif tag == "table:table-row":
            self._close_cell()
            self._row += self._rows
            self._rows = count_repeats(attributes, "table:number-rows-repeated")
            self._column = self._columns = 0
        elif tag == "table:table":
            self.finish()
            name = attributes.get("table:name", "")
            self._sheet = self.sheets.setdefault(name, SheetMeasure(name))
            self._row = self._rows = self._column = self._columns = 0

    def text(self, characters: str) -> None:
        # The indentation of the XML itself is no text of a cell.
        if not characters.isspace():
            self._length += len(characters)

    def finish(self) -> None:
        """Close the last sheet, and refuse it if it is stretched."""
        self._close_cell()
        if self._sheet is not None:
            check_extent(self._path, self._sheet)
            if self._text_bytes > _MAX_TEXT_BYTES:
                raise _repeated_text(self._path, self._sheet.name)

    def _close_cell(self) -> None:
        attributes, length = self._attributes, self._length
        self._attributes, self._length = {}, 0
        if self._sheet is None or not attributes:
            return
        has_value = length > 0 or "office:value" in attributes or "office:date-value" in attributes
        has_value = has_value or "office:boolean-value" in attributes or "office:string-value" in attributes
        if "table:formula" in attributes:
            self._sheet.formulas += 1
            if not has_value:
                self._sheet.unread[self._row, self._column] = _UNCOMPUTED
        if has_value:
            self._sheet.last_row = max(self._sheet.last_row, self._row + self._rows)
            self._sheet.last_column = max(self._sheet.last_column, self._column + self._columns)
            self._text_bytes += length * self._rows * self._columns


def count_repeats(attributes: dict[str, str], name: str) -> int:
    """Read how many times a row or a cell is repeated, once if it does not say."""
    value = attributes.get(name, "1")
    return _read_number(value) if value.isdecimal() else 1


def _read_number(digits: str) -> int:
    """Read a count; one of more than nine digits is beyond any sheet, whatever it is."""
    return int(digits[:10])


def _repeated_text(path: Path, name: str) -> OversizedFileError:
    return OversizedFileError(
        path,
        f"la feuille « {name} » répète un même texte jusqu'à remplir la mémoire.",
        "Refusé par sécurité : vérifiez d'où vient ce fichier.",
    )

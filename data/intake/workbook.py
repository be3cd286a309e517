"""Workbooks: .xlsx and .ods. Values are read as text, the way the spreadsheet holds them."""

from __future__ import annotations

import zipfile
from collections.abc import Container, Iterator, Sequence
from itertools import islice
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from data.intake.cell_text import write_cell
from data.intake.csv_file import MAX_CELL_CHARACTERS
from data.intake.errors import (
    DamagedFileError,
    EmptyFileError,
    NoRowsError,
    OversizedLineError,
    WrongContentError,
)
from data.intake.header import HEADER_SEARCH_ROWS, count_known, find_header, name_columns
from data.intake.ods_stream import stream_ods
from data.intake.problems import ProblemLog
from data.intake.spilled_rows import SpilledSheet
from data.intake.table import Row, Table
from data.intake.text import find_unwanted, has_unwanted, replace_unwanted
from data.intake.workbook_guard import measure_ods, measure_xlsx
from data.intake.xlsx_stream import stream_xlsx
from data.intake.zip_guard import SheetMeasure, measure_archive

_UNREADABLE = "sa structure n'est pas celle d'un classeur"
_OTHER_ARCHIVES = (
    ("word/document.xml", "un document Word"),
    ("ppt/presentation.xml", "une présentation PowerPoint"),
    ("xl/workbook.bin", "un classeur Excel binaire (.xlsb)"),
)


STREAMED_FROM_CELLS = 250_000
"""Workbooks of fewer cells are laid out in memory, which is faster, in some 30 MB."""

Sheet = CalamineSheet | SpilledSheet


def open_workbook(path: Path, known: Container[str]) -> Table:
    """
    Open a workbook: its first sheet with columns that are known, else its first sheet with anything.

    Parameters
    ----------
    path
        The file; its content decides, not its extension.
    known
        Folded names that are known for columns.

    Raises
    ------
    UnusableFileError
        If it is damaged, locked by a password, empty, or larger than any list once inflated.
    """
    format_name, measures = _guard(path)
    is_large = sum(measure.cells for measure in measures.values()) >= STREAMED_FROM_CELLS
    sheets = _stream_sheets(path, format_name, measures) if is_large else _load_sheets(path, measures)
    filled = [sheet for sheet in sheets if sheet.height > 0]
    if not filled:
        raise EmptyFileError(path)
    sheet = next((sheet for sheet in filled if _count_known_names(sheet, known) >= 2), filled[0])
    log = ProblemLog()
    if len(filled) > 1:
        others = ", ".join(f"« {other.name} »" for other in filled if other.name != sheet.name)
        log.tell(
            None,
            None,
            others,
            f"Le classeur a plusieurs feuilles : seule « {sheet.name} » est lue, les autres sont laissées.",
        )
    return _open_sheet(path, sheet, measures[sheet.name], format_name, known, log)


def _guard(path: Path) -> tuple[str, dict[str, SheetMeasure]]:
    """Say what the workbook is and measure its sheets, before anything lays them out."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            for name, content in _OTHER_ARCHIVES:
                if name in names:
                    raise WrongContentError(path, content)
            is_xlsx = "xl/workbook.xml" in names
            if not is_xlsx and "content.xml" not in names:
                raise WrongContentError(path, "une archive zip")
            measure_archive(path, archive)
            return ("xlsx", measure_xlsx(path, archive)) if is_xlsx else ("ods", measure_ods(path, archive))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, UnicodeDecodeError) as error:
        raise DamagedFileError(path, "un classeur", "son archive est incomplète") from error


def _load_sheets(path: Path, measures: dict[str, SheetMeasure]) -> Sequence[Sheet]:
    try:
        return _list_sheets(CalamineWorkbook.from_path(path), measures)
    except PasswordError as error:
        raise DamagedFileError(path, "un classeur sans mot de passe", "il est protégé") from error
    except (CalamineError, OSError, ValueError) as error:
        raise DamagedFileError(path, "un classeur", _UNREADABLE) from error


def _stream_sheets(path: Path, format_name: str, measures: dict[str, SheetMeasure]) -> Sequence[Sheet]:
    """Read the sheets to disk: their length then costs no memory."""
    with zipfile.ZipFile(path) as archive:
        sheets = stream_xlsx(path, archive) if format_name == "xlsx" else stream_ods(path, archive)
        return [sheet for sheet in sheets if sheet.name in measures]


def _list_sheets(workbook: CalamineWorkbook, measures: dict[str, SheetMeasure]) -> list[CalamineSheet]:
    """Load the sheets that people see, in order; hidden ones only when there is no other."""
    metadata = workbook.sheets_metadata
    visible = [sheet.name for sheet in metadata if sheet.visible == SheetVisibleEnum.Visible]
    names = visible or [sheet.name for sheet in metadata]
    # Sheets that could not be measured (drawings, macros) are not loaded.
    return [workbook.get_sheet_by_name(name) for name in names if name in measures]


def _first_rows(sheet: Sheet) -> list[list[str]]:
    return [[write_cell(cell) for cell in row] for row in islice(_iterate(sheet), HEADER_SEARCH_ROWS)]


def _iterate(sheet: Sheet) -> Iterator[Sequence[object]]:
    yield from sheet.iter_rows()


def _count_known_names(sheet: Sheet, known: Container[str]) -> int:
    return max((count_known(row, known) for row in _first_rows(sheet)), default=0)


def _open_sheet(
    path: Path,
    sheet: Sheet,
    measure: SheetMeasure,
    format_name: str,
    known: Container[str],
    log: ProblemLog,
) -> Table:
    first = _first_rows(sheet)
    index = find_header(first, known)
    if index is None:
        raise EmptyFileError(path)
    for line, row in enumerate(first[:index], start=1):
        if any(row):
            text = " ".join(cell for cell in row if cell)
            log.tell(line, None, text, "Ligne placée au-dessus des noms de colonnes : non importée.")
    columns = name_columns(first[index], index + 1, log)
    if measure.formulas:
        log.tell(
            None,
            None,
            str(measure.formulas),
            "Cellules calculées par une formule : leur dernier résultat enregistré est lu.",
        )
    first_column = sheet.start[1] if sheet.start else 0
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row_number, column_number), why in measure.unread.items():
        by_row.setdefault(row_number, []).append((column_number - first_column, why))

    def source(rows_log: ProblemLog) -> Iterator[Row]:
        for number, values in enumerate(_iterate(sheet)):
            if number > index:
                cells = [write_cell(value) for value in values]
                for position, why in sorted(by_row.get(number, ())):
                    rows_log.tell(
                        number + 1, _name_at(columns, position), "", f"Cellule lue comme vide : {why}."
                    )
                yield _square(path, number + 1, cells, columns, rows_log)

    if next((row for row in source(ProblemLog()) if not row.is_blank), None) is None:
        raise NoRowsError(path)
    return Table(format=format_name, columns=columns, source=source, problems=log, sheet=sheet.name)


def _square(path: Path, line: int, cells: list[str], columns: Sequence[str], log: ProblemLog) -> Row:
    """Cut a row to the columns; what stands beyond them is kept apart and told."""
    joined = "".join(cells)
    if has_unwanted(joined):
        for position, cell in enumerate(cells):
            if has_unwanted(cell):
                cells[position] = replace_unwanted(cell)
                what = f"Caractère illisible ({find_unwanted(cell)}) : remplacé par « � »."
                log.tell(line, _name_at(columns, position), cells[position], what)
    if len(joined) > MAX_CELL_CHARACTERS and max(map(len, cells)) > MAX_CELL_CHARACTERS:
        raise OversizedLineError(path, line, MAX_CELL_CHARACTERS)
    width = len(columns)
    overflow = tuple(cells[width:])
    if any(overflow):
        what = "Cellules au-delà de la dernière colonne nommée : conservées à part."
        log.tell(line, _name_at(columns, width), " ; ".join(cell for cell in overflow if cell), what)
    else:
        overflow = ()
    kept = cells[:width]
    return Row(line, kept + [""] * (width - len(kept)), overflow)


def _name_at(columns: Sequence[str], position: int) -> str:
    return columns[position] if 0 <= position < len(columns) else f"(colonne {position + 1})"

"""Separated text: any separator, any encoding, quotes as they come."""

from __future__ import annotations

import csv
from collections.abc import Container, Generator, Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from data.intake.encoding import MAX_LINE_CHARACTERS, TextSurvey, survey_text
from data.intake.errors import EmptyFileError, NoRowsError, OversizedLineError
from data.intake.header import HEADER_SEARCH_ROWS, count_known, find_header, name_columns
from data.intake.problems import ProblemLog
from data.intake.quoted import QuotedReader, Record
from data.intake.table import Row, Table
from data.intake.text import find_unwanted, has_unwanted, replace_unwanted

MAX_CELL_CHARACTERS = 131_072
"""Four times what an Excel cell may hold; the csv module's own limit."""

_SEPARATORS = (";", ",", "\t", "|")
_SEPARATOR_NAMES = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
_SAMPLE_LINES = 200


def open_csv(path: Path, known: Container[str]) -> Table:
    """
    Open separated text.

    Parameters
    ----------
    path
        The file.
    known
        Folded names that are known for columns: they show the header line and the separator.

    Raises
    ------
    UnusableFileError
        If it is no text, is empty, or has a line that no list has.
    """
    survey = survey_text(path)
    log = ProblemLog()
    sample = list(islice(_read_lines(path, survey), _SAMPLE_LINES))
    hint = _separator_hint(sample)
    separator = hint or _choose_separator(sample, known)
    skip_space = any(f'{separator} "' in line for line in sample)
    with closing(_read_lines(path, survey)) as lines:
        reader = QuotedReader(lines, separator=separator, skip_space=skip_space, width=None)
        first = list(islice(reader, HEADER_SEARCH_ROWS + 1))
    if hint and first:
        first = first[1:]
    index = find_header([record.cells for record in first], known)
    if index is None:
        raise EmptyFileError(path)
    header = first[index]
    for record in first[:index]:
        if any(cell.strip() for cell in record.cells):
            text = separator.join(record.cells)
            log.tell(record.line, None, text, "Ligne placée au-dessus des noms de colonnes : non importée.")
    columns = name_columns([_mend(cell, survey) for cell in header.cells], header.line, log)

    def source(rows_log: ProblemLog) -> Iterator[Row]:
        with closing(_read_lines(path, survey)) as lines:
            records = QuotedReader(lines, separator=separator, skip_space=skip_space, width=len(columns))
            yield from read_records(path, records, header.line, columns, survey, rows_log)

    if next((row for row in source(ProblemLog()) if not row.is_blank), None) is None:
        raise NoRowsError(path)
    return Table(
        format="csv",
        columns=columns,
        source=source,
        problems=log,
        encoding=survey.encoding,
        separator=separator,
    )


def name_separator(separator: str) -> str:
    """Name a separator in French."""
    return _SEPARATOR_NAMES.get(separator, separator)


def _read_lines(path: Path, survey: TextSurvey) -> Generator[str, None, None]:
    """Give the physical lines with their ends, never holding one that is too long."""
    with path.open(encoding=survey.encoding, errors=survey.errors, newline="") as file:
        number = 1
        while line := file.readline(MAX_LINE_CHARACTERS + 1):
            if len(line) > MAX_LINE_CHARACTERS:
                raise OversizedLineError(path, number, MAX_LINE_CHARACTERS)
            number += 1
            yield line


def _separator_hint(sample: list[str]) -> str | None:
    """Read Excel's own hint, a first line `sep=;`."""
    first = sample[0].strip("\r\n\ufeff") if sample else ""
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def _choose_separator(sample: list[str], known: Container[str]) -> str:
    """Choose the separator that shows known names of columns, else the one that cuts rows most evenly."""

    def measure(separator: str) -> tuple[int, float]:
        try:
            rows = [row for row in csv.reader(sample, delimiter=separator) if row]
        except csv.Error:
            return 0, 0.0
        if not rows:
            return 0, 0.0
        known_count = max(count_known(row, known) for row in rows[:HEADER_SEARCH_ROWS])
        header = find_header(rows, known)
        width = len(rows[header]) if header is not None else 0
        if width < 2:
            return 0, 0.0
        return known_count, width * sum(1 for row in rows if len(row) == width) / len(rows)

    # `max` keeps the first of equals: a list of one column has no separator, and any will do.
    return max(_SEPARATORS, key=measure)


def read_records(
    path: Path,
    records: Iterable[Record],
    header_line: int,
    columns: tuple[str, ...],
    survey: TextSurvey,
    log: ProblemLog,
) -> Iterator[Row]:
    """
    Make rows of what was cut into cells: as wide as the columns, what cannot be read mended and told.

    Raises
    ------
    OversizedLineError
        If a cell is longer than any list has.
    """
    width = len(columns)
    for line, raw, is_mended in records:
        if line <= header_line or not raw:
            continue
        cells = _clean(raw, line, columns, survey, log) if has_unwanted("".join(raw)) else raw
        if is_mended:
            log.tell(
                line, None, None, "Guillemet mal fermé : la ligne a été relue, ses guillemets sont conservés."
            )
        if max(map(len, cells)) > MAX_CELL_CHARACTERS:
            raise OversizedLineError(path, line, MAX_CELL_CHARACTERS)
        count = len(cells)
        if count == width:
            yield Row(line, cells)
        elif count < width:
            if any(cells):
                log.tell(
                    line,
                    None,
                    None,
                    f"Ligne trop courte : {count} cellules au lieu de {width}, la fin est laissée vide.",
                )
            yield Row(line, cells + [""] * (width - count))
        else:
            overflow = tuple(cells[width:])
            if any(cell.strip() for cell in overflow):
                _tell_overflow(line, overflow, width, log)
            else:
                overflow = ()
            yield Row(line, cells[:width], overflow)


def _tell_overflow(line: int, overflow: tuple[str, ...], width: int, log: ProblemLog) -> None:
    log.tell(
        line,
        f"(colonne {width + 1})",
        " ; ".join(overflow),
        f"Ligne trop longue : {width + len(overflow)} cellules au lieu de {width} (un séparateur en trop ?), "
        "les cellules en trop sont conservées à part.",
    )


def _clean(
    cells: list[str], line: int, columns: tuple[str, ...], survey: TextSurvey, log: ProblemLog
) -> list[str]:
    """Mend what does not decode, and put « � » for control characters; tell each cell."""
    cleaned = []
    for index, cell in enumerate(cells):
        if not has_unwanted(cell):
            cleaned.append(cell)
            continue
        column = columns[index] if index < len(columns) else f"(colonne {index + 1})"
        mended = _mend(cell, survey)
        if mended != cell:
            log.tell(
                line,
                column,
                mended,
                f"Caractères d'un autre encodage que {survey.encoding} : relus en Windows-1252.",
            )
        if has_unwanted(mended):
            what = f"Caractère illisible ({find_unwanted(mended)}) : remplacé par « � »."
            mended = replace_unwanted(mended)
            log.tell(line, column, mended, what)
        cleaned.append(mended)
    return cleaned


def _mend(cell: str, survey: TextSurvey) -> str:
    """Read stray bytes of a UTF-8 file as Windows-1252, the other encoding that French offices write."""
    if survey.errors != "surrogateescape" or survey.encoding not in {"utf-8", "utf-8-sig"}:
        return cell
    return "".join(
        bytes([ord(character) - 0xDC00]).decode("cp1252", errors="replace")
        if "\udc80" <= character <= "\udcff"
        else character
        for character in cell
    )

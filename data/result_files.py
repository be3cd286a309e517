"""Writing the result of a file: a CSV or an .xlsx, whole or not at all, every cell of it text."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from data.intake.errors import OutputNotWrittenError
from data.intake.problems import ProblemLog
from data.intake.table import Table
from geo.errors import MaillageError

_XLSX_ROWS = 1_048_576
_XLSX_CELL_CHARACTERS = 32_767


class RowWriter(Protocol):
    """Takes rows, the first one being the names of columns."""

    def write(self, row: Sequence[str]) -> None:
        """Write one row."""


class _CsvWriter:
    def __init__(self, file: object, separator: str) -> None:
        self._writer = csv.writer(file, delimiter=separator, lineterminator="\n")  # type: ignore[arg-type]

    def write(self, row: Sequence[str]) -> None:
        self._writer.writerow(row)


class _XlsxWriter:
    """Writes text cells only: what looks like a formula stays the text that was received."""

    def __init__(self, path: Path, out: Path, log: ProblemLog) -> None:
        self._path = path
        self._out = out
        self._log = log
        self._written = 0
        self._workbook = Workbook(write_only=True)
        self._sheet = self._workbook.create_sheet("Adresses")

    def write(self, row: Sequence[str]) -> None:
        if self._written >= _XLSX_ROWS:
            raise OutputNotWrittenError(
                self._out, f"un classeur Excel a {_XLSX_ROWS} lignes au plus : prenez un CSV"
            )
        self._written += 1
        cells = []
        for value in row:
            if len(value) > _XLSX_CELL_CHARACTERS:
                what = (
                    f"Cellule coupée à {_XLSX_CELL_CHARACTERS} caractères, la limite d'Excel : prenez un CSV."
                )
                self._log.tell(None, None, value, what)
            cell = WriteOnlyCell(self._sheet, value=None)
            if value:
                cell.value = value
                cell.data_type = "s"
            cells.append(cell)
        self._sheet.append(cells)

    def save(self) -> None:
        self._workbook.save(self._path)


@contextmanager
def open_output(path: Path, out: Path, table: Table, log: ProblemLog) -> Iterator[RowWriter]:
    """
    Write beside the result's place, and put it there once it is whole.

    Parameters
    ----------
    path
        The file that was read: it is never written over.
    out
        The result's place; its extension says the format.
    table
        The list that was read: a CSV keeps its separator and its encoding, UTF-8 unless it had a mark.
    log
        Where cells that the format cannot hold are told.

    Raises
    ------
    OutputNotWrittenError
        If the result cannot be written there.
    """
    if out.resolve() == path.resolve():
        raise OutputNotWrittenError(out, "c'est le fichier lu : choisissez un autre nom")
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        os.close(handle)
    except OSError as error:
        raise OutputNotWrittenError(out, error.strerror or str(error)) from error
    partial = Path(name)
    try:
        if out.suffix.lower() == ".xlsx":
            writer = _XlsxWriter(partial, out, log)
            yield writer
            writer.save()
        else:
            encoding = "utf-8" if table.encoding == "utf-8" else "utf-8-sig"
            with partial.open("w", encoding=encoding, newline="") as file:
                yield _CsvWriter(file, table.separator or ",")
        partial.chmod(0o644)
        partial.replace(out)
    except MaillageError:
        raise
    except OSError as error:
        raise OutputNotWrittenError(out, error.strerror or str(error)) from error
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()

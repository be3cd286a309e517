"""Putting the finished slices together: a CSV, an .xlsx or a Parquet, whole or not at all."""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.bulk.answers import COLUMN_TYPES
from data.bulk.csv_text import CsvText
from data.bulk.parquet_file import read_slices
from data.bulk.slices import SliceForm, SliceTask
from data.intake.errors import OutputNotWrittenError
from data.intake.problems import ProblemLog
from geo.errors import MaillageError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

MOST_XLSX_ROWS = 1_048_575
"""What a sheet holds under the names of its columns."""

_XLSX_CELL_CHARACTERS = 32_767
_SLICES_OF_ROW_GROUP = 4
"""Slices written as one group: what waits in memory, 20,000 rows whatever the file's length."""

_COPIED_BYTES = 1 << 20


class ResultFormat(StrEnum):
    """What the result is written as: its extension says."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"

    @property
    def form(self) -> SliceForm:
        """Say how slices are kept for it."""
        return SliceForm.ARROW if self is ResultFormat.PARQUET else SliceForm.CSV


def find_format(out: Path) -> ResultFormat:
    """
    Say what a result is written as.

    Examples
    --------
    >>> [str(find_format(Path(name))) for name in ("a.xlsx", "a.parquet", "a.csv", "a.txt")]
    ['xlsx', 'parquet', 'csv', 'csv']
    """
    by_suffix = {
        ".xlsx": ResultFormat.XLSX,
        ".parquet": ResultFormat.PARQUET,
        ".pq": ResultFormat.PARQUET,
    }
    return by_suffix.get(out.suffix.lower(), ResultFormat.CSV)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    What the slices are put together into.

    `encoding` is that of a CSV; `slices` the files of the slices, in order; `path` the file that was read.
    """

    path: Path
    out: Path
    format: ResultFormat
    task: SliceTask
    encoding: str
    slices: Sequence[Path]

    @property
    def header(self) -> tuple[str, ...]:
        """Give the names of all columns."""
        return (*self.task.columns, *self.task.result_columns)


def check_output(path: Path, out: Path) -> None:
    """
    Refuse a result's place that cannot be written to, before any work.

    Raises
    ------
    OutputNotWrittenError
        If it is the file that is read, or in no folder, or a folder.
    """
    if out.resolve() == path.resolve() or (out.exists() and path.exists() and out.samefile(path)):
        raise OutputNotWrittenError(out, "c'est le fichier lu : choisissez un autre nom")
    if not out.parent.is_dir():
        raise OutputNotWrittenError(out, "ce dossier n'existe pas")
    if out.is_dir():
        raise OutputNotWrittenError(out, "c'est un dossier")


def write_result(result: Result, log: ProblemLog) -> None:
    """
    Write the result beside its place, and put it there once it is whole.

    Parameters
    ----------
    result
        What to put together.
    log
        Where cells that the format cannot hold are told.

    Raises
    ------
    OutputNotWrittenError
        If it cannot be written there.
    """
    with _replacing(result.out) as partial:
        match result.format:
            case ResultFormat.CSV:
                _write_csv(result, partial)
            case ResultFormat.XLSX:
                _write_xlsx(result, partial, log)
            case ResultFormat.PARQUET:
                _write_parquet(result, partial)


@contextmanager
def _replacing(out: Path) -> Iterator[Path]:
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
        os.close(handle)
    except OSError as error:
        raise OutputNotWrittenError(out, error.strerror or str(error)) from error
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o644)
        partial.replace(out)
    except MaillageError:
        raise
    except OSError as error:
        raise OutputNotWrittenError(out, error.strerror or str(error)) from error
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def _write_csv(result: Result, partial: Path) -> None:
    header = CsvText(result.task.separator).join(result.header)
    with partial.open("wb") as file:
        file.write(f"{header}\n".encode(result.encoding))
        for path in result.slices:
            with path.open("rb") as slice_file:
                shutil.copyfileobj(slice_file, file, _COPIED_BYTES)


def _write_xlsx(result: Result, partial: Path, log: ProblemLog) -> None:
    """Write what was received as text cells, formulas included; scores and coordinates as numbers."""
    from openpyxl import Workbook  # noqa: PLC0415 (a tenth of a second, for workbooks only)
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Adresses")
    header = result.header
    first_answer = len(result.task.columns)
    numbers = {
        first_answer + rank
        for rank, name in enumerate(result.task.result_columns)
        if COLUMN_TYPES.get(name) is float or rank >= len(result.task.result_columns) - 2
    }

    def make_cell(value: str, position: int, line: int | None) -> Cell:
        cell = WriteOnlyCell(sheet, value=None)
        if not value:
            return cell
        if position in numbers and line is not None:
            cell.value = float(value)
            return cell
        if len(value) > _XLSX_CELL_CHARACTERS:
            what = f"Cellule coupée à {_XLSX_CELL_CHARACTERS} caractères, la limite d'Excel : prenez un CSV."
            log.tell(None, header[position], value, what)
        cell.value = value
        cell.data_type = "s"
        return cell

    sheet.append([make_cell(name, position, None) for position, name in enumerate(header)])
    line = 1
    for path in result.slices:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter=result.task.separator):
                line += 1
                sheet.append([make_cell(value, position, line) for position, value in enumerate(row)])
    workbook.save(partial)


def _write_parquet(result: Result, partial: Path) -> None:
    """Write typed columns: the input's own, if it was Parquet."""
    slices = (pa.ipc.open_file(path.read_bytes()).read_all() for path in result.slices)
    tables: Iterator[Any] = slices
    if not result.task.keeps_input:
        tables = (
            _join(received, answers)
            for received, answers in zip(read_slices(result.path), slices, strict=True)
        )
    writer: pq.ParquetWriter | None = None
    waiting: list[Any] = []
    try:
        for table in tables:
            writer = writer or pq.ParquetWriter(partial, table.schema, compression="zstd")
            waiting.append(table)
            if len(waiting) == _SLICES_OF_ROW_GROUP:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        if writer is not None and waiting:
            writer.write_table(pa.concat_tables(waiting))
    finally:
        if writer is not None:
            writer.close()


def _join(received: Any, answers: Any) -> Any:  # noqa: ANN401 (pyarrow has no types)
    if received.num_rows != answers.num_rows:
        message = f"{received.num_rows} rows received, {answers.num_rows} answers"
        raise ValueError(message)
    fields = [*received.schema, *answers.schema]
    schema = pa.schema(fields, metadata=received.schema.metadata)
    return pa.Table.from_arrays([*received.columns, *answers.columns], schema=schema)

"""Parquet read by slices: as rows of text to find addresses in, and as the typed columns that come back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.bulk.slices import ROWS_OF_SLICE
from data.intake.errors import DamagedFileError, NoRowsError
from data.intake.header import name_columns
from data.intake.problems import ProblemLog
from data.intake.table import Row, Table

FORMAT = "parquet"
_SIGNATURE = b"PAR1"
_READ_BYTES = 1 << 18


def is_parquet(path: Path) -> bool:
    """Say whether a file begins as Parquet does; one that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return file.read(len(_SIGNATURE)) == _SIGNATURE
    except OSError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetTable(Table):
    """A Parquet file opened as a list; it says itself how many rows it has."""

    count: int


def open_parquet(path: Path) -> ParquetTable:
    """
    Open a Parquet file as a list: every value as text, nothing where there is null.

    Raises
    ------
    DamagedFileError
        If it does not hold to its format.
    NoRowsError
        If it has no row.
    """
    try:
        with pq.ParquetFile(path) as file:
            names, count = file.schema_arrow.names, file.metadata.num_rows
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(path, "un fichier Parquet", "sa structure est incomplète") from error
    if count == 0:
        raise NoRowsError(path)
    log = ProblemLog()
    columns = name_columns(names, 1, log)
    # Empty last names are dropped from lists that people write; a Parquet's columns all count.
    columns += tuple(f"(colonne {rank + 1})" for rank in range(len(columns), len(names)))

    def source(_log: ProblemLog) -> Iterator[Row]:
        line = 0
        for table in read_slices(path):
            texts = [_write_column(column) for column in table.columns]
            for cells in zip(*texts, strict=True):
                line += 1
                yield Row(line, list(cells))

    return ParquetTable(format=FORMAT, columns=columns, source=source, problems=log, count=count)


def read_slices(path: Path) -> Iterator[Any]:
    """
    Read a Parquet file as tables of `ROWS_OF_SLICE` rows, the last one shorter.

    Raises
    ------
    DamagedFileError
        If some of it cannot be read.
    """
    waiting: list[Any] = []
    count = 0
    try:
        # Read as it comes: a group of rows is as long as its writer pleased, the whole file for some.
        with pq.ParquetFile(path, buffer_size=_READ_BYTES, pre_buffer=False) as file:
            for batch in file.iter_batches(batch_size=ROWS_OF_SLICE, use_threads=False):
                waiting.append(batch)
                count += batch.num_rows
                while count >= ROWS_OF_SLICE:
                    table = pa.Table.from_batches(waiting)
                    yield table.slice(0, ROWS_OF_SLICE)
                    waiting = table.slice(ROWS_OF_SLICE).to_batches()
                    count -= ROWS_OF_SLICE
    except (pa.ArrowException, OSError) as error:
        raise DamagedFileError(path, "un fichier Parquet", "une partie en est illisible") from error
    if count:
        yield pa.Table.from_batches(waiting)


def _write_column(column: Any) -> list[str]:  # noqa: ANN401 (pyarrow has no types)
    """Write the values of a column as text, as a CSV would."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return [value or "" for value in column.to_pylist()]
    if pa.types.is_primitive(kind) or pa.types.is_decimal(kind):
        return [value or "" for value in pc.cast(column, pa.string()).to_pylist()]
    return ["" if value is None else _write_value(value) for value in column.to_pylist()]


def _write_value(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)

"""One slice of a file: its rows placed, written to a file of its own: what every process does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from data.bulk.answers import COLUMN_TYPES, RESULT_COLUMNS, AnswerCells, Value
from data.bulk.arrow_columns import make_column
from data.bulk.csv_text import CsvText
from data.bulk.plain_csv import Piece, PlainCsv
from data.bulk.row_placing import RowPlacer
from data.bulk.slice_log import SliceLog
from data.bulk.work_folder import FinishedSlice, WorkFolder
from data.intake.mapping import ColumnPlan
from geo.territories import Referential

if TYPE_CHECKING:  # importing files needs the register's libraries, placing their rows does not
    from data.intake.preparing import ManyGeocoder

ROWS_OF_SLICE = 5_000
"""Rows placed at once: about half a second, what is lost at most when the work is killed."""

_ARROW_TYPES = {str: pa.string(), float: pa.float64(), bool: pa.bool_()}


class SliceForm(StrEnum):
    """How a slice is kept until all are there: as it will be in a CSV, or as typed columns."""

    CSV = "csv"
    ARROW = "arrow"


class RowSlice(NamedTuple):
    """
    Some rows that follow each other: the line of each, and its cells, as many as there are columns.

    `texts` are the rows as the file writes them, None for those that cannot be copied as they are.
    """

    number: int
    lines: Sequence[int]
    cells: Sequence[list[str]]
    texts: Sequence[str | None] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceTask:
    """
    What is the same for all slices of a file, small enough to be sent to other processes.

    `keeps_input` is False where the columns of the input are read again when the result is put together.
    `plain` is the file cut by its bytes, where it could be: its slices are then read where they are placed.
    """

    folder: Path
    plan: ColumnPlan
    columns: tuple[str, ...]
    result_columns: tuple[str, ...]
    form: SliceForm
    separator: str = ","
    keeps_input: bool = True
    plain: PlainCsv | None = None


class SlicePlacer:
    """
    Places slices and keeps each on disk.

    Parameters
    ----------
    task
        What is the same for all slices.
    geocoder
        Who places the rows.
    referential
        The territories, for the EPCI of each commune.
    """

    def __init__(self, task: SliceTask, geocoder: ManyGeocoder, referential: Referential) -> None:
        self._task = task
        cells = AnswerCells(referential)
        self._text = text = CsvText(task.separator)
        self._csv: RowPlacer[str] = RowPlacer(
            task.plan, geocoder, lambda answer: text.join(cells.write(answer))
        )
        self._arrow: RowPlacer[tuple[Value, ...]] = RowPlacer(task.plan, geocoder, cells.read)
        self._folder = WorkFolder(task.folder)

    def place(self, rows: RowSlice | Piece) -> FinishedSlice:
        """
        Place the rows of a slice: one answer each, in their order.

        Raises
        ------
        ValueError
            If there is not exactly one answer per row.
        """
        log = SliceLog()
        if isinstance(rows, Piece):
            rows = self._read(rows, log)
        if self._task.form is SliceForm.CSV:
            written = self._csv.place(rows.lines, rows.cells, log)
            content = self._write_csv(rows, [each.cells for each in written])
            statuses = Counter(each.status for each in written)
        else:
            placed = self._arrow.place(rows.lines, rows.cells, log)
            content = self._write_arrow(rows.cells, [each.cells for each in placed])
            statuses = Counter(each.status for each in placed)
        return self._folder.keep(
            rows.number, content, by_status=dict(statuses), remarks=log.remarks, untold=log.untold
        )

    def _read(self, piece: Piece, log: SliceLog) -> RowSlice:
        """Read a slice of a file that was cut by its bytes."""
        if self._task.plain is None:
            message = "a slice of a file that was not cut"
            raise RuntimeError(message)
        return RowSlice(piece.number, *self._task.plain.read(piece, log))

    def _write_csv(self, rows: RowSlice, answers: Sequence[str]) -> bytes:
        join = self._text.join
        texts = [
            join(cells) if text is None else text
            for cells, text in zip(rows.cells, rows.texts or repeat(None), strict=bool(rows.texts))
        ]
        separator = self._task.separator
        written = [f"{text}{separator}{answer}\n" for text, answer in zip(texts, answers, strict=True)]
        return "".join(written).encode()

    def _write_arrow(self, cells: Sequence[list[str]], answers: Sequence[tuple[Value, ...]]) -> bytes:
        columns: list[Any] = []
        if self._task.keeps_input:
            columns += [make_column(column, pa.string()) for column in zip(*cells, strict=True)]
        values = zip(*answers, strict=True)
        schema = self.schema(self._task)
        columns += [
            make_column(column, kind)
            for column, kind in zip(values, schema.types[len(columns) :], strict=True)
        ]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, schema) as writer:
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
        return bytes(sink.getvalue())

    @staticmethod
    def schema(task: SliceTask) -> Any:  # noqa: ANN401 (pyarrow has no types)
        """Give the typed columns of a slice: the input's as text if they are kept, then the answers'."""
        kinds = [COLUMN_TYPES.get(name, str) for name in RESULT_COLUMNS]
        kinds += [float] * (len(task.result_columns) - len(kinds))
        fields = [pa.field(name, pa.string()) for name in task.columns] if task.keeps_input else []
        fields += [
            pa.field(name, _ARROW_TYPES[kind]) for name, kind in zip(task.result_columns, kinds, strict=True)
        ]
        return pa.schema(fields)

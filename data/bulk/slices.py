"""One slice of a file: its rows placed, written to a file of its own: what every process does."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from data.bulk.answers import COLUMN_TYPES, RESULT_COLUMNS, AnswerCells
from data.bulk.slice_log import SliceLog
from data.bulk.work_folder import FinishedSlice, WorkFolder
from data.intake.addresses import AddressReader
from data.intake.mapping import ColumnPlan
from data.intake.placing import PlacedRow, tell_placements
from data.intake.preparing import ManyGeocoder
from geo.geocoding.answer import GeocodedAddress
from geo.territories import Referential

ROWS_OF_SLICE = 5_000
"""Rows placed at once: about half a second, what is lost at most when the work is killed."""

_ARROW_TYPES = {str: pa.string(), float: pa.float64(), bool: pa.bool_()}


class SliceForm(StrEnum):
    """How a slice is kept until all are there: as it will be in a CSV, or as typed columns."""

    CSV = "csv"
    ARROW = "arrow"


class RowSlice(NamedTuple):
    """Some rows that follow each other: the line of each, and its cells, as many as there are columns."""

    number: int
    lines: Sequence[int]
    cells: Sequence[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceTask:
    """
    What is the same for all slices of a file, small enough to be sent to other processes.

    `keeps_input` is False where the columns of the input are read again when the result is put together.
    """

    folder: Path
    plan: ColumnPlan
    columns: tuple[str, ...]
    result_columns: tuple[str, ...]
    form: SliceForm
    separator: str = ","
    keeps_input: bool = True


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
        self._geocoder = geocoder
        self._cells = AnswerCells(referential)
        self._folder = WorkFolder(task.folder)

    def place(self, rows: RowSlice) -> FinishedSlice:
        """
        Place the rows of a slice: one answer each, in their order.

        Raises
        ------
        ValueError
            If there is not exactly one answer per row.
        """
        log = SliceLog()
        addresses = AddressReader(self._task.plan, log)
        queries = [
            addresses.read(line, cells).query for line, cells in zip(rows.lines, rows.cells, strict=True)
        ]
        answers = self._geocoder.geocode_many(queries)
        placed = [
            PlacedRow(line, query, answer)
            for line, query, answer in zip(rows.lines, queries, answers, strict=True)
        ]
        tell_placements(placed, self._task.plan, log)
        statuses = Counter(answer.status.value for answer in answers)
        content = self._write(rows.cells, answers)
        return self._folder.keep(
            rows.number, content, by_status=dict(statuses), remarks=log.remarks, untold=log.untold
        )

    def _write(self, cells: Sequence[list[str]], answers: Sequence[GeocodedAddress]) -> bytes:
        if self._task.form is SliceForm.CSV:
            return self._write_csv(cells, answers)
        return self._write_arrow(cells, answers)

    def _write_csv(self, cells: Sequence[list[str]], answers: Sequence[GeocodedAddress]) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self._task.separator, lineterminator="\n")
        write = self._cells.write
        writer.writerows([*row, *write(answer)] for row, answer in zip(cells, answers, strict=True))
        return text.getvalue().encode()

    def _write_arrow(self, cells: Sequence[list[str]], answers: Sequence[GeocodedAddress]) -> bytes:
        columns: list[Any] = []
        if self._task.keeps_input:
            columns += [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
        values = zip(*(self._cells.read(answer) for answer in answers), strict=True)
        schema = self.schema(self._task)
        columns += [
            pa.array(column, kind) for column, kind in zip(values, schema.types[len(columns) :], strict=True)
        ]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, schema) as writer:
            writer.write_batch(pa.record_batch(columns, schema=schema))
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

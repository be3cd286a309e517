"""One run over a file: which slices are still to be placed, by whom, and the sums of those that are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from data.bulk.errors import FileChangedError
from data.bulk.parquet_file import ParquetTable
from data.bulk.plain_csv import Piece, PlainCsv
from data.bulk.slice_log import FileLog
from data.bulk.slices import ROWS_OF_SLICE, RowSlice, SlicePlacer, SliceTask
from data.bulk.work_folder import FinishedSlice, WorkFolder
from data.bulk.workers import POOL_FROM_ROWS, count_cores, place_alone, place_together
from data.geocoder_recipe import GeocoderRecipe
from data.intake.table import Table
from data.reference import load_referential
from geo.territories import Referential

if TYPE_CHECKING:
    from data.intake.preparing import ManyGeocoder


@dataclass(frozen=True, slots=True)
class Extent:
    """How many rows there are, and how many cells the longest has beyond the last column."""

    rows: int
    overflow: int
    slices: int


def measure_rows(table: Table, plain: PlainCsv | None) -> Extent:
    """Go once through the rows, before any is placed: what cannot be read is found out now."""
    if plain is not None:
        return Extent(plain.rows, 0, len(plain.pieces))
    if isinstance(table, ParquetTable):
        return Extent(table.count, 0, -(-table.count // ROWS_OF_SLICE))
    rows = widest = 0
    for row in table.rows():
        rows += 1
        if row.overflow:
            widest = max(widest, len(row.overflow))
    return Extent(rows, widest, -(-rows // ROWS_OF_SLICE))


def _read_state(path: Path) -> tuple[int, int]:
    """Read what changes when somebody writes to the file."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns


class Run:
    """One call: the slices still to do, and the sums of those done."""

    def __init__(
        self,
        path: Path,
        out: Path,
        table: Table,
        extent: Extent,
        task: SliceTask,
        folder: WorkFolder,
        log: FileLog,
    ) -> None:
        self.path = path
        self.out = out
        self.task = task
        self.counted: Counter[str] = Counter()
        self.done = 0
        self.resumed = 0
        self._table = table
        self._extent = extent
        self._folder = folder
        self._log = log
        self._waiting: dict[int, FinishedSlice] = {}
        self._next = 0
        self._state = _read_state(path)

    def place(
        self,
        geocoder: ManyGeocoder | GeocoderRecipe,
        progress: Callable[[int], None] | None,
        *,
        workers: int | None,
        referential: Referential | None,
    ) -> None:
        """Place all rows that no earlier run has placed."""
        for number in range(self._extent.slices):
            kept = self._folder.find(number)
            if kept is not None:
                self._take(kept)
                self.resumed += kept.rows
        if self.resumed and progress is not None:
            progress(self.done)
        if self.done < self._extent.rows:
            # Closed at once when the work is stopped: its processes end before this one says so.
            with closing(self._place_rest(geocoder, workers, referential)) as placed:
                for finished in placed:
                    self._take(finished)
                    if progress is not None:
                        progress(self.done)
        is_same = _read_state(self.path) == self._state
        if not is_same or self.done != self._extent.rows or self._next != self._extent.slices:
            raise FileChangedError(self.path, expected=self._extent.rows, received=self.done)

    def _place_rest(
        self, geocoder: ManyGeocoder | GeocoderRecipe, workers: int | None, referential: Referential | None
    ) -> Generator[FinishedSlice, None, None]:
        left = self._extent.rows - self.done
        wanted = workers or (count_cores() if left >= POOL_FROM_ROWS else 1)
        wanted = min(wanted, -(-left // ROWS_OF_SLICE))
        if isinstance(geocoder, GeocoderRecipe):
            if wanted > 1:
                return place_together(self.task, geocoder, self._read_rest(), workers=wanted)
            geocoder = geocoder.make(referential=referential)
        placer = SlicePlacer(self.task, geocoder, referential or load_referential())
        return place_alone(placer, self._read_rest())

    def _read_rest(self) -> Iterator[RowSlice | Piece]:
        """Read the file again from its start, leaving out the slices that are done."""
        finished = set(self._waiting) | set(range(self._next))
        if self.task.plain is not None:
            yield from (piece for piece in self.task.plain.pieces if piece.number not in finished)
            return
        width = len(self.task.columns)
        rows = self._table.rows(self._log)
        number = 0
        while slice_ := list(islice(rows, ROWS_OF_SLICE)):
            if number not in finished:
                cells = [
                    [*row.cells, *row.overflow, *[""] * (width - len(row.cells) - len(row.overflow))]
                    if width > len(row.cells)
                    else row.cells
                    for row in slice_
                ]
                yield RowSlice(number, [row.line for row in slice_], cells)
            number += 1

    def _take(self, finished: FinishedSlice) -> None:
        """Add up a slice; what was told of it waits for those before."""
        self.done += finished.rows
        self.counted.update(finished.by_status)
        self._waiting[finished.number] = finished
        while self._next in self._waiting:
            ready = self._waiting.pop(self._next)
            self._log.take(ready.remarks, ready.untold)
            self._next += 1

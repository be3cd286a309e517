"""Rows placed: what is asked of each, what is answered, what is told of it; the same address only once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from data.bulk.slice_log import Remark, SliceLog
from data.intake.addresses import AddressReader
from data.intake.fields import Field
from data.intake.mapping import ColumnPlan
from data.intake.placing import PlacedRow, tell_placements
from geo.geocoding.answer import GeocodedAddress
from geo.records import PlacementStatus

if TYPE_CHECKING:  # importing files needs the register's libraries, placing their rows does not
    from data.intake.preparing import ManyGeocoder

POINT_FIELDS = frozenset(
    (Field.LATITUDE, Field.LONGITUDE, Field.COORDINATES, Field.X, Field.Y, Field.POINT_PRECISION)
)
PLACE_FIELDS = POINT_FIELDS | {
    Field.FULL_ADDRESS,
    Field.STREET,
    Field.POSTCODE,
    Field.CITY,
    Field.CODE_INSEE,
}
"""Fields that say where a row is."""

MOST_REMEMBERED = 20_000
"""Addresses whose answer is kept for the rows to come: a few megabytes."""

_WRITTEN = {status: status.value for status in PlacementStatus}

Cells = TypeVar("Cells")


class PlacedCells(NamedTuple, Generic[Cells]):
    """What became of a row: its status, its answer as it is written, and what is told of it."""

    status: str
    cells: Cells
    remarks: Sequence[Remark] = ()


class RowPlacer(Generic[Cells]):
    """
    Places rows.

    Parameters
    ----------
    plan
        Which columns hold the address.
    geocoder
        Who places it.
    write
        Writes an answer as it is kept.
    """

    def __init__(
        self, plan: ColumnPlan, geocoder: ManyGeocoder, write: Callable[[GeocodedAddress], Cells]
    ) -> None:
        self._plan = plan
        self._geocoder = geocoder
        self._write = write
        used = {
            column
            for field, recipe in plan.recipes.items()
            if field in PLACE_FIELDS or field in (Field.HOUSENUMBER, Field.COMPLEMENT)
            for column in recipe.columns
        }
        # Points are told of together, and hardly ever come twice.
        has_points = bool(POINT_FIELDS & plan.recipes.keys())
        self._key = itemgetter(*sorted(used)) if used and not has_points else None
        self._known: dict[object, PlacedCells[Cells]] = {}

    def place(
        self, lines: Sequence[int], rows: Sequence[list[str]], log: SliceLog
    ) -> list[PlacedCells[Cells]]:
        """
        Place rows: one answer each, in their order; `log` is told what a person should know of them.

        Raises
        ------
        ValueError
            If there is not exactly one answer per row.
        """
        known = self._known
        if len(known) > MOST_REMEMBERED:
            known.clear()
        keys: Sequence[object] = range(len(rows)) if self._key is None else list(map(self._key, rows))
        if self._key is None:
            known.clear()
        fresh: dict[object, int] = {}
        for rank, key in enumerate(keys):
            if key not in known:
                fresh.setdefault(key, rank)
        self._place_fresh(fresh, lines, rows)
        placed = [known[key] for key in keys]
        for line, each in zip(lines, placed, strict=True):
            for remark in each.remarks:
                log.keep(remark._replace(line=line))
        return placed

    def _place_fresh(self, fresh: dict[object, int], lines: Sequence[int], rows: Sequence[list[str]]) -> None:
        """Place the rows whose address was not met before."""
        log = SliceLog(is_limited=False)
        read = AddressReader(self._plan, log).read
        queries = [read(lines[rank], rows[rank]).query for rank in fresh.values()]
        answers = self._geocoder.geocode_many(queries)
        placed = [
            PlacedRow(lines[rank], query, answer)
            for rank, query, answer in zip(fresh.values(), queries, answers, strict=True)
        ]
        tell_placements(placed, self._plan, log)
        told: dict[int | None, list[Remark]] = {}
        for remark in log.remarks:
            told.setdefault(remark.line, []).append(remark)
        write = self._write
        for key, (line, _, answer) in zip(fresh, placed, strict=True):
            self._known[key] = PlacedCells(_WRITTEN[answer.status], write(answer), told.get(line, ()))

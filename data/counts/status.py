"""Where the rows of the register stand: what every answer reconciles with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from data.hiding.fields import MAY_READ
from data.session import Session
from data.tables import shown_counts
from geo.records import Kind, PlacementStatus, StatusCounts, Visibility

SHOWN_COUNTS = "shown_counts"
"""What `ShownCounts` are remembered under, at each state of the register."""

_ALL_SECTORS_ID = 0
_NOBODY = StatusCounts()


@dataclass(frozen=True, slots=True)
class ShownCounts:
    """
    The rows that their source still shows, whatever their dates.

    `by_sector` counts, by sector id (0 for everything), what is in the sector or under it; `cells` counts the
    same by kind, status and who may read it.
    """

    by_sector: Mapping[int, Mapping[Kind, StatusCounts]]
    cells: Mapping[int, Sequence[tuple[str, str, str, int]]]

    def count(self, *, sector_id: int = _ALL_SECTORS_ID, kind: Kind | None = None) -> StatusCounts:
        """Give the counts of a sector, of one kind or of all of them together."""
        by_kind = self.by_sector.get(sector_id, {})
        if kind is not None:
            return by_kind.get(kind, _NOBODY)
        return _add(tuple(by_kind.values()))

    def count_hidden(self, reader: Visibility) -> int:
        """Count those that a reader may not read."""
        return self.count_readable(reader)[1]

    def count_readable(
        self,
        reader: Visibility,
        *,
        sector_id: int = _ALL_SECTORS_ID,
        kind: Kind | None = None,
        status: PlacementStatus | None = None,
    ) -> tuple[int, int]:
        """Count those that a reader may read, and those that are hidden from this reader."""
        allowed = {visibility.value for visibility in MAY_READ[reader]}
        readable = hidden = 0
        for of_kind, of_status, visibility, count in self.cells.get(sector_id, ()):
            if kind in {None, of_kind} and status in {None, of_status}:
                if visibility in allowed:
                    readable += count
                else:
                    hidden += count
        return readable, hidden


def read_status_counts(
    session: Session, *, kind: Kind | None = None, sector: str | None = None
) -> StatusCounts:
    """
    Count the rows that their source still shows, by status, whoever may read them.

    Parameters
    ----------
    session
        Any session.
    kind, sector
        What to count; a sector counts with all that stands under it. None counts everything.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    """
    sector_id = _ALL_SECTORS_ID if sector is None else session.register.sectors.id_of(sector)
    return read_shown_counts(session).count(sector_id=sector_id, kind=kind)


def read_shown_counts(session: Session) -> ShownCounts:
    """Read the counts that are kept ready: some hundreds, once for a state of the register."""
    return session.remember(SHOWN_COUNTS, lambda: _read_shown_counts(session))


def _read_shown_counts(session: Session) -> ShownCounts:
    statuses: dict[tuple[int, str], Counter[str]] = {}
    cells: dict[int, list[tuple[str, str, str, int]]] = {}
    columns = shown_counts.c
    for sector_id, kind, status, visibility, count in session.connection.execute(
        select(columns.sector_id, columns.kind, columns.status, columns.visibility, columns.count)
    ):
        statuses.setdefault((sector_id, kind), Counter())[status] += count
        cells.setdefault(sector_id, []).append((kind, status, visibility, count))
    by_sector: dict[int, dict[Kind, StatusCounts]] = {}
    for (sector_id, kind), counts in statuses.items():
        by_sector.setdefault(sector_id, {})[Kind(kind)] = make_status_counts(counts)
    return ShownCounts(by_sector, cells)


@lru_cache(maxsize=256)
def _add(several: tuple[StatusCounts, ...]) -> StatusCounts:
    counts: Counter[str] = Counter()
    for each in several:
        counts.update(each.by_status())
    return make_status_counts(counts)


def make_status_counts(count_by_status: Mapping[str, int]) -> StatusCounts:
    """
    Make the record from counts by status name.

    Examples
    --------
    >>> make_status_counts({"placed": 2, "unplaced": 1}).received
    3
    """
    return StatusCounts(**{status.value: count_by_status.get(status.value, 0) for status in PlacementStatus})

"""Where the rows of the register stand: what every answer reconciles with."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from data.presences import is_shown
from data.session import Session
from data.tables import presence_sector, presences
from geo.records import Kind, PlacementStatus, StatusCounts


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
    """

    def count() -> StatusCounts:
        statement = select(presences.c.status, func.count()).where(is_shown()).group_by(presences.c.status)
        if kind is not None:
            statement = statement.where(presences.c.kind == kind.value)
        if sector is not None:
            first, last = session.register.sectors.id_range(sector)
            inside = select(presence_sector.c.presence_id).where(
                presence_sector.c.sector_id.between(first, last)
            )
            statement = statement.where(presences.c.id.in_(inside))
        return make_status_counts({row[0]: row[1] for row in session.connection.execute(statement)})

    return session.remember(("status_counts", kind, sector), count)


def make_status_counts(count_by_status: Mapping[str, int]) -> StatusCounts:
    """
    Make the record from counts by status name.

    Examples
    --------
    >>> make_status_counts({"placed": 2, "unplaced": 1}).received
    3
    """
    return StatusCounts(**{status.value: count_by_status.get(status.value, 0) for status in PlacementStatus})

"""Where the rows of the register stand: what every answer reconciles with."""

from __future__ import annotations

from collections import Counter
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
    by_kind = session.remember(("status_counts", sector), lambda: _count_by_kind(session, sector))
    return sum_status_counts(by_kind, kind)


def sum_status_counts(by_kind: Mapping[Kind, StatusCounts], kind: Kind | None) -> StatusCounts:
    """Give the counts of one kind, or of all of them together."""
    counts: Counter[str] = Counter()
    for each in Kind if kind is None else (kind,):
        counts.update(by_kind[each].by_status())
    return make_status_counts(counts)


def _count_by_kind(session: Session, sector: str | None) -> Mapping[Kind, StatusCounts]:
    columns = presences.c
    statement = (
        select(columns.kind, columns.status, func.count())
        .where(is_shown())
        .group_by(columns.kind, columns.status)
    )
    if sector is not None:
        first, last = session.register.sectors.id_range(sector)
        within = select(presence_sector.c.presence_id).where(presence_sector.c.sector_id.between(first, last))
        statement = statement.where(columns.id.in_(within))
    found: dict[str, dict[str, int]] = {kind.value: {} for kind in Kind}
    for kind, status, count in session.connection.execute(statement):
        found[kind][status] = count
    return {kind: make_status_counts(found[kind.value]) for kind in Kind}


def make_status_counts(count_by_status: Mapping[str, int]) -> StatusCounts:
    """
    Make the record from counts by status name.

    Examples
    --------
    >>> make_status_counts({"placed": 2, "unplaced": 1}).received
    3
    """
    return StatusCounts(**{status.value: count_by_status.get(status.value, 0) for status in PlacementStatus})

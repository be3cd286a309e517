"""Today's counts, kept ready: per territory, kind and sector, and per kind, sector and status.

They are written in the transaction that changes presences. A count for a sector is of the distinct presences
in it or under it; sector 0 is every presence once, never a sum of sectors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, literal, or_, select, union_all, update
from sqlalchemy.sql import Subquery

from data.rows import insert_rows
from data.tables import presence_sector, presences, register_state, sectors, status_counts, summary_counts
from data.territories import read_membership
from geo.records import COUNTED_STATUSES, Kind, Level
from geo.territories import Referential

SummaryKey = tuple[str, str, str, int]
"""Level, territory, kind, sector id."""


def is_in_force(day: date) -> ColumnElement[bool]:
    """
    Say in SQL whether a presence is in force on a day, from today's columns: the rules of `data.coverage`.

    Right as long as no source row changed after that day; past days are recounted from the periods.
    """
    columns = presences.c
    is_event = columns.kind == Kind.EVENT.value
    absent_since = columns.absent_from_source_since
    return and_(
        func.coalesce(columns.starts_on, columns.seen_since) <= day,
        or_(absent_since.is_(None), absent_since > day, and_(is_event, absent_since > columns.starts_on)),
        or_(is_event, columns.ends_on.is_(None), columns.ends_on >= day),
    )


def rebuild_summary_tables(connection: Connection, referential: Referential, *, day: date) -> None:
    """Count everything again as of a day (today), inside the caller's writing transaction."""
    connection.execute(delete(summary_counts))
    connection.execute(delete(status_counts))
    climb = _climb()
    columns = presences.c
    cell = (columns.commune, columns.kind, climb.c.ancestor_id, columns.status)
    found = connection.execute(
        select(*cell, func.count(columns.id.distinct()))
        .select_from(presence_sector)
        .join(presences, presence_sector.c.presence_id == columns.id)
        .join(climb, climb.c.sector_id == presence_sector.c.sector_id)
        .where(is_in_force(day))
        .group_by(*cell)
    )
    by_commune: Counter[tuple[str, str, int]] = Counter()
    by_status: Counter[tuple[str, int, str]] = Counter()
    for commune, kind, sector_id, status, count in found:
        by_status[kind, sector_id, status] += count
        if status in COUNTED_STATUSES:
            by_commune[commune, kind, sector_id] += count
    insert_rows(
        connection,
        status_counts,
        ("kind", "sector_id", "status", "count"),
        [(*key, count) for key, count in by_status.items()],
    )
    insert_rows(
        connection,
        summary_counts,
        ("level", "territory", "kind", "sector_id", "count"),
        [(*key, count) for key, count in _sum_levels(referential, by_commune).items()],
    )
    connection.execute(
        update(register_state).values(summary_day=day, summary_until=_find_next_change(connection, day))
    )


def _climb() -> Subquery:
    """Give every sector with each sector it counts in: itself, those above it; and 0 with 0."""
    child, ancestor = sectors.alias("child"), sectors.alias("ancestor")
    return union_all(
        select(child.c.id.label("sector_id"), ancestor.c.id.label("ancestor_id")).join(
            ancestor, child.c.id.between(ancestor.c.id, ancestor.c.last_id)
        ),
        select(literal(0), literal(0)),
    ).subquery("climb")


def _sum_levels(
    referential: Referential, by_commune: Mapping[tuple[str, str, int], int]
) -> dict[SummaryKey, int]:
    totals: dict[SummaryKey, int] = {}
    for level in Level:
        name = level.value
        membership = read_membership(referential, level, referential.vintage)
        for (commune, kind, sector_id), count in by_commune.items():
            key = (name, membership[commune], kind, sector_id)
            totals[key] = totals.get(key, 0) + count
    return totals


def _find_next_change(connection: Connection, day: date) -> date | None:
    """Give the first day after `day` on which anybody starts, ends or leaves: counts are then out of date."""
    columns = presences.c
    starts = func.coalesce(columns.starts_on, columns.seen_since)
    firsts = (
        connection.execute(select(func.min(starts)).where(starts > day)).scalar(),
        connection.execute(
            select(func.min(columns.absent_from_source_since)).where(columns.absent_from_source_since > day)
        ).scalar(),
    )
    ends = connection.execute(
        select(func.min(columns.ends_on)).where(columns.ends_on >= day, columns.kind != Kind.EVENT.value)
    ).scalar()
    days = [first for first in firsts if first is not None]
    if ends is not None:
        days.append(ends + timedelta(days=1))
    return min(days, default=None)

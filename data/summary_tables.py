"""Today's counts, kept ready: per territory, kind and sector, and per kind, sector and status.

They are written in the transaction that changes presences. A count for a sector is of the distinct presences
in it or under it; sector 0 is every presence once, never a sum of sectors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.sql import Subquery

from data.rows import insert_rows
from data.tables import presence_sector, presences, register_state, sectors, status_counts, summary_counts
from data.territories import read_membership
from geo.records import COUNTED_STATUSES, Kind, Level
from geo.territories import Referential

SummaryKey = tuple[str, str, str, int]
"""Level, territory, kind, sector id."""

StatusKey = tuple[str, int, str]
"""Kind, sector id, status."""

_SUMMARY_COLUMNS = ("level", "territory", "kind", "sector_id", "count")
_STATUS_COLUMNS = ("kind", "sector_id", "status", "count")


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


@dataclass(frozen=True, slots=True)
class Counts:
    """The content of both tables, by their keys."""

    by_territory: Mapping[SummaryKey, int]
    by_status: Mapping[StatusKey, int]


def rebuild_summary_tables(connection: Connection, referential: Referential, *, day: date) -> None:
    """Count everything again as of a day (today), inside the caller's writing transaction."""
    counts = count_presences_now(connection, referential, day=day)
    connection.execute(delete(summary_counts))
    connection.execute(delete(status_counts))
    insert_rows(
        connection, status_counts, _STATUS_COLUMNS, [(*key, count) for key, count in counts.by_status.items()]
    )
    insert_rows(
        connection,
        summary_counts,
        _SUMMARY_COLUMNS,
        [(*key, count) for key, count in counts.by_territory.items()],
    )
    _note_day(connection, day)


def adjust_summary_tables(
    connection: Connection, referential: Referential, *, before: Counts, after: Counts, day: date
) -> None:
    """
    Bring both tables up to date with a few presences that have changed.

    Parameters
    ----------
    connection
        A connection inside a writing transaction.
    referential
        The territories.
    before, after
        What `count_presences_now` gives for those presences, before and after their change.
    day
        Today.
    """
    since, until = connection.execute(
        select(register_state.c.summary_day, register_state.c.summary_until)
    ).one()
    if since is None or day < since or (until is not None and until <= day):
        rebuild_summary_tables(connection, referential, day=day)
        return
    _add_differences(connection, status_counts, before.by_status, after.by_status)
    _add_differences(connection, summary_counts, before.by_territory, after.by_territory)
    _note_day(connection, since)


def _add_differences(
    connection: Connection,
    table: Table,
    before: Mapping[tuple[str | int, ...], int] | Mapping[SummaryKey, int] | Mapping[StatusKey, int],
    after: Mapping[tuple[str | int, ...], int] | Mapping[SummaryKey, int] | Mapping[StatusKey, int],
) -> None:
    was: dict[tuple[str | int, ...], int] = dict(before.items())
    becomes: dict[tuple[str | int, ...], int] = dict(after.items())
    keys = [column for column in table.columns if column is not table.c.count]
    for key in {*was, *becomes}:
        difference = becomes.get(key, 0) - was.get(key, 0)
        if not difference:
            continue
        row = and_(*(column == part for column, part in zip(keys, key, strict=True)))
        changed = connection.execute(update(table).where(row).values(count=table.c.count + difference))
        if changed.rowcount == 0:
            names = [column.name for column in table.columns]
            connection.execute(insert(table).values(dict(zip(names, (*key, difference), strict=True))))
    connection.execute(delete(table).where(table.c.count == 0))


def _note_day(connection: Connection, day: date) -> None:
    connection.execute(
        update(register_state).values(summary_day=day, summary_until=_find_next_change(connection, day))
    )


def count_presences_now(
    connection: Connection, referential: Referential, *, day: date, only: Sequence[int] | None = None
) -> Counts:
    """
    Count the presences in force on a day from the presences themselves.

    Parameters
    ----------
    connection
        Any connection.
    referential
        The territories.
    day
        Today.
    only
        Ids of the only presences to count, None for all.
    """
    by_commune: Counter[tuple[str, str, int]] = Counter()
    by_status: Counter[StatusKey] = Counter()
    for standing in (_select_own_sectors(only), _select_sectors_above(only)):
        for commune, kind, sector_id, status, count in connection.execute(_count_cells(standing, day)):
            by_status[kind, sector_id, status] += count
            if status in COUNTED_STATUSES:
                by_commune[commune, kind, sector_id] += count
    return Counts(_sum_levels(referential, by_commune), by_status)


def _count_cells(standing: Subquery, day: date) -> Select[Any]:
    """Count, in each cell, the rows of a table of presences and the sectors that each counts in."""
    columns = presences.c
    cell = (columns.commune, columns.kind, standing.c.sector_id, columns.status)
    return (
        select(*cell, func.count())
        .select_from(standing)
        .join(presences, standing.c.presence_id == columns.id)
        .where(is_in_force(day))
        .group_by(*cell)
    )


def _select_own_sectors(only: Sequence[int] | None) -> Subquery:
    """Give each presence with 0 and with its own sectors that have none under them: each once already."""
    above = select(sectors.c.id).where(sectors.c.last_id > sectors.c.id)
    return _select_rows(only).where(presence_sector.c.sector_id.not_in(above)).subquery("standing")


def _select_sectors_above(only: Sequence[int] | None) -> Subquery:
    """Give each presence with the sectors that have others under them, once however many of those it has."""
    columns = presence_sector.c
    above = sectors.alias("above")
    rows = _select_rows(only).with_only_columns(columns.presence_id, above.c.id.label("sector_id"))
    return (
        rows.join(above, columns.sector_id.between(above.c.id, above.c.last_id))
        .where(above.c.last_id > above.c.id)
        .distinct()
        .subquery("standing")
    )


def _select_rows(only: Sequence[int] | None) -> Select[Any]:
    columns = presence_sector.c
    rows = select(columns.presence_id, columns.sector_id)
    return rows if only is None else rows.where(columns.presence_id.in_(only))


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
    # « 9999-12-31 » is how many lists write « no end »: there is no day after it.
    if ends is not None and ends < date.max:
        days.append(ends + timedelta(days=1))
    return min(days, default=None)

"""Today's counts, kept ready: per territory, kind and sector; per kind, sector and status; per reader.

They are written in the transaction that changes presences. A count for a sector is of the distinct presences
in it or under it; sector 0 is every presence once, never a sum of sectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, Table, and_, case, func, select, update

from data.counts.counting import Counts, count_presences_now, is_in_force
from data.counts.writing import Key, add_counts, replace_counts
from data.cycle_search import without_cycle_search
from data.rows import in_batches
from data.tables import presences, register_state, shown_counts, status_counts, summary_counts
from geo.records import Kind
from geo.territories import Referential

__all__ = [
    "Counts",
    "adjust_summary_tables",
    "count_presences_now",
    "forget_summary_tables",
    "is_in_force",
    "is_summary_current",
    "rebuild_summary_tables",
]


def rebuild_summary_tables(connection: Connection, referential: Referential, *, day: date) -> None:
    """Count everything again as of a day (today), inside the caller's writing transaction."""
    with without_cycle_search():
        counts = count_presences_now(connection, referential, day=day)
        for table, content in _each_table(counts):
            replace_counts(connection, table, content)
    _note_day(connection, day, _find_next_change(connection, day))


def is_summary_current(connection: Connection, day: date) -> bool:
    """Say whether the counts that are kept hold on a day: no list, start or end came between."""
    columns = register_state.c
    since, until = connection.execute(select(columns.summary_day, columns.summary_until)).one()
    return since is not None and since <= day and (until is None or day < until)


def forget_summary_tables(connection: Connection) -> None:
    """Note that the counts that are kept hold on no day: whoever needs them has to count."""
    connection.execute(update(register_state).values(summary_day=None, summary_until=None))


def adjust_summary_tables(
    connection: Connection,
    referential: Referential,
    *,
    before: Counts,
    after: Counts,
    day: date,
    changed: Sequence[int] | None = None,
    from_id: int | None = None,
) -> None:
    """
    Bring the tables up to date with presences that have changed.

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
    changed, from_id
        Which presences those are: their ids, or the smallest of them.
    """
    if not is_summary_current(connection, day):
        rebuild_summary_tables(connection, referential, day=day)
        return
    for (table, were), (_, are) in zip(_each_table(before), _each_table(after), strict=True):
        add_counts(connection, table, _subtract(are, were))
    state = register_state.c
    since, until = connection.execute(select(state.summary_day, state.summary_until)).one()
    found = _find_next_change(connection, day, changed, from_id)
    # What used to come first may come no more: to count again on that day is then one time too many.
    _note_day(connection, since, min((day for day in (until, found) if day is not None), default=None))


def _each_table(counts: Counts) -> list[tuple[Table, dict[Key, int]]]:
    return [
        (status_counts, dict(counts.by_status.items())),
        (shown_counts, dict(counts.by_reader.items())),
        (summary_counts, dict(counts.by_territory.items())),
    ]


def _subtract(are: Mapping[Key, int], were: Mapping[Key, int]) -> dict[Key, int]:
    keys = {**were, **are}
    return {key: more for key in keys if (more := are.get(key, 0) - were.get(key, 0))}


def _note_day(connection: Connection, day: date, until: date | None) -> None:
    connection.execute(update(register_state).values(summary_day=day, summary_until=until))


def _find_next_change(
    connection: Connection, day: date, only: Sequence[int] | None = None, from_id: int | None = None
) -> date | None:
    """Give the first day after `day` on which anybody starts, ends or leaves: counts are then out of date."""
    columns = presences.c
    starts = func.coalesce(columns.starts_on, columns.seen_since)
    gone = columns.absent_from_source_since
    ends = and_(columns.ends_on >= day, columns.kind != Kind.EVENT.value)
    statement = select(
        func.min(case((starts > day, starts))),
        func.min(case((gone > day, gone))),
        func.min(case((ends, columns.ends_on))),
    )
    if from_id is not None:
        statement = statement.where(columns.id >= from_id)
    batches = [None] if only is None else list(in_batches(only))
    days: list[date] = []
    for batch in batches:
        asked = statement if batch is None else statement.where(columns.id.in_(batch))
        start, leaving, end = connection.execute(asked).one()
        days += [first for first in (start, leaving) if first is not None]
        # « 9999-12-31 » is how many lists write « no end »: there is no day after it.
        if end is not None and end < date.max:
            days.append(end + timedelta(days=1))
    return min(days, default=None)

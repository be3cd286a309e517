"""When a source shows a presence: periods that stay right in whatever order lists are imported.

An import says, for its as-of day, which presences its source shows. A presence is shown from that day until
the next import, by as-of day, that does not show it. Last year's list entered this year changes last year
only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from data.rows import in_batches
from data.tables import presence_periods, presences


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From a day included to a day excluded; open when `until` is None."""

    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Say whether a day lies inside."""
        return self.since <= day and (self.until is None or day < self.until)


def show(periods: Iterable[Period], *, day: date, next_day: date | None) -> tuple[Period, ...]:
    """
    Add that an import of `day` shows the presence, the source's next import being of `next_day`.

    Examples
    --------
    >>> later = Period(since=date(2026, 1, 1), until=None)
    >>> show([later], day=date(2025, 1, 1), next_day=date(2026, 1, 1))
    (Period(since=datetime.date(2025, 1, 1), until=None),)
    """
    kept = list(periods)
    if any(period.covers(day) for period in kept):
        return tuple(kept)
    since, until = day, next_day
    for period in list(kept):
        if period.until == day:
            kept.remove(period)
            since = min(since, period.since)
        elif next_day is not None and period.since == next_day:
            kept.remove(period)
            until = period.until
    return tuple(sorted([*kept, Period(since=since, until=until)], key=lambda period: period.since))


def hide(periods: Iterable[Period], *, day: date, next_day: date | None) -> tuple[Period, ...]:
    """
    Take away what an import of `day` no longer shows, up to the source's next import.

    Examples
    --------
    >>> always = Period(since=date(2024, 1, 1), until=None)
    >>> [period.since.year for period in hide([always], day=date(2025, 1, 1), next_day=date(2026, 1, 1))]
    [2024, 2026]
    """
    kept: list[Period] = []
    for period in periods:
        if not period.covers(day):
            kept.append(period)
            continue
        if period.since < day:
            kept.append(Period(since=period.since, until=day))
        if next_day is not None and (period.until is None or next_day < period.until):
            kept.append(Period(since=next_day, until=period.until))
    return tuple(kept)


def read_periods(connection: Connection, ids: Collection[int]) -> dict[int, tuple[Period, ...]]:
    """Give the periods of presences, oldest first; one without any has an empty tuple."""
    found: dict[int, list[Period]] = {presence_id: [] for presence_id in ids}
    columns = presence_periods.c
    for batch in in_batches(ids):
        rows = connection.execute(
            select(columns.presence_id, columns.seen_from, columns.seen_until)
            .where(columns.presence_id.in_(batch))
            .order_by(columns.presence_id, columns.seen_from)
        )
        for presence_id, since, until in rows:
            found[presence_id].append(Period(since=since, until=until))
    return {presence_id: tuple(periods) for presence_id, periods in found.items()}


def write_periods(connection: Connection, changed: dict[int, tuple[Period, ...]], *, day: date) -> None:
    """
    Replace the periods of presences, and the two columns of `presences` that sum them up.

    Parameters
    ----------
    connection
        A connection inside a writing transaction.
    changed
        The new periods, oldest first, by presence.
    day
        The as-of day that changes them: one that nothing shows any more is absent since then.
    """
    if not changed:
        return
    connection.execute(
        delete(presence_periods).where(presence_periods.c.presence_id == bindparam("of")),
        [{"of": presence_id} for presence_id in changed],
    )
    rows = [
        {"presence_id": presence_id, "seen_from": period.since, "seen_until": period.until}
        for presence_id, periods in changed.items()
        for period in periods
    ]
    if rows:
        connection.execute(insert(presence_periods), rows)
    shown = [
        {"of": presence_id, "first": periods[0].since, "gone": periods[-1].until}
        for presence_id, periods in changed.items()
        if periods
    ]
    never_shown = [
        {"of": presence_id, "gone": day} for presence_id, periods in changed.items() if not periods
    ]
    one = update(presences).where(presences.c.id == bindparam("of"))
    if shown:
        connection.execute(
            one.values(seen_since=bindparam("first"), absent_from_source_since=bindparam("gone")), shown
        )
    if never_shown:
        connection.execute(one.values(absent_from_source_since=bindparam("gone")), never_shown)

"""Who is in force on a day, counted from the presences themselves: slower than the summary, for any day.

What holds on a day D:

- an actor, a project, an antenne or an ambassador is in force from its start to its end, both included; one
  whose start nobody knows starts on the first day at which its source shows it;
- it must be shown by its source at D; a known start may lie before the first list that shows it, and what it
  was then is what is known of it today;
- an event counts from the day it takes place, and stays counted: it did take place. One that its source had
  dropped by then was cancelled, and never counts.

What a presence is on D (status, commune, sectors, zone) is what its source row said then, overlaid by
people's corrections, which hold for all days: they mend what was wrong from the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select, true

from data.rows import in_batches
from data.session import Session
from data.stored_values import PLACEMENT_COLUMNS
from data.tables import corrections, presence_periods, presences, source_rows
from geo.records import COUNTED_STATUSES, Kind, PlacementStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPresence:
    """What a count needs of a presence, as it stands on a day."""

    id: int
    status: PlacementStatus
    commune: str | None
    sectors: tuple[str, ...]
    zone: tuple[str, ...]
    zone_radius_m: float | None
    lon: float | None
    lat: float | None

    @property
    def is_counted(self) -> bool:
        """Say whether it counts where it sits."""
        return self.status in COUNTED_STATUSES


# Which columns of a source row a correction of a field hides.
_HIDDEN_BY = dict.fromkeys(("position", "at_home"), frozenset(PLACEMENT_COLUMNS))
_VERSION_COLUMNS = ("status", "commune", "sectors", "zone", "zone_radius_m", "starts_on", "ends_on")
_STANDING_COLUMNS = ("id", "status", "commune", "sectors", "zone", "zone_radius_m", "lon", "lat")
_STATUSES = {status.value: status for status in PlacementStatus}


def read_standing(session: Session, *, kind: Kind, day: date) -> list[StandingPresence]:
    """
    Give the presences of a kind that are in force on a day, by id.

    Parameters
    ----------
    session
        Any session.
    kind
        Which kind; kinds are never counted together.
    day
        The day: today, or any day before or after.
    """
    columns = presences.c
    changed_since = _select_changed(kind, day)
    then = _read_versions(session, changed_since, day)
    shown = [columns[name] for name in _STANDING_COLUMNS]
    rows = session.connection.execute(
        select(*shown).where(
            columns.kind == kind.value, columns.id.not_in(changed_since), _is_in_force(kind, day)
        )
    )
    standing = [_make_standing(row, {}) for row in rows]
    evaluated: list[ColumnElement[Any]] = [
        *shown,
        columns.starts_on,
        columns.ends_on,
        _covers(day).label("covers"),
        _was_shown_at_start().label("shown_at_start"),
    ]
    changed = session.connection.execute(select(*evaluated).where(columns.id.in_(changed_since)))
    standing += [
        _make_standing(row, then[row.id]) for row in changed if _was_in_force(row, then[row.id], kind, day)
    ]
    return sorted(standing, key=lambda presence: presence.id)


def _make_standing(row: Row[Any], said: Mapping[str, Any]) -> StandingPresence:
    return StandingPresence(
        id=row.id,
        status=_STATUSES[said.get("status", row.status)],
        commune=said.get("commune", row.commune),
        sectors=tuple(said.get("sectors", row.sectors)),
        zone=tuple(said.get("zone", row.zone)),
        zone_radius_m=said.get("zone_radius_m", row.zone_radius_m),
        lon=row.lon,
        lat=row.lat,
    )


def _covers(day: date) -> ColumnElement[bool]:
    """Say in SQL whether the source of a presence showed it on a day."""
    period = presence_periods.c
    return exists().where(
        period.presence_id == presences.c.id,
        period.seen_from <= day,
        or_(period.seen_until.is_(None), period.seen_until > day),
    )


def _was_shown_at_start() -> ColumnElement[bool]:
    """Say in SQL whether the source of a presence had not dropped it when it started."""
    period = presence_periods.c
    return exists().where(
        period.presence_id == presences.c.id,
        or_(period.seen_until.is_(None), period.seen_until > presences.c.starts_on),
    )


def _is_in_force(kind: Kind, day: date) -> ColumnElement[bool]:
    """Say in SQL whether a presence is in force on a day, its row having said the same ever since."""
    columns = presences.c
    started = or_(_covers(day), columns.seen_since > day)
    not_over: ColumnElement[bool] = or_(columns.ends_on.is_(None), columns.ends_on >= day)
    if kind is Kind.EVENT:
        started, not_over = or_(started, _was_shown_at_start()), true()
    return and_(
        or_(and_(columns.starts_on.is_(None), _covers(day)), and_(columns.starts_on <= day, started)),
        not_over,
    )


def _was_in_force(row: Row[Any], said: Mapping[str, Any], kind: Kind, day: date) -> bool:
    """Say whether a presence was in force on a day, from what its row said then."""
    starts_on, ends_on = said.get("starts_on", row.starts_on), said.get("ends_on", row.ends_on)
    if starts_on is not None and starts_on > day:
        return False
    held = kind is Kind.EVENT and starts_on is not None and bool(row.shown_at_start)
    return (bool(row.covers) or held) and (kind is Kind.EVENT or ends_on is None or ends_on >= day)


def _select_changed(kind: Kind, day: date) -> Select[tuple[int]]:
    """Select the presences that a list had shown by a day, and whose row has changed since."""
    return (
        select(source_rows.c.presence_id)
        .join(presences, presences.c.id == source_rows.c.presence_id)
        .where(presences.c.kind == kind.value, presences.c.seen_since <= day, source_rows.c.as_of > day)
    )


def _read_versions(
    session: Session, changed_since: Select[tuple[int]], day: date
) -> dict[int, dict[str, Any]]:
    """Give what the source said on a day of the presences whose row has changed since."""
    columns = source_rows.c
    rows = session.connection.execute(
        select(columns.presence_id, columns.as_of, *(columns[name] for name in _VERSION_COLUMNS))
        .where(columns.presence_id.in_(changed_since))
        .order_by(columns.as_of, columns.import_id)
    )
    said: dict[int, dict[str, Any]] = {}
    for row in rows:
        # Oldest first: the last one of the day or before wins, else the very first.
        if row.presence_id not in said or row.as_of <= day:
            said[row.presence_id] = {name: getattr(row, name) for name in _VERSION_COLUMNS}
    for presence_id, field in _read_corrected_fields(session, list(said)):
        for column in _HIDDEN_BY.get(field, frozenset({field})):
            said[presence_id].pop(column, None)
    return said


def _read_corrected_fields(session: Session, ids: Sequence[int]) -> list[tuple[int, str]]:
    return [
        (row.presence_id, row.field)
        for batch in in_batches(ids)
        for row in session.connection.execute(
            select(corrections.c.presence_id, corrections.c.field).where(corrections.c.presence_id.in_(batch))
        )
    ]


def count_statuses(standing: Sequence[StandingPresence]) -> Mapping[str, int]:
    """Count presences by the name of their status."""
    counts: dict[str, int] = {}
    for presence in standing:
        counts[presence.status.value] = counts.get(presence.status.value, 0) + 1
    return counts

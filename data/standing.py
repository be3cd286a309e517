"""Who is in force on a day, counted from the presences themselves: slower than the summary, for any day.

What holds on a day D:

- an actor, a project, an antenne or an ambassador is in force from its start to its end, both included; one
  whose start nobody knows starts on the first day at which its source shows it;
- it must be shown by its source at D; a known start may lie before the first list that shows it;
- an event counts from the day it takes place, and stays counted: it did take place. One that its source had
  dropped by then was cancelled, and never counts.

What a presence is on D (status, commune, sectors, zone) is what its source row said then, overlaid by
people's corrections, which hold for all days: they mend what was wrong from the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, or_, select

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
    starts_on: date | None
    ends_on: date | None

    @property
    def is_counted(self) -> bool:
        """Say whether it counts where it sits."""
        return self.status in COUNTED_STATUSES


# Which columns of a source row a correction of a field hides.
_HIDDEN_BY = {"position": frozenset(PLACEMENT_COLUMNS)}
_VERSION_COLUMNS = ("status", "commune", "sectors", "zone", "zone_radius_m", "starts_on", "ends_on")


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
    period = presence_periods.c
    own = period.presence_id == columns.id
    covers = exists().where(
        own, period.seen_from <= day, or_(period.seen_until.is_(None), period.seen_until > day)
    )
    shown_at_start = and_(
        columns.starts_on.is_not(None),
        exists().where(own, or_(period.seen_until.is_(None), period.seen_until > columns.starts_on)),
    )
    rows = session.connection.execute(
        select(
            columns.id,
            columns.status,
            columns.commune,
            columns.sectors,
            columns.zone,
            columns.zone_radius_m,
            columns.lon,
            columns.lat,
            columns.starts_on,
            columns.ends_on,
            columns.seen_since,
            covers.label("covers"),
            shown_at_start.label("shown_at_start"),
        )
        .where(columns.kind == kind.value)
        .order_by(columns.id)
    ).all()
    then = _read_versions(session, kind, day)
    standing = []
    for row in rows:
        presence = StandingPresence(
            id=row.id,
            status=PlacementStatus(row.status),
            commune=row.commune,
            sectors=tuple(row.sectors),
            zone=tuple(row.zone),
            zone_radius_m=row.zone_radius_m,
            lon=row.lon,
            lat=row.lat,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
        )
        if row.id in then:
            presence = replace(presence, **then[row.id])
        if _is_in_force(
            presence,
            kind,
            day,
            seen_since=row.seen_since,
            covers=bool(row.covers),
            shown_at_start=bool(row.shown_at_start),
        ):
            standing.append(presence)
    return standing


def _is_in_force(
    presence: StandingPresence,
    kind: Kind,
    day: date,
    *,
    seen_since: date,
    covers: bool,
    shown_at_start: bool,
) -> bool:
    starts_on, ends_on = presence.starts_on, presence.ends_on
    if starts_on is None:
        is_known = covers
    elif starts_on > day:
        return False
    else:
        is_known = covers or day < seen_since or (kind is Kind.EVENT and shown_at_start)
    return is_known and (kind is Kind.EVENT or ends_on is None or ends_on >= day)


def _read_versions(session: Session, kind: Kind, day: date) -> dict[int, dict[str, Any]]:
    """Give what the source said on a day of the presences whose source row has changed since."""
    columns = source_rows.c
    changed_since = (
        select(columns.presence_id)
        .join(presences, presences.c.id == columns.presence_id)
        .where(presences.c.kind == kind.value, columns.as_of > day)
        .distinct()
    )
    ids = session.connection.execute(changed_since).scalars().all()
    said: dict[int, dict[str, Any]] = {}
    for batch in in_batches(ids):
        rows = session.connection.execute(
            select(columns.presence_id, columns.as_of, *(columns[name] for name in _VERSION_COLUMNS))
            .where(columns.presence_id.in_(batch))
            .order_by(columns.as_of, columns.import_id)
        )
        for row in rows:
            # Oldest first: the last one of the day or before wins, else the very first.
            if row.presence_id not in said or row.as_of <= day:
                said[row.presence_id] = {
                    "status": PlacementStatus(row.status),
                    "commune": row.commune,
                    "sectors": tuple(row.sectors),
                    "zone": tuple(row.zone),
                    "zone_radius_m": row.zone_radius_m,
                    "starts_on": row.starts_on,
                    "ends_on": row.ends_on,
                }
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

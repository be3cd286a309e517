"""Where a themed event would bring together most of the members that none has reached yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Row, Select, or_, select

from data.clock import today
from data.errors import OutOfBoundsError
from data.presences import is_shown, may_read, read_data_date, read_presences
from data.session import Register, Session
from data.tables import presence_sector, presences
from data.territories import Place, read_places
from geo.meeting.planning import Spots, find_reached, plan_stops
from geo.position import to_lambert93
from geo.records import COUNTED_STATUSES, Kind, Level, Presence, Territory, Visibility

REACH_M = 20_000.0
MONTHS = 24
_DAYS_PER_MONTH = 30.4375
_LONGEST_MONTHS = 120
_MEMBERS_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEvent:
    """
    A territory where an event of a sector is worth holding.

    `gain` counts the members that it would reach and that no event nor earlier line has; `members` are the
    first of them that the reader may read, by name.
    """

    territory: Territory
    sector: str
    gain: int
    members: tuple[Presence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorReach:
    """How many members a sector has, and how many of them an event has reached lately."""

    sector: str
    members: int
    reached: int
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPlan:
    """
    Where to hold events, best first, and what « reached » means.

    A member is reached when an event of its sector was held since `since`, in its intercommunalité or within
    `reach_m` of it as the crow flies; an event that is announced counts too.
    """

    planned: tuple[PlannedEvent, ...]
    by_sector: tuple[SectorReach, ...]
    sector: str | None
    since: date
    months: int
    reach_m: float
    data_date: date | None


def plan_events(
    register: Register,
    *,
    sector: str | None = None,
    months: int = MONTHS,
    reach_m: float = REACH_M,
    count: int = 10,
    reader: Visibility = Visibility.PUBLIC,
) -> EventPlan:
    """
    Plan themed events: territories where they would reach most members not yet reached.

    Parameters
    ----------
    register
        The register asked.
    sector
        Code of one sector, with all that stands under it; None for the top sectors, each by itself.
    months
        How long an event has an effect.
    reach_m
        How far people come, metres.
    count
        How many lines.
    reader
        Who asks: members and events that this reader may not read do not count.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    OutOfBoundsError
        If the months, the reach or the count are impossible.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     plan = plan_events(register, sector="mobilite")
    ...     register.close()
    >>> plan.planned, plan.by_sector[0].members
    ((), 0)
    """
    _check(months, reach_m, count)
    book = register.sectors
    codes = [book.get(sector).code] if sector else [top.code for top in book.children()]
    since = today() - timedelta(days=round(months * _DAYS_PER_MONTH))
    asked = ("events_planned", sector, months, reach_m, count, since, reader)
    with register.reading() as session:
        return session.remember(
            asked,
            lambda: _plan(
                session,
                codes,
                sector=sector,
                since=since,
                months=months,
                reach_m=reach_m,
                count=count,
                reader=reader,
            ),
        )


def _plan(
    session: Session,
    codes: Sequence[str],
    *,
    sector: str | None,
    since: date,
    months: int,
    reach_m: float,
    count: int,
    reader: Visibility,
) -> EventPlan:
    register = session.register
    venues = [epci for epci in register.referential.territories(Level.EPCI) if epci.position is not None]
    places = read_places(register.referential)
    reaches: list[SectorReach] = []
    lines: list[tuple[int, str, Territory, list[int]]] = []
    for code in codes:
        members = _read_rows(session, code, Kind.ACTOR, reader)
        events = _read_rows(session, code, Kind.EVENT, reader, since=since)
        reach, stops = _plan_one(members, events, venues, places, reach_m=reach_m, count=count)
        reaches.append(SectorReach(sector=code, members=len(members), reached=reach, events=len(events)))
        lines += [(len(ids), code, venue, ids) for venue, ids in stops]
    lines.sort(key=lambda line: (-line[0], line[2].name, line[1]))
    planned = tuple(
        PlannedEvent(territory=venue, sector=code, gain=gain, members=_read_members(session, ids, reader))
        for gain, code, venue, ids in lines[:count]
    )
    data_date = read_data_date(session)
    return EventPlan(
        planned=planned,
        by_sector=tuple(reaches),
        sector=sector,
        since=since,
        months=months,
        reach_m=reach_m,
        data_date=data_date,
    )


def _check(months: int, reach_m: float, count: int) -> None:
    if not 1 <= months <= _LONGEST_MONTHS:
        raise OutOfBoundsError(name="months", received=months, expected="un nombre de mois de 1 à 120")
    if not 0 < reach_m <= 200_000:
        raise OutOfBoundsError(name="reach_m", received=reach_m, expected="de 0 à 200 000 mètres")
    if not 1 <= count <= 100:
        raise OutOfBoundsError(name="count", received=count, expected="un nombre de 1 à 100")


def _plan_one(
    members: Sequence[Row[Any]],
    events: Sequence[Row[Any]],
    venues: Sequence[Territory],
    places: Any,  # noqa: ANN401 (places by commune)
    *,
    reach_m: float,
    count: int,
) -> tuple[int, list[tuple[Territory, list[int]]]]:
    """Give how many members are reached, and each territory with the ids that it would reach."""
    if not members:
        return 0, []
    spots = _place_rows(members, places)
    reached = find_reached(spots, _place_rows(events, places), reach_m=reach_m)
    lon = np.array([venue.position.lon for venue in venues if venue.position])
    lat = np.array([venue.position.lat for venue in venues if venue.position])
    places_of_venues = Spots(*to_lambert93(lon, lat), tuple(venue.code for venue in venues))
    stops = plan_stops(spots, places_of_venues, already=reached, reach_m=reach_m, count=count)
    return int(np.count_nonzero(reached)), [
        (venues[stop.venue], [members[rank].id for rank in stop.members]) for stop in stops
    ]


def _place_rows(rows: Sequence[Row[Any]], places: Any) -> Spots:  # noqa: ANN401 (places by commune)
    no_place = Place(commune_name="", epci=None, epci_name=None, departement=None)
    x_m, y_m = to_lambert93(
        np.array([row.lon for row in rows], dtype=np.float64),
        np.array([row.lat for row in rows], dtype=np.float64),
    )
    return Spots(x_m, y_m, tuple(places.get(row.commune, no_place).epci or "" for row in rows))


def _read_rows(
    session: Session, sector: str, kind: Kind, reader: Visibility, *, since: date | None = None
) -> list[Row[Any]]:
    columns = presences.c
    first, last = session.register.sectors.id_range(sector)
    within = select(presence_sector.c.presence_id).where(presence_sector.c.sector_id.between(first, last))
    is_event = kind is Kind.EVENT
    in_force: ColumnElement[bool] = (
        columns.starts_on >= since if is_event else or_(columns.ends_on.is_(None), columns.ends_on >= today())
    )
    statement: Select[Any] = (
        select(columns.id, columns.lon, columns.lat, columns.commune)
        .where(
            columns.kind == kind.value,
            columns.status.in_([status.value for status in COUNTED_STATUSES]),
            columns.lon.is_not(None),
            columns.id.in_(within),
            in_force,
            may_read(reader),
        )
        .order_by(columns.search_text, columns.id)
    )
    # An event that is over may be gone from its source: it has been held all the same.
    return list(session.connection.execute(statement if is_event else statement.where(is_shown())).all())


def _read_members(session: Session, ids: Sequence[int], reader: Visibility) -> tuple[Presence, ...]:
    found = read_presences(session, ids[:_MEMBERS_SHOWN], reader=reader)
    return tuple(found[number] for number in ids if number in found)

"""Whom a presence could meet, who could sponsor it, which projects are worth copying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select

from data.clock import today
from data.meeting_links import find_links, get_affinities, list_partners
from data.presences import (
    SELECT_PRESENCES,
    get_presence_record,
    is_shown,
    make_presences,
    may_read,
    read_data_date,
    read_presences,
)
from data.questions.near import find_nearest
from data.session import Register, Session
from data.tables import presences
from data.territories import find_communes, get_territory
from geo.meeting.suggesting import (
    MEETING_REACH_M,
    SPONSOR_REACH_M,
    SPONSOR_YEARS,
    Candidate,
    Suggestion,
    is_exactly_placed,
    suggest_copies,
    suggest_meetings,
    suggest_sponsors,
)
from geo.position import Position, measure_distances_m
from geo.records import COUNTED_STATUSES, Kind, Level, Presence, Visibility
from geo.surroundings import SearchPlace

_ACTORS_WEIGHED = 150
_PROJECTS_WEIGHED = 60
SHOWN = 6
"""How many suggestions of each sort are made unless the caller says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingAnswer:
    """
    What is suggested to a presence.

    `partners` gives the id of each partner that a project names, None for one that the register does not
    hold. A sponsor has been active for `sponsor_years` at least, and is `sponsor_reach_m` away at most.
    """

    presence: Presence
    meetings: tuple[Suggestion, ...]
    sponsors: tuple[Suggestion, ...]
    copies: tuple[Suggestion, ...]
    partners: Mapping[str, int | None]
    sponsor_years: int
    sponsor_reach_m: float
    data_date: date | None


def find_meetings(
    register: Register,
    presence_id: int,
    *,
    limit: int = SHOWN,
    reader: Visibility = Visibility.PUBLIC,
) -> MeetingAnswer:
    """
    Find whom a presence could meet, who could sponsor it, and which projects elsewhere are worth copying.

    Parameters
    ----------
    register
        The register asked.
    presence_id
        Who would meet.
    limit
        How many of each sort at most.
    reader
        Who asks: only what this reader may read is suggested.

    Raises
    ------
    UnknownPresenceError
        If no presence has this id, or the reader may not read it.
    """
    finder = get_affinities(register)
    with register.reading() as session:
        subject = get_presence_record(session, presence_id, reader=reader)
        where = _find_position(register, subject)
        links, linked = find_links(session, subject, reader)
        around = _read_around(session, where, finder.list_related(subject.sectors), reader)
        candidates = _measure(subject, where, [*linked, *around])
        sponsors = _read_sponsors(session, where, reader) if where else []
        projects = _read_projects(session, subject.sectors, reader)
        partners = list_partners(session, subject.partners, reader)
        data_date = read_data_date(session)
    is_sponsored = subject.kind in {Kind.ACTOR, Kind.PROJECT}
    return MeetingAnswer(
        presence=subject,
        meetings=suggest_meetings(subject, candidates, finder=finder, links=links, limit=limit),
        sponsors=suggest_sponsors(
            _measure(subject, where, sponsors),
            sectors=subject.sectors,
            finder=finder,
            day=today(),
            subject=subject,
            limit=limit if is_sponsored else 0,
        ),
        copies=suggest_copies(subject, _measure(subject, where, projects), finder=finder, limit=limit),
        partners=partners,
        sponsor_years=SPONSOR_YEARS,
        sponsor_reach_m=SPONSOR_REACH_M,
        data_date=data_date,
    )


def find_sponsors(
    register: Register,
    place: SearchPlace,
    *,
    sectors: Sequence[str] = (),
    limit: int = SHOWN,
    reader: Visibility = Visibility.PUBLIC,
) -> tuple[Suggestion, ...]:
    """
    Find who could sponsor somebody at a place, in some sectors or in any.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold a code.
    """
    for code in sectors:
        register.sectors.get(code)
    position = place.origin.position
    with register.reading() as session:
        found = _read_sponsors(session, position, reader)
    # From a town as a whole, the distance to a town hall would say nothing of where its reader is.
    is_exact = place.area is None
    candidates = [
        Candidate(
            presence=each.presence,
            distance_m=each.distance_m,
            is_exact=is_exact and is_exactly_placed(each.presence),
        )
        for each in _measure_from(position, found)
    ]
    return suggest_sponsors(
        candidates, sectors=sectors, finder=get_affinities(register), day=today(), limit=limit
    )


def _find_position(register: Register, subject: Presence) -> Position | None:
    """Find where a presence is, or the main place of where it acts."""
    if subject.position is not None:
        return subject.position
    for code in (subject.commune, *subject.zone):
        territory = register.referential.find(code) if code else None
        if territory is not None and territory.position is not None and territory.level is not Level.REGION:
            return territory.position
    return None


def _read_around(
    session: Session, where: Position | None, sectors: Sequence[str], reader: Visibility
) -> list[Presence]:
    if where is None or not sectors:
        return []
    found: dict[int, Presence] = {}
    for kind, count in ((Kind.ACTOR, _ACTORS_WEIGHED), (Kind.PROJECT, _PROJECTS_WEIGHED)):
        neighbours, _ = find_nearest(
            session,
            where,
            sectors=sectors,
            kind=kind,
            radius_m=MEETING_REACH_M,
            limit=count,
            reader=reader,
        )
        found |= {each.presence.id: each.presence for each in neighbours}
    return list(found.values())


def _read_sponsors(session: Session, where: Position, reader: Visibility) -> list[Presence]:
    """Read the actors who said they are willing to sponsor, in reach by a box of degrees at most."""
    tall = SPONSOR_REACH_M / 111_000
    wide = tall * 2
    near = [
        presence_id
        for presence_id, lon, lat in session.remember(("willing_sponsors",), lambda: _list_willing(session))
        if abs(lon - where.lon) <= wide and abs(lat - where.lat) <= tall
    ]
    return _without_over(read_presences(session, near, reader=reader).values())


def _list_willing(session: Session) -> list[tuple[int, float, float]]:
    """List who said so, with their points: few among all, and looked for once in a state of the register."""
    columns = presences.c
    statement = (
        select(columns.id, columns.lon, columns.lat)
        .where(
            columns.willing_to_sponsor.is_(True),
            columns.kind == Kind.ACTOR.value,
            columns.status.in_([status.value for status in COUNTED_STATUSES]),
            columns.lon.is_not(None),
            is_shown(),
        )
        .order_by(columns.id)
    )
    return [(row.id, row.lon, row.lat) for row in session.connection.execute(statement)]


def _read_projects(session: Session, sectors: Sequence[str], reader: Visibility) -> list[Presence]:
    """Read the projects of the same families of sectors, everywhere in the region."""
    if not sectors:
        return []
    book = session.register.sectors
    tops = list(dict.fromkeys(book.top_of(code).code for code in sectors if code in book))
    if not tops:
        return []
    centre = Position(lon=2.8, lat=49.95)
    neighbours, _ = find_nearest(
        session, centre, sectors=tops, kind=Kind.PROJECT, limit=_PROJECTS_WEIGHED * 5, reader=reader
    )
    return [each.presence for each in neighbours]


def _without_over(found: Iterable[Presence]) -> list[Presence]:
    day = today()
    return [presence for presence in found if presence.ends_on is None or presence.ends_on >= day]


def _measure(subject: Presence, where: Position | None, found: Sequence[Presence]) -> list[Candidate]:
    """Measure everybody from a presence, once each."""
    distinct = list({presence.id: presence for presence in found}.values())
    if where is None:
        return [Candidate(presence=presence) for presence in distinct]
    is_exact = is_exactly_placed(subject)
    return [
        Candidate(
            presence=each.presence,
            distance_m=each.distance_m,
            is_exact=is_exact and is_exactly_placed(each.presence),
        )
        for each in _measure_from(where, distinct)
    ]


def _measure_from(where: Position, found: Sequence[Presence]) -> list[Candidate]:
    placed = [presence for presence in found if presence.position is not None]
    lon = np.array([presence.position.lon for presence in placed if presence.position])
    lat = np.array([presence.position.lat for presence in placed if presence.position])
    distances = measure_distances_m(where, lon, lat).tolist() if placed else []
    unplaced = [Candidate(presence=presence) for presence in found if presence.position is None]
    return [
        *(
            Candidate(presence=presence, distance_m=distance)
            for presence, distance in zip(placed, distances, strict=True)
        ),
        *unplaced,
    ]


def find_ambassadors(
    register: Register, code: str, *, reader: Visibility = Visibility.PUBLIC
) -> tuple[Presence, ...]:
    """
    Find the ambassadors of a territory: those that act there, then those that sit there, by name.

    Only those that this reader may read. The ambassadors of an intercommunalité stand for its communes too.

    Raises
    ------
    UnknownTerritoryError
        If no level holds the code.
    """
    territory = get_territory(register.referential, code)
    above = {territory.code, territory.part_of.get(Level.EPCI.value, territory.code)}
    communes = find_communes(register.referential, territory.code)
    statement = SELECT_PRESENCES.where(
        presences.c.kind == Kind.AMBASSADOR.value, is_shown(), may_read(reader)
    ).order_by(presences.c.search_text, presences.c.id)
    with register.reading() as session:
        found = _without_over(make_presences(session, session.connection.execute(statement), reader=reader))
    acting = [presence for presence in found if above & set(presence.zone)]
    sitting = [presence for presence in found if not presence.zone and presence.commune in communes]
    return tuple(dict.fromkeys((*acting, *sitting)))

"""What moved between two dates: who joined, left, moved; where; and whether chance explains it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from data.address_changes import AddressChange, read_address_changes
from data.clock import today
from data.coverage import find_group_communes
from data.errors import OutOfBoundsError
from data.presences import read_presences
from data.questions.change_moments import Moment, place_sides, place_standing, read_moment
from data.questions.change_parts import (
    compare_joining,
    decompose_by_departement,
    find_first_day,
    measure_side,
    measure_territories,
    tell_antennes,
    trace_line,
)
from data.questions.coverage import read_group
from data.session import Register, Session
from data.territories import read_membership
from geo.coverage.change import CoverageChange, MovedPresence
from geo.coverage.flows import Flow, measure_net_change, measure_zone_flow
from geo.french import write_list
from geo.records import MEL_CODE, Basis, Kind, Level, Visibility

_NAMED = 200
"""How many presences each list of a change names."""

_PLACES_NAMED = 3


def compare_dates(
    register: Register,
    *,
    since: date,
    at: date | None = None,
    level: Level = Level.EPCI,
    kind: Kind = Kind.ACTOR,
    sector: str | None = None,
    outside: str = MEL_CODE,
    basis: Basis = "seat",
    reader: Visibility = Visibility.PUBLIC,
) -> CoverageChange:
    """
    Compare a register at two dates, on today's territories: mergers of communes are applied to both.

    Parameters
    ----------
    register
        The register asked.
    since, at
        The two dates; `at` is today by default.
    level, kind, sector, outside
        As `answer_coverage`.
    basis
        Where a presence counts: at its seat, or once in each territory of its zone of action; one that acts
        anywhere outside the group is outside. Addresses are those of seats either way.
    reader
        Who reads the names of what moved; counts are of everybody.

    Raises
    ------
    OutOfBoundsError
        If the first date is not before the second.
    UnknownSectorError, UnknownTerritoryError
        If a code is not known.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     change = compare_dates(register, since=date(2025, 1, 1), at=date(2026, 1, 1))
    ...     register.close()
    >>> change.flow.kept, change.net.p_value, change.line[0].ratio
    (0, 1.0, None)
    """
    day = at or today()
    if since >= day:
        expected = f"une date d'avant le {day:%d/%m/%Y}"
        raise OutOfBoundsError(name="la première date", received=f"{since:%d/%m/%Y}", expected=expected)
    group = read_group(register.referential, outside)
    with register.reading() as session:
        return session.remember(
            ("change", since, day, level, kind, sector, group, basis, reader),
            lambda: _compare(
                session,
                since=since,
                day=day,
                level=level,
                kind=kind,
                sector=sector,
                group=group,
                basis=basis,
                reader=reader,
            ),
        )


def choose_year_before(day: date) -> date:
    """
    Give the day one year before another.

    Examples
    --------
    >>> choose_year_before(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    """
    if day.year == date.min.year:
        return date.min
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=day.day - 1)


def _compare(
    session: Session,
    *,
    since: date,
    day: date,
    level: Level,
    kind: Kind,
    sector: str | None,
    group: str,
    basis: Basis,
    reader: Visibility,
) -> CoverageChange:
    referential = session.register.referential
    before, after = (
        read_moment(session, each, level=level, kind=kind, sector=sector, group=group, basis=basis)
        for each in (since, day)
    )
    membership = read_membership(referential, level, referential.vintage)
    was, becomes = place_standing(before.communes, membership), place_standing(after.communes, membership)
    flow = measure_zone_flow(was, becomes)
    placed_since = {key for key in flow.moved if not (was[key] and becomes[key])}
    inside = find_group_communes(referential, group, referential.vintage)
    sides = place_sides(before, inside, placed_since), place_sides(after, inside, placed_since)
    readdressed = _find_readdressed(session, flow, kind=kind, since=since, day=day)
    return CoverageChange(
        since=since,
        at=day,
        level=level,
        kind=kind,
        sector=sector,
        basis=basis,
        before=before.answer,
        after=after.answer,
        flow=flow,
        names={"": "sans lieu compté", **{row.code: row.name for row in after.answer.rows}},
        net=measure_net_change(joined=len(flow.joined), left=len(flow.left)),
        net_outside=measure_side(*sides, "outside"),
        net_inside=measure_side(*sides, "inside"),
        net_by_territory=measure_territories(was, becomes, placed_since),
        joining=compare_joining(flow, sides[1], after),
        shift=decompose_by_departement(session, before, after),
        line=trace_line(session, before, after, inside, kind=kind, sector=sector, basis=basis),
        antennes=tell_antennes(referential, before, after),
        address_changed=sum(not change.is_complement_only for change in readdressed.values()),
        complement_changed=sum(change.is_complement_only for change in readdressed.values()),
        placed_since=len(placed_since),
        **_name_moves(session, flow, before, after, readdressed, reader),
        first_day=find_first_day(session),
    )


def _name_places(codes: frozenset[str], names: Mapping[str, str]) -> str | None:
    """Name where a presence counts, no more than a few: a zone of action may be the whole region."""
    known = sorted(names[code] for code in codes)
    more = len(known) - _PLACES_NAMED
    if more > 1:
        known = [*known[:_PLACES_NAMED], f"{more} autres"]
    return write_list(known) if known else None


def _find_readdressed(
    session: Session, flow: Flow[int], *, kind: Kind, since: date, day: date
) -> dict[int, AddressChange]:
    """Give the addresses before and after of the presences kept whose source changed them."""
    kept = {*flow.stayed, *flow.moved}
    changes = read_address_changes(session, kind=kind, since=since, until=day)
    return {key: change for key, change in changes.items() if key in kept}


def _name_moves(
    session: Session,
    flow: Flow[int],
    before: Moment,
    after: Moment,
    readdressed: Mapping[int, AddressChange],
    reader: Visibility,
) -> dict[str, tuple[MovedPresence, ...]]:
    referential = session.register.referential
    epci_of = read_membership(referential, Level.EPCI, referential.vintage)
    names = {epci.code: epci.name for epci in referential.territories(Level.EPCI)}
    was, becomes = (
        {key: _name_places(codes, names) for key, codes in place_standing(moment.communes, epci_of).items()}
        for moment in (before, after)
    )
    ids = {
        "joined": list(flow.joined)[:_NAMED],
        "left": list(flow.left)[:_NAMED],
        "moved": [key for key in flow.moved if was.get(key) and becomes.get(key)][:_NAMED],
        "readdressed": [key for key, change in readdressed.items() if not change.is_complement_only][:_NAMED],
    }
    known = read_presences(session, {key for keys in ids.values() for key in keys}, reader=reader)

    def tell(group: str, key: int) -> MovedPresence:
        # An address may be hidden from this reader where the name is not.
        is_shown = group == "readdressed" and bool(known[key].address)
        pair = (was.get(key), becomes.get(key))
        if is_shown:
            pair = (readdressed[key].before, readdressed[key].after)
        return MovedPresence(id=key, name=known[key].name, before=pair[0], after=pair[1])

    return {
        group: tuple(
            sorted((tell(group, key) for key in keys if key in known), key=lambda each: (each.name, each.id))
        )
        for group, keys in ids.items()
    }

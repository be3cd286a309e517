"""What moved between two dates: who joined, left, moved; where; and whether chance explains it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import select

from data.address_changes import AddressChange, read_address_changes
from data.clock import today
from data.coverage import count_presences, find_group_communes, keep_sector
from data.coverage_ground import find_comparable_epci
from data.errors import OutOfBoundsError
from data.presences import read_data_date, read_presences
from data.questions.coverage import (
    Base,
    make_rows,
    measure_outside_share,
    read_group,
)
from data.session import Register, Session
from data.standing import StandingPresence, read_standing
from data.tables import imports
from data.territories import read_membership, territories_at
from geo.coverage.change import NO_SECTOR, AntenneStory, CoverageChange, MovedPresence, SectorShift
from geo.coverage.flows import Flow, NetChange, measure_flow, measure_net_change
from geo.coverage.shift_share import decompose_change
from geo.coverage.trend import (
    RateComparison,
    RatioPoint,
    compare_rates,
    describe_before_after,
    trace_ratio_outside,
)
from geo.records import MEL_CODE, CoverageAnswer, Kind, Level, Visibility
from geo.territories import Referential

ANTENNE_EPCI = ("246200364", "245901160")
"""The EPCI of the antennes outside the metropolis: Lens (2022) and Valenciennes."""

_NAMED = 200
"""How many presences each list of a change names."""

_DATES_ON_THE_LINE = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """The presences in force on a day, and the inhabitants of its vintage, on today's ground."""

    day: date
    standing: Sequence[StandingPresence]
    people: Mapping[str, int]
    answer: CoverageAnswer


def compare_dates(
    register: Register,
    *,
    since: date,
    at: date | None = None,
    level: Level = Level.EPCI,
    kind: Kind = Kind.ACTOR,
    sector: str | None = None,
    outside: str = MEL_CODE,
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
        As `answer_coverage`. Presences count where they sit.
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
    >>> from data.session import open_register
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
            ("change", since, day, level, kind, sector, group, reader),
            lambda: _compare(
                session,
                since=since,
                day=day,
                level=level,
                kind=kind,
                sector=sector,
                group=group,
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
    reader: Visibility,
) -> CoverageChange:
    referential = session.register.referential
    before = _read_moment(session, since, level=level, kind=kind, sector=sector, group=group)
    after = _read_moment(session, day, level=level, kind=kind, sector=sector, group=group)
    membership = read_membership(referential, level, referential.vintage)
    was, becomes = _place(before.standing, membership), _place(after.standing, membership)
    flow = measure_flow(was, becomes)
    placed_since = {key for key in flow.moved if not (was[key] and becomes[key])}
    inside = find_group_communes(referential, group, referential.vintage)
    sides = _place_sides(before, inside, placed_since), _place_sides(after, inside, placed_since)
    readdressed = _find_readdressed(session, flow, kind=kind, since=since, day=day)
    return CoverageChange(
        since=since,
        at=day,
        level=level,
        kind=kind,
        sector=sector,
        before=before.answer,
        after=after.answer,
        flow=flow,
        names={"": "sans lieu compté", **{row.code: row.name for row in after.answer.rows}},
        net=measure_net_change(joined=len(flow.joined), left=len(flow.left)),
        net_outside=_measure_side(*sides, "outside"),
        net_inside=_measure_side(*sides, "inside"),
        net_by_territory={
            each.code: measure_net_change(joined=each.joined + each.moved_in, left=each.left + each.moved_out)
            for each in flow.territories
        },
        joining=_compare_joining(flow, sides[1], after),
        shift=_decompose(session, before, after),
        line=_trace_line(session, before, after, inside, kind=kind, sector=sector),
        antennes=_tell_antennes(referential, before, after),
        address_changed=sum(not change.is_complement_only for change in readdressed.values()),
        complement_changed=sum(change.is_complement_only for change in readdressed.values()),
        placed_since=len(placed_since),
        **_name_moves(session, flow, before, after, readdressed, reader),
        first_day=_find_first_day(session),
    )


def _read_moment(
    session: Session, day: date, *, level: Level, kind: Kind, sector: str | None, group: str
) -> _Moment:
    """Read the presences in force on a day, and count them on today's territories."""
    referential = session.register.referential
    standing = keep_sector(session, read_standing(session, kind=kind, day=day), sector)
    people = _count_people(referential, level, day)
    territories = referential.territories(level)
    counts = count_presences(
        session,
        standing,
        level=level,
        sector=sector,
        outside=group,
        vintage=referential.vintage,
        basis="seat",
    )
    inside = find_group_communes(referential, group, referential.vintage)
    base = Base(
        amounts=tuple(float(people[territory.code]) for territory in territories),
        inside=float(
            sum(
                count
                for code, count in _count_people(referential, Level.COMMUNE, day).items()
                if code in inside
            )
        ),
    )
    answer = CoverageAnswer(
        level=level,
        kind=kind,
        sector=sector,
        at=day,
        vintage=referential.vintage_at(day),
        rows=make_rows(territories, counts, base),
        outside=measure_outside_share(
            referential, group, base, inside=counts.inside, outside_count=counts.outside
        ),
        totals=counts.totals,
        data_date=read_data_date(session),
    )
    return _Moment(day=day, standing=standing, people=people, answer=answer)


def _count_people(referential: Referential, level: Level, day: date) -> Mapping[str, int]:
    """Count the inhabitants of a day's vintage in each of today's territories."""
    membership = read_membership(referential, level, referential.vintage)
    people: Counter[str] = Counter()
    for commune in territories_at(referential, Level.COMMUNE, referential.vintage_at(day)):
        people[membership[commune.code]] += commune.population
    return people


def _place(standing: Iterable[StandingPresence], membership: Mapping[str, str]) -> dict[int, str]:
    return {
        each.id: membership[each.commune] if each.is_counted and each.commune else "" for each in standing
    }


def _measure_territories(
    was: Mapping[int, str], becomes: Mapping[int, str], placed_since: Collection[int]
) -> dict[str, NetChange]:
    """Test each territory's arrivals against its departures, without what only got a place in between."""
    first, second = (
        {key: code for key, code in places.items() if key not in placed_since} for places in (was, becomes)
    )
    tested = {each.code: each for each in measure_flow(first, second).territories}
    return {
        code: measure_net_change(
            joined=tested[code].joined + tested[code].moved_in if code in tested else 0,
            left=tested[code].left + tested[code].moved_out if code in tested else 0,
        )
        for code in {*was.values(), *becomes.values()}
    }


def _place_sides(moment: _Moment, inside: frozenset[str], left_out: Collection[int]) -> dict[int, str]:
    """Give the side of each presence that counts, without those whose place was not known at both dates."""
    sides = dict.fromkeys(inside, "inside")
    return {
        each.id: sides.get(each.commune, "outside")
        for each in moment.standing
        if each.is_counted and each.commune and each.id not in left_out
    }


def _measure_side(before: Mapping[int, str], after: Mapping[int, str], side: str) -> NetChange:
    was = {key for key, where in before.items() if where == side}
    becomes = {key for key, where in after.items() if where == side}
    return measure_net_change(joined=len(becomes - was), left=len(was - becomes))


def _compare_joining(flow: Flow[int], sides: Mapping[int, str], after: _Moment) -> RateComparison | None:
    """Compare how often people joined inside and outside, by inhabitant; None where one side is empty."""
    joined = Counter(sides[key] for key in flow.joined if key in sides)
    share = after.answer.outside.population_share_outside
    whole = float(sum(after.people.values()))
    if not 0 < share < 1:
        return None
    return compare_rates(
        first_count=joined["inside"],
        first_exposure=whole * (1 - share),
        second_count=joined["outside"],
        second_exposure=whole * share,
    )


def _decompose(session: Session, before: _Moment, after: _Moment) -> SectorShift:
    """Cut the change by the first sector of each presence (as it is topmost) and by département."""
    referential = session.register.referential
    territories = referential.territories(Level.DEPARTEMENT)
    membership = read_membership(referential, Level.DEPARTEMENT, referential.vintage)
    book = session.register.sectors
    top: dict[str, str] = {}
    for sector in book.sectors:
        top[sector.code] = top[sector.parent] if sector.parent else sector.label
    first, second = (_count_cells(moment, membership, top) for moment in (before, after))
    labels = [sector.label for sector in book.sectors if sector.parent is None] + [NO_SECTOR]
    present = [label for label in labels if any((label, each.code) in first | second for each in territories)]
    kept = tuple(present or [NO_SECTOR])

    def table(cells: Counter[tuple[str, str]]) -> list[list[int]]:
        return [[cells[label, each.code] for each in territories] for label in kept]

    return SectorShift(
        sectors=kept, territories=territories, parts=decompose_change(table(first), table(second))
    )


def _count_cells(
    moment: _Moment, membership: Mapping[str, str], top: Mapping[str, str]
) -> Counter[tuple[str, str]]:
    return Counter(
        (
            next((top[code] for code in each.sectors if code in top), NO_SECTOR),
            membership[each.commune],
        )
        for each in moment.standing
        if each.is_counted and each.commune
    )


def _trace_line(
    session: Session,
    before: _Moment,
    after: _Moment,
    inside: frozenset[str],
    *,
    kind: Kind,
    sector: str | None,
) -> tuple[RatioPoint, ...]:
    """Trace the ratio outside on the days that lists speak of, and on the two dates."""
    lists = session.connection.execute(select(imports.c.as_of).distinct()).scalars()
    known = {before.day, after.day}
    days = sorted(known | {each for each in lists if before.day < each < after.day})
    if len(days) > _DATES_ON_THE_LINE:
        # The two dates, and the lists spread evenly between them.
        chosen = np.linspace(0, len(days) - 1, _DATES_ON_THE_LINE).round().astype(int)
        days = [days[rank] for rank in dict.fromkeys(chosen.tolist())]
    referential = session.register.referential
    outside, totals, shares = [], [], []
    for day in days:
        if day in known:
            moment = before if day == before.day else after
            standing: Sequence[StandingPresence] = moment.standing
        else:
            standing = keep_sector(session, read_standing(session, kind=kind, day=day), sector)
        counted = [each for each in standing if each.is_counted and each.commune]
        people = _count_people(referential, Level.COMMUNE, day)
        within = sum(count for code, count in people.items() if code in inside)
        totals.append(len(counted))
        outside.append(sum(each.commune not in inside for each in counted))
        shares.append(1 - within / sum(people.values()))
    if not all(share > 0 for share in shares):
        return ()
    return trace_ratio_outside(
        days=days, counts_outside=outside, totals=totals, population_shares_outside=shares
    )


def _tell_antennes(referential: Referential, before: _Moment, after: _Moment) -> tuple[AntenneStory, ...]:
    """Tell how presence moved where antennes are, and in the EPCI like theirs that have none."""
    membership = read_membership(referential, Level.EPCI, referential.vintage)
    counts = [Counter(_place(moment.standing, membership).values()) for moment in (before, after)]
    people = [_count_people(referential, Level.EPCI, moment.day) for moment in (before, after)]
    stories = []
    for code in ANTENNE_EPCI:
        _, alike = find_comparable_epci(referential, code, count=5 + len(ANTENNE_EPCI))
        comparable = tuple(each for each in alike if each.code not in ANTENNE_EPCI)[:5]
        here = [(count[code], float(crowd[code])) for count, crowd in zip(counts, people, strict=True)]
        elsewhere = [
            (
                sum(count[each.code] for each in comparable),
                float(sum(crowd[each.code] for each in comparable)),
            )
            for count, crowd in zip(counts, people, strict=True)
        ]
        stories.append(
            AntenneStory(
                epci=referential.get(Level.EPCI, code),
                comparable=comparable,
                count_before=here[0][0],
                count_after=here[1][0],
                comparable_before=elsewhere[0][0],
                comparable_after=elsewhere[1][0],
                change=describe_before_after(
                    here_before=here[0],
                    here_after=here[1],
                    elsewhere_before=elsewhere[0],
                    elsewhere_after=elsewhere[1],
                ),
            )
        )
    return tuple(stories)


def _find_first_day(session: Session) -> date | None:
    return session.connection.execute(select(imports.c.as_of).order_by(imports.c.as_of).limit(1)).scalar()


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
    before: _Moment,
    after: _Moment,
    readdressed: Mapping[int, AddressChange],
    reader: Visibility,
) -> dict[str, tuple[MovedPresence, ...]]:
    referential = session.register.referential
    epci_of = read_membership(referential, Level.EPCI, referential.vintage)
    names = {epci.code: epci.name for epci in referential.territories(Level.EPCI)}
    was = {key: names.get(code) for key, code in _place(before.standing, epci_of).items()}
    becomes = {key: names.get(code) for key, code in _place(after.standing, epci_of).items()}
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

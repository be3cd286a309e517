"""What two dates have to say: sides, sectors, the line between them, and what happened around antennes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

import numpy as np
from sqlalchemy import select

from data.counts.standing import read_standing
from data.coverage import keep_sector
from data.coverage_ground import find_comparable_epci
from data.questions.change_moments import Moment, count_people_at, find_communes_of, place_standing
from data.session import Session
from data.tables import imports
from data.territories import read_membership
from geo.coverage.change import NO_SECTOR, AntenneStory, SectorShift
from geo.coverage.flows import Flow, NetChange, TerritoryFlow, measure_net_change, measure_zone_flow
from geo.coverage.shift_share import decompose_change
from geo.coverage.trend import (
    RateComparison,
    RatioPoint,
    compare_rates,
    describe_before_after,
    trace_ratio_outside,
)
from geo.records import Basis, Kind, Level
from geo.territories import Referential

ANTENNE_EPCI = ("246200364", "245901160")
"""The EPCI of the antennes outside the metropolis: Lens (2022) and Valenciennes."""

_DATES_ON_THE_LINE = 12


def find_first_day(session: Session) -> date | None:
    """Find the first day that a list speaks of, None on an empty register."""
    return session.connection.execute(select(imports.c.as_of).order_by(imports.c.as_of).limit(1)).scalar()


def compare_places(
    session: Session, *, since: date, day: date, level: Level, kind: Kind
) -> tuple[dict[str, TerritoryFlow], dict[str, NetChange]]:
    """Give the flow and the test of each territory between two days, by seat, and nothing else."""
    referential = session.register.referential
    membership = read_membership(referential, level, referential.vintage)
    was, becomes = (
        place_standing(
            find_communes_of(referential, read_standing(session, kind=kind, day=each), "seat"), membership
        )
        for each in (since, day)
    )
    flow = measure_zone_flow(was, becomes)
    placed_since = {key for key in flow.moved if not (was[key] and becomes[key])}
    flows = {each.code: each for each in flow.territories}
    return flows, measure_territories(was, becomes, placed_since)


def measure_territories(
    was: Mapping[int, frozenset[str]],
    becomes: Mapping[int, frozenset[str]],
    placed_since: Collection[int],
) -> dict[str, NetChange]:
    """Test each territory's arrivals against its departures, without what only got a place in between."""
    first, second = (
        {key: codes for key, codes in places.items() if key not in placed_since} for places in (was, becomes)
    )
    tested = {each.code: each for each in measure_zone_flow(first, second).territories}
    return {
        code: measure_net_change(
            joined=tested[code].joined + tested[code].moved_in if code in tested else 0,
            left=tested[code].left + tested[code].moved_out if code in tested else 0,
        )
        for code in {"", *(code for places in (was, becomes) for codes in places.values() for code in codes)}
    }


def measure_side(before: Mapping[int, str], after: Mapping[int, str], side: str) -> NetChange:
    """Test how many came to a side (joined or crossed over) against how many left it."""
    was = {key for key, where in before.items() if where == side}
    becomes = {key for key, where in after.items() if where == side}
    return measure_net_change(joined=len(becomes - was), left=len(was - becomes))


def compare_joining(flow: Flow[int], sides: Mapping[int, str], after: Moment) -> RateComparison | None:
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


def decompose_by_departement(session: Session, before: Moment, after: Moment) -> SectorShift:
    """
    Cut the change by the first sector of each presence (as it is topmost) and by département.

    By zone of action, a presence counts once in each département where it acts.
    """
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
    moment: Moment, membership: Mapping[str, str], top: Mapping[str, str]
) -> Counter[tuple[str, str]]:
    return Counter(
        (next((top[code] for code in each.sectors if code in top), NO_SECTOR), departement)
        for each in moment.standing
        for departement in {membership[commune] for commune in moment.communes[each.id]}
    )


def trace_line(
    session: Session,
    before: Moment,
    after: Moment,
    inside: frozenset[str],
    *,
    kind: Kind,
    sector: str | None,
    basis: Basis,
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
            places = (before if day == before.day else after).communes
        else:
            standing = keep_sector(session, read_standing(session, kind=kind, day=day), sector)
            places = find_communes_of(referential, standing, basis)
        counted = [communes for communes in places.values() if communes]
        people = count_people_at(referential, Level.COMMUNE, day)
        within = sum(count for code, count in people.items() if code in inside)
        totals.append(len(counted))
        outside.append(sum(not communes <= inside for communes in counted))
        shares.append(1 - within / sum(people.values()))
    if not all(share > 0 for share in shares):
        return ()
    return trace_ratio_outside(
        days=days, counts_outside=outside, totals=totals, population_shares_outside=shares
    )


def tell_antennes(referential: Referential, before: Moment, after: Moment) -> tuple[AntenneStory, ...]:
    """Tell how presence moved where antennes are, and in the EPCI like theirs that have none."""
    membership = read_membership(referential, Level.EPCI, referential.vintage)
    counts = [
        Counter(code for codes in place_standing(moment.communes, membership).values() for code in codes)
        for moment in (before, after)
    ]
    people = [count_people_at(referential, Level.EPCI, moment.day) for moment in (before, after)]
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

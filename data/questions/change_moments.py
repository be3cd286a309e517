"""The presences in force on a day, placed on today's territories, with the inhabitants of that day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from data.counts.standing import StandingPresence, read_standing
from data.coverage import count_presences, find_group_communes, keep_sector, make_commune_finder
from data.presences import read_data_date
from data.questions.coverage import (
    Base,
    make_rows,
    measure_outside_share,
)
from data.session import Session
from data.territories import read_membership, territories_at
from geo.records import Basis, CoverageAnswer, Kind, Level
from geo.territories import Referential


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """
    The presences in force on a day, and the inhabitants of its vintage, on today's ground.

    `communes` are those where each presence counts, by its id: at its seat or in its zone of action, none
    when it counts nowhere.
    """

    day: date
    standing: Sequence[StandingPresence]
    communes: Mapping[int, frozenset[str]]
    people: Mapping[str, int]
    answer: CoverageAnswer


def read_moment(
    session: Session,
    day: date,
    *,
    level: Level,
    kind: Kind,
    sector: str | None,
    group: str,
    basis: Basis,
) -> Moment:
    """Read the presences in force on a day, and count them on today's territories."""
    referential = session.register.referential
    standing = keep_sector(session, read_standing(session, kind=kind, day=day), sector)
    people = count_people_at(referential, level, day)
    territories = referential.territories(level)
    counts = count_presences(
        session,
        standing,
        level=level,
        sector=sector,
        outside=group,
        vintage=referential.vintage,
        basis=basis,
    )
    inside = find_group_communes(referential, group, referential.vintage)
    base = Base(
        amounts=tuple(float(people[territory.code]) for territory in territories),
        inside=float(
            sum(
                count
                for code, count in count_people_at(referential, Level.COMMUNE, day).items()
                if code in inside
            )
        ),
    )
    answer = CoverageAnswer(
        basis=basis,
        level=level,
        kind=kind,
        sector=sector,
        at=day,
        vintage=referential.vintage_at(day),
        rows=make_rows(territories, counts, base, basis=basis),
        outside=measure_outside_share(
            referential, group, base, inside=counts.inside, outside_count=counts.outside, basis=basis
        ),
        totals=counts.totals,
        data_date=read_data_date(session),
    )
    communes = find_communes_of(referential, standing, basis)
    return Moment(day=day, standing=standing, communes=communes, people=people, answer=answer)


def find_communes_of(
    referential: Referential, standing: Iterable[StandingPresence], basis: Basis
) -> dict[int, frozenset[str]]:
    """Find where each presence counts, by its id: today's communes, none when it counts nowhere."""
    find = make_commune_finder(referential, basis)
    return {each.id: find(each) for each in standing}


def count_people_at(referential: Referential, level: Level, day: date) -> Mapping[str, int]:
    """Count the inhabitants of a day's vintage in each of today's territories."""
    return _count_people(referential, level, referential.vintage_at(day))


@lru_cache(maxsize=32)
def _count_people(referential: Referential, level: Level, vintage: int) -> Mapping[str, int]:
    membership = read_membership(referential, level, referential.vintage)
    people: Counter[str] = Counter()
    for commune in territories_at(referential, Level.COMMUNE, vintage):
        people[membership[commune.code]] += commune.population
    return MappingProxyType(people)


def place_standing(
    communes: Mapping[int, frozenset[str]], membership: Mapping[str, str]
) -> dict[int, frozenset[str]]:
    """Give the territories of each presence, none for one that counts nowhere."""
    return {key: frozenset(membership[code] for code in found) for key, found in communes.items()}


def place_sides(moment: Moment, inside: frozenset[str], left_out: Collection[int]) -> dict[int, str]:
    """
    Give the side of each presence that counts, without those whose place was not known at both dates.

    One that acts anywhere outside is outside.
    """
    return {
        key: "inside" if found <= inside else "outside"
        for key, found in moment.communes.items()
        if found and key not in left_out
    }

"""Counting presences per territory: from the counts kept ready when they hold, else from the presences.

By seat, a presence is in the territory of its commune. By zone of action, it is in every territory where it
acts, once in each; one without a zone acts where it sits. A radius of action covers the communes whose town
hall stands within it, and the seat's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from data.counts.standing import StandingPresence, count_statuses, read_standing
from data.counts.status import make_status_counts
from data.counts.summary import LevelCounts, is_summary_of, read_summary, read_summary_statuses
from data.session import Session
from data.territories import find_communes, get_territory, read_membership
from geo.position import Position, measure_distances_m
from geo.records import Basis, Kind, Level, PlacementStatus, StatusCounts, Territory
from geo.territories import Referential


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCounts:
    """
    The counts behind a coverage answer.

    `total` is of distinct presences; `inside` and `outside` split it: outside is what acts there at all.
    """

    level_counts: LevelCounts
    total: int
    inside: int
    outside: int
    totals: StatusCounts


def count_coverage(
    session: Session,
    *,
    level: Level,
    kind: Kind,
    sector: str | None,
    outside: str,
    day: date,
    basis: Basis,
) -> CoverageCounts:
    """
    Count presences of a kind in force on a day, per territory of a level, inside and outside of one.

    Parameters
    ----------
    session
        Any session.
    level, kind
        Which territories, what to count.
    sector
        Code of a sector, it and all under it; None for all.
    outside
        Code of the territory of today that « outside » leaves out, or of several joined by commas.
    day
        The day counted.
    basis
        `seat` or `zone`.

    Raises
    ------
    UnknownTerritoryError
        If no level holds `outside`.
    """
    referential = session.register.referential
    vintage = referential.vintage_at(day)
    is_ready = basis == "seat" and vintage == referential.vintage and is_summary_of(session, day)
    if is_ready:
        return _read_ready(session, level=level, kind=kind, sector=sector, outside=outside)
    standing = keep_sector(session, read_standing(session, kind=kind, day=day), sector)
    return count_presences(
        session, standing, level=level, sector=sector, outside=outside, vintage=vintage, basis=basis
    )


def _read_ready(
    session: Session, *, level: Level, kind: Kind, sector: str | None, outside: str
) -> CoverageCounts:
    totals = read_summary_statuses(session, kind, sector=sector)
    # First: the territory left out is most often one of these.
    level_counts = read_summary(session, level, kind, sector=sector)
    count_inside = _count_ready_inside(session, kind=kind, sector=sector, outside=outside)
    return CoverageCounts(
        level_counts=level_counts,
        total=totals.counted,
        inside=count_inside,
        outside=totals.counted - count_inside,
        totals=totals,
    )


def _count_ready_inside(session: Session, *, kind: Kind, sector: str | None, outside: str) -> int:
    """Count what stands in a territory, or in a group: there by its communes, so that none counts twice."""
    referential = session.register.referential
    codes = outside.split(",")
    if len(codes) == 1:
        left_out = get_territory(referential, outside)
        counts = read_summary(session, left_out.level, kind, sector=sector, territory=left_out.code)
        return counts.count_by_territory.get(left_out.code, 0)
    by_commune = read_summary(session, Level.COMMUNE, kind, sector=sector).count_by_territory
    inside = find_group_communes(referential, outside, referential.vintage)
    return sum(count for commune, count in by_commune.items() if commune in inside)


def find_group_communes(referential: Referential, outside: str, vintage: int) -> frozenset[str]:
    """
    Give today's communes of a territory, or of a group of them, its codes joined by commas.

    Raises
    ------
    UnknownTerritoryError
        If no level holds one of the codes.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> len(find_group_communes(load_referential(), "200093201,246200364", 2026))
    131
    """
    return frozenset().union(*(find_communes(referential, code, vintage) for code in outside.split(",")))


def count_territory(
    session: Session, territory: Territory, *, kind: Kind, sector: str | None, day: date
) -> tuple[int, int, Mapping[str, int]]:
    """
    Count presences in force on a day in one territory of today, by seat.

    Returns
    -------
    tuple
        How many in the territory, how many in the region, and how many in the territory by sector.
    """
    level, code = territory.level, territory.code
    if is_summary_of(session, day):
        counts = read_summary(session, level, kind, sector=sector, territory=code)
        total = read_summary_statuses(session, kind, sector=sector).counted
    else:
        found = count_coverage(
            session, level=level, kind=kind, sector=sector, outside=code, day=day, basis="seat"
        )
        counts, total = found.level_counts, found.total
    return counts.count_by_territory.get(code, 0), total, counts.count_by_sector.get(code, {})


def keep_sector(
    session: Session, standing: Sequence[StandingPresence], sector: str | None
) -> Sequence[StandingPresence]:
    """Keep the presences that have a sector or one under it; all of them when it is None."""
    if sector is None:
        return standing
    first, last = session.register.sectors.id_range(sector)
    ids = session.register.id_by_sector
    return [
        presence
        for presence in standing
        if any(first <= ids.get(code, 0) <= last for code in presence.sectors)
    ]


def count_presences(
    session: Session,
    standing: Sequence[StandingPresence],
    *,
    level: Level,
    sector: str | None,
    outside: str,
    vintage: int,
    basis: Basis,
) -> CoverageCounts:
    """Count given presences: what `count_coverage` does when nothing is ready."""
    referential = session.register.referential
    membership = read_membership(referential, level, vintage)
    left_out = find_group_communes(referential, outside, vintage)
    find_acting = make_commune_finder(referential, basis)
    climb = _make_climber(session, sector)
    totals: dict[str, int] = defaultdict(int)
    by_sector: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    total = inside = 0
    for presence in standing:
        communes = find_acting(presence)
        if not communes:
            continue
        total += 1
        inside += communes <= left_out
        sectors = climb(presence.sectors)
        for territory in {membership[commune] for commune in communes}:
            totals[territory] += 1
            for code in sectors:
                by_sector[territory][code] += 1
    return CoverageCounts(
        level_counts=LevelCounts(totals, {code: dict(counts) for code, counts in by_sector.items()}),
        total=total,
        inside=inside,
        outside=total - inside,
        totals=make_status_counts(count_statuses(standing)),
    )


def _make_climber(session: Session, sector: str | None) -> Callable[[Iterable[str]], set[str]]:
    """Give a function from a presence's sectors to all the sectors that it counts in."""
    book = session.register.sectors
    first, last = (1, len(book)) if sector is None else book.id_range(sector)
    above: dict[str, tuple[str, ...]] = {}
    for known in book.sectors:
        own = (known.code,) if first <= book.id_of(known.code) <= last else ()
        # Depth first: what stands above has been seen.
        above[known.code] = (*(above[known.parent] if known.parent else ()), *own)

    def climb(codes: Iterable[str]) -> set[str]:
        return {ancestor for code in codes for ancestor in above.get(code, ())}

    return climb


def make_commune_finder(
    referential: Referential, basis: Basis
) -> Callable[[StandingPresence], frozenset[str]]:
    """Give a function from a presence to today's communes where it counts, none when it does not count."""
    if basis == "seat":
        return lambda presence: (
            frozenset({presence.commune}) if presence.is_counted and presence.commune else frozenset()
        )

    def find_acting(presence: StandingPresence) -> frozenset[str]:
        declared = frozenset(
            commune for code in presence.zone for commune in _find_zone(referential, code)
        ) | _find_around(referential, presence)
        # One that only has a zone counts by it; one still to review never does.
        if presence.is_counted and presence.commune:
            return declared or frozenset({presence.commune})
        return declared if presence.status is PlacementStatus.UNPLACED else frozenset()

    return find_acting


@lru_cache(maxsize=8_192)
def _find_zone(referential: Referential, code: str) -> frozenset[str]:
    """Give the communes of a zone's code; a code that nobody knows stands for nowhere."""
    return find_communes(referential, code) if referential.find(code) else frozenset()


def _find_around(referential: Referential, presence: StandingPresence) -> frozenset[str]:
    """Give the communes whose town hall stands within the radius of action, and the seat's."""
    if not presence.zone_radius_m or not presence.is_counted or presence.lon is None or presence.lat is None:
        return frozenset()
    codes, lon, lat = _read_town_halls(referential)
    distances = measure_distances_m(Position(lon=presence.lon, lat=presence.lat), lon, lat)
    near = {codes[rank] for rank in np.flatnonzero(distances <= presence.zone_radius_m)}
    return frozenset(near | ({presence.commune} if presence.commune else set()))


@lru_cache(maxsize=8)
def _read_town_halls(
    referential: Referential,
) -> tuple[
    list[str], np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]
]:
    communes = [commune for commune in referential.territories(Level.COMMUNE) if commune.position]
    points = np.array([commune.position.lon_lat() for commune in communes if commune.position])
    return [commune.code for commune in communes], points[:, 0], points[:, 1]

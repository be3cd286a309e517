"""Where the network is, in proportion to the inhabitants or to something else, and outside a territory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.clock import today
from data.coverage import CoverageCounts, count_coverage, find_group_communes
from data.denominators.kept import DenominatorValues, read_denominator, sum_by_territory, sum_inside
from data.presences import read_data_date
from data.session import Register, Session
from data.territories import get_territory, territories_at
from geo.coverage.representation import (
    bound_counts,
    expect_counts,
    expect_empty,
    find_significant_absences,
    measure_outside,
    weigh_outside,
)
from geo.coverage.smoothing import smooth_rates
from geo.errors import UnknownTerritoryError
from geo.french import write_list
from geo.records import (
    MEL_CODE,
    Basis,
    CoverageAnswer,
    CoverageRow,
    Kind,
    Level,
    OutsideShare,
    Territory,
)
from geo.territories import Referential

_PER_10K = 10_000

# Answers for a few hundred territories are kept; those for 3,782 communes would fill the memory.
_MOST_ROWS_REMEMBERED = 400

# More territories than this make a group that nobody names: the region has 92 EPCI.
_MOST_OUTSIDE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What presences are compared with, by territory and inside the group; None of `values`: inhabitants."""

    amounts: tuple[float, ...]
    inside: float
    values: DenominatorValues | None = None


def answer_coverage(
    register: Register,
    *,
    level: Level = Level.EPCI,
    kind: Kind = Kind.ACTOR,
    sector: str | None = None,
    outside: str = MEL_CODE,
    at: date | None = None,
    basis: Basis = "seat",
    denominator: str | None = None,
) -> CoverageAnswer:
    """
    Say where the network is, territory by territory, and what share of it is outside one.

    Parameters
    ----------
    register
        The register asked.
    level
        Which territories; communes are today's at any date.
    kind
        What is counted; kinds are never added together.
    sector
        Code of a sector: it and all that stands under it. None for all.
    outside
        Code of the territory that « outside » leaves out, the MEL by default; several are joined by commas.
    at
        The day counted, with the memberships and inhabitants of its vintage; today by default.
    basis
        Where a presence counts: at its seat, or in its zone of action. By zone, a presence
        counts in several territories: `expected` shares out the sum of the rows, and nothing is tested.
    denominator
        Name of what presences are counted against instead of the inhabitants; see
        `data.questions.denominators`.

    Raises
    ------
    UnknownSectorError, UnknownTerritoryError, UnknownDenominatorError
        If a code or a name is not known.
    DenominatorLevelError
        If the denominator is known by EPCI, and the level or the group cuts one.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     answer = answer_coverage(register)
    ...     register.close()
    >>> len(answer.rows), answer.outside.share_outside
    (92, None)
    >>> f"{1 - answer.outside.population_share_outside:.2%}"
    '19.95%'
    """
    day = at or today()
    group = read_group(register.referential, outside)
    with register.reading() as session:

        def answer() -> CoverageAnswer:
            return _answer(
                session,
                level=level,
                kind=kind,
                sector=sector,
                outside=group,
                day=day,
                basis=basis,
                denominator=denominator,
            )

        if len(register.referential.territories(level)) > _MOST_ROWS_REMEMBERED:
            return answer()
        return session.remember(("coverage", level, kind, sector, group, day, basis, denominator), answer)


def read_group(referential: Referential, outside: str) -> str:
    """
    Read the codes that « outside » leaves out: spaces and repetitions dropped, old codes made today's.

    Raises
    ------
    UnknownTerritoryError
        If a code is not known, or none is given.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> read_group(load_referential(), "200093201, 246200364,200093201")
    '200093201,246200364'
    """
    codes = [code.strip() for code in outside.split(",") if code.strip()]
    if not codes or len(codes) > _MOST_OUTSIDE:
        raise UnknownTerritoryError(code=outside[:80])
    return ",".join(dict.fromkeys(get_territory(referential, code).code for code in codes))


def _answer(
    session: Session,
    *,
    level: Level,
    kind: Kind,
    sector: str | None,
    outside: str,
    day: date,
    basis: Basis,
    denominator: str | None,
) -> CoverageAnswer:
    referential = session.register.referential
    vintage = referential.vintage_at(day)
    counts = count_coverage(
        session, level=level, kind=kind, sector=sector, outside=outside, day=day, basis=basis
    )
    territories = territories_at(referential, level, vintage)
    base = read_base(session, level=level, outside=outside, vintage=vintage, denominator=denominator)
    return CoverageAnswer(
        level=level,
        kind=kind,
        sector=sector,
        at=day,
        vintage=vintage,
        rows=make_rows(territories, counts, base, basis=basis),
        outside=measure_outside_share(
            referential, outside, base, inside=counts.inside, outside_count=counts.outside, basis=basis
        ),
        totals=counts.totals,
        data_date=read_data_date(session),
        empty_expected_by_chance=(
            expect_empty(counts.total, base.amounts) if counts.total and basis == "seat" else None
        ),
        basis=basis,
        denominator=base.values.denominator if base.values else None,
    )


def read_base(session: Session, *, level: Level, outside: str, vintage: int, denominator: str | None) -> Base:
    """
    Read what presences are compared with: the inhabitants of a vintage, or a denominator of the register.

    Raises
    ------
    UnknownDenominatorError, DenominatorLevelError
        If there is no such denominator, or it cannot be cut so.
    """
    referential = session.register.referential
    territories = territories_at(referential, level, vintage)
    communes = find_group_communes(referential, outside, vintage)
    if denominator is None:
        return Base(
            amounts=tuple(float(territory.population) for territory in territories),
            inside=float(_count_people(referential, communes, vintage)),
        )
    values = read_denominator(session, denominator)
    sums = sum_by_territory(session, values, level, vintage)
    return Base(
        amounts=tuple(float(sums.get(territory.code, 0.0)) for territory in territories),
        inside=sum_inside(session, values, communes, level),
        values=values,
    )


@lru_cache(maxsize=64)
def _count_people(referential: Referential, communes: frozenset[str], vintage: int) -> int:
    everywhere = territories_at(referential, Level.COMMUNE, vintage)
    return sum(commune.population for commune in everywhere if commune.code in communes)


def make_rows(
    territories: Sequence[Territory], counts: CoverageCounts, base: Base, *, basis: Basis = "seat"
) -> tuple[CoverageRow, ...]:
    """
    Set the count of each territory against what its share of the base lets expect.

    By zone of action one presence is a single fact told in several territories: counts are compared with what
    their sum lets expect, and the laws of independent counts say nothing of the difference.
    """
    is_tested = basis == "seat"
    level_counts = counts.level_counts
    found = np.array([level_counts.count_by_territory.get(each.code, 0) for each in territories])
    total = counts.total if is_tested else int(found.sum())
    expected = expect_counts(total, base.amounts)
    low, high = bound_counts(found)
    absences = find_significant_absences(found, expected)
    smoothed = _smooth(found, np.array(base.amounts)) if is_tested else None
    rows = []
    for rank, (territory, amount) in enumerate(zip(territories, base.amounts, strict=True)):
        due = float(expected[rank])
        has_rate = total > 0 and amount > 0
        count = int(found[rank])
        rows.append(
            CoverageRow(
                code=territory.code,
                name=territory.name,
                population=territory.population,
                count=count,
                per_10k=count * _PER_10K / amount if has_rate else None,
                expected=due if total else None,
                ratio=count / due if has_rate else None,
                ratio_low=float(low[rank]) / due if has_rate and is_tested else None,
                ratio_high=float(high[rank]) / due if has_rate and is_tested else None,
                significant_absence=bool(absences[rank]) and is_tested,
                count_by_sector=level_counts.count_by_sector.get(territory.code, {}),
                base=amount if base.values else None,
                smoothed_per_10k=float(smoothed[0][rank]) if smoothed and has_rate else None,
                reliability=float(smoothed[1][rank]) if smoothed and has_rate else None,
            )
        )
    return tuple(rows)


def _smooth(
    counts: NDArray[np.int64], amounts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Give smoothed rates per 10,000 and their reliability, None where no difference can be shown."""
    is_known = amounts > 0
    if not counts[is_known].any():
        return None
    smoothed = smooth_rates(counts[is_known], amounts[is_known])
    if not smoothed.has_difference:
        return None
    rates, reliability = np.full(len(amounts), np.nan), np.full(len(amounts), np.nan)
    rates[is_known], reliability[is_known] = _PER_10K * smoothed.rates, smoothed.reliability
    return rates, reliability


def measure_outside_share(
    referential: Referential,
    group: str,
    base: Base,
    *,
    inside: int,
    outside_count: int,
    basis: Basis = "seat",
) -> OutsideShare:
    """Compare the share of presences outside a group with that of the base, and test it by seat."""
    is_tested = basis == "seat"
    codes = tuple(group.split(","))
    whole = sum(base.amounts)
    amounts = {"population_inside": base.inside, "population_outside": max(0.0, whole - base.inside)}
    measured = measure_outside(count_inside=inside, count_outside=outside_count, **amounts)
    return OutsideShare(
        code=group,
        name=write_list([get_territory(referential, code).name for code in codes]),
        count_inside=inside,
        count_outside=outside_count,
        share_outside=measured.share_outside,
        share_low=measured.share_low,
        share_high=measured.share_high,
        population_share_outside=measured.population_share_outside,
        ratio=measured.ratio,
        gap=measured.gap if is_tested else None,
        p_value=(
            weigh_outside(outside_count, inside + outside_count, measured.population_share_outside)
            if is_tested
            else None
        ),
        codes=codes,
        basis=basis,
    )

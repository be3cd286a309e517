"""Where the network is, in proportion to the inhabitants, and outside one territory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from data.clock import today
from data.coverage import CoverageCounts, count_coverage
from data.presences import read_data_date
from data.session import Register, Session
from data.territories import find_communes, get_territory, territories_at
from geo.coverage.representation import (
    bound_counts,
    expect_counts,
    expect_empty,
    find_significant_absences,
    measure_outside,
)
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

_PER_10K = 10_000

# Answers for a few hundred territories are kept; those for 3,782 communes would fill the memory.
_MOST_ROWS_REMEMBERED = 400


def answer_coverage(
    register: Register,
    *,
    level: Level = Level.EPCI,
    kind: Kind = Kind.ACTOR,
    sector: str | None = None,
    outside: str = MEL_CODE,
    at: date | None = None,
    basis: Basis = "seat",
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
        Code of the territory that « outside » leaves out, the MEL by default.
    at
        The day counted, with the memberships and inhabitants of its vintage; today by default.
    basis
        Where a presence counts: at its seat, or in its zone of action. By zone, `expected` is what the
        distinct presences would give if each acted in one place.

    Raises
    ------
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
    ...     answer = answer_coverage(register)
    ...     register.close()
    >>> len(answer.rows), answer.outside.share_outside
    (92, None)
    >>> f"{1 - answer.outside.population_share_outside:.2%}"
    '19.95%'
    """
    day = at or today()
    with register.reading() as session:

        def answer() -> CoverageAnswer:
            return _answer(
                session, level=level, kind=kind, sector=sector, outside=outside, day=day, basis=basis
            )

        if len(register.referential.territories(level)) > _MOST_ROWS_REMEMBERED:
            return answer()
        return session.remember(("coverage", level, kind, sector, outside, day, basis), answer)


def _answer(
    session: Session,
    *,
    level: Level,
    kind: Kind,
    sector: str | None,
    outside: str,
    day: date,
    basis: Basis,
) -> CoverageAnswer:
    referential = session.register.referential
    vintage = referential.vintage_at(day)
    counts = count_coverage(
        session, level=level, kind=kind, sector=sector, outside=outside, day=day, basis=basis
    )
    territories = territories_at(referential, level, vintage)
    populations = [territory.population for territory in territories]
    return CoverageAnswer(
        level=level,
        kind=kind,
        sector=sector,
        at=day,
        vintage=vintage,
        rows=make_rows(territories, counts),
        outside=_measure_outside(session, counts, outside, vintage),
        totals=counts.totals,
        data_date=read_data_date(session),
        empty_expected_by_chance=expect_empty(counts.total, populations) if counts.total else None,
        basis=basis,
    )


def make_rows(territories: Sequence[Territory], counts: CoverageCounts) -> tuple[CoverageRow, ...]:
    """Set each territory's count against what its inhabitants would give of the total."""
    level_counts = counts.level_counts
    found = np.array([level_counts.count_by_territory.get(each.code, 0) for each in territories])
    expected = expect_counts(counts.total, [territory.population for territory in territories])
    low, high = bound_counts(found)
    absences = find_significant_absences(found, expected)
    rows = []
    measures = zip(
        territories,
        found.tolist(),
        expected.tolist(),
        low.tolist(),
        high.tolist(),
        absences.tolist(),
        strict=True,
    )
    for territory, count, due, count_low, count_high, is_significant in measures:
        has_rate = counts.total > 0 and territory.population > 0
        rows.append(
            CoverageRow(
                code=territory.code,
                name=territory.name,
                population=territory.population,
                count=count,
                per_10k=count * _PER_10K / territory.population if has_rate else None,
                expected=due if counts.total else None,
                ratio=count / due if has_rate else None,
                ratio_low=count_low / due if has_rate else None,
                ratio_high=count_high / due if has_rate else None,
                significant_absence=is_significant,
                count_by_sector=level_counts.count_by_sector.get(territory.code, {}),
            )
        )
    return tuple(rows)


def _measure_outside(session: Session, counts: CoverageCounts, outside: str, vintage: int) -> OutsideShare:
    referential = session.register.referential
    left_out = get_territory(referential, outside)
    inside = find_communes(referential, outside, vintage)
    population_inside = population_outside = 0
    for commune in territories_at(referential, Level.COMMUNE, vintage):
        if commune.code in inside:
            population_inside += commune.population
        else:
            population_outside += commune.population
    measured = measure_outside(
        count_inside=counts.inside,
        count_outside=counts.outside,
        population_inside=population_inside,
        population_outside=population_outside,
    )
    return OutsideShare(
        code=left_out.code,
        name=left_out.name,
        count_inside=counts.inside,
        count_outside=counts.outside,
        share_outside=measured.share_outside,
        share_low=measured.share_low,
        share_high=measured.share_high,
        population_share_outside=measured.population_share_outside,
        ratio=measured.ratio,
        gap=measured.gap,
    )

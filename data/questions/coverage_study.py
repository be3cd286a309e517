"""Every measure of the Collectif's page at once, counted once per state of the register and question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.clock import today
from data.coverage import find_group_communes
from data.coverage_ground import read_cells, read_neighbourhood
from data.denominators.errors import DenominatorError, DenominatorLevelError
from data.denominators.kept import read_denominators
from data.questions.coverage import answer_coverage, measure_outside_share, read_base, read_group
from data.session import Register, Session
from data.territories import read_membership
from geo.coverage.concentration import measure_concentration
from geo.coverage.division import DivisionComparison, compare_division, gather_by_cell
from geo.coverage.representation import expect_empty
from geo.coverage.study import (
    INSIDE,
    OUTSIDE,
    BaseComparison,
    CoverageStudy,
    SectorTables,
    read_counts,
    study_funnel,
    study_neighbouring,
    study_sectors,
    study_smoothing,
    study_spread,
)
from geo.french import LEVEL_NAMES
from geo.records import MEL_CODE, Basis, CoverageAnswer, CoverageRow, Denominator, Kind, Level

# A thousand random registers of more territories than this take seconds, and answer nobody's question.
_MOST_TERRITORIES = 400

_DIVISIONS = (Level.EPCI, Level.BASSIN_VIE, Level.ZONE_EMPLOI)


def study_coverage(
    register: Register,
    *,
    level: Level = Level.EPCI,
    kind: Kind = Kind.ACTOR,
    sector: str | None = None,
    outside: str = MEL_CODE,
    at: date | None = None,
    basis: Basis = "seat",
    denominator: str | None = None,
) -> CoverageStudy:
    """
    Measure everything that the Collectif's page shows.

    Parameters
    ----------
    register, level, kind, sector, outside, at, basis, denominator
        As `answer_coverage`, whose errors it raises.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     study = study_coverage(register)
    ...     register.close()
    >>> study.concentration, study.sectors, len(study.answer.rows)
    (None, None, 92)
    """
    day = at or today()
    group = read_group(register.referential, outside)

    def answer_at(asked: Level, against: str | None = denominator) -> CoverageAnswer:
        return answer_coverage(
            register,
            level=asked,
            kind=kind,
            sector=sector,
            outside=group,
            at=at,
            basis=basis,
            denominator=against,
        )

    answer = answer_at(level)
    is_small = len(answer.rows) <= _MOST_TERRITORIES
    measured = answer if is_small else answer_at(Level.EPCI)
    key = ("study", measured.level, kind, sector, group, day, basis, denominator)
    # Only its counts are read, which the denominator does not change.
    by_departement = answer_at(Level.DEPARTEMENT, None)
    with register.reading() as session:
        study = session.remember(
            key,
            lambda: replace(
                _study(session, measured, by_departement),
                divisions=_compare_divisions(register, answer_at, basis),
            ),
        )
    # The state of the register may have moved between the two: the answer shown is the one just counted.
    return study if is_small else replace(study, answer=answer, funnel=study_funnel(answer))


def _study(session: Session, answer: CoverageAnswer, by_departement: CoverageAnswer) -> CoverageStudy:
    referential = session.register.referential
    name = answer.denominator.name if answer.denominator else None
    base = read_base(
        session, level=answer.level, outside=answer.outside.code, vintage=answer.vintage, denominator=name
    )
    amounts = np.array(base.amounts, dtype=np.float64)
    concentration, lorenz, theil = study_spread(answer, amounts, _group_rows(session, answer))
    return CoverageStudy(
        answer=answer,
        dispersion=answer,
        amounts=amounts,
        funnel=study_funnel(answer),
        concentration=concentration,
        lorenz=lorenz,
        theil=theil,
        smoothed=study_smoothing(answer, amounts),
        neighbouring=study_neighbouring(answer, amounts, read_neighbourhood(referential, answer.level)),
        sectors=_study_sectors(session, answer, by_departement, amounts),
        bases=_compare_bases(session, answer),
    )


def _compare_divisions(
    register: Register, answer_at: Callable[[Level], CoverageAnswer], basis: Basis
) -> tuple[DivisionComparison, ...]:
    """Count the same presences in other divisions, and in cells that follow no border; none by zone."""
    made: list[DivisionComparison] = []
    if basis == "zone":
        return ()
    for level in _DIVISIONS:
        rows = _find_rows(answer_at, level)
        if rows:
            made.append(
                compare_division(
                    LEVEL_NAMES[level][1], [row.count for row in rows], [_read_amount(row) for row in rows]
                )
            )
    by_commune = {row.code: row for row in _find_rows(answer_at, Level.COMMUNE)}
    if by_commune:
        cells = {code: cell for code, cell in read_cells(register.referential).items() if code in by_commune}
        counts, amounts = gather_by_cell(
            {code: row.count for code, row in by_commune.items()},
            {code: _read_amount(row) for code, row in by_commune.items()},
            cells,
        )
        made.append(compare_division("cellules régulières (H3)", counts, amounts))
    return tuple(made)


def _find_rows(answer_at: Callable[[Level], CoverageAnswer], level: Level) -> Sequence[CoverageRow]:
    """Give the rows of a level; none where it cuts what the denominator is known by."""
    try:
        return answer_at(level).rows
    except DenominatorLevelError:
        return ()


def _read_amount(row: CoverageRow) -> float:
    return float(row.population if row.base is None else row.base)


def _group_rows(session: Session, answer: CoverageAnswer) -> list[str] | None:
    """Say which rows lie inside the group; None when it cuts one of them."""
    referential = session.register.referential
    inside = find_group_communes(referential, answer.outside.code, answer.vintage)
    found: dict[str, set[bool]] = {row.code: set() for row in answer.rows}
    for commune, code in read_membership(referential, answer.level, answer.vintage).items():
        found[code].add(commune in inside)
    if any(len(sides) > 1 for sides in found.values()):
        return None
    return [INSIDE if True in found[row.code] else OUTSIDE for row in answer.rows]


def _study_sectors(
    session: Session,
    answer: CoverageAnswer,
    by_departement: CoverageAnswer,
    amounts: NDArray[np.float64],
) -> SectorTables | None:
    book = session.register.sectors
    chosen = [each for each in book.sectors if each.parent == answer.sector]
    if not chosen and answer.sector is not None:
        chosen = [book.get(answer.sector)]
    departements = session.register.referential.territories(Level.DEPARTEMENT)
    return study_sectors(
        sectors=chosen,
        departements=departements,
        by_departement=by_departement,
        by_place=answer,
        amounts=amounts,
    )


def _compare_bases(session: Session, answer: CoverageAnswer) -> tuple[BaseComparison, ...]:
    bases: list[Denominator | None] = [None, *read_denominators(session)]
    return tuple(_compare_base(session, answer, base) for base in bases)


def _compare_base(
    session: Session, answer: CoverageAnswer, denominator: Denominator | None
) -> BaseComparison:
    try:
        base = read_base(
            session,
            level=answer.level,
            outside=answer.outside.code,
            vintage=answer.vintage,
            denominator=denominator.name if denominator else None,
        )
    except DenominatorError as error:
        total = denominator.total if denominator else 0.0
        return BaseComparison(
            denominator=denominator,
            total=total,
            outside=None,
            hoover=None,
            empty_expected_by_chance=None,
            problem=str(error),
        )
    outside = measure_outside_share(
        session.register.referential,
        answer.outside.code,
        base,
        inside=answer.outside.count_inside,
        outside_count=answer.outside.count_outside,
        basis=answer.basis,
    )
    counts = read_counts(answer)
    # By zone of action chance does not place presences one by one: there is no level to stand beside.
    is_tested = answer.basis == "seat"
    spread = measure_concentration(counts, base.amounts) if counts.any() and is_tested else None
    total = answer.outside.count_inside + answer.outside.count_outside
    return BaseComparison(
        denominator=denominator,
        total=sum(base.amounts),
        outside=outside,
        hoover=spread.hoover if spread else None,
        empty_expected_by_chance=expect_empty(total, base.amounts) if total and is_tested else None,
    )

"""Every measure of a coverage answer together, each with its interval or its chance level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.coverage.association import (
    GlobalAssociation,
    LocalAssociation,
    measure_local_rate_moran,
    measure_rate_moran,
)
from geo.coverage.chance import AgainstChance
from geo.coverage.checking import FloatArray, IntArray
from geo.coverage.concentration import Concentration, LorenzCurve, measure_concentration, trace_lorenz
from geo.coverage.division import DivisionComparison
from geo.coverage.funnel import Funnel, measure_funnel
from geo.coverage.laws import adjust_p_values
from geo.coverage.neighbourhood import Neighbourhood
from geo.coverage.smoothing import SmoothedRates, smooth_rates
from geo.coverage.specialisation import (
    SectorVariety,
    Specialisation,
    measure_sector_reach,
    measure_sector_variety,
    measure_specialisation,
)
from geo.coverage.theil import TheilDecomposition, decompose_theil
from geo.records import CoverageAnswer, Denominator, OutsideShare, Sector, Territory

INSIDE, OUTSIDE = "dedans", "dehors"
"""The two groups that Theil's index is cut between."""

_FEWEST_NEIGHBOURS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorTables:
    """
    Sectors (rows) in territories (columns).

    `counts` and `specialisation` are by département, `reach` the share of the inhabitants (or of the
    denominator) who live in one of `places` that has the sector, `variety` the number of sectors of each of
    `places`. `places` are the territories of the study.
    """

    sectors: tuple[Sector, ...]
    departements: tuple[Territory, ...]
    counts: IntArray
    specialisation: Specialisation | None
    reach: tuple[AgainstChance | None, ...]
    places: tuple[str, ...]
    variety: SectorVariety

    @property
    def reach_q_values(self) -> tuple[float | None, ...]:
        """The p-value of each reach once corrected for all the sectors tested, None without any presence."""
        p_values = np.array([reach.p_value for reach in self.reach if reach is not None])
        adjusted = iter(adjust_p_values(p_values).tolist())
        return tuple(None if reach is None else next(adjusted) for reach in self.reach)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbouring:
    """Whether territories that are alike lie side by side (annex): over the region, then place by place."""

    overall: GlobalAssociation
    local: LocalAssociation


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseComparison:
    """
    The same presences against one base: the inhabitants (`denominator` None) or a denominator.

    `problem` says in French why it cannot be measured; the rest is then None.
    """

    denominator: Denominator | None
    total: float
    outside: OutsideShare | None
    hoover: AgainstChance | None
    empty_expected_by_chance: float | None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageStudy:
    """
    What `/couverture` shows.

    Measures are None where nothing is counted, or where they have no meaning: by zone of action a presence
    counts in several territories, and all that is set against chance is None.

    `dispersion` is the answer on which concentration and neighbourhood are measured: the study's own, or the
    EPCI's where the level has too many territories. `amounts` is what its presences are counted against.
    """

    answer: CoverageAnswer
    dispersion: CoverageAnswer
    amounts: FloatArray
    funnel: Funnel | None
    concentration: Concentration | None
    lorenz: LorenzCurve | None
    theil: TheilDecomposition | None
    smoothed: SmoothedRates | None
    neighbouring: Neighbouring | None
    sectors: SectorTables | None
    bases: tuple[BaseComparison, ...]
    divisions: tuple[DivisionComparison, ...] = ()


def read_counts(answer: CoverageAnswer) -> IntArray:
    """Give the counts of an answer's rows, shape (n,)."""
    return np.array([row.count for row in answer.rows], dtype=np.int64)


def study_funnel(answer: CoverageAnswer) -> Funnel | None:
    """Measure which territories of an answer stand out from chance; None on an empty register or by zone."""
    if answer.basis == "zone" or not any(row.count for row in answer.rows):
        return None
    return measure_funnel(read_counts(answer), [row.expected or 0.0 for row in answer.rows])


def study_spread(
    answer: CoverageAnswer, amounts: FloatArray, groups: Sequence[str] | None
) -> tuple[Concentration | None, LorenzCurve | None, TheilDecomposition | None]:
    """
    Measure how unevenly the presences of an answer are spread, each index beside its chance level.

    Parameters
    ----------
    answer
        The answer.
    amounts
        What its presences are counted against, by row.
    groups
        Which of two groups each row belongs to, None where rows are cut.
    """
    counts = read_counts(answer)
    if answer.basis == "zone" or not counts.any() or not amounts.any():
        return None, None, None
    has_theil = groups is not None and len(set(groups)) > 1 and not counts[amounts == 0].any()
    return (
        measure_concentration(counts, amounts),
        trace_lorenz(counts, amounts),
        decompose_theil(counts, amounts, groups) if has_theil and groups is not None else None,
    )


def study_smoothing(answer: CoverageAnswer, amounts: FloatArray) -> SmoothedRates | None:
    """Smooth the rates of an answer; None without any presence, or where a territory has no base."""
    counts = read_counts(answer)
    if answer.basis == "zone" or not counts.any() or not (amounts > 0).all():
        return None
    return smooth_rates(counts, amounts)


def study_neighbouring(
    answer: CoverageAnswer, amounts: FloatArray, neighbourhood: Neighbourhood
) -> Neighbouring | None:
    """
    Measure whether neighbours look alike; None where that has no meaning.

    That is: nobody is counted, a territory has no base or no neighbour, or all rates are the same.
    """
    counts = read_counts(answer)
    is_known = len(counts) >= _FEWEST_NEIGHBOURS and counts.any() and (amounts > 0).all()
    if answer.basis == "zone" or not is_known:
        return None
    if np.ptp(counts / amounts) == 0 or (neighbourhood.neighbour_counts == 0).any():
        return None
    return Neighbouring(
        overall=measure_rate_moran(counts, amounts, neighbourhood),
        local=measure_local_rate_moran(counts, amounts, neighbourhood),
    )


def study_sectors(
    *,
    sectors: Sequence[Sector],
    departements: Sequence[Territory],
    by_departement: CoverageAnswer,
    by_place: CoverageAnswer,
    amounts: FloatArray,
) -> SectorTables | None:
    """
    Set sectors against territories; None where no presence has a sector.

    Parameters
    ----------
    sectors
        The sectors of one level of the list: none is part of another.
    departements
        The départements, in the order of the rows of `by_departement`.
    by_departement, by_place
        The same presences counted by département and by the territories of the study.
    amounts
        What presences are counted against, by row of `by_place`.
    """
    by_departement_counts = _count_sectors(sectors, by_departement)
    cells = _count_sectors(sectors, by_place)
    if by_place.basis == "zone" or not cells.any() or not amounts.any():
        return None
    return SectorTables(
        sectors=tuple(sectors),
        departements=tuple(departements),
        counts=by_departement_counts,
        specialisation=measure_specialisation(by_departement_counts),
        reach=measure_sector_reach(cells, amounts),
        places=tuple(row.name for row in by_place.rows),
        variety=measure_sector_variety(cells),
    )


def _count_sectors(sectors: Sequence[Sector], answer: CoverageAnswer) -> IntArray:
    return np.array(
        [[row.count_by_sector.get(sector.code, 0) for row in answer.rows] for sector in sectors],
        dtype=np.int64,
    ).reshape(len(sectors), len(answer.rows))

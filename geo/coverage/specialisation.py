"""Which sectors are where: location quotients that are tested, the people they reach, the variety of a place.

Counts are of sectors as mentioned: a presence that has two sectors counts in both, so totals here may exceed
the number of presences. With some 300 presences, cut by sector and by EPCI, most cells hold 0 or 1: draw no
quotient below the level of the département.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy
from numpy.typing import ArrayLike

from geo.coverage.chance import (
    DEFAULT_DRAWS,
    DEFAULT_SEED,
    AgainstChance,
    draw_proportional_registers,
    set_against_chance,
)
from geo.coverage.checking import (
    BoolArray,
    FloatArray,
    IntArray,
    as_amounts,
    as_counts,
    check_lengths,
    check_share,
    check_total,
)
from geo.coverage.errors import ImpossibleValueError
from geo.coverage.laws import adjust_p_values, bound_hypergeometric, weigh_hypergeometric

TESTED_FROM = 5.0
"""A cell is tested from this expected count on; under it, a quotient says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Specialisation:
    """
    Sectors (rows) against territories (columns), arrays of shape (sectors, territories).

    `quotient` is NaN where nothing is expected. `chance_low` and `chance_high` are the counts between which
    chance alone stays 95 times in 100. `p_values` and `q_values` (corrected for all the cells tested) are NaN
    where the cell is not tested. `is_over` and `is_under` are the findings: nothing else may be called so.
    """

    counts: IntArray
    expected: FloatArray
    quotient: FloatArray
    chance_low: IntArray
    chance_high: IntArray
    is_tested: BoolArray
    p_values: FloatArray
    q_values: FloatArray
    is_over: BoolArray
    is_under: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorVariety:
    """
    How many different sectors each territory has, against what so few presences allow, shape (n,) each.

    `expected` is the rarefied number; `low` and `high` hold 95 % of random draws of as many presences;
    `p_values` is the chance of so few sectors or fewer.
    """

    sizes: IntArray
    observed: IntArray
    expected: FloatArray
    low: FloatArray
    high: FloatArray
    p_values: FloatArray


def measure_specialisation(
    counts: ArrayLike, *, false_discovery: float = 0.05, tested_from: float = TESTED_FROM
) -> Specialisation | None:
    """
    Measure location quotients (Insee: « indices de spécificité ») and test them.

    LQ = (x_is / x_i·) / (x_·s / x_··). The test is Fisher's exact one (1922), two-sided, of the cell against
    the rest of its row and column, for cells with at least `tested_from` expected; q-values are Benjamini &
    Hochberg's (1995) over those.

    Parameters
    ----------
    counts
        Presences per sector and territory, whole numbers, shape (sectors, territories).
    false_discovery
        Accepted share of false findings among those shown.
    tested_from
        Expected count from which a cell is tested.

    Returns
    -------
    Specialisation or None
        None on an empty table.

    Raises
    ------
    ImpossibleValueError
        If a count or a parameter is impossible.

    Examples
    --------
    >>> table = measure_specialisation([[30, 10], [10, 50]])
    >>> table.quotient.round(2).tolist()
    [[1.88, 0.42], [0.42, 1.39]]
    >>> table.is_over.tolist()
    [[True, False], [False, True]]
    """
    cells = as_counts(counts, dimensions=2)
    check_share(false_discovery, name="part acceptée de fausses découvertes")
    total = int(cells.sum())
    if total == 0:
        return None
    of_sector, of_territory = cells.sum(axis=1, keepdims=True), cells.sum(axis=0, keepdims=True)
    expected = of_sector * of_territory / total
    quotient = np.divide(cells, expected, out=np.full(cells.shape, np.nan), where=expected > 0)
    bounds = np.array(
        [
            [bound_hypergeometric(total, int(marked), int(drawn)) for drawn in of_territory[0]]
            for marked in of_sector[:, 0]
        ],
        dtype=np.int64,
    )
    is_tested = expected >= tested_from
    p_values = np.full(cells.shape, np.nan)
    for row, column in zip(*np.nonzero(is_tested), strict=True):
        p_values[row, column] = _test_cell(cells, int(row), int(column))
    q_values = np.full(cells.shape, np.nan)
    if is_tested.any():
        q_values[is_tested] = adjust_p_values(p_values[is_tested])
    is_found = is_tested & (np.nan_to_num(q_values, nan=1.0) <= false_discovery)
    return Specialisation(
        counts=cells,
        expected=expected,
        quotient=quotient,
        chance_low=bounds[..., 0],
        chance_high=bounds[..., 1],
        is_tested=is_tested,
        p_values=p_values,
        q_values=q_values,
        is_over=is_found & (cells > expected),
        is_under=is_found & (cells < expected),
    )


def measure_sector_reach(
    counts: ArrayLike,
    populations: ArrayLike,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
) -> tuple[AgainstChance | None, ...]:
    """
    Measure, for each sector, the share of the inhabitants who live in a territory that has the sector.

    Its chance level is that of as many presences falling at random in proportion to population, whose mean is
    Σ q_i (1 - (1 - q_i)^x). A low p-value (lower tail) says that the sector is packed together, not that it
    has few presences.

    Parameters
    ----------
    counts
        Presences per sector and territory, shape (sectors, n).
    populations
        Inhabitants per territory, shape (n,).
    draws, seed
        Random registers of the chance level.

    Returns
    -------
    tuple
        One share (0 to 1) per sector, beside chance; None for a sector without any presence.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        If the arrays do not match, hold an impossible value, or there is no inhabitant.

    Examples
    --------
    >>> reach = measure_sector_reach([[1, 1, 0], [0, 0, 0]], [600, 300, 100])
    >>> round(reach[0].value, 3), reach[1]
    (0.9, None)
    """
    cells = as_counts(counts, dimensions=2)
    people = as_amounts(populations, name="population")
    check_lengths(présences=cells.T, populations=people)
    check_total(people, name="population")
    shares = people / people.sum()
    answers: list[AgainstChance | None] = []
    for row in cells:
        if not row.any():
            answers.append(None)
            continue
        simulated = _simulate_reach(int(row.sum()), people.tobytes(), draws, seed)
        answers.append(set_against_chance(float((row > 0) @ shares), simulated, tail="lower"))
    return tuple(answers)


@lru_cache(maxsize=512)
def _simulate_reach(total: int, people: bytes, draws: int, seed: int) -> FloatArray:
    """Measure the reach of random sectors: the same for every sector of as many presences."""
    amounts = np.frombuffer(people, dtype=np.float64)
    drawn = draw_proportional_registers(total, amounts, draws=draws, seed=seed)
    return np.asarray((drawn > 0) @ (amounts / amounts.sum()))


def rarefy_sectors(sector_totals: ArrayLike, sizes: ArrayLike) -> FloatArray:
    """
    Give how many different sectors n presences drawn from the register would have.

    E[S_n] = Σ_s 1 - C(N - N_s, n) / C(N, n). Hurlbert, « The nonconcept of species diversity », Ecology 52
    (1971), 577-586.

    Parameters
    ----------
    sector_totals
        Presences of each sector in the whole register, shape (sectors,).
    sizes
        How many presences are drawn, from 0 to their total, shape (m,).

    Returns
    -------
    numpy.ndarray
        Expected numbers of sectors, shape (m,).

    Raises
    ------
    ImpossibleValueError
        If a count is impossible, or a size larger than the register.

    Examples
    --------
    >>> rarefy_sectors([10, 5, 5], [0, 1, 2, 20]).round(3)
    array([0.   , 1.   , 1.658, 3.   ])
    """
    totals = as_counts(sector_totals)
    drawn = as_counts(sizes, name="nombre de présences tirées")
    whole = int(totals.sum())
    if (drawn > whole).any():
        raise ImpossibleValueError(
            name="nombre de présences tirées", expected=f"au plus {whole}", received=int(drawn.max())
        )
    others = whole - totals[:, np.newaxis]
    is_possible = drawn <= others
    # C(N - N_s, n) / C(N, n), by the logarithms of factorials; 0 where n is larger than what is left.
    safe = np.where(is_possible, others - drawn, 0)
    logs = (
        scipy.special.gammaln(others + 1)
        - scipy.special.gammaln(safe + 1)
        - scipy.special.gammaln(whole + 1)
        + scipy.special.gammaln(whole - drawn + 1)
    )
    is_absent = np.where(is_possible, np.exp(logs), 0.0)
    return np.asarray((1 - is_absent).sum(axis=0))


def measure_sector_variety(
    counts: ArrayLike, *, draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED
) -> SectorVariety:
    """
    Measure the variety of sectors of each territory against what its number of presences allows.

    A territory with two presences cannot have ten sectors: what counts is the gap to the rarefied number
    (`rarefy_sectors`). Intervals and p-values are read on random draws without replacement from the register.

    Parameters
    ----------
    counts
        Presences per sector and territory, shape (sectors, n).
    draws, seed
        Random draws per number of presences.

    Raises
    ------
    ImpossibleValueError
        If a count or a parameter is impossible.

    Examples
    --------
    Nine presences of one sector, where nine drawn at random would have three:

    >>> variety = measure_sector_variety([[9, 1], [0, 10], [0, 10]])
    >>> variety.observed.tolist(), variety.expected.round(1).tolist(), variety.p_values[0] <= 0.01
    ([1, 3], [3.0, 3.0], np.True_)
    """
    cells = as_counts(counts, dimensions=2)
    if draws < 1:
        raise ImpossibleValueError(name="nombre de tirages", expected="au moins un tirage", received=draws)
    totals, sizes = cells.sum(axis=1), cells.sum(axis=0)
    observed = np.count_nonzero(cells, axis=0).astype(np.int64)
    low, high, p_values = (np.zeros(len(sizes)) for _ in range(3))
    generator = np.random.default_rng(seed)
    for size in np.unique(sizes):
        drawn = generator.multivariate_hypergeometric(totals, int(size), size=draws, method="marginals")
        variety = np.count_nonzero(drawn, axis=1)
        is_here = sizes == size
        low[is_here], high[is_here] = np.quantile(variety, (0.025, 0.975), method="nearest")
        as_few = (variety[:, np.newaxis] <= observed[is_here]).sum(axis=0)
        p_values[is_here] = (1 + as_few) / (1 + draws)
    return SectorVariety(
        sizes=sizes,
        observed=observed,
        expected=rarefy_sectors(totals, sizes),
        low=low,
        high=high,
        p_values=p_values,
    )


def _test_cell(cells: IntArray, row: int, column: int) -> float:
    return weigh_hypergeometric(
        int(cells[row, column]), int(cells.sum()), int(cells[row].sum()), int(cells[:, column].sum())
    )

"""How unevenly presences are spread against inhabitants: Hoover, Gini, Theil, Atkinson, each beside chance.

Notation: x_i presences and p_i inhabitants of territory i, X and P their totals, s_i = x_i/X, q_i = p_i/P.
Every index is weighted by population, is 0 when presences follow inhabitants exactly and is at most 1 (Theil:
unbounded). All of them rise when territories are cut smaller or presences are few: compare two values only
with their chance levels beside them. Reference in French: C. Kubrak, Insee, document de travail H2013/01.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from geo.coverage.chance import (
    DEFAULT_DRAWS,
    DEFAULT_SEED,
    AgainstChance,
    draw_proportional_registers,
    set_against_chance,
)
from geo.coverage.checking import FloatArray, IntArray, as_amounts, as_counts, check_lengths, check_total
from geo.coverage.errors import ImpossibleValueError
from geo.coverage.spread import (
    cumulate_from_least_served,
    spread_atkinson,
    spread_gini,
    spread_hoover,
    spread_theil,
)

_AVERSION = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """
    Four indices of one register, each beside its chance level.

    `theil` is None where presences stand in a territory without any inhabitant: it has no finite value.
    """

    total: int
    hoover: AgainstChance
    gini: AgainstChance
    theil: AgainstChance | None
    atkinson: AgainstChance


@dataclass(frozen=True, slots=True, kw_only=True)
class LorenzCurve:
    """Cumulated shares, territories sorted from the least to the most served; both go from 0 to 1."""

    population_shares: FloatArray
    presence_shares: FloatArray


def hoover_index(counts: ArrayLike, populations: ArrayLike) -> float:
    """
    Compute Hoover's index: the share of presences that would have to move for parity with population.

    H = ½ Σ |s_i - q_i| (Hoover 1936; Duncan & Duncan 1955 as dissimilarity; Insee « coefficient de
    répartition »).

    Parameters
    ----------
    counts, populations
        Amounts per territory, shape (n,).

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        If the arrays do not match, hold an impossible value, or sum to zero.

    Examples
    --------
    All presences in a territory of half of the inhabitants: one half would have to move.

    >>> hoover_index([4, 0], [500, 500])
    0.5
    """
    amounts, shares = _as_pair(counts, populations)
    return float(spread_hoover(amounts, shares))


def gini_index(counts: ArrayLike, populations: ArrayLike) -> float:
    """
    Compute Gini's index of presences among inhabitants: twice the area between Lorenz's curve and parity.

    G = 1 - Σ (Q_k - Q_{k-1})(S_k + S_{k-1}), territories sorted by x/p (Gini 1914; Brown 1994). Parameters
    and errors as in `hoover_index`.

    Examples
    --------
    >>> gini_index([4, 0], [500, 500])
    0.5
    """
    amounts, shares = _as_pair(counts, populations)
    return float(spread_gini(amounts, shares))


def theil_index(counts: ArrayLike, populations: ArrayLike) -> float:
    """
    Compute Theil's T of presences among inhabitants, in nats.

    T = Σ s_i ln(s_i / q_i), with 0 ln 0 = 0 (Theil 1967). Parameters as in `hoover_index`.

    Raises
    ------
    ImpossibleValueError
        Also if presences stand where there is no inhabitant: T is infinite.

    Examples
    --------
    >>> round(theil_index([4, 0], [500, 500]), 4)  # ln 2
    0.6931
    """
    amounts, shares = _as_pair(counts, populations)
    _refuse_presence_without_people(amounts, shares)
    return float(spread_theil(amounts, shares))


def atkinson_index(counts: ArrayLike, populations: ArrayLike, *, aversion: float = 0.5) -> float:
    """
    Compute Atkinson's index of presences among inhabitants.

    A = 1 - [Σ q_i (s_i / q_i)^(1-ε)]^(1/(1-ε)), and 1 - Π (s_i / q_i)^q_i for ε = 1 (Atkinson 1970). With
    ε ≥ 1 a single empty territory gives 1, so keep ε under 1 for counts. Other parameters and errors as in
    `hoover_index`; a territory without inhabitants is left out.

    Parameters
    ----------
    counts, populations
        Amounts per territory, shape (n,).
    aversion
        ε, above zero: the larger, the heavier the least served weigh.

    Examples
    --------
    >>> round(atkinson_index([10, 20, 30, 40, 50], [1, 1, 1, 1, 1]), 5)
    0.06315
    """
    if not (np.isfinite(aversion) and aversion > 0):
        raise ImpossibleValueError(
            name="aversion à l'inégalité", expected="un nombre au-dessus de zéro", received=aversion
        )
    amounts, shares = _as_pair(counts, populations)
    return float(spread_atkinson(amounts, shares, aversion=aversion))


def trace_lorenz(counts: ArrayLike, populations: ArrayLike) -> LorenzCurve:
    """
    Trace Lorenz's curve (Lorenz 1905), n + 1 points. Parameters and errors as in `hoover_index`.

    Examples
    --------
    >>> curve = trace_lorenz([3, 1], [500, 500])
    >>> curve.population_shares, curve.presence_shares
    (array([0. , 0.5, 1. ]), array([0.  , 0.25, 1.  ]))
    """
    amounts, shares = _as_pair(counts, populations)
    cumulated_presence, cumulated_population = cumulate_from_least_served(amounts, shares)
    return LorenzCurve(population_shares=cumulated_population, presence_shares=cumulated_presence)


def measure_concentration(
    counts: ArrayLike,
    populations: ArrayLike,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
) -> Concentration | None:
    """
    Measure concentration by four indices, each beside what a proportional random register gives.

    Parameters
    ----------
    counts
        Presences of one kind per territory, whole numbers, shape (n,).
    populations
        Inhabitants, or another denominator, shape (n,).
    draws, seed
        Random registers of the chance level (multinomial of X over q).

    Returns
    -------
    Concentration or None
        None on an empty register: no share has a meaning.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        If the arrays do not match, hold an impossible value, or there is no inhabitant.

    Examples
    --------
    Three hundred presences spread evenly over 92 equal territories, more evenly than chance would do it:

    >>> spread = measure_concentration([3] * 68 + [4] * 24, [60_000] * 92)
    >>> spread.hoover.value < spread.hoover.chance_p05
    True
    >>> f"{spread.hoover.value:.2f}, chance {spread.hoover.chance_mean:.3f}"
    '0.06, chance 0.221'
    """
    presence = as_counts(counts)
    people = as_amounts(populations, name="population")
    check_lengths(présences=presence, populations=people)
    check_total(people, name="population")
    total = int(presence.sum())
    if total == 0:
        return None
    shares = people / people.sum()
    hoover, gini, theil, atkinson = _simulate(total, people.tobytes(), draws, seed)
    has_theil = not presence[people == 0].any()
    return Concentration(
        total=total,
        hoover=set_against_chance(float(spread_hoover(presence, shares)), hoover),
        gini=set_against_chance(float(spread_gini(presence, shares)), gini),
        theil=set_against_chance(float(spread_theil(presence, shares)), theil) if has_theil else None,
        atkinson=set_against_chance(
            float(spread_atkinson(presence, shares, aversion=_AVERSION)),
            atkinson,
        ),
    )


@lru_cache(maxsize=128)
def _simulate(total: int, people: bytes, draws: int, seed: int) -> tuple[FloatArray, ...]:
    """Measure the four indices on random registers: the same for every register of as many presences."""
    amounts = np.frombuffer(people, dtype=np.float64)
    shares = amounts / amounts.sum()
    drawn = draw_proportional_registers(total, amounts, draws=draws, seed=seed)
    return (
        np.asarray(spread_hoover(drawn, shares)),
        np.asarray(spread_gini(drawn, shares)),
        np.asarray(spread_theil(drawn, shares)),
        np.asarray(spread_atkinson(drawn, shares, aversion=_AVERSION)),
    )


def _as_pair(counts: ArrayLike, populations: ArrayLike) -> tuple[FloatArray, FloatArray]:
    amounts = as_amounts(counts, name="nombre de présences")
    people = as_amounts(populations, name="population")
    check_lengths(présences=amounts, populations=people)
    check_total(people, name="population")
    check_total(amounts, name="nombre de présences")
    return amounts, people / people.sum()


def _refuse_presence_without_people(amounts: FloatArray | IntArray, shares: FloatArray) -> None:
    is_alone = (shares == 0) & (amounts > 0)
    if is_alone.any():
        raise ImpossibleValueError(
            name="population",
            expected="au moins un habitant partout où se trouve une présence",
            received=0,
            rank=int(np.nonzero(is_alone)[0][0]),
        )

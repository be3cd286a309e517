"""Do neighbours look alike? Moran's index, over the whole region and place by place, on comparable rates.

With some ninety territories this is an annex: one sentence (« les sous-couvertures forment-elles un bloc ? »)
and a map. Rates must be standardised first: on raw rates of small territories a test announced at 5 % is
wrong 15 times in 100. Reference in French: « Manuel d'analyse spatiale », Insee Méthodes n° 131 (2018).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from geo.coverage.chance import DEFAULT_SEED
from geo.coverage.checking import BoolArray, FloatArray, check_lengths, check_share
from geo.coverage.errors import ImpossibleValueError
from geo.coverage.laws import adjust_p_values, weigh_normal
from geo.coverage.neighbourhood import Neighbourhood
from geo.coverage.smoothing import standardise_rates

PERMUTATIONS = 9_999


class Association(StrEnum):
    """How a territory stands with its neighbours; `NONE` when chance may explain it."""

    HIGH_HIGH = "high_high"
    LOW_HIGH = "low_high"
    LOW_LOW = "low_low"
    HIGH_LOW = "high_low"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalAssociation:
    """
    Moran's I with what chance gives: its mean, two variances, and three p-values.

    `variance_normal` supposes normal values, `variance_random` shuffles the values over the map;
    `z_normal` and `z_random` are how far the index lies from `expected` in their standard deviations; the
    p-values are two-sided. `p_permuted` is read on real shuffles: it supposes nothing and is the one to show.
    """

    index: float
    expected: float
    variance_normal: float
    variance_random: float
    z_normal: float
    z_random: float
    p_normal: float
    p_random: float
    p_permuted: float
    permutations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAssociation:
    """
    Local Moran's I per territory, shape (n,) each.

    `p_values` are two-sided, read on conditional shuffles; `q_values` are corrected for asking n questions at
    once (Benjamini & Hochberg 1995). `kinds` names the quadrant where q is at most `false_discovery`, and
    `Association.NONE` elsewhere: only those may be drawn.
    """

    index: FloatArray
    p_values: FloatArray
    q_values: FloatArray
    quadrants: tuple[Association, ...]
    kinds: tuple[Association, ...]
    false_discovery: float

    @property
    def is_significant(self) -> BoolArray:
        """Which territories stand out once all the questions are counted, shape (n,)."""
        return np.asarray(self.q_values <= self.false_discovery, dtype=np.bool_)


def measure_moran(
    values: ArrayLike,
    neighbourhood: Neighbourhood,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = DEFAULT_SEED,
) -> GlobalAssociation:
    """
    Measure Moran's I with row-standardised weights.

    I = Σ_i z_i z̄_i / Σ_i z_i², z̄_i the mean of the neighbours (Moran 1950); moments of Cliff & Ord, « Spatial
    Processes » (1981), ch. 2. For presences over inhabitants use `measure_rate_moran`.

    Parameters
    ----------
    values
        One value per territory, shape (n,), not all equal, n ≥ 4.
    neighbourhood
        Who borders whom, without island.
    permutations, seed
        Shuffles of `p_permuted`.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, IsolatedTerritoryError
        If values do not match the neighbourhood, are not finite, are too few or all equal, or if a territory
        has no neighbour.

    Examples
    --------
    Six places in a row, low at one end and high at the other:

    >>> from geo.coverage.neighbourhood import list_neighbours
    >>> row = list_neighbours([[1], [2], [3], [4], [5], []])
    >>> moran = measure_moran([1, 1, 2, 4, 5, 5], row)
    >>> round(moran.index, 3), round(moran.expected, 3)
    (0.833, -0.2)
    """
    scores = _centre(values, neighbourhood)
    index, expected = _moran(scores, neighbourhood), -1 / (len(scores) - 1)
    variance_normal, variance_random = _moran_variances(scores, neighbourhood)
    z_normal, z_random = ((index - expected) / np.sqrt(v) for v in (variance_normal, variance_random))
    p_permuted = _permute(scores, neighbourhood, index, permutations=permutations, seed=seed)
    return GlobalAssociation(
        index=index,
        expected=expected,
        variance_normal=variance_normal,
        variance_random=variance_random,
        z_normal=float(z_normal),
        z_random=float(z_random),
        p_normal=weigh_normal(float(z_normal)),
        p_random=weigh_normal(float(z_random)),
        p_permuted=p_permuted,
        permutations=permutations,
    )


def measure_rate_moran(
    counts: ArrayLike,
    populations: ArrayLike,
    neighbourhood: Neighbourhood,
    *,
    permutations: int = PERMUTATIONS,
    seed: int = DEFAULT_SEED,
) -> GlobalAssociation:
    """
    Measure Moran's I of presences over inhabitants, on standardised rates (Assunção & Reis 1999).

    Parameters
    ----------
    counts, populations
        As in `geo.coverage.smoothing.standardise_rates`.
    neighbourhood, permutations, seed
        As in `measure_moran`.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError, IsolatedTerritoryError
        As in `standardise_rates` and `measure_moran`.

    Examples
    --------
    >>> from geo.coverage.neighbourhood import list_neighbours
    >>> row = list_neighbours([[1], [2], [3], [4], [5], []])
    >>> round(measure_rate_moran([0, 1, 2, 8, 9, 7], [1000] * 6, row).index, 3)
    0.726
    """
    rates = standardise_rates(counts, populations)
    return measure_moran(rates, neighbourhood, permutations=permutations, seed=seed)


def measure_local_rate_moran(
    counts: ArrayLike,
    populations: ArrayLike,
    neighbourhood: Neighbourhood,
    *,
    false_discovery: float = 0.05,
    permutations: int = PERMUTATIONS,
    seed: int = DEFAULT_SEED,
) -> LocalAssociation:
    """
    Measure the local Moran's I (LISA) of presences over inhabitants, on standardised rates.

    I_i = z_i z̄_i / m₂, m₂ = Σ z²/n. Anselin, « Local indicators of spatial association », Geographical
    Analysis 27 (1995), 93-115; conditional shuffles: the territory stays, the others move. P-values are
    two-sided (twice the smaller tail), q-values Benjamini & Hochberg's (1995).

    Parameters
    ----------
    counts, populations
        As in `geo.coverage.smoothing.standardise_rates`.
    neighbourhood
        Who borders whom, without island.
    false_discovery
        Accepted share of false findings among those shown.
    permutations, seed
        Conditional shuffles per territory.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError, IsolatedTerritoryError
        As in `measure_rate_moran`.

    Examples
    --------
    >>> from geo.coverage.neighbourhood import list_neighbours
    >>> row = list_neighbours([[1], [2], [3], [4], [5], []])
    >>> local = measure_local_rate_moran([0, 1, 2, 8, 9, 7], [1000] * 6, row, permutations=99)
    >>> [quadrant.value for quadrant in local.quadrants][::5], local.is_significant.any()
    (['low_low', 'high_high'], np.False_)
    """
    check_share(false_discovery, name="part acceptée de fausses découvertes")
    _check_permutations(permutations)
    scores = _centre(standardise_rates(counts, populations), neighbourhood)
    lag = neighbourhood.mean_of_neighbours(scores)
    p_values = _permute_locally(scores, lag, neighbourhood, permutations=permutations, seed=seed)
    q_values = adjust_p_values(p_values)
    quadrants = tuple(_name_quadrant(own, around) for own, around in zip(scores, lag, strict=True))
    return LocalAssociation(
        index=scores * lag / (scores @ scores / len(scores)),
        p_values=p_values,
        q_values=q_values,
        quadrants=quadrants,
        kinds=tuple(
            kind if q <= false_discovery else Association.NONE
            for kind, q in zip(quadrants, q_values, strict=True)
        ),
        false_discovery=false_discovery,
    )


def _centre(values: ArrayLike, neighbourhood: Neighbourhood) -> FloatArray:
    numbers = np.asarray(values, dtype=np.float64)
    check_lengths(valeurs=numbers, territoires=np.empty(neighbourhood.size))
    if not np.isfinite(numbers).all():
        raise ImpossibleValueError(name="valeur", expected="des nombres finis", received="autre chose")
    if len(numbers) < 4:
        raise ImpossibleValueError(
            name="nombre de territoires", expected="au moins quatre territoires", received=len(numbers)
        )
    if np.ptp(numbers) == 0:
        raise ImpossibleValueError(
            name="valeur", expected="des valeurs qui ne soient pas toutes égales", received=float(numbers[0])
        )
    neighbourhood.check_no_island()
    return np.asarray(numbers - numbers.mean(), dtype=np.float64)


def _moran(scores: FloatArray, neighbourhood: Neighbourhood) -> float:
    return float(scores @ neighbourhood.mean_of_neighbours(scores) / (scores @ scores))


def _moran_variances(scores: FloatArray, neighbourhood: Neighbourhood) -> tuple[float, float]:
    """Cliff & Ord's variances of I, normal then random, for weights whose rows sum to 1."""
    size = len(scores)
    weights = 1 / neighbourhood.neighbour_counts
    pair_sums = weights[neighbourhood.territories] + weights[neighbourhood.neighbours]
    s0 = float(size)
    s1 = float((pair_sums**2).sum() / 2)
    columns = neighbourhood.sum_of_neighbours(weights)
    s2 = float(((1 + columns) ** 2).sum())
    expected_square = 1 / (size - 1) ** 2
    normal = (size**2 * s1 - size * s2 + 3 * s0**2) / (s0**2 * (size**2 - 1)) - expected_square
    kurtosis = float(size * (scores**4).sum() / (scores @ scores) ** 2)
    left = size * ((size**2 - 3 * size + 3) * s1 - size * s2 + 3 * s0**2)
    right = kurtosis * ((size**2 - size) * s1 - 2 * size * s2 + 6 * s0**2)
    below = (size - 1) * (size - 2) * (size - 3) * s0**2
    return float(normal), float((left - right) / below - expected_square)


def _permute(
    scores: FloatArray, neighbourhood: Neighbourhood, index: float, *, permutations: int, seed: int
) -> float:
    _check_permutations(permutations)
    generator = np.random.default_rng(seed)
    weights = 1 / neighbourhood.neighbour_counts[neighbourhood.territories]
    total = scores @ scores
    higher = lower = 0
    for _ in range(permutations):
        shuffled = generator.permutation(scores)
        products = shuffled[neighbourhood.territories] * shuffled[neighbourhood.neighbours]
        drawn = products @ weights / total
        higher += bool(drawn >= index)
        lower += bool(drawn <= index)
    return min(1.0, 2 * (min(higher, lower) + 1) / (permutations + 1))


def _permute_locally(
    scores: FloatArray, lag: FloatArray, neighbourhood: Neighbourhood, *, permutations: int, seed: int
) -> FloatArray:
    """Give two-sided p-values: each territory keeps its value, its neighbours are drawn among the others."""
    generator = np.random.default_rng(seed)
    counts = neighbourhood.neighbour_counts
    most = int(counts.max())
    others = len(scores) - 1
    # One table of draws serves all: distinct ranks among the others, of which a territory uses its first k.
    draws = np.array(
        [generator.choice(others, size=most, replace=False) for _ in range(permutations)], dtype=np.intp
    )
    p_values = np.empty(len(scores))
    for rank, count in enumerate(counts):
        chosen = draws[:, :count]
        chosen = chosen + (chosen >= rank)
        drawn = scores[chosen].mean(axis=1)
        smaller_tail = min(np.count_nonzero(drawn >= lag[rank]), np.count_nonzero(drawn <= lag[rank]))
        p_values[rank] = min(1.0, 2 * (smaller_tail + 1) / (permutations + 1))
    return p_values


def _name_quadrant(own: float, around: float) -> Association:
    if own > 0:
        return Association.HIGH_HIGH if around > 0 else Association.HIGH_LOW
    return Association.LOW_HIGH if around > 0 else Association.LOW_LOW


def _check_permutations(permutations: int) -> None:
    if permutations < 1:
        raise ImpossibleValueError(
            name="nombre de tirages", expected="au moins un tirage", received=permutations
        )

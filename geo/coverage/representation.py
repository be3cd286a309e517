"""Are we present in proportion to the inhabitants? Shares, expected counts, and what chance explains of them.

Notation: X presences in all, x in a territory; P inhabitants in all, p in the territory. Counts are small, so
every indicator comes with its interval or its chance level (95 %). Nothing divides by zero: on an empty
register shares and ratios are None.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from geo.coverage.laws import weigh_binomial

CONFIDENCE = 0.95

SIGNIFICANT_EXPECTED = 3.0
"""An absence means something from this expected count on: exp(-3) is just under 5 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideRepresentation:
    """
    How the presence outside a territory compares with the inhabitants outside it.

    `gap` is in presences: how many more outside would bring parity, the total kept; negative when the outside
    is over-represented.
    """

    share_outside: float | None
    share_low: float | None
    share_high: float | None
    population_share_outside: float
    ratio: float | None
    gap: float | None


def measure_outside(
    *, count_inside: int, count_outside: int, population_inside: float, population_outside: float
) -> OutsideRepresentation:
    """
    Compare the share of presences outside a territory with the share of inhabitants outside it.

    The ratio is R = (X_out / X) / (P_out / P) and the gap D = X · P_out / P - X_out.

    Parameters
    ----------
    count_inside, count_outside
        Presences, each counted once.
    population_inside, population_outside
        Inhabitants, or what else presences are counted against; not both 0.

    Raises
    ------
    ValueError
        If a number is negative or nobody lives anywhere.

    Examples
    --------
    120 presences of 200 outside, where 80 % of the inhabitants live: 40 are missing outside.

    >>> outside = measure_outside(
    ...     count_inside=80, count_outside=120, population_inside=200_000, population_outside=800_000
    ... )
    >>> outside.ratio, outside.gap
    (0.75, 40.0)
    >>> f"{outside.share_low:.0%} to {outside.share_high:.0%}"
    '53% to 67%'
    """
    if min(count_inside, count_outside, population_inside, population_outside) < 0:
        message = "Un effectif est négatif : on attend des nombres de présences et d'habitants."
        raise ValueError(message)
    population = population_inside + population_outside
    if population == 0:
        message = "Aucun habitant : il faut une population pour comparer."
        raise ValueError(message)
    population_share = population_outside / population
    total = count_inside + count_outside
    if total == 0:
        return OutsideRepresentation(
            share_outside=None,
            share_low=None,
            share_high=None,
            population_share_outside=population_share,
            ratio=None,
            gap=None,
        )
    share = count_outside / total
    low, high = measure_share_interval(count_outside, total)
    return OutsideRepresentation(
        share_outside=share,
        share_low=low,
        share_high=high,
        population_share_outside=population_share,
        ratio=count_outside * population / (total * population_outside) if population_outside else None,
        gap=total * population_share - count_outside,
    )


def weigh_outside(count_outside: int, total: int, population_share_outside: float) -> float | None:
    """
    Test whether presences lie outside in proportion: the exact binomial test, two-sided.

    X_out ~ Bin(X, P_out / P) if each presence fell on an inhabitant at random (Clopper & Pearson 1934).

    Returns
    -------
    float or None
        The p-value; None without any presence.

    Examples
    --------
    >>> f"{weigh_outside(120, 200, 0.8):.1e}"
    '1.2e-10'
    """
    if total == 0:
        return None
    share = min(1.0, max(0.0, population_share_outside))
    return weigh_binomial(count_outside, total, share)


def measure_share_interval(count: int, total: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """
    Bound a share by Wilson's score interval.

    Wilson, « Probable inference, the law of succession, and statistical inference », Journal of the American
    Statistical Association 22 (1927). Never outside 0 to 1, and sound for small totals.

    Parameters
    ----------
    count, total
        `count` of `total` presences, 0 ≤ count ≤ total, total at least 1.
    confidence
        Probability that the interval holds the true share.

    Raises
    ------
    ValueError
        If `count` is not within 0 to `total`, or `total` is 0.

    Examples
    --------
    >>> low, high = measure_share_interval(120, 200)
    >>> round(low, 4), round(high, 4)
    (0.5308, 0.6654)
    """
    if not (0 <= count <= total and total > 0):
        message = f"Part impossible : {count!r} sur {total!r}. On attend une partie d'un total non nul."
        raise ValueError(message)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = count / total
    weight = 1 + z**2 / total
    middle = (share + z**2 / (2 * total)) / weight
    half = z * (share * (1 - share) / total + z**2 / (4 * total**2)) ** 0.5 / weight
    return (0.0 if count == 0 else middle - half), (1.0 if count == total else middle + half)


def bound_counts(
    counts: ArrayLike, *, confidence: float = CONFIDENCE
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Bound the means of Poisson counts by their exact interval.

    Garwood, « Fiducial limits for the Poisson distribution », Biometrika 28 (1936): from χ²(α/2; 2x) / 2 to
    χ²(1 - α/2; 2x + 2) / 2, written here with the inverse of the incomplete gamma function.

    Parameters
    ----------
    counts
        Counts, 0 or more, of any shape.
    confidence
        Probability that each interval holds the true mean, at least.

    Returns
    -------
    tuple
        Low and high bounds, of the shape of `counts`.

    Examples
    --------
    >>> low, high = bound_counts([0, 10, 100])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 4.795, 81.364], [3.689, 18.39, 121.627])
    """
    observed = np.asarray(counts, dtype=np.float64)
    tail = (1 - confidence) / 2
    # The function is not defined at 0, where the bound is 0.
    low = np.where(observed > 0, scipy.special.gammaincinv(np.maximum(observed, 1), tail), 0.0)
    return low, np.asarray(scipy.special.gammaincinv(observed + 1, 1 - tail), dtype=np.float64)


def expect_counts(total: float, populations: ArrayLike) -> NDArray[np.float64]:
    """
    Give the count of each territory if presence followed population: e = X · p / P.

    Parameters
    ----------
    total
        Presences in all.
    populations
        Inhabitants per territory, shape (n,), not all 0.

    Examples
    --------
    >>> expect_counts(300, [1_200_000, 60_000, 4_740_000]).tolist()
    [60.0, 3.0, 237.0]
    """
    inhabitants = np.asarray(populations, dtype=np.float64)
    return np.asarray(total * inhabitants / inhabitants.sum(), dtype=np.float64)


def find_significant_absences(counts: ArrayLike, expected: ArrayLike) -> NDArray[np.bool_]:
    """
    Say which territories are empty although chance alone seldom empties them.

    With an expected count e, nobody is there by chance with a probability of exp(-e), under 5 % from
    e = 3.0 = -ln 0.05 on.

    Examples
    --------
    >>> find_significant_absences([0, 0, 4], [3.2, 1.0, 5.0]).tolist()
    [True, False, False]
    """
    is_empty = np.asarray(counts) == 0
    return np.asarray(is_empty & (np.asarray(expected) >= SIGNIFICANT_EXPECTED), dtype=np.bool_)


def expect_empty(total: int, populations: ArrayLike) -> float:
    """
    Give how many territories would be empty by chance alone.

    Each of X presences falls in a territory with a probability of p / P: the expected number of empty ones is
    Σ (1 - p / P)^X, exactly, whatever the dependence between territories.

    Parameters
    ----------
    total
        Presences in all.
    populations
        Inhabitants per territory, shape (n,), not all 0.

    Examples
    --------
    Two presences over two equal territories: both in the same one half of the time.

    >>> expect_empty(2, [10, 10])
    0.5
    """
    inhabitants = np.asarray(populations, dtype=np.float64)
    return float(((1 - inhabitants / inhabitants.sum()) ** total).sum())

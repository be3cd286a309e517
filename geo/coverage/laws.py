"""The few laws of chance that the measures need, from `scipy.special` alone.

`scipy.stats` takes half a second to import, which every command and the first reader of a page would pay; a
test holds each function against it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy
from numpy.typing import ArrayLike

from geo.coverage.checking import FloatArray, IntArray

# As scipy's exact tests: two outcomes whose chances differ by less than this are equally unlikely.
_EVEN = 1 + 1e-7


@lru_cache(maxsize=4_096)
def weigh_binomial(count: int, total: int, share: float = 0.5) -> float:
    """
    Give the two-sided p-value of the exact binomial test (Clopper & Pearson 1934).

    Examples
    --------
    >>> round(weigh_binomial(22, 40), 3)
    0.636
    """
    drawn = np.arange(total + 1)
    logs = (
        scipy.special.gammaln(total + 1)
        - scipy.special.gammaln(drawn + 1)
        - scipy.special.gammaln(total - drawn + 1)
    )
    chances = np.exp(logs + scipy.special.xlogy(drawn, share) + scipy.special.xlog1py(total - drawn, -share))
    return float(min(1.0, chances[chances <= chances[count] * _EVEN].sum()))


@lru_cache(maxsize=4_096)
def bound_share(count: int, total: int, confidence: float) -> tuple[float, float]:
    """
    Bound a share by the exact interval of Clopper & Pearson (1934).

    Examples
    --------
    >>> [round(bound, 3) for bound in bound_share(0, 10, 0.95)]
    [0.0, 0.308]
    """
    tail = (1 - confidence) / 2
    low = scipy.special.betaincinv(count, total - count + 1, tail) if count else 0.0
    high = scipy.special.betaincinv(count + 1, total - count, 1 - tail) if count < total else 1.0
    return float(low), float(high)


def weigh_normal(score: float) -> float:
    """
    Give the two-sided p-value of a normal score.

    Examples
    --------
    >>> round(weigh_normal(-1.959964), 4)
    0.05
    """
    return float(2 * scipy.special.ndtr(-abs(score)))


def find_normal_quantile(probability: float) -> float:
    """
    Give the score under which a normal law has a probability.

    Examples
    --------
    >>> round(find_normal_quantile(0.975), 3)
    1.96
    """
    return float(scipy.special.ndtri(probability))


def find_poisson_quantile(probability: float, means: ArrayLike) -> FloatArray:
    """
    Give the least count that a Poisson law stays at or under with a probability, for each mean.

    Examples
    --------
    >>> find_poisson_quantile(0.975, [0.0, 3.0, 10.0])
    array([ 0.,  7., 17.])
    """
    laws = np.asarray(means, dtype=np.float64)
    found = np.ceil(scipy.special.pdtrik(probability, laws))
    # The solution goes by floats: one count less may do.
    before = np.maximum(found - 1, 0)
    is_enough = scipy.special.pdtr(before, laws) >= probability
    return np.asarray(np.where(is_enough, before, found), dtype=np.float64)


def adjust_p_values(p_values: FloatArray) -> FloatArray:
    """
    Correct p-values for asking several questions at once (Benjamini & Hochberg 1995).

    Examples
    --------
    >>> adjust_p_values(np.array([0.01, 0.04])).tolist()
    [0.02, 0.04]
    """
    order = np.argsort(p_values)
    count = len(order)
    scaled = p_values[order] * count / np.arange(1, count + 1)
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return adjusted


def list_hypergeometric(total: int, marked: int, drawn: int) -> tuple[IntArray, FloatArray]:
    """
    List how many marked ones may come out of a draw without replacement, and the chance of each number.

    Examples
    --------
    >>> counts, chances = list_hypergeometric(4, 2, 2)
    >>> counts.tolist(), chances.round(3).tolist()
    ([0, 1, 2], [0.167, 0.667, 0.167])
    """
    counts = np.arange(max(0, marked + drawn - total), min(marked, drawn) + 1)
    logs = (
        _log_choose(marked, counts)
        + _log_choose(total - marked, drawn - counts)
        - _log_choose(total, np.array(drawn))
    )
    return counts, np.exp(logs)


def _log_choose(whole: int, part: IntArray) -> FloatArray:
    return np.asarray(
        scipy.special.gammaln(whole + 1)
        - scipy.special.gammaln(part + 1)
        - scipy.special.gammaln(whole - part + 1)
    )


def weigh_hypergeometric(count: int, total: int, marked: int, drawn: int) -> float:
    """
    Give the two-sided p-value of Fisher's exact test: as unlikely a number of marked ones in a draw.

    Examples
    --------
    Fisher's lady tasting tea, three cups of four right:

    >>> round(weigh_hypergeometric(3, 8, 4, 4), 4)
    0.4857
    """
    counts, chances = list_hypergeometric(total, marked, drawn)
    observed = chances[count - int(counts[0])]
    return float(min(1.0, chances[chances <= observed * _EVEN].sum()))


def bound_hypergeometric(total: int, marked: int, drawn: int, *, level: float = 0.95) -> tuple[int, int]:
    """
    Give the least and the most marked ones that chance gives, a share of `level` lying between.

    Examples
    --------
    >>> bound_hypergeometric(100, 40, 20)
    (4, 12)
    """
    counts, chances = list_hypergeometric(total, marked, drawn)
    cumulated = chances.cumsum()
    tail = (1 - level) / 2
    low, high = (
        int(counts[min(int(np.searchsorted(cumulated, bound * (1 - 1e-12))), len(counts) - 1)])
        for bound in (tail, 1 - tail)
    )
    return low, high

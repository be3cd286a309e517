"""Rates of small territories, drawn back to what the others make likely (empirical Bayes).

A rate over few inhabitants swings by chance: one presence more or less doubles it. Marshall's estimator keeps
of each rate what its population can prove, and takes the rest from the mean; the weight kept is its
reliability. Reference in French: « Manuel d'analyse spatiale », Insee Méthodes n° 131 (2018), chapter 9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from geo.coverage.checking import FloatArray, as_amounts, as_counts, check_lengths, check_share, check_total
from geo.coverage.errors import ImpossibleValueError
from geo.coverage.neighbourhood import Neighbourhood
from geo.coverage.representation import bound_counts


@dataclass(frozen=True, slots=True, kw_only=True)
class SmoothedRates:
    """
    Rates drawn back to the mean: presences per inhabitant, shape (n,) each.

    `reliability` (0 to 1) is the weight kept by the territory's own rate. `low` and `high` bound the rate by
    its posterior law. `variance` is that of the true rates between territories as far as the data can tell;
    0 means that chance explains it all: `has_difference` is then False, every rate is the mean, and there is
    no map to draw.
    """

    mean: float
    variance: float
    raw: FloatArray
    rates: FloatArray
    reliability: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def has_difference(self) -> bool:
        """Whether territories differ by more than chance makes likely."""
        return self.variance > 0


def smooth_rates(counts: ArrayLike, populations: ArrayLike, *, confidence: float = 0.95) -> SmoothedRates:
    """
    Smooth rates by Marshall's global empirical-Bayes estimator.

    m = X/P, s² = Σ p_i (r_i - m)² / P, a = max(0, s² - m / p̄), and r̂_i = m + w_i (r_i - m) with the
    reliability w_i = a / (a + m / p_i). Marshall, « Mapping disease and mortality rates using empirical Bayes
    estimators », Applied Statistics 40 (1991), 283-294. The interval is that of the gamma law with mean m and
    variance a, updated by the counts (Clayton & Kaldor 1987), whose mean is r̂_i; m and a are taken as known,
    which makes it somewhat short. When a = 0 it is the exact Poisson interval of the common rate.

    Parameters
    ----------
    counts
        Presences per territory, whole numbers, shape (n,).
    populations
        Inhabitants, above zero, shape (n,).
    confidence
        Probability held by the interval.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        If the arrays do not match, hold an impossible value, or there is no territory.

    Examples
    --------
    Two small territories and a large one: the small ones are drawn back most.

    >>> smoothed = smooth_rates([0, 30, 600], [2_000, 10_000, 900_000])
    >>> (1e4 * smoothed.rates).round(2), smoothed.reliability.round(2)
    (array([ 5.92, 17.43,  6.67]), array([0.14, 0.46, 0.99]))
    """
    presence, people = _read_rates(counts, populations)
    check_share(confidence, name="niveau de confiance")
    raw = presence / people
    mean = float(presence.sum() / people.sum())
    spread = float((people * (raw - mean) ** 2).sum() / people.sum())
    variance = max(0.0, spread - mean / float(people.mean()))
    if variance == 0:
        reliability = np.zeros_like(raw)
        low, high = _bound_common_rate(int(presence.sum()), float(people.sum()), confidence)
        lows, highs = np.full_like(raw, low), np.full_like(raw, high)
    else:
        reliability = variance / (variance + mean / people)
        shape, inhabitants = mean**2 / variance + presence, mean / variance + people
        lows = scipy.special.gammaincinv(shape, (1 - confidence) / 2) / inhabitants
        highs = scipy.special.gammaincinv(shape, (1 + confidence) / 2) / inhabitants
    return SmoothedRates(
        mean=mean,
        variance=variance,
        raw=raw,
        rates=mean + reliability * (raw - mean),
        reliability=reliability,
        low=lows,
        high=highs,
    )


def smooth_rates_locally(
    counts: ArrayLike, populations: ArrayLike, neighbourhood: Neighbourhood
) -> FloatArray:
    """
    Smooth rates towards the mean of each territory and its neighbours (Marshall 1991, local version).

    As `smooth_rates`, m, s², a and p̄ being those of the territory with its neighbours. It has no interval of
    its own: show it beside the global version.

    Parameters
    ----------
    counts, populations
        As in `smooth_rates`.
    neighbourhood
        Who borders whom.

    Returns
    -------
    numpy.ndarray
        Presences per inhabitant, shape (n,).

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        As in `smooth_rates`.

    Examples
    --------
    >>> from geo.coverage.neighbourhood import list_neighbours
    >>> chain = list_neighbours([[1], [0, 2], [1]])
    >>> (1e4 * smooth_rates_locally([0, 30, 600], [2_000, 10_000, 900_000], chain)).round(1)
    array([15. , 17.4,  6.7])
    """
    presence, people = _read_rates(counts, populations)
    raw = presence / people

    def around(values: FloatArray) -> FloatArray:
        return values + neighbourhood.sum_of_neighbours(values)

    nearby = around(people)
    mean = around(presence) / nearby
    # Σ p (r - m)² = Σ p r² - m² Σ p, since m is the weighted mean of the r.
    spread = around(people * raw**2) / nearby - mean**2
    variance = np.maximum(0.0, spread - mean * around(np.ones_like(people)) / nearby)
    divisor = variance + mean / people
    reliability = np.divide(variance, divisor, out=np.zeros_like(raw), where=divisor > 0)
    return np.asarray(mean + reliability * (raw - mean))


def standardise_rates(counts: ArrayLike, populations: ArrayLike) -> FloatArray:
    """
    Standardise rates by the variance that their population lets expect, so that they can be compared.

    z_i = (r_i - b) / √v_i with b = X/P, a = s² - b/p̄, v_i = a + b/p_i, and v_i = b/p_i if that is negative.
    Assunção & Reis, « A new proposal to adjust Moran's I for population density », Statistics in Medicine 18
    (1999), 2147-2162.

    Parameters
    ----------
    counts, populations
        As in `smooth_rates`; at least one presence.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        As in `smooth_rates`, and if there is no presence at all.

    Examples
    --------
    >>> deaths, people = [30, 25, 25, 15, 33, 21, 30, 20], [100, 100, 110, 90, 100, 90, 110, 90]
    >>> standardise_rates(deaths, people)[:2].round(8)
    array([ 1.03843594, -0.04099089])
    """
    presence, people = _read_rates(counts, populations)
    check_total(presence, name="nombre de présences")
    raw = presence / people
    mean = presence.sum() / people.sum()
    spread = (people * (raw - mean) ** 2).sum() / people.sum()
    variances = spread - mean / people.mean() + mean / people
    return np.asarray((raw - mean) / np.sqrt(np.where(variances > 0, variances, mean / people)))


def _read_rates(counts: ArrayLike, populations: ArrayLike) -> tuple[FloatArray, FloatArray]:
    presence = as_counts(counts).astype(np.float64)
    people = as_amounts(populations, name="population")
    check_lengths(présences=presence, populations=people)
    check_total(people, name="population")
    if not (people > 0).all():
        rank = int(np.nonzero(people == 0)[0][0])
        raise ImpossibleValueError(name="population", expected="au moins un habitant", received=0, rank=rank)
    return presence, people


def _bound_common_rate(total: int, people: float, confidence: float) -> tuple[float, float]:
    low, high = bound_counts(total, confidence=confidence)
    return float(low) / people, float(high) / people

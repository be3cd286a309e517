"""Year on year: two rates compared, the ratio outside a territory as a line, before and after an antenne."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.coverage.checking import as_amounts, as_counts, check_lengths, check_share
from geo.coverage.errors import ImpossibleValueError
from geo.coverage.laws import bound_share, find_normal_quantile, weigh_binomial, weigh_normal
from geo.coverage.representation import measure_share_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class RateComparison:
    """
    A second rate over a first one.

    `ratio` is None when the first count is 0, `ratio_high` is None when nothing bounds it. `p_score` and
    `p_exact` are two-sided; `p_exact`, which supposes nothing, is the one to show.
    """

    first_rate: float
    second_rate: float
    ratio: float | None
    ratio_low: float
    ratio_high: float | None
    score: float | None
    p_score: float
    p_exact: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioPoint:
    """The ratio of representation outside a territory at one date, with its band; None without a presence."""

    day: date
    total: int
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """
    How a rate moved where something was done, less how it moved where nothing was.

    Rates and their differences are in presences per 10,000 inhabitants; `low` and `high` bound `difference`.
    This describes and proves nothing: the places were not drawn by lot, and much else may have changed.
    """

    here_change: float
    elsewhere_change: float
    difference: float
    low: float
    high: float

    @property
    def is_within_chance(self) -> bool:
        """Whether the interval holds zero."""
        return self.low <= 0 <= self.high


def compare_rates(
    *,
    first_count: int,
    first_exposure: float,
    second_count: int,
    second_exposure: float,
    confidence: float = 0.95,
) -> RateComparison:
    """
    Compare two Poisson rates of separate presences: those of two places, or those that joined in two years.

    The score test is z = (x₂ - x₁ d) / √((x₁ + x₂) d) with d = t₂/t₁ (Gu, Ng, Tang & Schucany, « Testing the
    ratio of two Poisson rates », Biometrical Journal 50, 2008). The exact test is binomial: knowing x₁ + x₂,
    x₂ follows Bin(x₁ + x₂, t₂ / (t₁ + t₂)) (Przyborowski & Wilenski 1940); its Clopper-Pearson bounds give
    the interval. For one register at two dates, see `geo.coverage.flows.measure_net_change`.

    Parameters
    ----------
    first_count, second_count
        Presences, whole numbers.
    first_exposure, second_exposure
        What they are counted over: inhabitants, inhabitants × years; above zero, in one unit.
    confidence
        Probability held by the interval, at least.

    Raises
    ------
    ImpossibleValueError
        If a count is negative or an exposure not above zero.

    Examples
    --------
    >>> change = compare_rates(
    ...     first_count=30, first_exposure=54_308.7, second_count=60, second_exposure=51_477.5
    ... )
    >>> round(change.ratio, 2), round(change.p_score, 6)
    (2.11, 0.000632)
    """
    _check_rate("première", first_count, first_exposure)
    _check_rate("seconde", second_count, second_exposure)
    check_share(confidence, name="niveau de confiance")
    first_rate, second_rate = first_count / first_exposure, second_count / second_exposure
    total, scale = first_count + second_count, second_exposure / first_exposure
    if total == 0:
        return RateComparison(
            first_rate=0.0,
            second_rate=0.0,
            ratio=None,
            ratio_low=0.0,
            ratio_high=None,
            score=None,
            p_score=1.0,
            p_exact=1.0,
        )
    score = float((second_count - first_count * scale) / np.sqrt(total * scale))
    low, high = bound_share(second_count, total, confidence)
    return RateComparison(
        first_rate=first_rate,
        second_rate=second_rate,
        ratio=second_rate / first_rate if first_count else None,
        ratio_low=low / (1 - low) / scale,
        ratio_high=high / (1 - high) / scale if first_count else None,
        score=score,
        p_score=weigh_normal(score),
        p_exact=weigh_binomial(second_count, total, scale / (1 + scale)),
    )


def trace_ratio_outside(
    *,
    days: Sequence[date],
    counts_outside: ArrayLike,
    totals: ArrayLike,
    population_shares_outside: ArrayLike,
    confidence: float = 0.95,
) -> tuple[RatioPoint, ...]:
    """
    Trace the ratio of representation outside a territory (the MEL) from date to date, with its band.

    R = (X_out / X) / (P_out / P) with Wilson's interval of the share (1927). The dates share most of their
    presences: a line that stays within its band has not been shown to move.

    Parameters
    ----------
    days
        The dates, in the order of the line.
    counts_outside, totals
        Presences outside and in all at each date, shape (n,).
    population_shares_outside
        The share of inhabitants outside at each date, above 0 and at most 1, shape (n,).
    confidence
        Probability held by the band.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError
        If the series do not match or hold an impossible value.

    Examples
    --------
    >>> line = trace_ratio_outside(
    ...     days=[date(2025, 1, 1), date(2026, 1, 1)], counts_outside=[120, 130], totals=[200, 200],
    ...     population_shares_outside=[0.8, 0.8],
    ... )
    >>> [(round(point.ratio, 4), round(point.ratio_low, 2), round(point.ratio_high, 2)) for point in line]
    [(0.75, 0.66, 0.83), (0.8125, 0.73, 0.89)]
    """
    outside, whole = as_counts(counts_outside, name="présences hors du territoire"), as_counts(totals)
    shares = as_amounts(population_shares_outside, name="part de population")
    check_lengths(dates=np.empty(len(days)), présences=outside, totaux=whole, parts=shares)
    check_share(confidence, name="niveau de confiance")
    points = []
    for day, count, total, share in zip(days, outside, whole, shares, strict=True):
        if not 0 < share <= 1:
            raise ImpossibleValueError(
                name="part de population", expected="une part au-dessus de 0 et d'au plus 1", received=share
            )
        if count > total:
            raise ImpossibleValueError(
                name="présences hors du territoire",
                expected=f"au plus le total, {total}",
                received=int(count),
            )
        if total == 0:
            points.append(RatioPoint(day=day, total=0, ratio=None, ratio_low=None, ratio_high=None))
            continue
        low, high = measure_share_interval(int(count), int(total), confidence=confidence)
        points.append(
            RatioPoint(
                day=day,
                total=int(total),
                ratio=float(count / total / share),
                ratio_low=low / float(share),
                ratio_high=high / float(share),
            )
        )
    return tuple(points)


def describe_before_after(
    *,
    here_before: tuple[int, float],
    here_after: tuple[int, float],
    elsewhere_before: tuple[int, float],
    elsewhere_after: tuple[int, float],
    confidence: float = 0.95,
) -> BeforeAfter:
    """
    Describe how presence moved around a new antenne, less how it moved in comparable territories.

    (r₂ - r₁) here - (r₂ - r₁) elsewhere, with the normal interval of the variance Σ x/p². That variance takes
    all presences as separate: those that stay make the interval wider than needed, never too short.

    Parameters
    ----------
    here_before, here_after
        Presences and inhabitants around the antenne, before and after.
    elsewhere_before, elsewhere_after
        The same for comparable territories together (see `find_comparable`).
    confidence
        Probability held by the interval.

    Raises
    ------
    ImpossibleValueError
        If a count is negative or a population not above zero.

    Examples
    --------
    >>> change = describe_before_after(
    ...     here_before=(8, 240_000), here_after=(14, 240_000),
    ...     elsewhere_before=(30, 900_000), elsewhere_after=(33, 900_000),
    ... )
    >>> round(change.difference, 3), change.is_within_chance
    (0.217, True)
    """
    check_share(confidence, name="niveau de confiance")
    rates, variance = [], 0.0
    for name, (count, people) in (
        ("d'ici, avant", here_before),
        ("d'ici, après", here_after),
        ("d'ailleurs, avant", elsewhere_before),
        ("d'ailleurs, après", elsewhere_after),
    ):
        _check_rate(name, count, people)
        rates.append(1e4 * count / people)
        variance += 1e8 * count / people**2
    here, elsewhere = rates[1] - rates[0], rates[3] - rates[2]
    reach = find_normal_quantile((1 + confidence) / 2) * float(np.sqrt(variance))
    return BeforeAfter(
        here_change=here,
        elsewhere_change=elsewhere,
        difference=here - elsewhere,
        low=here - elsewhere - reach,
        high=here - elsewhere + reach,
    )


def find_comparable(populations: ArrayLike, rank: int, *, count: int = 5) -> NDArray[np.intp]:
    """
    Find the territories whose population is nearest in proportion: twice as large is as far as half as large.

    Parameters
    ----------
    populations
        Inhabitants, above zero, shape (n,).
    rank
        The territory compared.
    count
        How many are asked for; fewer are given when there are fewer.

    Returns
    -------
    numpy.ndarray
        Ranks, nearest first, ties by rank.

    Raises
    ------
    ImpossibleValueError
        If a population is not above zero, or the rank is that of no territory.

    Examples
    --------
    >>> find_comparable([100_000, 1_100_000, 90_000, 210_000], 0, count=2).tolist()
    [2, 3]
    """
    people = as_amounts(populations, name="population")
    if not (people > 0).all():
        raise ImpossibleValueError(name="population", expected="au moins un habitant", received=0)
    if not 0 <= rank < len(people):
        raise ImpossibleValueError(name="territoire", expected="le rang d'un territoire", received=rank)
    gaps = np.abs(np.log(people / people[rank]))
    order = np.argsort(gaps, kind="stable")
    return np.asarray(order[order != rank][:count], dtype=np.intp)


def _check_rate(name: str, count: int, exposure: float) -> None:
    if count < 0:
        raise ImpossibleValueError(
            name=f"présences ({name})", expected="un nombre entier positif ou nul", received=count
        )
    if not (np.isfinite(exposure) and exposure > 0):
        raise ImpossibleValueError(
            name=f"population ({name})", expected="un nombre au-dessus de zéro", received=exposure
        )

"""Who lives within 20, 30, 45 minutes of the nearest site, and the whole curve.

C(S) = Σ p_i · 1[min_j t_ij ≤ S] / P, the cumulative opportunity measure. Insee measures access so: the
theoretical road time to the nearest equipped commune (Barbier, Toutin & Levy, Insee Première n° 1579, 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.coverage.checking import FloatArray, as_amounts, check_lengths, check_total
from geo.coverage.errors import ImpossibleValueError
from geo.coverage.travel_times import POSSIBLY_WITHIN, SURELY_WITHIN, AccessState, TravelTimes

THRESHOLDS_MIN = (20.0, 30.0, 45.0)
CURVE_UP_TO_MIN = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessWithin:
    """
    The inhabitants within a limit of time.

    `covered` + `uncertain` + `not_covered` are all the inhabitants. `share` reads the times as they are;
    `share_low` counts only those surely within, `share_high` also those that may be. On road times the three
    are one.
    """

    minutes: float
    covered: float
    uncertain: float
    not_covered: float
    share: float
    share_low: float
    share_high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccessCurve:
    """Shares of the inhabitants within each minute from 0 to 90, with the band of an estimate."""

    minutes: FloatArray
    share: FloatArray
    share_low: FloatArray
    share_high: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageTime:
    """A time in minutes; `low` and `high` bound it when it rests on estimates, else the three are one."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Access:
    """
    How far people live from the nearest site.

    `nearest_min` and `nearest_site` are per place, shape (n,): minutes, and the site's column (-1 without any
    site). The mean, median and 95th percentile weigh each place by its inhabitants; they are None where
    somebody has no way to any site.
    """

    nearest_min: FloatArray
    nearest_site: NDArray[np.intp]
    within: tuple[AccessWithin, ...]
    curve: AccessCurve
    mean: AverageTime | None
    median: AverageTime | None
    p95: AverageTime | None
    is_estimated: bool
    caption: str


def measure_access(
    times: TravelTimes, populations: ArrayLike, *, thresholds_min: Sequence[float] = THRESHOLDS_MIN
) -> Access:
    """
    Measure how many live within given times of the nearest site, and how far people live from it.

    Parameters
    ----------
    times
        Minutes from n places to m sites; m may be 0.
    populations
        Inhabitants per place, shape (n,).
    thresholds_min
        Limits in minutes.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        If populations do not match the times, hold an impossible value, or there is no inhabitant.

    Examples
    --------
    >>> from geo.coverage.travel_times import take_travel_times
    >>> times = take_travel_times([[10, 50], [25, 40], [60, 35]], caption="exemple")
    >>> access = measure_access(times, [600, 300, 100])
    >>> [(within.minutes, within.share) for within in access.within]
    [(20.0, 0.6), (30.0, 0.9), (45.0, 1.0)]
    >>> access.mean.value, access.median.value
    (17.0, 10.0)
    """
    people = as_amounts(populations, name="population")
    check_lengths(populations=people, lieux=times.minutes)
    check_total(people, name="population")
    nearest = times.nearest_min
    has_site = times.minutes.shape[1] > 0
    return Access(
        nearest_min=nearest,
        nearest_site=times.minutes.argmin(axis=1) if has_site else np.full(len(people), -1, dtype=np.intp),
        within=tuple(
            _count_within(nearest, people, float(limit), is_estimated=times.is_estimated)
            for limit in thresholds_min
        ),
        curve=_trace_curve(nearest, people, is_estimated=times.is_estimated),
        mean=_bound(_mean(nearest, people), is_estimated=times.is_estimated),
        median=_bound(find_weighted_quantile(nearest, people, 0.5), is_estimated=times.is_estimated),
        p95=_bound(find_weighted_quantile(nearest, people, 0.95), is_estimated=times.is_estimated),
        is_estimated=times.is_estimated,
        caption=times.caption,
    )


def measure_access_by_group(
    times: TravelTimes, populations: ArrayLike, groups: Sequence[str], *, minutes: float = 30.0
) -> dict[str, AccessWithin]:
    """
    Measure the same share inside each group of places (the communes of each EPCI).

    Parameters
    ----------
    times, populations
        As in `measure_access`.
    groups
        The group of each place, n labels.
    minutes
        The limit.

    Returns
    -------
    dict
        By group, in alphabetical order; a group without inhabitants is left out.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError
        If the arrays do not match or hold an impossible value.

    Examples
    --------
    >>> from geo.coverage.travel_times import take_travel_times
    >>> times = take_travel_times([[10], [40], [60]], caption="exemple")
    >>> by_epci = measure_access_by_group(times, [600, 200, 100], ["a", "a", "b"])
    >>> {code: within.share for code, within in by_epci.items()}
    {'a': 0.75, 'b': 0.0}
    """
    people = as_amounts(populations, name="population")
    labels = np.asarray(groups, dtype=np.str_)
    check_lengths(populations=people, lieux=times.minutes, groupes=labels)
    nearest = times.nearest_min
    found = {}
    for label in np.unique(labels):
        is_member = labels == label
        if people[is_member].sum() > 0:
            found[str(label)] = _count_within(
                nearest[is_member], people[is_member], minutes, is_estimated=times.is_estimated
            )
    return found


def classify_access(nearest_min: ArrayLike, *, minutes: float, is_estimated: bool) -> tuple[AccessState, ...]:
    """
    Say how each place stands against a limit: covered, uncertain (estimates only), not covered.

    An estimate is covered up to 0.8 of the limit and not covered beyond 1.2 of it.

    Raises
    ------
    ImpossibleValueError
        If the limit is not above zero.

    Examples
    --------
    >>> [state.value for state in classify_access([20, 29, 40], minutes=30, is_estimated=True)]
    ['covered', 'uncertain', 'not_covered']
    """
    nearest = np.asarray(nearest_min, dtype=np.float64)
    surely, possibly = _read_limits(minutes, is_estimated=is_estimated)
    return tuple(
        AccessState.COVERED
        if time <= surely
        else AccessState.UNCERTAIN
        if time <= possibly
        else AccessState.NOT_COVERED
        for time in nearest
    )


def find_weighted_quantile(values: FloatArray, weights: FloatArray, share: float) -> float:
    """
    Give the smallest value that at least this share of the weight does not exceed.

    Parameters
    ----------
    values, weights
        Shape (n,); weights not all 0.
    share
        0 to 1.

    Examples
    --------
    >>> find_weighted_quantile(np.array([10.0, 40.0]), np.array([95.0, 5.0]), 0.95)
    10.0
    """
    order = np.argsort(values, kind="stable")
    cumulated = weights[order].cumsum()
    # A sum of floats may stop some 1e-16 short of the share it stands for.
    rank = int(np.searchsorted(cumulated, share * cumulated[-1] * (1 - 1e-12)))
    return float(values[order][rank])


def _count_within(
    nearest: FloatArray, people: FloatArray, minutes: float, *, is_estimated: bool
) -> AccessWithin:
    surely, possibly = _read_limits(minutes, is_estimated=is_estimated)
    total = float(people.sum())
    covered, at_most = float(people[nearest <= surely].sum()), float(people[nearest <= possibly].sum())
    return AccessWithin(
        minutes=minutes,
        covered=covered,
        uncertain=at_most - covered,
        not_covered=total - at_most,
        share=float(people[nearest <= minutes].sum()) / total,
        share_low=covered / total,
        share_high=at_most / total,
    )


def _trace_curve(nearest: FloatArray, people: FloatArray, *, is_estimated: bool) -> AccessCurve:
    minutes = np.arange(CURVE_UP_TO_MIN + 1, dtype=np.float64)
    order = np.argsort(nearest, kind="stable")
    cumulated = np.concatenate([[0.0], people[order].cumsum()]) / people.sum()

    def share_at(limits: FloatArray) -> FloatArray:
        return np.asarray(cumulated[np.searchsorted(nearest[order], limits, side="right")], dtype=np.float64)

    surely, possibly = (SURELY_WITHIN, POSSIBLY_WITHIN) if is_estimated else (1.0, 1.0)
    return AccessCurve(
        minutes=minutes,
        share=share_at(minutes),
        share_low=share_at(surely * minutes),
        share_high=share_at(possibly * minutes),
    )


def _read_limits(minutes: float, *, is_estimated: bool) -> tuple[float, float]:
    if not (np.isfinite(minutes) and minutes > 0):
        raise ImpossibleValueError(
            name="limite de temps", expected="un nombre de minutes au-dessus de zéro", received=minutes
        )
    return (SURELY_WITHIN * minutes, POSSIBLY_WITHIN * minutes) if is_estimated else (minutes, minutes)


def _mean(nearest: FloatArray, people: FloatArray) -> float:
    is_inhabited = people > 0
    return float(nearest[is_inhabited] @ people[is_inhabited] / people.sum())


def _bound(minutes: float, *, is_estimated: bool) -> AverageTime | None:
    if not np.isfinite(minutes):
        return None
    if not is_estimated:
        return AverageTime(value=minutes, low=minutes, high=minutes)
    return AverageTime(value=minutes, low=minutes / POSSIBLY_WITHIN, high=minutes / SURELY_WITHIN)

"""Where one more antenne would serve most: every candidate tried under nine settings, and its regret.

Three objectives (people newly within the limit, mean time, worst time) by three limits (20, 30, 45 minutes)
seldom agree: that is the discussion to have. The measure proposes, people decide; it knows nothing of
premises, stations or where staff live.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from geo.coverage.access import THRESHOLDS_MIN
from geo.coverage.checking import (
    BoolArray,
    FloatArray,
    IntArray,
    as_amounts,
    as_counts,
    check_lengths,
    check_total,
)
from geo.coverage.errors import ImpossibleValueError, NothingToCompareError
from geo.coverage.travel_times import POSSIBLY_WITHIN, SURELY_WITHIN, TravelTimes

# Regrets are quotients of sums of floats: below this, two candidates are even.
_EVEN = 1e-9


class Objective(StrEnum):
    """What an antenne is chosen for, each among those who today live beyond the limit of time."""

    COVERED = "covered"
    MEAN_TIME = "mean_time"
    WORST_TIME = "worst_time"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SitingSetting:
    """
    One objective under one limit, over all the candidates.

    `values`, shape (m,), are the weight newly within the limit (`COVERED`, the more the better), or the mean
    or worst minutes of those beyond the limit today (the fewer the better); `today` is what they are without
    any new site. `regrets`, 0 to 1, are the part of the best candidate's improvement that is missed.
    `winners` are the best candidates, several when even, none when no candidate improves anything.
    """

    objective: Objective
    minutes: float
    today: float
    values: FloatArray
    regrets: FloatArray
    winners: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SitingRanking:
    """
    Every candidate for one more site; a candidate is named by its column.

    `order` goes by falling `gain`, the weight newly within `minutes`, then by growing regret. `people` are
    the inhabitants newly within, whatever the weights; `people_low` and `people_high` bound them when times
    are estimates.
    `wins` counts the settings that each candidate wins or shares; `worst_regret` is its largest regret over
    the settings (Savage 1951): small means a choice that nobody will much regret.
    """

    minutes: float
    settings: tuple[SitingSetting, ...]
    order: tuple[int, ...]
    gain: FloatArray
    people: FloatArray
    people_low: FloatArray
    people_high: FloatArray
    wins: IntArray
    worst_regret: FloatArray
    is_estimated: bool
    caption: str


def rank_next_sites(
    times: TravelTimes,
    populations: ArrayLike,
    *,
    current_min: ArrayLike,
    minutes: float = 30.0,
    thresholds_min: Sequence[float] = THRESHOLDS_MIN,
    weights: ArrayLike | None = None,
    worst_share: float = 0.95,
) -> SitingRanking:
    """
    Rank all the candidates for one more site by trying each of them.

    With c_i today's time and t_ij that to the candidate, over those with c_i > S: Σ w_i 1[t_ij ≤ S] (MCLP,
    Church & ReVelle 1974), Σ w_i min(c_i, t_ij) / Σ w_i (p-median, Hakimi 1964), and the weighted quantile
    `worst_share` of min(c_i, t_ij) (p-center at 1). Trying all is exact, and explains itself.

    Parameters
    ----------
    times
        Minutes from n places to m candidates.
    populations
        Inhabitants per place, shape (n,).
    current_min
        Minutes to the nearest existing site, shape (n,); infinite where there is none.
    minutes
        The limit of `gain` and `order`.
    thresholds_min
        The limits of the settings.
    weights
        What each place weighs, shape (n,); by default its inhabitants (see `weigh_by_shortfall`).
    worst_share
        0 to 1: the share of the weight that the worst time must hold.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        If arrays do not match, hold an impossible value, or there is no candidate or no weight.

    Examples
    --------
    Four places that are also the candidates: the three objectives choose three different ones.

    >>> from geo.coverage.travel_times import take_travel_times
    >>> times = take_travel_times(
    ...     [[0, 25, 40, 60], [25, 0, 20, 45], [40, 20, 0, 25], [60, 45, 25, 0]],
    ...     caption="exemple", floor_min=0,
    ... )
    >>> ranking = rank_next_sites(
    ...     times, [1200, 300, 500, 400], current_min=[float("inf")] * 4, minutes=25, thresholds_min=[25]
    ... )
    >>> [(setting.objective.value, setting.winners) for setting in ranking.settings]
    [('covered', (1,)), ('mean_time', (0,)), ('worst_time', (2,))]
    >>> ranking.gain[1], ranking.settings[1].values[0].round(3), ranking.settings[2].values[2]
    (np.float64(2000.0), np.float64(21.458), np.float64(40.0))
    """
    people = as_amounts(populations, name="population")
    weight = people if weights is None else as_amounts(weights, name="poids")
    current = read_current_minutes(current_min)
    check_lengths(lieux=times.minutes, populations=people, poids=weight, temps_actuels=current)
    check_total(weight, name="poids")
    _check_choice(times, minutes=minutes, thresholds_min=thresholds_min, worst_share=worst_share)
    settings = tuple(
        _try_all(objective, float(limit), times.minutes, current, weight, worst_share)
        for objective in Objective
        for limit in thresholds_min
    )
    limits = (
        (minutes, SURELY_WITHIN * minutes, POSSIBLY_WITHIN * minutes) if times.is_estimated else (minutes,)
    )
    people_gained = np.array([_gain_within(limit, times.minutes, current, people) for limit in limits])
    gain = _gain_within(minutes, times.minutes, current, weight)
    worst_regret = np.max([setting.regrets for setting in settings], axis=0)
    wins = np.zeros(times.minutes.shape[1], dtype=np.int64)
    for setting in settings:
        wins[list(setting.winners)] += 1
    # Largest gain first; even ones by their worst regret.
    order = np.lexsort((worst_regret, -gain))
    return SitingRanking(
        minutes=minutes,
        settings=settings,
        order=tuple(int(rank) for rank in order),
        gain=gain,
        people=people_gained[0],
        people_low=people_gained.min(axis=0),
        people_high=people_gained.max(axis=0),
        wins=wins,
        worst_regret=worst_regret,
        is_estimated=times.is_estimated,
        caption=times.caption,
    )


def weigh_by_shortfall(populations: ArrayLike, counts: ArrayLike, expected: ArrayLike) -> FloatArray:
    """
    Weigh inhabitants by what is missing where they live: p_i · max(0, 1 - x_i / e_i).

    A place where presences reach what its population lets expect weighs nothing, a place without any weighs
    its inhabitants. For communes, take the counts and expectations of their EPCI: a commune's own are too
    small to say anything.

    Parameters
    ----------
    populations, counts, expected
        Inhabitants, presences and expected presences, shape (n,) each; where nothing is expected, 0.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError
        If the arrays do not match or hold an impossible value.

    Examples
    --------
    >>> weigh_by_shortfall([1000, 1000, 1000], [0, 1, 9], [4, 4, 4])
    array([1000.,  750.,    0.])
    """
    people = as_amounts(populations, name="population")
    presence, means = as_counts(counts), as_amounts(expected, name="nombre attendu")
    check_lengths(populations=people, présences=presence, attendus=means)
    present = np.divide(np.minimum(presence, means), means, out=np.ones(len(means)), where=means > 0)
    return np.asarray(people * (1 - present))


def read_current_minutes(current_min: ArrayLike) -> FloatArray:
    """
    Read the times to the nearest existing site: at least zero, infinite where there is none.

    Raises
    ------
    ImpossibleValueError
        If one is negative or not a number.

    Examples
    --------
    >>> read_current_minutes([12, float("inf")])
    array([12., inf])
    """
    current = np.asarray(current_min, dtype=np.float64)
    as_amounts(np.where(np.isposinf(current), 0.0, current), name="temps actuel")
    return current


def can_be_reached(minutes: FloatArray, current: FloatArray) -> BoolArray:
    """
    Tell which places have a way to an existing site or to a candidate; nothing can be chosen for the others.

    Examples
    --------
    >>> can_be_reached(np.array([[5.0], [np.inf]]), np.array([np.inf, np.inf]))
    array([ True, False])
    """
    return np.asarray(np.isfinite(current) | np.isfinite(minutes).any(axis=1), dtype=np.bool_)


def _try_all(
    objective: Objective,
    limit: float,
    minutes: FloatArray,
    current: FloatArray,
    weight: FloatArray,
    worst_share: float,
) -> SitingSetting:
    is_beyond = (current > limit) & (weight > 0) & can_be_reached(minutes, current)
    if objective is Objective.COVERED:
        values, today = _gain_within(limit, minutes, current, weight), 0.0
        improvement = values
    elif not is_beyond.any():
        values, today = np.zeros(minutes.shape[1]), 0.0
        improvement = values
    else:
        left, load = current[is_beyond], weight[is_beyond]
        after = np.minimum(minutes[is_beyond], left[:, np.newaxis])
        if objective is Objective.MEAN_TIME:
            values, today = load @ after / load.sum(), float(load @ left / load.sum())
        else:
            values = _quantiles(after, load, worst_share)
            today = float(_quantiles(left[:, np.newaxis], load, worst_share)[0])
        improvement = _improve(values, today)
    best = improvement.max()
    regrets = (best - improvement) / best if best > 0 else np.zeros_like(improvement)
    winners = np.nonzero(regrets <= _EVEN)[0] if best > 0 else np.array([], dtype=np.intp)
    return SitingSetting(
        objective=objective,
        minutes=limit,
        today=today,
        values=values,
        regrets=regrets,
        winners=tuple(int(rank) for rank in winners),
    )


def _improve(values: FloatArray, today: float) -> FloatArray:
    """Say how much time each candidate saves; without any site today, against the worst candidate."""
    is_possible = np.isfinite(values)
    if not is_possible.any():
        return np.zeros_like(values)
    reference = today if np.isfinite(today) else values[is_possible].max()
    return np.where(is_possible, reference - np.where(is_possible, values, 0.0), 0.0)


def _gain_within(limit: float, minutes: FloatArray, current: FloatArray, weight: FloatArray) -> FloatArray:
    is_beyond = current > limit
    return np.asarray(weight[is_beyond] @ (minutes[is_beyond] <= limit), dtype=np.float64)


def _quantiles(values: FloatArray, weight: FloatArray, share: float) -> FloatArray:
    """Give the weighted quantile of each column: `find_weighted_quantile`, all candidates at once."""
    # One candidate a line: sorting what lies side by side in memory takes half the time.
    lines = np.ascontiguousarray(values.T)
    order = np.argsort(lines, axis=1)
    cumulated = weight[order].cumsum(axis=1)
    is_enough: BoolArray = cumulated >= share * cumulated[:, -1:] * (1 - 1e-12)
    ranks = np.take_along_axis(order, is_enough.argmax(axis=1)[:, np.newaxis], axis=1)
    return np.asarray(np.take_along_axis(lines, ranks, axis=1)[:, 0], dtype=np.float64)


def _check_choice(
    times: TravelTimes, *, minutes: float, thresholds_min: Sequence[float], worst_share: float
) -> None:
    if times.minutes.shape[1] == 0:
        raise NothingToCompareError(name="lieux candidats")
    for limit in (minutes, *thresholds_min):
        if not (np.isfinite(limit) and limit > 0):
            raise ImpossibleValueError(
                name="limite de temps", expected="un nombre de minutes au-dessus de zéro", received=limit
            )
    if not thresholds_min:
        raise NothingToCompareError(name="limites de temps")
    if not 0 < worst_share <= 1:
        raise ImpossibleValueError(
            name="part prise en compte",
            expected="un nombre au-dessus de 0 et d'au plus 1",
            received=worst_share,
        )

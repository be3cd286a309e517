"""Several antennes at once: the best set of candidates, proved by integer programming (HiGHS, through scipy).

The best pair is seldom the best site and the second best: they would serve the same people. Existing sites
stay: their times are the ones that every new site must beat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from geo.coverage.access import THRESHOLDS_MIN, Access, measure_access
from geo.coverage.checking import FloatArray, IntArray, as_amounts, check_lengths, check_total
from geo.coverage.errors import ImpossibleValueError, NoPlanFoundError, NothingToCompareError
from geo.coverage.medians import SiteMedian, row_of_sites, widest_open
from geo.coverage.siting import Objective, can_be_reached, read_current_minutes
from geo.coverage.travel_times import TravelTimes

TIME_LIMIT_S = 60.0

# How close the bound must come to the plan, as a part of it, for the plan to be called proved.
_PROVED = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlan:
    """
    A set of candidates to open together; a candidate is named by its column, `sites` in growing order.

    `value` is the weight newly within the limit (`COVERED`), or the mean minutes of those beyond it today
    (`MEAN_TIME`); `today` is what it is without any new site. `is_proved` says that no other set is better;
    otherwise time ran out and none better than `bound` exists.
    """

    objective: Objective
    minutes: float
    sites: tuple[int, ...]
    value: float
    today: float
    bound: float
    is_proved: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhatIf:
    """Access today and with the sites chosen; `is_gained` is True per place newly within `minutes`."""

    before: Access
    after: Access
    minutes: float
    is_gained: NDArray[np.bool_]
    people_gained: float


def plan_sites(
    times: TravelTimes,
    populations: ArrayLike,
    *,
    current_min: ArrayLike,
    count: int,
    objective: Objective = Objective.COVERED,
    minutes: float = 30.0,
    weights: ArrayLike | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> SitePlan:
    """
    Choose the best `count` candidates together, among those who today live beyond the limit.

    `COVERED` is the maximal covering location problem (Church & ReVelle, Papers of the Regional Science
    Association 32, 1974). `MEAN_TIME` is the p-median (ReVelle & Swain 1970), solved by Benders' cuts
    (`geo.coverage.medians`).

    Parameters
    ----------
    times, populations, current_min, weights
        As in `geo.coverage.siting.rank_next_sites`.
    count
        How many new sites, from 1 to the number of candidates.
    objective
        `COVERED` or `MEAN_TIME`.
    minutes
        The limit. Places that no site and no candidate can be reached from are left out.
    time_limit_s
        Seconds granted to the solver.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        If arrays do not match, hold an impossible value, or there is no weight.
    NoPlanFoundError
        If time runs out before any plan is found.

    Examples
    --------
    >>> from geo.coverage.travel_times import take_travel_times
    >>> times = take_travel_times(
    ...     [[0, 25, 40, 60], [25, 0, 20, 45], [40, 20, 0, 25], [60, 45, 25, 0]],
    ...     caption="exemple", floor_min=0,
    ... )
    >>> plan = plan_sites(
    ...     times, [1200, 300, 500, 400], current_min=[float("inf")] * 4, count=2, minutes=20
    ... )
    >>> plan.sites, plan.value, plan.is_proved
    ((0, 2), 2000.0, True)
    """
    people = as_amounts(populations, name="population")
    weight = people if weights is None else as_amounts(weights, name="poids")
    current = read_current_minutes(current_min)
    check_lengths(lieux=times.minutes, populations=people, poids=weight, temps_actuels=current)
    check_total(weight, name="poids")
    _check_plan(times, count=count, objective=objective, minutes=minutes, time_limit_s=time_limit_s)
    is_beyond = (current > minutes) & (weight > 0) & can_be_reached(times.minutes, current)
    reachable = times.minutes[is_beyond]
    deadline = monotonic() + time_limit_s
    if objective is Objective.COVERED:
        chosen, bound = _cover_most(reachable <= minutes, weight[is_beyond], count, deadline)
        value = float(weight[is_beyond] @ (reachable[:, chosen] <= minutes).any(axis=1))
        return _describe(objective, minutes, chosen, value, today=0.0, bound=bound)
    left, load = current[is_beyond], weight[is_beyond]
    if not len(left):
        return _describe(objective, minutes, np.arange(count), 0.0, today=0.0, bound=0.0)
    chosen, bound = SiteMedian(reachable, left, load).solve(count, deadline)
    after = np.minimum(reachable[:, chosen].min(axis=1), left)
    today = float(load @ left / load.sum())
    return _describe(objective, minutes, chosen, float(load @ after / load.sum()), today=today, bound=bound)


def measure_what_if(
    times: TravelTimes,
    populations: ArrayLike,
    *,
    current_min: ArrayLike,
    sites: Sequence[int],
    minutes: float = 30.0,
) -> WhatIf:
    """
    Measure access today and with chosen candidates, and who is gained.

    Parameters
    ----------
    times, populations, current_min
        As in `plan_sites`.
    sites
        Columns of the candidates opened; none gives twice today.
    minutes
        The limit of `is_gained`.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        If arrays do not match, hold an impossible value, or a site is no candidate.

    Examples
    --------
    >>> from geo.coverage.travel_times import take_travel_times
    >>> times = take_travel_times([[10], [25], [60]], caption="exemple")
    >>> change = measure_what_if(times, [600, 300, 100], current_min=[5, 90, 90], sites=[0])
    >>> change.people_gained, change.before.mean.value, change.after.mean.value
    (300.0, 39.0, 16.5)
    """
    people = as_amounts(populations, name="population")
    current = read_current_minutes(current_min)
    check_lengths(lieux=times.minutes, populations=people, temps_actuels=current)
    for site in sites:
        if not 0 <= site < times.minutes.shape[1]:
            raise ImpossibleValueError(
                name="lieu choisi", expected="le rang d'un lieu candidat", received=site
            )
    today = TravelTimes(
        minutes=current[:, np.newaxis], is_estimated=times.is_estimated, caption=times.caption
    )
    opened = TravelTimes(
        minutes=np.column_stack([current, times.minutes[:, list(sites)]]),
        is_estimated=times.is_estimated,
        caption=times.caption,
    )
    limits = sorted({*THRESHOLDS_MIN, minutes})
    before, after = (measure_access(each, people, thresholds_min=limits) for each in (today, opened))
    is_gained = (before.nearest_min > minutes) & (after.nearest_min <= minutes)
    return WhatIf(
        before=before,
        after=after,
        minutes=minutes,
        is_gained=is_gained,
        people_gained=float(people[is_gained].sum()),
    )


def _describe(
    objective: Objective, minutes: float, chosen: IntArray, value: float, *, today: float, bound: float
) -> SitePlan:
    is_proved = bool(np.isclose(value, bound, rtol=_PROVED, atol=_PROVED)) or value == bound
    return SitePlan(
        objective=objective,
        minutes=minutes,
        sites=tuple(sorted(int(site) for site in chosen)),
        value=value,
        today=today,
        bound=value if is_proved else bound,
        is_proved=is_proved,
    )


def _cover_most(
    covers: NDArray[np.bool_], weight: FloatArray, count: int, deadline: float
) -> tuple[IntArray, float]:
    """Give the sites that cover most weight, and a bound on the weight that any could cover."""
    candidates = covers.shape[1]
    total = float(weight[covers.any(axis=1)].sum())
    if total == 0:
        return np.arange(count), 0.0
    # Places that the same candidates cover are one place: some hundreds are left of some thousands.
    patterns, pattern_of = np.unique(covers, axis=0, return_inverse=True)
    load = np.bincount(pattern_of.ravel(), weights=weight, minlength=len(patterns)) / total
    open_or_not = scipy.sparse.hstack(
        [scipy.sparse.csr_array(-patterns.astype(np.float64)), scipy.sparse.eye_array(len(patterns))]
    )
    solution = scipy.optimize.milp(
        np.concatenate([np.zeros(candidates), -load]),
        constraints=[
            scipy.optimize.LinearConstraint(open_or_not, -np.inf, 0),
            scipy.optimize.LinearConstraint(row_of_sites(candidates, len(patterns)), count, count),
        ],
        integrality=np.concatenate([np.ones(candidates), np.zeros(len(patterns))]),
        bounds=scipy.optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0, "time_limit": max(0.01, deadline - monotonic())},
    )
    if solution.x is None:
        raise NoPlanFoundError(reason="calcul interrompu")
    return widest_open(solution.x[:candidates], count), -float(solution.mip_dual_bound) * total


def _check_plan(
    times: TravelTimes, *, count: int, objective: Objective, minutes: float, time_limit_s: float
) -> None:
    candidates = times.minutes.shape[1]
    if candidates == 0:
        raise NothingToCompareError(name="lieux candidats")
    if not 1 <= count <= candidates:
        raise ImpossibleValueError(
            name="nombre d'antennes", expected=f"un nombre entier de 1 à {candidates}", received=count
        )
    if objective is Objective.WORST_TIME:
        raise ImpossibleValueError(
            name="objectif", expected="la population couverte ou le temps moyen", received=objective.value
        )
    for name, value in (("limite de temps", minutes), ("temps de calcul", time_limit_s)):
        if not (np.isfinite(value) and value > 0):
            raise ImpossibleValueError(name=name, expected="un nombre au-dessus de zéro", received=value)

"""How much accompaniment each place can reach, shared with all who reach the same: floating catchment areas.

The French health administration measures so the « accessibilité potentielle localisée » (Barlet, Coldefy,
Collin & Lucas-Gabrielli, DREES, Études et résultats n° 795, 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.coverage.checking import FloatArray, as_amounts, check_lengths
from geo.coverage.errors import ImpossibleValueError
from geo.coverage.travel_times import TravelTimes

WITHIN_30_MIN = ((30.0, 1.0),)
"""Everybody within half an hour counts the same: 2SFCA (Luo & Wang 2003)."""

FADING_OVER_45_MIN = ((20.0, 1.0), (30.0, 2 / 3), (45.0, 1 / 3))
"""The farther, the less: E2SFCA (Luo & Qi 2009). The steps are a choice: show both readings."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Accompaniment:
    """
    What each place can reach.

    `per_inhabitant`, shape (n,), is in units of supply per inhabitant, 0 where nothing is reached. `load`,
    shape (m,), is each site's supply per weighted inhabitant around it, NaN where nobody is around.
    `shared_supply` is what Σ population × `per_inhabitant` always equals: the supply of the sites that
    somebody reaches; `unreached_sites` are the columns of the others.
    """

    per_inhabitant: FloatArray
    load: FloatArray
    shared_supply: float
    unreached_sites: tuple[int, ...]
    steps: tuple[tuple[float, float], ...]
    caption: str


def measure_accompaniment(
    times: TravelTimes,
    populations: ArrayLike,
    supplies: ArrayLike,
    *,
    steps: Sequence[tuple[float, float]] = WITHIN_30_MIN,
) -> Accompaniment:
    """
    Share each site's supply among those who reach it, then sum for each place what it reaches.

    R_j = S_j / Σ_k p_k W(t_kj), A_i = Σ_j R_j W(t_ij), W falling by steps. With one step it is Luo & Wang's
    2SFCA (« Measures of spatial accessibility to health care », Environment and Planning B 30, 2003), with
    several Luo & Qi's E2SFCA (Health & Place 15, 2009). The choice of steps drives the result: give two.

    Parameters
    ----------
    times
        Minutes from n places to m sites.
    populations
        Inhabitants per place, shape (n,).
    supplies
        What each site offers (full-time posts, hours), shape (m,).
    steps
        (limit in minutes, weight) by growing limit; beyond the last, 0.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError
        If arrays do not match, hold an impossible value, or limits do not grow.

    Examples
    --------
    >>> from geo.coverage.travel_times import take_travel_times
    >>> times = take_travel_times([[0, 30], [10, 15], [30, 0]], caption="exemple")
    >>> shared = measure_accompaniment(times, [1000, 500, 500], [2, 1], steps=((20, 1.0),))
    >>> (1000 * shared.per_inhabitant).round(4), shared.shared_supply
    (array([1.3333, 2.3333, 1.    ]), 3.0)
    """
    people = as_amounts(populations, name="population")
    offered = as_amounts(supplies, name="offre")
    check_lengths(populations=people, lieux=times.minutes)
    check_lengths(offres=offered, sites=times.minutes.T)
    weights = weigh_times(times.minutes, steps=steps)
    around = people @ weights
    load = np.divide(offered, around, out=np.full(len(offered), np.nan), where=around > 0)
    is_reached = around > 0
    return Accompaniment(
        per_inhabitant=weights[:, is_reached] @ load[is_reached],
        load=load,
        shared_supply=float(offered[is_reached].sum()),
        unreached_sites=tuple(int(rank) for rank in np.nonzero(~is_reached)[0]),
        steps=tuple((float(limit), float(weight)) for limit, weight in steps),
        caption=times.caption,
    )


def weigh_times(minutes: NDArray[np.float64], *, steps: Sequence[tuple[float, float]]) -> FloatArray:
    """
    Turn minutes into weights that fall by steps; beyond the last limit, 0.

    Raises
    ------
    ImpossibleValueError
        If there is no step, limits do not grow, or a weight is not within 0 (left out) and 1.

    Examples
    --------
    >>> weigh_times(np.array([5.0, 20.0, 21.0]), steps=((20, 1.0), (30, 0.5)))
    array([1. , 1. , 0.5])
    """
    limits = np.array([limit for limit, _ in steps], dtype=np.float64)
    weights = np.array([weight for _, weight in steps], dtype=np.float64)
    if len(limits) == 0 or not (np.diff(limits) > 0).all() or not limits[0] > 0:
        raise ImpossibleValueError(
            name="paliers de temps", expected="des limites de plus en plus grandes", received=limits.tolist()
        )
    if not ((weights > 0) & (weights <= 1)).all():
        raise ImpossibleValueError(
            name="poids des paliers",
            expected="des poids au-dessus de 0 et d'au plus 1",
            received=weights.tolist(),
        )
    return np.concatenate([weights, [0.0]])[np.searchsorted(limits, minutes, side="left")]

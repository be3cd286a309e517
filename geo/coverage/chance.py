"""The chance level: what an indicator is worth when presences fall at random, in proportion to population.

With few presences any measure of unevenness is far from zero even if nothing is uneven: 300 presences in
exact proportion over the 92 EPCI give a Hoover index of 0.19, over 92 equal territories of 0.22. So no value
of this room is handed over without what chance alone gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from geo.coverage.checking import FloatArray, IntArray, as_amounts, check_total
from geo.coverage.errors import ImpossibleValueError

DEFAULT_DRAWS = 999
"""How many random registers a chance level is read on: p-values then go by thousandths."""

DEFAULT_SEED = 20_260_101
"""Fixed, so that one register always shows one figure."""

# Sums of floats that are equal on paper differ by some 1e-16: below this, two values are one.
_TIE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstChance:
    """
    An indicator beside what chance alone gives.

    `chance_mean`, `chance_p05` and `chance_p95` are read on `draws` random registers; `p_value` is the share
    of random registers at least as extreme on the side of `tail`, itself counted in (Davison & Hinkley 1997,
    eq. 4.11), so never zero.
    """

    value: float
    chance_mean: float
    chance_p05: float
    chance_p95: float
    p_value: float
    draws: int
    tail: Literal["upper", "lower"] = "upper"

    @property
    def beyond_chance(self) -> float:
        """The value less what chance gives on average: the part that has something to explain."""
        return self.value - self.chance_mean

    def is_significant(self, *, level: float = 0.05) -> bool:
        """
        Tell whether chance alone would give so extreme a value less often than `level`.

        Examples
        --------
        >>> set_against_chance(3.0, np.array([1.0, 2.0, 3.0])).is_significant()
        False
        """
        return self.p_value <= level


def set_against_chance(
    value: float, simulated: FloatArray, *, tail: Literal["upper", "lower"] = "upper"
) -> AgainstChance:
    """
    Set an observed value beside its simulated chance level (Monte-Carlo test, Besag & Diggle 1977).

    Parameters
    ----------
    value
        The indicator on the real register.
    simulated
        The same indicator on random registers, shape (draws,).
    tail
        Which side is the remarkable one.

    Examples
    --------
    >>> set_against_chance(0.4, np.array([0.1, 0.2, 0.3])).p_value
    0.25
    """
    if tail == "upper":
        as_extreme = np.count_nonzero(simulated >= value - _TIE)
    else:
        as_extreme = np.count_nonzero(simulated <= value + _TIE)
    low, high = np.quantile(simulated, (0.05, 0.95))
    return AgainstChance(
        value=float(value),
        chance_mean=float(simulated.mean()),
        chance_p05=float(low),
        chance_p95=float(high),
        p_value=(1 + int(as_extreme)) / (1 + len(simulated)),
        draws=len(simulated),
        tail=tail,
    )


def draw_proportional_registers(
    total: int, populations: ArrayLike, *, draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED
) -> IntArray:
    """
    Draw random registers in which each presence falls in a territory with the chance of its population.

    Parameters
    ----------
    total
        Presences per register.
    populations
        Inhabitants (or any denominator) per territory, shape (n,).
    draws, seed
        How many registers, and the seed of numpy's PCG64 generator.

    Returns
    -------
    numpy.ndarray
        Counts, shape (draws, n), each row summing to `total`.

    Raises
    ------
    ImpossibleValueError
        If a population, `total` or `draws` is impossible.
    NothingToCompareError
        If there is no inhabitant at all.

    Examples
    --------
    >>> draw_proportional_registers(10, [3, 1, 0], draws=2).sum(axis=1)
    array([10, 10])
    """
    weights = as_amounts(populations, name="population")
    check_total(weights, name="population")
    if total < 0:
        raise ImpossibleValueError(
            name="nombre de présences", expected="un nombre entier positif ou nul", received=total
        )
    if draws < 1:
        raise ImpossibleValueError(name="nombre de tirages", expected="au moins un tirage", received=draws)
    drawn = np.random.default_rng(seed).multinomial(total, weights / weights.sum(), size=draws)
    return np.asarray(drawn, dtype=np.int64)

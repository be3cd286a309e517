"""Which territories are like one another: of the same density, then of the nearest population."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.coverage.checking import as_amounts, check_lengths
from geo.coverage.trend import find_comparable


class DensityClass(StrEnum):
    """How densely an EPCI is inhabited."""

    RURAL = "rural"
    MIXED = "mixed"
    URBAN = "urban"
    DENSE = "dense"


DENSITY_LIMITS_PER_KM2 = (80.0, 200.0, 500.0)
"""Chosen so that each class of the region's EPCI holds about ten or more."""

DENSITY_NAMES = {
    DensityClass.RURAL: "moins de 80 habitants au km²",
    DensityClass.MIXED: "de 80 à 200 habitants au km²",
    DensityClass.URBAN: "de 200 à 500 habitants au km²",
    DensityClass.DENSE: "500 habitants au km² ou plus",
}
"""What a reader calls each class."""


def classify_density(per_km2: float) -> DensityClass:
    """
    Give the class of a density, in inhabitants per square kilometre.

    Examples
    --------
    >>> classify_density(57.2).value, classify_density(1_100).value
    ('rural', 'dense')
    """
    return tuple(DensityClass)[int(np.searchsorted(DENSITY_LIMITS_PER_KM2, per_km2, side="right"))]


def find_like(
    populations: ArrayLike, densities_per_km2: ArrayLike, rank: int, *, count: int = 5
) -> NDArray[np.intp]:
    """
    Find the territories of the same density class whose population is nearest in proportion.

    Where the class holds fewer, the nearest in population of the other classes complete them.

    Parameters
    ----------
    populations, densities_per_km2
        Inhabitants, above zero, and inhabitants per square kilometre, shape (n,).
    rank
        The territory compared.
    count
        How many are asked for.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError
        If the series differ in length, or hold an impossible value.

    Examples
    --------
    >>> find_like([100_000, 1_100_000, 90_000, 105_000], [600, 2_000, 700, 60], 0, count=2).tolist()
    [2, 1]
    """
    people = as_amounts(populations, name="population")
    densities = as_amounts(densities_per_km2, name="densité")
    check_lengths(populations=people, densités=densities)
    nearest = find_comparable(people, rank, count=len(people))
    own = classify_density(float(densities[rank]))
    is_alike = np.array([classify_density(float(densities[other])) is own for other in nearest], dtype=bool)
    return np.asarray(np.concatenate([nearest[is_alike], nearest[~is_alike]])[:count], dtype=np.intp)

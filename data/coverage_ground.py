"""What territories are on the ground: who borders whom, how densely they are inhabited, which are alike."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.comparable import DensityClass, classify_density, find_like
from geo.coverage.neighbourhood import Neighbourhood, build_contiguity
from geo.position import to_lambert93
from geo.records import MEL_CODE, Level, Territory
from geo.territories import Referential


@lru_cache(maxsize=8)
def read_neighbourhood(referential: Referential, level: Level) -> Neighbourhood:
    """
    Give who borders whom among today's territories of a level, in their order.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> int(read_neighbourhood(load_referential(), Level.EPCI).neighbour_counts.min()) > 0
    True
    """
    contours = referential.contours(level)
    return build_contiguity([contours[territory.code] for territory in referential.territories(level)])


@lru_cache(maxsize=8)
def measure_densities_per_km2(referential: Referential, level: Level) -> NDArray[np.float64]:
    """
    Measure the inhabitants per square kilometre of today's territories of a level, in their order.

    Surfaces are those of the shipped contours in Lambert-93, whose scale error is under 0.5 % here.
    """
    contours = referential.contours(level)
    territories = referential.territories(level)

    def project(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_lambert93(points[:, 0], points[:, 1]))

    drawn = shapely.transform(np.array([contours[each.code] for each in territories], dtype=object), project)
    surfaces_km2 = shapely.area(drawn) / 1e6
    return np.asarray([each.population for each in territories] / surfaces_km2, dtype=np.float64)


def find_comparable_epci(
    referential: Referential, code: str, *, count: int = 5
) -> tuple[DensityClass, tuple[Territory, ...]]:
    """
    Find the EPCI like one: of its density class, then of the nearest population; never the MEL.

    Returns
    -------
    tuple
        The class of the EPCI asked, and those like it, the most alike first.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> density, alike = find_comparable_epci(load_referential(), "246200364", count=2)
    >>> density.value, [epci.name for epci in alike]
    ('dense', ['CA Valenciennes Métropole', 'CU de Dunkerque'])
    """
    everywhere = referential.territories(Level.EPCI)
    densities = measure_densities_per_km2(referential, Level.EPCI)
    rank = next(rank for rank, epci in enumerate(everywhere) if epci.code == code)
    order = find_like([epci.population for epci in everywhere], densities, rank, count=count + 1)
    alike = [everywhere[other] for other in order if everywhere[other].code != MEL_CODE]
    return classify_density(float(densities[rank])), tuple(alike[:count])


CELL_RESOLUTION = 5
"""H3 cells of about 250 km², the nearest in size to an EPCI (Uber H3, aperture 7)."""


@lru_cache(maxsize=2)
def read_cells(referential: Referential) -> dict[str, str]:
    """
    Give the H3 cell of each commune of today, that of its town hall: borders that nobody has chosen.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> cells = read_cells(load_referential())
    >>> len(cells), 100 < len(set(cells.values())) < 200
    (3782, True)
    """
    import h3  # noqa: PLC0415 (for who asks for cells only)

    return {
        commune.code: h3.latlng_to_cell(*commune.position.lat_lon(), CELL_RESOLUTION)
        for commune in referential.territories(Level.COMMUNE)
        if commune.position is not None
    }

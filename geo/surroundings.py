"""Who is around a place as a whole: a commune, a postcode or an intercommunalité, not only a point.

A commune has no centre from which its own people would be far: whoever sits in it, by its code, comes first,
and the others are as far as they are from its border.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from geo.position import from_lambert93, measure_geodesics_m, to_lambert93
from geo.records import Kind, NearAnswer, Neighbour, Origin, Presence, StatusCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """
    A place as a whole, made of communes of today.

    `code` is that of a commune, an EPCI, a département, or a postcode; `contour` is WGS84.
    """

    code: str
    name: str
    commune_codes: tuple[str, ...]
    contour: MultiPolygon


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlace:
    """
    Where a search starts.

    `area` is the place as a whole when a person named one, None for an address or a point; then distances
    start from `origin`. `commune` and `epci` are the codes of what holds the origin, None outside the region.
    """

    origin: Origin
    area: Area | None = None
    commune: str | None = None
    epci: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A territory that bounds a search by its code, never by a circle."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurroundingsAnswer:
    """
    Who is in a place, then who is around it.

    `inside` are those that sit in the area by their commune's code (distance 0), by name; `around` are the
    others, nearest first: from the area's border when there is an area, else from the origin.
    `inside_count` and `around_count` count them all, also past the limit. `hidden` counts those that this
    reader may not read. `within` is the territory that bounds the answer, None when a radius does.
    """

    place: SearchPlace
    inside: tuple[Neighbour, ...]
    around: tuple[Neighbour, ...]
    inside_count: int
    around_count: int
    hidden: int
    counts: StatusCounts
    data_date: date | None
    sectors: tuple[str, ...] = ()
    kind: Kind | None = None
    radius_m: float | None = None
    within: Within | None = None

    @property
    def results(self) -> tuple[Neighbour, ...]:
        """Give both, in the order in which they are read."""
        return (*self.inside, *self.around)

    @property
    def presences(self) -> tuple[Presence, ...]:
        """Give the presences of the results, in their order."""
        return tuple(neighbour.presence for neighbour in self.results)

    @property
    def total(self) -> int:
        """Count all that answer, also those past the limit."""
        return self.inside_count + self.around_count

    def as_near(self) -> NearAnswer:
        """Give the same as the answer about a point, for what draws or writes one."""
        return NearAnswer(
            origin=self.place.origin,
            results=self.results,
            hidden=self.hidden,
            counts=self.counts,
            data_date=self.data_date,
            radius_m=self.radius_m,
            sector=self.sectors[0] if len(self.sectors) == 1 else None,
            kind=self.kind,
        )


def measure_to_contour_m(
    contour: MultiPolygon, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """
    Measure how far points lie from a contour: 0 inside, else the geodesic to the nearest point of its border.

    The nearest point of the border is found in Lambert-93, then the distance to it is measured on the WGS84
    ellipsoid (Karney 2013, through pyproj).

    Parameters
    ----------
    contour
        WGS84.
    lon, lat
        Degrees, arrays of shape (n,).

    Returns
    -------
    numpy.ndarray
        Metres, shape (n,).

    Examples
    --------
    >>> square = MultiPolygon([shapely.box(2.8, 50.4, 2.9, 50.5)])
    >>> measure_to_contour_m(square, np.array([2.85, 3.0]), np.array([50.45, 50.45])).round()
    array([   0., 7102.])
    """
    if len(lon) == 0:
        return np.zeros(0)
    planar = shapely.transform(contour, _project)
    points = shapely.points(*to_lambert93(lon, lat))
    shapely.prepare(planar)
    lines = shapely.shortest_line(planar, points)
    starts = shapely.get_coordinates(lines)[::2]
    start_lon, start_lat = from_lambert93(starts[:, 0], starts[:, 1])
    metres = measure_geodesics_m(start_lon, start_lat, lon, lat)
    return np.where(shapely.intersects(planar, points), 0.0, metres)


def find_border_points(
    contour: MultiPolygon, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """
    Find the point of a contour that is nearest to each point, WGS84, shape (n, 2), longitude first.

    Examples
    --------
    >>> square = MultiPolygon([shapely.box(2.8, 50.4, 2.9, 50.5)])
    >>> find_border_points(square, np.array([3.0]), np.array([50.45])).round(2)
    array([[ 2.9 , 50.45]])
    """
    planar = shapely.transform(contour, _project)
    points = shapely.points(*to_lambert93(lon, lat))
    starts = shapely.get_coordinates(shapely.shortest_line(planar, points))[::2]
    return np.column_stack(from_lambert93(starts[:, 0], starts[:, 1]))


def _project(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(to_lambert93(corners[:, 0], corners[:, 1]))

"""Positions, and the only place that knows axis order.

Longitude comes first inside the service, as in GeoJSON. Folium and people say latitude first: they get it
from `Position.lat_lon`, and from nowhere else. Metres are either geodesic (on the WGS84 ellipsoid, what a
person is told) or planar in Lambert-93 (EPSG:2154, what an index needs).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.errors import PositionOutOfBoundsError
from geo.quick_record import quick_record

if TYPE_CHECKING:
    from pyproj import Geod, Transformer

WGS84 = "EPSG:4326"
LAMBERT_93 = "EPSG:2154"

# Lambert-93 shrinks by 0.15 m/km at 48.8° N and stretches by 2.3 m/km at 51.1° N (pyproj scale factors over
# Hauts-de-France). A planar search must reach this much further to be sure to hold every geodesic answer.
LAMBERT_93_REACH = 1.004


@quick_record
class Position:
    """
    A point on the Earth, in WGS84 degrees.

    Parameters
    ----------
    lon
        Longitude in degrees, east positive, -180 to 180.
    lat
        Latitude in degrees, north positive, -90 to 90.

    Raises
    ------
    PositionOutOfBoundsError
        If either is not a number within its bounds.

    Examples
    --------
    >>> lens = Position(lon=2.8319, lat=50.4289)
    >>> lens.lat_lon()
    (50.4289, 2.8319)
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        # Written so that NaN, which compares false with everything, is refused too.
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise PositionOutOfBoundsError(lon=self.lon, lat=self.lat)

    def lon_lat(self) -> tuple[float, float]:
        """Give (longitude, latitude): GeoJSON, shapely, pyproj with `always_xy`."""
        return self.lon, self.lat

    def lat_lon(self) -> tuple[float, float]:
        """Give (latitude, longitude): Leaflet, folium, people."""
        return self.lat, self.lon


@cache
def get_geodesic() -> Geod:
    """Give the geodesics of the WGS84 ellipsoid: pyproj weighs 20 MB, for those who measure only."""
    from pyproj import Geod  # noqa: PLC0415 (see above)

    return Geod(ellps="WGS84")


@cache
def _transformer(source: str, target: str) -> Transformer:
    from pyproj import Transformer  # noqa: PLC0415 (see `get_geodesic`)

    return Transformer.from_crs(source, target, always_xy=True)


def to_lambert93(
    lon: NDArray[np.float64] | float, lat: NDArray[np.float64] | float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Project WGS84 degrees to Lambert-93 metres.

    Parameters
    ----------
    lon, lat
        Degrees, scalars or arrays of one shape.

    Returns
    -------
    tuple
        Easting x and northing y in metres (EPSG:2154), of the shape received.

    Examples
    --------
    >>> x, y = to_lambert93(3.0, 46.5)  # the projection's origin
    >>> round(float(x)), round(float(y))
    (700000, 6600000)
    """
    x, y = _transformer(WGS84, LAMBERT_93).transform(lon, lat)
    return x, y


def from_lambert93(
    x: NDArray[np.float64] | float, y: NDArray[np.float64] | float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Bring Lambert-93 metres (EPSG:2154) back to WGS84 degrees, longitude first.

    Examples
    --------
    >>> lon, lat = from_lambert93(700_000, 6_600_000)
    >>> round(float(lon), 6), round(float(lat), 6)
    (3.0, 46.5)
    """
    lon, lat = _transformer(LAMBERT_93, WGS84).transform(x, y)
    return lon, lat


def measure_distances_m(
    origin: Position, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """
    Measure geodesic distances on the WGS84 ellipsoid (Karney 2013, through pyproj).

    Parameters
    ----------
    origin
        Where every distance starts.
    lon, lat
        Degrees, arrays of shape (n,).

    Returns
    -------
    numpy.ndarray
        Metres, shape (n,).

    Examples
    --------
    Lens to Valenciennes, as the crow flies:

    >>> lens = Position(lon=2.8319, lat=50.4289)
    >>> measure_distances_m(lens, np.array([3.5234]), np.array([50.3570])).round()
    array([49818.])
    """
    count = len(lon)
    _, _, metres = get_geodesic().inv(np.full(count, origin.lon), np.full(count, origin.lat), lon, lat)
    return np.asarray(metres, dtype=np.float64)


def measure_geodesics_m(
    from_lon: NDArray[np.float64],
    from_lat: NDArray[np.float64],
    to_lon: NDArray[np.float64],
    to_lat: NDArray[np.float64],
) -> NDArray[np.float64]:
    """
    Measure the geodesic distance of each pair of points (WGS84 degrees in, metres out), shapes (n,).

    Examples
    --------
    >>> one = np.array([3.0])
    >>> measure_geodesics_m(one, np.array([50.0]), one, np.array([51.0])).round()
    array([111239.])
    """
    _, _, metres = get_geodesic().inv(from_lon, from_lat, to_lon, to_lat)
    return np.asarray(metres, dtype=np.float64)


def measure_bearing_deg(origin: Position, target: Position) -> float:
    """
    Measure the initial bearing from one position to another, in degrees clockwise from north, 0 to 360.

    Examples
    --------
    >>> round(measure_bearing_deg(Position(lon=3, lat=50), Position(lon=3, lat=51)))
    0
    """
    azimuth, _, _ = get_geodesic().inv(*origin.lon_lat(), *target.lon_lat())
    return float(azimuth) % 360

"""Minutes by car between places: from a stored matrix, or estimated from the distance as the crow flies.

The estimate t = 4.40 · km^0.637 was fitted on the road times of French towns of 50,000 inhabitants or more
(OSRM, OpenStreetMap of November 2025), Île-de-France and Hauts-de-France left out. On the pairs of
Hauts-de-France kept aside, its mean error was 4.1 minutes (14 %), with a bias of +2.8. It knows no rural road
and no traffic: so near the limit an estimate says neither « covered » nor « not covered », but « uncertain ».
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import scipy
from numpy.typing import ArrayLike

from geo.coverage.checking import FloatArray, as_amounts, check_lengths
from geo.coverage.errors import ImpossibleValueError
from geo.position import to_lambert93

_FEW_SITES = 50

CURVE_MINUTES = 4.40
CURVE_POWER = 0.637

FLOOR_MINUTES = 4.0
"""No journey is counted shorter, not even inside a commune: nobody starts from the town hall."""

SURELY_WITHIN = 0.8
"""An estimate up to this part of the limit is called within it."""

POSSIBLY_WITHIN = 1.2
"""An estimate beyond this multiple of the limit is called outside it."""

ESTIMATED_CAPTION = "temps estimés à partir de la distance à vol d'oiseau"


class AccessState(StrEnum):
    """How a place stands against a limit of time."""

    COVERED = "covered"
    UNCERTAIN = "uncertain"
    NOT_COVERED = "not_covered"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelTimes:
    """
    Minutes from n places (rows) to m sites (columns); infinite where there is no way.

    `caption` says in French where they come from, and belongs beside every figure drawn from them.
    """

    minutes: FloatArray
    is_estimated: bool
    caption: str

    @property
    def nearest_min(self) -> FloatArray:
        """Minutes to the nearest site, shape (n,); infinite where there is no site."""
        return np.asarray(self.minutes.min(axis=1, initial=np.inf), dtype=np.float64)


def estimate_minutes(distances_km: ArrayLike, *, floor_min: float = FLOOR_MINUTES) -> FloatArray:
    """
    Estimate minutes by car from distances as the crow flies: t = max(floor, 4.40 · km^0.637).

    Parameters
    ----------
    distances_km
        Kilometres, of any shape.
    floor_min
        The shortest journey, in minutes.

    Raises
    ------
    ImpossibleValueError
        If a distance or the floor is negative or not finite.

    Examples
    --------
    >>> estimate_minutes([0, 10.8, 20.4]).round(1)
    array([ 4., 20., 30.])
    """
    kilometres = np.asarray(distances_km, dtype=np.float64)
    flat = as_amounts(kilometres.ravel(), name="distance en kilomètres")
    _check_floor(floor_min)
    return np.maximum(floor_min, CURVE_MINUTES * flat**CURVE_POWER).reshape(kilometres.shape)


def estimate_travel_times(
    *,
    lon: ArrayLike,
    lat: ArrayLike,
    site_lon: ArrayLike,
    site_lat: ArrayLike,
    floor_min: float = FLOOR_MINUTES,
) -> TravelTimes:
    """
    Estimate minutes by car from every place to every site, as the crow flies.

    Distances are planar in Lambert-93, within 0.3 % of the geodesic over Hauts-de-France: far below the error
    of the curve.

    Parameters
    ----------
    lon, lat
        Places, WGS84 degrees, shape (n,).
    site_lon, site_lat
        Sites, WGS84 degrees, shape (m,), m may be 0.
    floor_min
        The shortest journey, in minutes.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError
        If longitudes and latitudes do not match or are not finite, or the floor is impossible.

    Examples
    --------
    Lens to Lille and to Valenciennes:

    >>> times = estimate_travel_times(
    ...     lon=[2.832], lat=[50.429], site_lon=[3.057, 3.523], site_lat=[50.631, 50.357]
    ... )
    >>> times.minutes.round(), times.is_estimated
    (array([[36., 53.]]), True)
    """
    x_m, y_m = _project(lon, lat)
    site_x_m, site_y_m = _project(site_lon, site_lat)
    metres = np.hypot(x_m[:, np.newaxis] - site_x_m, y_m[:, np.newaxis] - site_y_m)
    return TravelTimes(
        minutes=estimate_minutes(metres / 1_000, floor_min=floor_min),
        is_estimated=True,
        caption=ESTIMATED_CAPTION,
    )


def estimate_nearest_times(
    *,
    lon: ArrayLike,
    lat: ArrayLike,
    site_lon: ArrayLike,
    site_lat: ArrayLike,
    floor_min: float = FLOOR_MINUTES,
) -> TravelTimes:
    """
    Estimate minutes by car from every place to its nearest site only, however many sites there are.

    Parameters
    ----------
    lon, lat, site_lon, site_lat, floor_min
        As in `estimate_travel_times`.

    Returns
    -------
    TravelTimes
        Minutes of shape (n, 1), or (n, 0) without any site.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError
        As in `estimate_travel_times`.

    Examples
    --------
    >>> estimate_nearest_times(
    ...     lon=[2.832], lat=[50.429], site_lon=[3.057, 3.523], site_lat=[50.631, 50.357]
    ... ).minutes.round()
    array([[36.]])
    """
    places, sites = (np.column_stack(_project(*pair)) for pair in ((lon, lat), (site_lon, site_lat)))
    if len(sites) == 0:
        minutes = np.empty((len(places), 0))
    else:
        # Time grows with distance: the nearest site as the crow flies is the nearest in time.
        metres = _measure_nearest_m(places, sites)
        minutes = estimate_minutes(metres / 1_000, floor_min=floor_min)[:, np.newaxis]
    return TravelTimes(minutes=minutes, is_estimated=True, caption=ESTIMATED_CAPTION)


def _measure_nearest_m(places: FloatArray, sites: FloatArray) -> FloatArray:
    if len(sites) > _FEW_SITES:
        return np.asarray(scipy.spatial.cKDTree(sites).query(places)[0])
    # A handful of antennes is not worth the tree, nor a tenth of a second to import it.
    nearest = np.full(len(places), np.inf)
    for x_m, y_m in sites:
        nearest = np.minimum(nearest, np.hypot(places[:, 0] - x_m, places[:, 1] - y_m))
    return nearest


def take_travel_times(minutes: ArrayLike, *, caption: str, floor_min: float = FLOOR_MINUTES) -> TravelTimes:
    """
    Take minutes from a stored matrix of road times.

    Parameters
    ----------
    minutes
        Minutes, shape (n, m); NaN where the router found no way.
    caption
        In French: the router, its profile and the date of its roads.
    floor_min
        The shortest journey, in minutes.

    Raises
    ------
    ImpossibleValueError
        If a time is negative, the matrix has not two axes, the caption is empty or the floor impossible.

    Examples
    --------
    >>> times = take_travel_times([[0, float("nan")]], caption="OSRM, routes du 7 novembre 2025")
    >>> times.minutes
    array([[ 4., inf]])
    """
    times = np.asarray(minutes, dtype=np.float64)
    times = np.where(np.isnan(times), np.inf, times)
    as_amounts(np.where(np.isinf(times) & (times > 0), 0.0, times), name="temps de trajet", dimensions=2)
    _check_floor(floor_min)
    if not caption.strip():
        raise ImpossibleValueError(
            name="origine des temps", expected="le nom du calculateur et la date des routes", received="rien"
        )
    return TravelTimes(minutes=np.maximum(times, floor_min), is_estimated=False, caption=caption)


def _project(lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
    longitudes, latitudes = (np.asarray(values, dtype=np.float64) for values in (lon, lat))
    check_lengths(longitudes=longitudes, latitudes=latitudes)
    if not (np.isfinite(longitudes).all() and np.isfinite(latitudes).all()):
        raise ImpossibleValueError(
            name="position", expected="des longitudes et latitudes en degrés", received="une position vide"
        )
    x_m, y_m = to_lambert93(longitudes, latitudes)
    return np.asarray(x_m), np.asarray(y_m)


def _check_floor(floor_min: float) -> None:
    if not (np.isfinite(floor_min) and floor_min >= 0):
        raise ImpossibleValueError(
            name="temps minimal", expected="un nombre de minutes positif ou nul", received=floor_min
        )

"""A circle on the ground, as the corners that a map draws."""

from __future__ import annotations

import numpy as np

from geo.position import Position, get_geodesic

# A ring of this many corners strays less than 0.03 % of its radius from the circle.
RING_CORNERS = 128


def draw_ring(centre: Position, radius_m: float) -> list[tuple[float, float]]:
    """
    Draw the points at a geodesic distance of a centre (Karney 2013, through pyproj).

    Parameters
    ----------
    centre
        The middle of the circle.
    radius_m
        Metres on the WGS84 ellipsoid.

    Returns
    -------
    list
        Latitude and longitude of `RING_CORNERS` corners, clockwise from north.

    Examples
    --------
    >>> north = draw_ring(Position(lon=3, lat=50), 10_000)[0]
    >>> round(north[0], 3), round(north[1], 3)
    (50.09, 3.0)
    """
    bearings = np.linspace(0, 360, RING_CORNERS, endpoint=False)
    lon, lat, _ = get_geodesic().fwd(
        np.full(RING_CORNERS, centre.lon),
        np.full(RING_CORNERS, centre.lat),
        bearings,
        np.full(RING_CORNERS, radius_m),
    )
    corners = [Position(lon=float(x), lat=float(y)) for x, y in zip(lon, lat, strict=True)]
    return [round_corner(corner) for corner in corners]


def round_corner(position: Position) -> tuple[float, float]:
    """Give latitude and longitude to about a metre."""
    lat, lon = position.lat_lon()
    return round(lat, 5), round(lon, 5)

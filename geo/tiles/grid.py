"""The square world that web tiles divide: Web Mercator (EPSG:3857), cut in four at each zoom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import UnknownTileError

MAX_ZOOM = 18
"""The last zoom of web maps; a tile of zoom 18 is about 100 m wide in Hauts-de-France."""

EXTENT = 4096
"""Steps along the side of a tile, the usual precision of the format."""

WORLD_BITS = 31
"""The whole world is 2^31 steps wide: a step is 2 cm at the equator."""

WORLD_STEPS = 1 << WORLD_BITS

# The latitude at which the square world ends: atan(sinh(π)).
_LAST_LAT_DEG = 85.0511287798066

Steps = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TileAddress:
    """
    One tile.

    Parameters
    ----------
    zoom
        0 (the world) to `MAX_ZOOM`.
    column, row
        From the west and from the north, 0 to 2^zoom - 1.

    Raises
    ------
    UnknownTileError
        If there is no such tile.

    Examples
    --------
    >>> TileAddress(1, 1, 0).origin
    (1073741824, 0)
    >>> TileAddress(1, 2, 0)
    Traceback (most recent call last):
        ...
    geo.errors.UnknownTileError: La tuile 1/2/0 n'existe pas : on attend au zoom 1 ... de 0 à 1.
    """

    zoom: int
    column: int
    row: int

    def __post_init__(self) -> None:
        is_zoom = 0 <= self.zoom <= MAX_ZOOM
        last = (1 << self.zoom) - 1 if is_zoom else None
        if last is None or not (0 <= self.column <= last and 0 <= self.row <= last):
            raise UnknownTileError(
                zoom=self.zoom, column=self.column, row=self.row, last_zoom=MAX_ZOOM, last=last
            )

    @property
    def width(self) -> int:
        """Its side, in steps of the world."""
        return WORLD_STEPS >> self.zoom

    @property
    def origin(self) -> tuple[int, int]:
        """Its north-west corner, in steps of the world."""
        return self.column * self.width, self.row * self.width


def to_world(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[Steps, Steps]:
    """
    Project WGS84 degrees onto the square world (spherical Mercator on WGS84, EPSG:3857).

    Parameters
    ----------
    lon, lat
        Degrees, arrays of shape (n,). What lies beyond 85.05° falls on the world's edge.

    Returns
    -------
    tuple
        Steps from the west and from the north, whole numbers from 0 to 2^31 - 1, shape (n,).

    Examples
    --------
    >>> x, y = to_world(np.array([0.0]), np.array([0.0]))
    >>> int(x[0]) == int(y[0]) == WORLD_STEPS // 2
    True
    """
    across, down = to_unit_square(lon, lat)
    last = WORLD_STEPS - 1
    x = np.clip(np.floor(across * WORLD_STEPS), 0, last).astype(np.int64)
    y = np.clip(np.floor(down * WORLD_STEPS), 0, last).astype(np.int64)
    return x, y


def to_unit_square(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Project WGS84 degrees onto the square world taken as one unit wide, from the north-west corner."""
    bounded = np.radians(np.clip(lat, -_LAST_LAT_DEG, _LAST_LAT_DEG))
    return lon / 360 + 0.5, 0.5 - np.arcsinh(np.tan(bounded)) / (2 * np.pi)


def find_tiles(x: Steps, y: Steps, zoom: int) -> list[TileAddress]:
    """
    List the tiles of a zoom that hold any of these points, west to east.

    Examples
    --------
    >>> find_tiles(*to_world(np.array([3.06, 3.07]), np.array([50.63, 50.63])), 8)
    [TileAddress(zoom=8, column=130, row=86)]
    """
    shift = WORLD_BITS - zoom
    keys = np.unique((x >> shift << 32) | (y >> shift))
    return [TileAddress(zoom, int(key) >> 32, int(key) & 0xFFFFFFFF) for key in keys]

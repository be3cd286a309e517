"""The coordinate reference systems that answers can be asked in, by the addresses that OGC gave them.

An address fixes the order of axes: CRS84 says longitude first, EPSG:4326 latitude first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.boxes import Box
from geo.errors import MaillageError

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
_STEPS = 16

Axis = NDArray[np.float64]


class UnknownCrsError(MaillageError, ValueError):
    """A reference system that answers cannot be written in: the caller chooses one of ours."""

    def __init__(self, *, received: str) -> None:
        self.received = received
        super().__init__(
            f"Système de coordonnées inconnu : « {received[:120]} ». On attend l'une de ces adresses : "
            f"{', '.join(CRS_BY_URI)}."
        )


@dataclass(frozen=True, slots=True)
class Crs:
    """
    One reference system.

    Parameters
    ----------
    uri
        Its address.
    code
        What pyproj calls it.
    is_north_first
        Whether its first axis runs north.
    digits
        Decimals of a coordinate: centimetres, or about as much in degrees.

    Examples
    --------
    >>> lambert = find_crs("http://www.opengis.net/def/crs/EPSG/0/2154")
    >>> lambert.write(np.array([3.0]), np.array([46.5]))
    [[700000.0, 6600000.0]]
    >>> find_crs("http://www.opengis.net/def/crs/EPSG/0/4326").write(np.array([3.0]), np.array([46.5]))
    [[46.5, 3.0]]
    """

    uri: str
    code: str
    is_north_first: bool
    digits: int

    def write(self, lon: Axis, lat: Axis) -> list[list[float]]:
        """Write WGS84 degrees, arrays of shape (n,), as n pairs in the order of the axes."""
        x, y = self.project(lon, lat)
        pair = (y, x) if self.is_north_first else (x, y)
        pairs: list[list[float]] = np.round(np.column_stack(pair), self.digits).tolist()
        return pairs

    def project(self, lon: Axis, lat: Axis) -> tuple[Axis, Axis]:
        """Project WGS84 degrees; the axis that runs east comes first, whatever the order of axes."""
        if self.code == "EPSG:4326":
            return lon, lat
        return _transform("EPSG:4326", self.code, lon, lat)

    def enclose(self, first: float, second: float, third: float, fourth: float) -> Box:
        """
        Give the WGS84 box that holds a box of this system, whose corners come in the order of its axes.

        Raises
        ------
        ImpossibleBoxError
            If the sides are not in order.
        """
        west, south, east, north = (
            (second, first, fourth, third) if self.is_north_first else (first, second, third, fourth)
        )
        if self.code == "EPSG:4326":
            return Box(west=west, south=south, east=east, north=north)
        along = np.linspace(0.0, 1.0, _STEPS + 1)
        xs, ys = west + along * (east - west), south + along * (north - south)
        lon, lat = _transform(
            self.code,
            "EPSG:4326",
            np.concatenate([xs, xs, np.full_like(ys, west), np.full_like(ys, east)]),
            np.concatenate([np.full_like(xs, south), np.full_like(xs, north), ys, ys]),
        )
        if west > east or south > north or not (np.isfinite(lon).all() and np.isfinite(lat).all()):
            return Box(west=west, south=south, east=east, north=north)
        return Box(west=lon.min(), south=lat.min(), east=lon.max(), north=lat.max())

    def holds(self, sides: tuple[float, float, float, float], lon: Axis, lat: Axis) -> NDArray[np.bool_]:
        """Say which WGS84 points lie in a box of this system, its corners in the order of its axes."""
        x, y = self.project(lon, lat)
        first, second = (y, x) if self.is_north_first else (x, y)
        inside: NDArray[np.bool_] = (
            (sides[0] <= first) & (first <= sides[2]) & (sides[1] <= second) & (second <= sides[3])
        )
        return inside


def _transform(source: str, target: str, x: Axis, y: Axis) -> tuple[Axis, Axis]:
    """Bring coordinates from one system to another, the axis that runs east first."""
    from pyproj import Transformer  # noqa: PLC0415 (10 MB, for who asks for another system only)

    found: tuple[Axis, Axis] = Transformer.from_crs(source, target, always_xy=True).transform(x, y)
    return found


CRS_BY_URI = {
    crs.uri: crs
    for crs in (
        Crs(CRS84, "EPSG:4326", is_north_first=False, digits=7),
        Crs(f"{_EPSG}4326", "EPSG:4326", is_north_first=True, digits=7),
        Crs(f"{_EPSG}2154", "EPSG:2154", is_north_first=False, digits=2),
        Crs(f"{_EPSG}3857", "EPSG:3857", is_north_first=False, digits=2),
    )
}


def find_crs(uri: str) -> Crs:
    """
    Find a reference system by its address.

    Raises
    ------
    UnknownCrsError
        If answers cannot be written in it.
    """
    if uri not in CRS_BY_URI:
        raise UnknownCrsError(received=uri)
    return CRS_BY_URI[uri]

"""Boxes of longitude and latitude, and what stands in them: the lean records of maps and of features."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from geo.errors import MaillageError
from geo.position import to_lambert93
from geo.records import Kind, Precision

_STEPS = 16
# Lambert-93 draws the sides of a box as curves: between two of the points taken along them, less than this
# stands outside the straight line (a box of 10° is off by 40 m).
_CURVE_MARGIN_M = 100.0
_FAR_M = 1e9


class ImpossibleBoxError(MaillageError, ValueError):
    """A box whose sides are not in order, or off the Earth: the caller corrects it. `received` is the box."""

    def __init__(self, *, received: tuple[float, float, float, float]) -> None:
        self.received = received
        shown = ",".join(f"{side:g}" for side in received)
        super().__init__(
            f"Emprise impossible : {shown}. On attend ouest,sud,est,nord en degrés WGS84, l'ouest avant "
            "l'est et le sud avant le nord, par exemple 2.5,50.2,3.2,50.8."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """
    A box of WGS84 degrees, its four sides included.

    Raises
    ------
    ImpossibleBoxError
        If a side is no number, lies off the Earth, or lies beyond the one facing it.

    Examples
    --------
    >>> Box(west=2.5, south=50.2, east=3.2, north=50.8).sides()
    (2.5, 50.2, 3.2, 50.8)
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        # Written so that NaN, which compares false with everything, is refused too.
        if not (-180 <= self.west <= self.east <= 180 and -90 <= self.south <= self.north <= 90):
            raise ImpossibleBoxError(received=self.sides())

    def sides(self) -> tuple[float, float, float, float]:
        """Give west, south, east, north: the order of GeoJSON."""
        return self.west, self.south, self.east, self.north

    def enclose_in_lambert93(self) -> tuple[float, float, float, float]:
        """
        Give the Lambert-93 rectangle that holds the box, in metres: lowest x and y, highest x and y.

        Where Lambert-93 means nothing, far from France, it is the whole plane.
        """
        along = np.linspace(0.0, 1.0, _STEPS + 1)
        lons = self.west + along * (self.east - self.west)
        lats = self.south + along * (self.north - self.south)
        x, y = to_lambert93(
            np.concatenate([lons, lons, np.full_like(lats, self.west), np.full_like(lats, self.east)]),
            np.concatenate([np.full_like(lons, self.south), np.full_like(lons, self.north), lats, lats]),
        )
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            return -_FAR_M, -_FAR_M, _FAR_M, _FAR_M
        return (
            float(x.min()) - _CURVE_MARGIN_M,
            float(y.min()) - _CURVE_MARGIN_M,
            float(x.max()) + _CURVE_MARGIN_M,
            float(y.max()) + _CURVE_MARGIN_M,
        )


@dataclass(frozen=True, slots=True)
class PlacedPresence:
    """A presence as a map draws it: `sectors` are codes, `lon` and `lat` WGS84 degrees."""

    id: int
    kind: Kind
    name: str
    sectors: tuple[str, ...]
    lon: float
    lat: float
    precision: Precision | None
    commune: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPage:
    """One page of what stands in a box, by id; `next_cursor` asks for the page after, None on the last."""

    items: tuple[PlacedPresence, ...]
    next_cursor: str | None
    data_date: date | None
    data_version: int

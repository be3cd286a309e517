"""Boxes of longitude and latitude, and what stands in them: the lean records of maps and of features."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import Any, NamedTuple

import numpy as np

from geo.errors import MaillageError
from geo.position import to_lambert93
from geo.records import Kind, Precision

# Points along the four sides, as shares of the box from west to east and from south to north.
_STEPS = 4
_ALONG = np.linspace(0.0, 1.0, _STEPS + 1)
_EASTWARDS = np.concatenate([_ALONG, _ALONG, np.zeros_like(_ALONG), np.ones_like(_ALONG)])
_NORTHWARDS = np.concatenate([np.zeros_like(_ALONG), np.ones_like(_ALONG), _ALONG, _ALONG])
# Lambert-93 draws the sides of a box as curves: between two of these points, less than this stands outside
# the straight line (a box of 10° is off by 640 m, one half as wide by a quarter of that).
_CURVE_MARGIN_M_PER_DEG2 = 20.0
_ROUNDING_M = 1.0
_FAR_M = 1e9

Sides = tuple[float, float, float, float]
"""West, south, east, north."""


class ImpossibleBoxError(MaillageError, ValueError):
    """A box whose sides are not in order, or off the Earth: the caller corrects it. `received` is the box."""

    def __init__(self, *, received: Sides) -> None:
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

    def sides(self) -> Sides:
        """Give west, south, east, north: the order of GeoJSON."""
        return self.west, self.south, self.east, self.north

    def enclose_in_lambert93(self) -> Sides:
        """
        Give the Lambert-93 rectangle that holds the box, in metres: lowest x and y, highest x and y.

        Where Lambert-93 means nothing, far from France, it is the whole plane.
        """
        width, height = self.east - self.west, self.north - self.south
        x, y = to_lambert93(self.west + _EASTWARDS * width, self.south + _NORTHWARDS * height)
        sides = float(x.min()), float(y.min()), float(x.max()), float(y.max())
        if not all(map(math.isfinite, sides)):
            return -_FAR_M, -_FAR_M, _FAR_M, _FAR_M
        margin_m = _ROUNDING_M + _CURVE_MARGIN_M_PER_DEG2 * max(width, height) ** 2
        return sides[0] - margin_m, sides[1] - margin_m, sides[2] + margin_m, sides[3] + margin_m


@dataclass(slots=True, unsafe_hash=True)
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


class PlacedColumns(NamedTuple):
    """Presences column by column, as words and numbers: what is written by the thousand is never made one."""

    ids: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sectors: tuple[list[str], ...] = ()
    lons: tuple[float, ...] = ()
    lats: tuple[float, ...] = ()
    precisions: tuple[str | None, ...] = ()
    communes: tuple[str | None, ...] = ()

    def keep(self, kept: Sequence[bool]) -> PlacedColumns:
        """Keep some of the presences: `kept` says of each whether it stays."""
        columns: list[Any] = [tuple(compress(column, kept)) for column in self]
        return PlacedColumns(*columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPage:
    """One page of what stands in a box; `next_cursor` asks for the page after, None on the last."""

    columns: PlacedColumns
    next_cursor: str | None
    data_date: date | None
    data_version: int

    @property
    def items(self) -> tuple[PlacedPresence, ...]:
        """Give the presences one by one."""
        return tuple(
            PlacedPresence(
                id=presence_id,
                kind=Kind(kind),
                name=name,
                sectors=tuple(sectors),
                lon=lon,
                lat=lat,
                precision=None if precision is None else Precision(precision),
                commune=commune,
            )
            for presence_id, kind, name, sectors, lon, lat, precision, commune in zip(
                *self.columns, strict=True
            )
        )

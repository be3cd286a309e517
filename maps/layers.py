"""What a map shows, as Folium elements that carry plain values: the scripts in `assets/maillage` draw them.

An element of ours never writes script or HTML: it describes itself, and the page packs all descriptions.
Positions leave here as Leaflet wants them, latitude first, always through `Position.lat_lon`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from folium import MacroElement
from pyproj import Geod

from geo.position import Position
from geo.records import Presence, Territory
from maps import style
from maps.popup import clean_text
from maps.topology import encode_topology

# A ring of this many corners strays less than 0.03 % of its radius from the circle.
RING_CORNERS = 128


class DataLayer(MacroElement):
    """A layer that describes itself: `type` names the script that draws it, the rest are its values."""

    def __init__(self, type_: str, **values: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca gives it no types
        self._name = type_
        self.values: dict[str, Any] = {"type": type_, **values}


class GroundLayer(DataLayer):
    """
    The land: every territory's contour, and a heavier outline around some of them together.

    Parameters
    ----------
    territories
        Territories of one level with contours.
    outlined
        Codes of the territories to outline as one (the MEL, its communes).
    outlined_name
        The name of what is outlined, for the legend and for screen readers.
    """

    def __init__(
        self, territories: Sequence[Territory], *, outlined: Collection[str] = (), outlined_name: str = ""
    ) -> None:
        super().__init__(
            "ground",
            topology=encode_topology(territories),
            outlined=[territory.code for territory in territories if territory.code in outlined],
            outlinedName=outlined_name,
            colours={
                "land": style.LAND,
                "line": style.HAIRLINE,
                "edge": style.BORDER,
                "outline": style.FRAME,
            },
        )


class TownsLayer(DataLayer):
    """Names of towns, so that a map without tiles can be read."""

    def __init__(self) -> None:
        super().__init__(
            "towns", towns=[[town.name, *town.position.lat_lon(), town.rank] for town in style.TOWNS]
        )


class AntennesLayer(DataLayer):
    """The network's antennes, each marked with its name."""

    def __init__(self, antennes: Iterable[Presence]) -> None:
        marks = [
            [
                clean_text(antenne.name),
                *_round(antenne.position),
                clean_text(antenne.commune_name or antenne.city or ""),
            ]
            for antenne in antennes
            if antenne.position is not None
        ]
        super().__init__("antennes", antennes=marks, colour=style.BRICK)
        self.names = [str(name) for name, *_ in marks]


class RingLayer(DataLayer):
    """The geodesic circle of a radius around a point, in metres on the WGS84 ellipsoid."""

    def __init__(self, centre: Position, radius_m: float, label: str) -> None:
        super().__init__("ring", corners=draw_ring(centre, radius_m), label=label, colour=style.FRAME)


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
    lon, lat, _ = Geod(ellps="WGS84").fwd(
        np.full(RING_CORNERS, centre.lon),
        np.full(RING_CORNERS, centre.lat),
        bearings,
        np.full(RING_CORNERS, radius_m),
    )
    corners = [Position(lon=float(x), lat=float(y)) for x, y in zip(lon, lat, strict=True)]
    return [_round(corner) for corner in corners]


def find_bounds(positions: Iterable[Position]) -> list[list[float]] | None:
    """Give the south-west and north-east corners around positions, latitude first; None without any."""
    found = list(positions)
    if not found:
        return None
    south_west = Position(lon=min(p.lon for p in found), lat=min(p.lat for p in found))
    north_east = Position(lon=max(p.lon for p in found), lat=max(p.lat for p in found))
    return [list(_round(south_west)), list(_round(north_east))]


def _round(position: Position) -> tuple[float, float]:
    lat, lon = position.lat_lon()
    return round(lat, 5), round(lon, 5)

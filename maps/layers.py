"""What a map shows, as Folium elements that carry plain values: the scripts in `assets/maillage` draw them.

An element of ours never writes script or HTML: it describes itself, and the page packs all descriptions.
Positions leave here as Leaflet wants them, latitude first, always through `Position.lat_lon`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from folium import MacroElement
from shapely import MultiPolygon

from geo.position import Position, from_lambert93, to_lambert93
from geo.records import Presence, Territory
from maps import style
from maps.popup import clean_text
from maps.ring import draw_ring, round_corner
from maps.topology import encode_topology


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
                *round_corner(antenne.position),
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


class AreaLayer(DataLayer):
    """
    A place as a whole: its contour, and the line that runs at a distance around it.

    Parameters
    ----------
    contour
        The place, WGS84.
    reach_m
        How far the line runs from the contour in metres, None for no line.
    label
        What the line says of itself.
    """

    def __init__(self, contour: MultiPolygon, *, reach_m: float | None, label: str) -> None:
        super().__init__(
            "area",
            corners=_list_rings(contour),
            around=_list_rings(draw_around(contour, reach_m)) if reach_m else [],
            label=label,
            colour=style.FRAME,
        )


def draw_around(contour: MultiPolygon, reach_m: float) -> MultiPolygon:
    """
    Draw what lies within a distance of a contour (buffered in Lambert-93, WGS84 in and out).

    Examples
    --------
    >>> square = MultiPolygon([shapely.box(2.8, 50.4, 2.9, 50.5)])
    >>> draw_around(square, 5_000).contains(square)
    True
    """
    planar = shapely.transform(contour, lambda xy: np.column_stack(to_lambert93(xy[:, 0], xy[:, 1])))
    wide = shapely.simplify(shapely.buffer(planar, reach_m, quad_segs=16), reach_m / 200)
    back = shapely.transform(wide, lambda xy: np.column_stack(from_lambert93(xy[:, 0], xy[:, 1])))
    return back if isinstance(back, MultiPolygon) else MultiPolygon([back])


def _list_rings(shape: MultiPolygon) -> list[list[tuple[float, float]]]:
    """List the outer rings, latitude first, rounded to a metre."""
    return [
        [(round(lat, 5), round(lon, 5)) for lon, lat in polygon.exterior.coords] for polygon in shape.geoms
    ]


def find_bounds(positions: Iterable[Position]) -> list[list[float]] | None:
    """Give the south-west and north-east corners around positions, latitude first; None without any."""
    found = list(positions)
    if not found:
        return None
    south_west = Position(lon=min(p.lon for p in found), lat=min(p.lat for p in found))
    north_east = Position(lon=max(p.lon for p in found), lat=max(p.lat for p in found))
    return [list(round_corner(south_west)), list(round_corner(north_east))]

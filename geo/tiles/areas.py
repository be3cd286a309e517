"""Contours as tiles: simplified together for each zoom, so that neighbours still touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.tiles.encoding import TagValue, encode_layer, encode_polygon
from geo.tiles.grid import EXTENT, TileAddress, to_unit_square

# A pixel of a 256-pixel tile: what is finer cannot be seen.
_TOLERANCE_STEPS = EXTENT / 256
# Contours reach a little over the edge, so that the strokes along it are drawn outside the tile.
_MARGIN_STEPS = 64
# Beyond this zoom contours are as they ship; a simplification would not take a corner away.
_FINEST_ZOOM = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A territory as a tile shows it: its contour (WGS84) and what is said of it."""

    code: str
    contour: MultiPolygon
    properties: Mapping[str, TagValue]


class AreaLayer:
    """
    Contours of one level, ready to be asked for any tile.

    Parameters
    ----------
    name
        The layer's name in tiles.
    areas
        Territories that do not overlap.
    min_zoom
        Below it tiles are empty: there would be more borders than land.

    Examples
    --------
    >>> square = MultiPolygon([shapely.box(2, 50, 3, 51)])
    >>> layer = AreaLayer("epci", [Area(code="1", contour=square, properties={"name": "Ici"})])
    >>> len(layer.encode(TileAddress(0, 0, 0))) > 0
    True
    """

    def __init__(self, name: str, areas: Sequence[Area], *, min_zoom: int = 0) -> None:
        self.name = name
        self.min_zoom = min_zoom
        self._areas = list(areas)
        self._contours = [_to_unit_square(area.contour) for area in areas]
        self._at_zoom = lru_cache(maxsize=None)(self._simplify)

    def find_tiles(self, zoom: int) -> list[TileAddress]:
        """List the tiles of a zoom that the areas' bounds meet, west to east."""
        side = 1 / (1 << zoom)
        addresses = {
            (column, row)
            for left, top, right, bottom in shapely.bounds(np.array(self._contours, dtype=object)).tolist()
            for column in range(int(left / side), int(right / side) + 1)
            for row in range(int(top / side), int(bottom / side) + 1)
        }
        return [TileAddress(zoom, column, row) for column, row in sorted(addresses)]

    def encode(self, tile: TileAddress) -> bytes:
        """Write a tile; no bytes when nothing falls in it."""
        if tile.zoom < self.min_zoom:
            return b""
        keys: dict[str, int] = {}
        values: dict[TagValue, int] = {}
        features = []
        for place, rings in self._cut(tile):
            area = self._areas[place]
            said: dict[str, TagValue] = {"code": area.code, **area.properties}
            tags = [
                number
                for key, value in said.items()
                for number in (keys.setdefault(key, len(keys)), values.setdefault(value, len(values)))
            ]
            features.append(encode_polygon(rings, tags, place + 1))
        return encode_layer(self.name, features, list(keys), list(values))

    def _simplify(self, zoom: int) -> tuple[NDArray[np.object_], shapely.STRtree]:
        tolerance = _TOLERANCE_STEPS / EXTENT / (1 << zoom)
        simplified = shapely.coverage_simplify(np.array(self._contours, dtype=object), tolerance)
        return simplified, shapely.STRtree(simplified)

    def _cut(self, tile: TileAddress) -> list[tuple[int, list[NDArray[np.int64]]]]:
        """Give the contours that a tile shows, as rings in its steps, in the order of the territories."""
        contours, tree = self._at_zoom(min(tile.zoom, _FINEST_ZOOM))
        side = 1 / (1 << tile.zoom)
        left, top = tile.column * side, tile.row * side
        margin = side * _MARGIN_STEPS / EXTENT
        bounds = (left - margin, top - margin, left + side + margin, top + side + margin)
        cut = []
        for place in np.sort(tree.query(shapely.box(*bounds), predicate="intersects")).tolist():
            piece = shapely.clip_by_rect(contours[place], *bounds)
            rings = [
                ring
                for polygon in _list_polygons(piece)
                for ring in _write_rings(polygon, left=left, top=top, side=side)
            ]
            if rings:
                cut.append((place, rings))
        return cut


def _to_unit_square(contour: MultiPolygon) -> BaseGeometry:
    def project(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_unit_square(corners[:, 0], corners[:, 1]))

    return shapely.transform(contour, project)


def _list_polygons(piece: BaseGeometry) -> list[Polygon]:
    return [part for part in shapely.get_parts(piece) if isinstance(part, Polygon)]


def _write_rings(polygon: Polygon, *, left: float, top: float, side: float) -> list[NDArray[np.int64]]:
    """Bring a polygon's rings to whole steps, outer ring first; what has no surface left is dropped."""
    rings: list[NDArray[np.int64]] = []
    for is_outer, ring in [(True, polygon.exterior), *((False, hole) for hole in polygon.interiors)]:
        corners = shapely.get_coordinates(ring)[:-1]
        steps = np.rint((corners - (left, top)) / side * EXTENT).astype(np.int64)
        steps = steps[(np.roll(steps, 1, axis=0) != steps).any(axis=1)]
        surface = _measure_surface(steps) if len(steps) >= 3 else 0
        if not surface:
            if is_outer:
                return []
            continue
        rings.append(steps if (surface > 0) is is_outer else steps[::-1])
    return rings


def _measure_surface(steps: NDArray[np.int64]) -> int:
    """Give twice the surface of a ring, above zero when it turns clockwise on the screen (y down)."""
    x, y = steps.T
    return int((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())

"""Contours as tiles: read back by another implementation, their surface is that of the land."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import MultiPolygon, shape
from shapely.geometry.base import BaseGeometry

from data.reference import load_referential
from geo.records import Level
from geo.tiles import AreaLayer, TileAddress
from geo.tiles.areas import Area
from geo.tiles.grid import EXTENT, find_tiles, to_world

LILLE = TileAddress(10, 520, 345)


def make_layer(level: Level, *, min_zoom: int = 0) -> AreaLayer:
    referential = load_referential()
    contours = referential.contours(level)
    areas = [
        Area(code=one.code, contour=contours[one.code], properties={"name": one.name})
        for one in referential.territories(level)
        if one.code in contours
    ]
    return AreaLayer(level.value, areas, min_zoom=min_zoom)


def read(layer: AreaLayer, tile: TileAddress) -> dict[str, BaseGeometry]:
    encoded = layer.encode(tile)
    if not encoded:
        return {}
    decoded: dict[str, Any] = mapbox_vector_tile.decode(encoded, default_options={"y_coord_down": True})
    return {
        feature["properties"]["code"]: shape(feature["geometry"])
        for feature in decoded[layer.name]["features"]
    }


def draw_tile(contour: MultiPolygon, tile: TileAddress) -> BaseGeometry:
    """Project a contour by pyproj, as steps of a tile."""
    transformer = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    half = np.pi * 6378137
    side = 2 * half / (1 << tile.zoom)

    def project(corners: Any) -> Any:  # noqa: ANN401 (arrays)
        x, y = transformer.transform(corners[:, 0], corners[:, 1])
        return np.column_stack(
            [((x + half) / side - tile.column) * EXTENT, ((half - y) / side - tile.row) * EXTENT]
        )

    return shapely.transform(contour, project)


@pytest.mark.parametrize("tile", [TileAddress(7, 65, 43), LILLE, TileAddress(13, 4164, 2760)])
def test_each_contour_is_where_pyproj_puts_it(tile: TileAddress) -> None:
    window = shapely.box(-64, -64, EXTENT + 64, EXTENT + 64)
    contours = load_referential().contours(Level.EPCI)

    found = read(make_layer(Level.EPCI), tile)

    assert found
    for code, contour in contours.items():
        expected = shapely.make_valid(draw_tile(contour, tile)).intersection(window)
        drawn = found.get(code, shapely.Polygon())
        # A pixel of 16 steps along the border, and what rounding to whole steps may move.
        assert expected.symmetric_difference(drawn).area <= 20 * expected.length + 16 * 16


def test_rings_turn_as_the_format_says_and_holes_stay_holes() -> None:
    land = shapely.box(2.0, 50.0, 3.0, 51.0).difference(shapely.box(2.4, 50.4, 2.6, 50.6))
    layer = AreaLayer("epci", [Area(code="1", contour=MultiPolygon([land]), properties={})])
    tile = TileAddress(6, 32, 21)

    drawn = read(layer, tile)["1"]

    [polygon] = shapely.get_parts(drawn)
    assert len(polygon.interiors) == 1
    assert polygon.area == pytest.approx(draw_tile(MultiPolygon([land]), tile).area, rel=0.02)


def test_neighbours_still_touch_once_simplified() -> None:
    found = read(make_layer(Level.EPCI), TileAddress(7, 65, 43))

    together = shapely.union_all(list(found.values()))
    overlap = sum(contour.area for contour in found.values()) - together.area
    holes = sum(shapely.Polygon(hole).area for part in shapely.get_parts(together) for hole in part.interiors)
    assert overlap <= together.area * 0.001
    assert holes <= together.area * 0.001


def test_no_tile_of_any_zoom_is_heavy() -> None:
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.linspace(1.4, 4.2, 60), np.linspace(48.9, 51.1, 60)))
    communes = make_layer(Level.COMMUNE, min_zoom=8)
    assert communes.encode(TileAddress(7, 65, 43)) == b""
    for zoom in (8, 9):
        weights = [len(communes.encode(tile)) for tile in find_tiles(*to_world(lon, lat), zoom)]
        assert 1_000 < max(weights) <= 100_000


def test_far_away_there_is_nothing() -> None:
    assert make_layer(Level.EPCI).encode(TileAddress(8, 3, 3)) == b""

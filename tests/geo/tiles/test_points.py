"""Points as tiles, read back by another implementation of the format and counted by brute force."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geo.errors import UnknownTileError
from geo.tiles import PointPyramid, TileAddress
from geo.tiles.encoding import pack_varints, zigzag
from geo.tiles.grid import EXTENT, WORLD_STEPS, find_tiles, to_world
from geo.tiles.points import CELL_BITS, NAMED_FEATURES, PointClasses, PointColumns

CLASSES = PointClasses(
    kinds=("actor", "project"), sectors=("food", "energy"), communes=("59350", "62498", "80021")
)

CELLS = 1 << CELL_BITS

# Half of the width of the world in Web Mercator metres: π × the radius of the WGS84 equator.
HALF_WORLD_M = np.pi * 6378137


def make_columns(lon: Any, lat: Any, *, seed: int = 0) -> PointColumns:  # noqa: ANN401 (lists or arrays)
    rng = np.random.default_rng(seed)
    count = len(lon)
    return PointColumns(
        ids=rng.permutation(count).astype(np.int64) + 1,
        lon=np.asarray(lon, dtype=np.float64),
        lat=np.asarray(lat, dtype=np.float64),
        kinds=rng.integers(0, 2, count).astype(np.int8),
        sectors=rng.integers(-1, 2, count).astype(np.int16),
        at_town_level=rng.random(count) < 0.3,
        communes=rng.integers(-1, 3, count).astype(np.int16),
    )


def scatter(count: int, *, seed: int = 0) -> PointColumns:
    rng = np.random.default_rng(seed)
    town = rng.random(count) < 0.5
    lon = np.where(town, rng.normal(3.06, 0.03, count), rng.uniform(1.5, 4.2, count))
    lat = np.where(town, rng.normal(50.63, 0.02, count), rng.uniform(48.9, 51.0, count))
    return make_columns(lon, lat, seed=seed)


def read(tile: bytes) -> list[dict[str, Any]]:
    if not tile:
        return []
    decoded: dict[str, Any] = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    layer = decoded["presences"]
    assert (layer["extent"], layer["version"]) == (EXTENT, 2)
    found: list[dict[str, Any]] = layer["features"]
    return found


def count_of(feature: dict[str, Any]) -> int:
    return int(feature["properties"].get("count", 1))


def test_the_world_is_web_mercator() -> None:
    lon, lat = np.array([3.0586, -61.5, 2.83]), np.array([50.6366, 16.2, 50.43])
    x_m, y_m = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(lon, lat)

    x, y = to_world(lon, lat)

    step_m = 2 * HALF_WORLD_M / WORLD_STEPS
    assert np.abs((x + 0.5) * step_m - HALF_WORLD_M - x_m).max() < step_m
    assert np.abs(HALF_WORLD_M - (y + 0.5) * step_m - y_m).max() < step_m


@pytest.mark.parametrize("zoom", [0, 5, 8, 11, 14, 18])
def test_the_tiles_of_a_zoom_hold_every_point_once(zoom: int) -> None:
    columns = scatter(5_000)
    pyramid = PointPyramid(columns, CLASSES)

    features = [read(pyramid.encode(tile)) for tile in pyramid.find_tiles(zoom)]

    assert sum(count_of(feature) for tile in features for feature in tile) == len(columns.ids)
    assert max(len(tile) for tile in features) <= CELLS * CELLS


def test_what_stands_alone_keeps_its_id_its_words_and_its_place() -> None:
    columns = scatter(3_000, seed=4)
    pyramid = PointPyramid(columns, CLASSES)
    place_of = {int(presence_id): place for place, presence_id in enumerate(columns.ids)}
    seen = 0
    for tile in pyramid.find_tiles(12):
        x, y = to_world(columns.lon, columns.lat)
        left, top = tile.origin
        for feature in read(pyramid.encode(tile)):
            if "count" in feature["properties"]:
                continue
            seen += 1
            place = place_of[feature["id"]]
            said = feature["properties"]
            assert said["kind"] == CLASSES.kinds[columns.kinds[place]]
            assert said["sector"] == (*CLASSES.sectors, "")[columns.sectors[place]]
            assert said["town"] == columns.at_town_level[place]
            expected = [(x[place] - left) * EXTENT / tile.width, (y[place] - top) * EXTENT / tile.width]
            assert np.abs(np.array(feature["geometry"]["coordinates"]) - expected).max() <= 1
    assert seen > 100


def test_what_would_hide_one_another_is_counted_as_brute_force_does() -> None:
    columns = scatter(4_000, seed=2)
    pyramid = PointPyramid(columns, CLASSES)
    tile = max(pyramid.find_tiles(9), key=pyramid.count)
    x, y = to_world(columns.lon, columns.lat)
    left, top = tile.origin
    cell = tile.width // CELLS
    cells: dict[tuple[int, int], list[int]] = {}
    for place in range(len(x)):
        if left <= x[place] < left + tile.width and top <= y[place] < top + tile.width:
            cells.setdefault(((x[place] - left) // cell, (y[place] - top) // cell), []).append(place)

    groups = [f for f in read(pyramid.encode(tile)) if "count" in f["properties"]]

    expected = {key: places for key, places in cells.items() if len(places) > 1}
    assert len(groups) == len(expected) > 20
    for group in groups:
        across, down = group["geometry"]["coordinates"]
        places = expected[(across * CELLS // EXTENT, down * CELLS // EXTENT)]
        kinds = {CLASSES.kinds[columns.kinds[place]] for place in places}
        sectors = {(*CLASSES.sectors, "")[columns.sectors[place]] for place in places}
        assert group["properties"] == {
            "count": len(places),
            "kind": kinds.pop() if len(kinds) == 1 else "mixed",
            "sector": sectors.pop() if len(sectors) == 1 else "mixed",
        }


def test_names_travel_in_tiles_of_few_features_only() -> None:
    columns = scatter(20_000)
    pyramid = PointPyramid(columns, CLASSES)

    def find_names(ids: Any) -> list[str]:  # noqa: ANN401 (an array)
        return [f"n° {presence_id}" for presence_id in ids]

    sizes = set()
    for tile in [tile for zoom in (8, 12) for tile in pyramid.find_tiles(zoom)]:
        features = read(pyramid.encode(tile, find_names=find_names, cell_bits=6))
        alone = [feature for feature in features if "count" not in feature["properties"]]
        is_small = len(features) <= NAMED_FEATURES
        sizes.add(is_small)
        for feature in alone:
            assert feature["properties"].get("name") == (f"n° {feature['id']}" if is_small else None)
    assert sizes == {True, False}


def test_points_in_another_order_give_the_same_bytes() -> None:
    columns = scatter(2_000)
    same_place = make_columns([3.0] * 30, [50.0] * 30)
    rng = np.random.default_rng(9)
    for one in (columns, same_place):
        shuffled = one.keep(rng.permutation(len(one.ids)))
        for zoom in (7, 13):
            pyramid, again = PointPyramid(one, CLASSES), PointPyramid(shuffled, CLASSES)
            for tile in pyramid.find_tiles(zoom):
                assert pyramid.encode(tile) == again.encode(tile)


def test_points_are_counted_by_commune_and_by_sector_as_brute_force_does() -> None:
    columns = scatter(500)

    gathering = PointPyramid(columns, CLASSES).gather()

    assert gathering.total == 500
    for number, commune in enumerate(CLASSES.communes):
        own = columns.communes == number
        count, lon, lat = gathering.by_commune[commune]
        assert count == own.sum()
        assert (lon, lat) == pytest.approx((columns.lon[own].mean(), columns.lat[own].mean()))
    by_sector = {
        code: int((columns.sectors == n).sum()) for n, code in ((0, "food"), (1, "energy"), (-1, ""))
    }
    assert gathering.by_sector == by_sector


def test_nothing_gives_no_bytes() -> None:
    empty = PointPyramid(make_columns([], []), CLASSES)
    assert (len(empty), empty.find_tiles(5), empty.encode(TileAddress(5, 16, 10))) == (0, [], b"")
    assert PointPyramid(scatter(100), CLASSES).encode(TileAddress(5, 0, 0)) == b""


@given(
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=60), st.integers(0, 18)
)
@settings(max_examples=60)
def test_no_point_on_earth_is_lost(points: list[tuple[float, float]], zoom: int) -> None:
    lon, lat = (np.array(axis) for axis in zip(*points, strict=True))
    pyramid = PointPyramid(make_columns(lon, lat), CLASSES)

    tiles = find_tiles(*to_world(lon, lat), zoom)

    assert sum(pyramid.count(tile) for tile in tiles) == len(points)
    assert sum(count_of(f) for tile in tiles for f in read(pyramid.encode(tile))) == len(points)


@pytest.mark.parametrize("address", [(-1, 0, 0), (19, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)])
def test_a_tile_that_does_not_exist_is_refused(address: tuple[int, int, int]) -> None:
    with pytest.raises(UnknownTileError, match="n'existe pas"):
        TileAddress(*address)


@given(st.lists(st.integers(0, 2**40), min_size=1))
def test_varints_are_those_of_protocol_buffers(numbers: list[int]) -> None:
    packed = pack_varints(np.array(numbers))

    read_back, value, shift = [], 0, 0
    for byte in packed:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            read_back.append(value)
            value, shift = 0, 0
    assert read_back == numbers


def test_small_signed_numbers_stay_small() -> None:
    assert zigzag(np.array([0, -1, 1, -2, 2])).tolist() == [0, 1, 2, 3, 4]

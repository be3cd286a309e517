"""Roads of an extract written on the spot: speeds, ways, access, islands, and times checked by hand."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.travel.building import Places
from data.travel.errors import OsmiumMissingError, UnusableExtractError
from data.travel.matrix import NO_WAY
from data.travel.road_graph import RoadGraph
from data.travel.road_speeds import SPEEDS_KM_H, read_road
from data.travel.roads import digest_extracts, read_roads
from geo.position import to_lambert93

osmium = pytest.importorskip("osmium", reason="osmium absent : pip install 'maillage[roads]'")

NORTH, EAST = 0.09, 0.14
"""Degrees of about ten kilometres."""

A, B, C, D, E = 1, 2, 3, 4, 5
PLACE_OF = {
    A: (2.80, 50.20),
    B: (2.80 + EAST, 50.20),
    C: (2.80 + EAST, 50.20 + NORTH),
    D: (2.80, 50.20 + NORTH),
    E: (2.80, 50.20 + 2 * NORTH),
}
"""A square A B C D, and E north of D."""

Way = tuple[Sequence[int], Mapping[str, str]]


def _write(path: Path, ways: Sequence[Way], *, places: Mapping[int, tuple[float, float]] = PLACE_OF) -> Path:
    from osmium.osm.mutable import Node
    from osmium.osm.mutable import Way as WayToWrite

    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2025-11-07T21:20:00Z")
    header.set("timestamp", "2025-11-07T21:20:00Z")
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for ref, (lon, lat) in places.items():
            writer.add_node(Node(id=ref, location=(lon, lat), tags={"highway": "crossing"}))
        for rank, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(WayToWrite(id=rank, nodes=list(nodes), tags=dict(tags)))
    return path


def _drive(path: Path, *stops: int, extracts: Sequence[Path] = ()) -> np.ndarray:
    """Give tenths of minutes, row to column: from each stop to each stop."""
    points = np.array([PLACE_OF[stop] for stop in stops])
    places = Places(codes=tuple(str(stop) for stop in stops), lon=points[:, 0], lat=points[:, 1])
    paths = [path, *extracts]
    graph = RoadGraph(read_roads(paths), places, extracts=[each.name for each in paths], digest="essai")
    return np.asarray(graph.measure(places, places)[0].T)


def _expect(*legs: tuple[int, int, float]) -> float:
    """Give the tenths of minutes of legs: from, to, km/h; lengths in Lambert-93."""
    total_s = 0.0
    for start, end, speed in legs:
        x, y = to_lambert93(*(np.array([PLACE_OF[start][axis], PLACE_OF[end][axis]]) for axis in (0, 1)))
        total_s += float(np.hypot(x[1] - x[0], y[1] - y[0])) / (speed / 3.6)
    return total_s / 6


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm"])
def test_time_is_length_over_the_speed_of_the_class(tmp_path: Path, suffix: str) -> None:
    path = _write(
        tmp_path / f"carre{suffix}", [((A, B), {"highway": "primary"}), ((B, C), {"highway": "tertiary"})]
    )
    times = _drive(path, A, B, C)
    assert times[0, 1] == pytest.approx(_expect((A, B, 65)), abs=0.5)
    assert times[1, 2] == pytest.approx(_expect((B, C, 40)), abs=0.5)
    assert times[0, 2] == pytest.approx(_expect((A, B, 65), (B, C, 40)), abs=0.5)
    assert np.array_equal(times, times.T)
    assert np.diag(times).tolist() == [0, 0, 0]


def test_the_fastest_way_wins_not_the_shortest(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "x.osm.pbf",
        [((A, D), {"highway": "living_street"}), ((A, B, C, D), {"highway": "trunk"})],
    )
    assert _drive(path, A, D)[0, 1] == pytest.approx(_expect((A, B, 85), (B, C, 85), (C, D, 85)), abs=0.5)


def test_a_way_that_goes_one_way_is_driven_one_way(tmp_path: Path) -> None:
    around = {"highway": "primary"}
    path = _write(tmp_path / "x.osm.pbf", [((A, B), {**around, "oneway": "yes"}), ((B, C, D, A), around)])
    times = _drive(path, A, B)
    assert times[0, 1] == pytest.approx(_expect((A, B, 65)), abs=0.5)
    assert times[1, 0] == pytest.approx(_expect((B, C, 65), (C, D, 65), (D, A, 65)), abs=0.5)
    back = _write(tmp_path / "y.osm.pbf", [((A, B), {**around, "oneway": "-1"}), ((B, C, D, A), around)])
    assert np.array_equal(_drive(back, A, B), times.T)


def test_a_private_road_is_not_taken(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "x.osm.pbf",
        [((A, D), {"highway": "primary", "access": "private"}), ((A, B, C, D), {"highway": "primary"})],
    )
    assert _drive(path, A, D)[0, 1] == pytest.approx(_expect((A, B, 65), (B, C, 65), (C, D, 65)), abs=0.5)


def test_pieces_that_no_road_joins_have_no_way(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "x.osm.pbf", [((A, B), {"highway": "primary"}), ((D, E), {"highway": "primary"})]
    )
    times = _drive(path, A, B, D)
    assert times[0, 2] == times[2, 1] == NO_WAY
    assert times[0, 1] != NO_WAY


def test_no_journey_starts_on_a_small_island(tmp_path: Path) -> None:
    """E has a lane of its own that joins nothing: it starts from the nearest road that does."""
    path = _write(
        tmp_path / "x.osm.pbf",
        [((A, B, C, D), {"highway": "primary"}), ((E, 6), {"highway": "service"})],
        places={**PLACE_OF, 6: (2.81, 50.38)},
    )
    times = _drive(path, E, A)
    assert times[0, 1] == pytest.approx(_expect((D, C, 65), (C, B, 65), (B, A, 65)), abs=0.5)


def test_extracts_that_touch_make_one_network(tmp_path: Path) -> None:
    whole = [
        ((A, B), {"highway": "primary"}),
        ((B, C), {"highway": "primary"}),
        ((C, D), {"highway": "primary"}),
    ]
    here = _write(tmp_path / "ici.osm.pbf", whole[:2])
    both = _write(tmp_path / "tout.osm.pbf", whole)
    assert np.array_equal(_drive(here, A, D, extracts=[both]), _drive(both, A, D))


def test_the_extract_says_its_day_and_its_digest_follows_its_content(tmp_path: Path) -> None:
    path = _write(tmp_path / "x.osm.pbf", [((A, B), {"highway": "primary"})])
    assert read_roads([path]).day == date(2025, 11, 7)
    before = digest_extracts([path])
    _write(path.with_name("y.osm.pbf"), [((A, C), {"highway": "primary"})])
    assert digest_extracts([path]) == before != digest_extracts([path.with_name("y.osm.pbf")])


@pytest.mark.parametrize("content", [b"", b"bonjour", b"<osm version='0.6'>"])
def test_a_file_that_is_no_extract_is_told(tmp_path: Path, content: bytes) -> None:
    for name in ("x.osm.pbf", "x.osm"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnusableExtractError, match="Hauts-de-France"):
            read_roads([tmp_path / name])
    with pytest.raises(UnusableExtractError, match="introuvable"):
        read_roads([tmp_path / "absent.osm.pbf"])


def test_without_osmium_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(OsmiumMissingError, match=r"maillage\[roads\].*--osrm-url"):
        read_roads([tmp_path / "x.osm.pbf"])


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "footway"}, None),
        ({"highway": "construction"}, None),
        ({"highway": "primary", "area": "yes"}, None),
        ({"highway": "primary", "motor_vehicle": "no"}, None),
        ({"highway": "primary", "access": "no", "motorcar": "yes"}, (65.0, True, True)),
        ({"highway": "primary", "access": "destination"}, (65.0, True, True)),
        ({"highway": "primary", "maxspeed": "80"}, (64.0, True, True)),
        ({"highway": "primary", "maxspeed": "FR:urban"}, (40.0, True, True)),
        ({"highway": "primary", "maxspeed": "none"}, (65.0, True, True)),
        ({"highway": "primary", "maxspeed": "0"}, (65.0, True, True)),
        ({"highway": "motorway"}, (90.0, True, False)),
        ({"highway": "motorway", "oneway": "no"}, (90.0, True, True)),
        ({"highway": "tertiary", "junction": "roundabout"}, (40.0, True, False)),
        ({"highway": "tertiary", "oneway": "reversible"}, (40.0, True, True)),
    ],
)
def test_tags_are_read_as_drivers_do(tags: dict[str, str], expected: tuple[float, bool, bool] | None) -> None:
    assert read_road(tags) == expected


def test_every_class_has_a_speed_and_links_are_slower_than_their_road() -> None:
    for road, speed in SPEEDS_KM_H.items():
        assert 5 <= speed <= 130
        if road.endswith("_link"):
            assert speed < SPEEDS_KM_H[road.removesuffix("_link")]

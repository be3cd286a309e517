"""Contours written as TopoJSON come back as they were, each border once."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.records import Level, Territory
from maps.errors import ContourMissingError
from maps.topology import GRID_DEG, encode_topology
from tests.maps.builders import list_territories, make_square


def decode_arcs(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    scale_x, scale_y = topology["transform"]["scale"]
    west, south = topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((west + x * scale_x, south + y * scale_y))
        arcs.append(arc)
    return arcs


def decode(topology: dict[str, Any]) -> dict[str, shapely.MultiPolygon]:
    arcs = decode_arcs(topology)
    contours = {}
    for shape in topology["objects"]["territories"]["geometries"]:
        polygons = []
        for rings in shape["arcs"]:
            drawn = []
            for indexes in rings:
                points: list[tuple[float, float]] = []
                for index in indexes:
                    arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                    points += arc[1:] if points else arc
                assert points[0] == points[-1]
                drawn.append(points)
            polygons.append(shapely.Polygon(drawn[0], drawn[1:]))
        contours[shape["id"]] = shapely.MultiPolygon(polygons)
    return contours


def list_arc_uses(topology: dict[str, Any]) -> list[int]:
    uses = [0] * len(topology["arcs"])
    for shape in topology["objects"]["territories"]["geometries"]:
        for rings in shape["arcs"]:
            for indexes in rings:
                for index in indexes:
                    uses[index if index >= 0 else ~index] += 1
    return uses


def test_the_92_epci_come_back_within_the_grid() -> None:
    territories = list_territories()
    contours = decode(encode_topology(territories))
    assert list(contours) == [territory.code for territory in territories]
    for territory in territories:
        assert territory.contour is not None
        assert contours[territory.code].is_valid
        assert shapely.hausdorff_distance(contours[territory.code], territory.contour) <= GRID_DEG


def test_the_92_epci_write_every_border_once_under_130_kilobytes() -> None:
    topology = encode_topology(list_territories())
    assert set(list_arc_uses(topology)) == {1, 2}
    assert len(orjson.dumps(topology)) < 130_000


def test_the_communes_stay_neighbours() -> None:
    territories = list_territories(Level.COMMUNE)[:400]
    contours = decode(encode_topology(territories))
    # Were a border drawn twice, slivers would show as overlaps or holes.
    together = shapely.union_all(list(contours.values()))
    assert together.area == pytest.approx(sum(contour.area for contour in contours.values()), rel=1e-9)


def test_an_enclave_shares_its_ring_with_the_hole_around_it() -> None:
    enclave = make_square("inside", 1, 1)
    outer = shapely.box(3, 50, 3.03, 50.03)
    assert enclave.contour is not None
    around = make_square("around", 0, 0, contour=shapely.MultiPolygon([outer - enclave.contour.geoms[0]]))
    topology = encode_topology([around, enclave])
    assert sorted(list_arc_uses(topology)) == [1, 2]
    assert decode(topology)["around"].area == pytest.approx(8e-4)


def test_two_islands_that_touch_nobody_are_two_arcs() -> None:
    topology = encode_topology([make_square("a", 0, 0), make_square("b", 5, 5)])
    assert len(topology["arcs"]) == 2


@given(st.lists(st.integers(0, 3), min_size=25, max_size=25))
def test_any_partition_of_a_grid_comes_back_exactly(owners: list[int]) -> None:
    cells: dict[int, list[shapely.Polygon]] = {}
    for place, owner in enumerate(owners):
        column, row = place % 5, place // 5
        square = make_square("", column, row).contour
        assert square is not None
        cells.setdefault(owner, []).append(square.geoms[0])
    territories = []
    for owner, squares in sorted(cells.items()):
        # Corners where four cells meet must be vertices of all of them, as in a clean coverage.
        joined = shapely.coverage_union_all(squares)
        parts = list(joined.geoms) if joined.geom_type == "MultiPolygon" else [joined]
        territories.append(make_square(str(owner), 0, 0, contour=shapely.MultiPolygon(parts)))
    topology = encode_topology(territories)
    assert set(list_arc_uses(topology)) <= {1, 2}
    for territory in territories:
        drawn = decode(topology)[territory.code]
        assert shapely.symmetric_difference(drawn, territory.contour).area < 1e-12


def test_no_territory_is_an_empty_topology() -> None:
    assert encode_topology([])["arcs"] == []


def test_a_territory_without_contour_is_named_and_refused() -> None:
    bare = Territory(level=Level.EPCI, code="123", name="Sans contour", population=1, vintage=2026)
    with pytest.raises(ContourMissingError, match="Sans contour") as caught:
        encode_topology([bare])
    assert caught.value.code == "123"

"""Contours as quantised TopoJSON: every shared border is written once, as whole-number steps.

The contours of a level are a clean coverage (neighbours share their vertices exactly), so borders are found
by comparing points, without any tolerance. Any tool reads the format, TopoJSON 1.0
(https://github.com/topojson/topojson-specification).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo.records import Territory
from maps.errors import ContourMissingError

# About 14 m by 22 m: finer than the contours' own generalisation (24 points a commune).
GRID_DEG = 2e-4

Point = tuple[int, int]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class _Arc:
    points: tuple[Point, ...]
    is_reversed: bool


def encode_topology(territories: Sequence[Territory]) -> dict[str, Any]:
    """
    Encode the contours of territories as one TopoJSON topology.

    Parameters
    ----------
    territories
        Territories of one level with their `contour` (WGS84), shared edges identical.

    Returns
    -------
    dict
        A TopoJSON object; `objects["territories"]` holds one geometry a territory, in the order received,
        with the code as `id` and the name in `properties`.

    Raises
    ------
    ContourMissingError
        If a territory came without its contour.

    Examples
    --------
    Two squares side by side share one border, written once:

    >>> from geo.records import Level
    >>> squares = [
    ...     Territory(level=Level.EPCI, code=code, name=code, population=1, vintage=2026,
    ...               contour=shapely.MultiPolygon([shapely.box(x, 0, x + 1, 1)]))
    ...     for code, x in (("a", 0), ("b", 1))
    ... ]
    >>> topology = encode_topology(squares)
    >>> len(topology["arcs"])
    3
    """
    rings_by_territory = [_read_rings(territory) for territory in territories]
    junctions = _find_junctions(ring for parts in rings_by_territory for rings in parts for ring in rings)
    arcs: dict[tuple[Point, ...], int] = {}
    geometries = []
    for territory, parts in zip(territories, rings_by_territory, strict=True):
        indexes = [[_index_ring(ring, junctions, arcs) for ring in rings] for rings in parts]
        geometries.append(
            {
                "type": "MultiPolygon",
                "id": territory.code,
                "properties": {"name": territory.name},
                "arcs": indexes,
            }
        )
    west, south = _find_corner(arcs)
    return {
        "type": "Topology",
        "transform": {
            "scale": [GRID_DEG, GRID_DEG],
            "translate": [round(west * GRID_DEG, 6), round(south * GRID_DEG, 6)],
        },
        "objects": {"territories": {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [_write_steps(list(arc), west, south) for arc in arcs],
    }


def _read_rings(territory: Territory) -> list[list[Ring]]:
    """Read a contour as whole-number rings, per polygon: shell, holes. The first point is not repeated."""
    if territory.contour is None:
        raise ContourMissingError(code=territory.code, name=territory.name)
    parts = []
    for polygon in territory.contour.geoms:
        rings = [_quantise(ring) for ring in (polygon.exterior, *polygon.interiors)]
        if len(rings[0]) >= 3:
            parts.append([ring for ring in rings if len(ring) >= 3])
    return parts


def _quantise(ring: shapely.LinearRing) -> Ring:
    steps = np.rint(shapely.get_coordinates(ring) / GRID_DEG).astype(np.int64)
    moved = np.any(steps != np.roll(steps, 1, axis=0), axis=1)
    return [(x, y) for x, y in steps[moved].tolist()]


def _find_junctions(rings: Iterator[Ring]) -> set[Point]:
    """Find the points where borders meet: those whose two neighbours are not the same in every ring."""
    neighbours: dict[Point, tuple[Point, Point]] = {}
    junctions = set()
    for ring in rings:
        before = ring[-2], ring[-1]
        for point in ring:
            previous, here = before
            pair = (previous, point) if previous < point else (point, previous)
            if neighbours.setdefault(here, pair) != pair:
                junctions.add(here)
            before = here, point
    return junctions


def _index_ring(ring: Ring, junctions: set[Point], arcs: dict[tuple[Point, ...], int]) -> list[int]:
    """Cut a ring at its junctions and give the arcs' indexes; `~index` when walked backwards."""
    cuts = [place for place, point in enumerate(ring) if point in junctions]
    # A ring that meets nobody is cut at its smallest point, so that a hole and the enclave in it are one arc.
    start = cuts[0] if cuts else ring.index(min(ring))
    turned = ring[start:] + ring[: start + 1]
    indexes = []
    piece = [turned[0]]
    for point in turned[1:]:
        piece.append(point)
        if point in junctions or len(piece) == len(turned):
            arc = _orient(piece)
            index = arcs.setdefault(arc.points, len(arcs))
            indexes.append(~index if arc.is_reversed else index)
            piece = [point]
    return indexes


def _orient(piece: Ring) -> _Arc:
    """Give an arc the direction that both of its sides agree on."""
    forwards, backwards = tuple(piece), tuple(reversed(piece))
    return _Arc(backwards, is_reversed=True) if backwards < forwards else _Arc(forwards, is_reversed=False)


def _find_corner(arcs: dict[tuple[Point, ...], int]) -> Point:
    if not arcs:
        return 0, 0
    return min(x for arc in arcs for x, _ in arc), min(y for arc in arcs for _, y in arc)


def _write_steps(arc: Ring, west: int, south: int) -> list[list[int]]:
    """Write an arc as its first point, from the corner, and steps from point to point."""
    written = []
    before_x, before_y = west, south
    for x, y in arc:
        written.append([x - before_x, y - before_y])
        before_x, before_y = x, y
    return written

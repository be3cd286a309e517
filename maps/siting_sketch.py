"""The region as plain shapes for a small map inside a page: its land, and a dot for each commune.

Plane coordinates are Lambert-93, drawn 1,000 units wide; the page's own style sheet gives the colours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.coverage.travel_times import AccessState
from geo.position import to_lambert93
from geo.records import Territory

WIDTH = 1_000
_MARGIN_M = 6_000.0
_SMOOTHED_M = 700.0
_TOWN, _CITY = 2_000, 20_000

GAINED = "gained"
"""The group of the dots that come within reach, beside those of `AccessState`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The land: the view box, one path of all borders, and each commune's place and size (1 to 3)."""

    width: int
    height: int
    borders: str
    place_of: Mapping[str, tuple[int, int]]
    size_of: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """The communes of one state and size, as one path of points."""

    state: str
    size: int
    path: str
    count: int


def draw_ground(communes: Sequence[Territory], contours: Sequence[shapely.MultiPolygon]) -> Ground:
    """
    Draw what does not change: borders of the EPCI, places of the communes.

    Parameters
    ----------
    communes
        Communes with their position.
    contours
        Those of the EPCI, WGS84, which share their edges.
    """
    placed = [commune for commune in communes if commune.position]
    lon = np.array([commune.position.lon for commune in placed if commune.position])
    lat = np.array([commune.position.lat for commune in placed if commune.position])
    plane = shapely.coverage_simplify(
        shapely.transform(np.array(contours, dtype=object), _project_points), _SMOOTHED_M
    )
    west, south, east, north = shapely.total_bounds(plane)
    west, north = west - _MARGIN_M, north + _MARGIN_M
    scale = WIDTH / (east + _MARGIN_M - west)

    def place(points: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.asarray(np.rint((points - [west, north]) * [scale, -scale]), dtype=np.int64)

    x_m, y_m = to_lambert93(lon, lat)
    places = place(np.column_stack([x_m, y_m]))
    return Ground(
        width=WIDTH,
        height=int((north - south + _MARGIN_M) * scale),
        borders="".join(
            _write_ring(place(shapely.get_coordinates(ring)))
            for polygon in shapely.get_parts(plane)
            for ring in (polygon.exterior, *polygon.interiors)
        ),
        place_of={
            commune.code: (int(x), int(y)) for commune, (x, y) in zip(placed, places.tolist(), strict=True)
        },
        size_of={
            commune.code: 1 + (commune.population >= _TOWN) + (commune.population >= _CITY)
            for commune in placed
        },
    )


def draw_dots(
    ground: Ground, states: Mapping[str, AccessState], gained: Sequence[str] = ()
) -> tuple[Dots, ...]:
    """Group the communes by state and size, those that are gained apart and last, so that none hides them."""
    is_gained = set(gained)
    groups: dict[tuple[str, int], list[str]] = {}
    for code, state in states.items():
        if code in ground.place_of:
            name = GAINED if code in is_gained else state.value
            groups.setdefault((name, ground.size_of[code]), []).append(code)
    order = [AccessState.NOT_COVERED.value, AccessState.UNCERTAIN.value, AccessState.COVERED.value, GAINED]
    return tuple(
        Dots(
            state=state,
            size=size,
            count=len(codes),
            path="".join("M{} {}h0".format(*ground.place_of[code]) for code in codes),
        )
        for (state, size), codes in sorted(
            groups.items(), key=lambda pair: (order.index(pair[0][0]), pair[0][1])
        )
    )


def _project_points(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(to_lambert93(points[:, 0], points[:, 1]))


def _write_ring(points: NDArray[np.int64]) -> str:
    moved = np.any(points != np.roll(points, 1, axis=0), axis=1)
    kept = points[moved]
    if len(kept) < 3:
        return ""
    steps = np.diff(kept, axis=0)
    return f"M{kept[0][0]} {kept[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps.tolist()) + "z"

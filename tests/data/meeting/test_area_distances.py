"""Who is around a commune, against every metre of its border measured on the ellipsoid."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from data.questions import iterate_presences
from data.questions.places import make_place
from data.questions.surroundings import answer_surroundings
from data.reference import load_referential
from data.sectors import load_sectors
from data.session import Register
from geo.position import from_lambert93, to_lambert93
from scripts.bench.crowd import make_crowd
from tests.api.builders import fill_register

CROWD = 1_500
LILLE, MEL = "59350", "200093201"
STEP_M = 5.0
# On the plane of Lambert-93, distances are right to within 4 in a thousand: enough to choose what to measure.
NEAREST = 200


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    sectors = [sector.code for sector in load_sectors().sectors]
    crowd = make_crowd(load_referential(), sectors, count=CROWD)
    filled = fill_register(tmp_path_factory.mktemp("crowd"), crowd)
    yield filled
    filled.close()


def walk_border(contour: shapely.MultiPolygon) -> NDArray[np.float64]:
    """Give a point of a border every few metres, in Lambert-93."""
    planar = shapely.transform(contour, lambda c: np.column_stack(to_lambert93(c[:, 0], c[:, 1])))
    steps: NDArray[np.float64] = shapely.get_coordinates(shapely.segmentize(planar.boundary, STEP_M))
    return steps


def measure_by_walking(border: NDArray[np.float64], lon: float, lat: float) -> float:
    x, y = to_lambert93(np.array([lon]), np.array([lat]))
    near = np.argpartition(np.hypot(border[:, 0] - x, border[:, 1] - y), NEAREST)[:NEAREST]
    there = from_lambert93(border[near, 0], border[near, 1])
    metres = Geod(ellps="WGS84").inv(*there, np.full(NEAREST, lon), np.full(NEAREST, lat))[2]
    return float(metres.min())


@pytest.mark.parametrize(("code", "radius_m"), [(LILLE, 3_000.0), (MEL, 2_000.0)])
def test_the_ring_runs_from_the_border(register: Register, code: str, radius_m: float) -> None:
    place = make_place(register, code)
    assert place.area is not None
    answer = answer_surroundings(register, place=place, radius_m=radius_m, limit=1_000)
    border = walk_border(place.area.contour)
    own = set(place.area.commune_codes)
    inside, around = set(), {}
    for presence in iterate_presences(register):
        assert presence.position is not None
        if presence.commune in own:
            inside.add(presence.id)
            continue
        point = shapely.Point(presence.position.lon, presence.position.lat)
        is_in = place.area.contour.intersects(point)
        metres = 0.0 if is_in else measure_by_walking(border, presence.position.lon, presence.position.lat)
        if metres <= radius_m:
            around[presence.id] = metres
    assert {each.presence.id for each in answer.inside} == inside
    assert answer.inside_count == len(inside) > 20
    assert {each.presence.id for each in answer.around} == set(around)
    assert len(around) > 10
    for each in answer.around:
        assert each.distance_m == pytest.approx(around[each.presence.id], abs=2.0)
    distances = [each.distance_m for each in answer.around]
    assert distances == sorted(distances)

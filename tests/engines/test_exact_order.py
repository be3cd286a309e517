"""The nearest are those of WGS84 geodesics, in that order: 256 of 256, on both engines, small and large."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from pyproj import Geod
from sqlalchemy import select

from data.questions import answer_near
from data.session import Register
from data.tables import presences
from geo.position import Position
from geo.records import Origin, Precision
from tests.data.register.builders import import_rows
from tests.engines.builders import make_rows
from tests.engines.conftest import Pair

pytestmark = pytest.mark.engines

_CHECKED = 256
_WANTED = 10
_GEODESIC = Geod(ellps="WGS84")
# A degree is 111.2 km on the sphere that preselects: one of 0.5 % around the ellipsoid.
_SPHERE_MARGIN = 1.02


@pytest.fixture
def small(register: Register) -> Register:
    """Give a register of 5,000 presences on one engine, then on the other."""
    import_rows(register, make_rows(5_000))
    return register


def read_points(register: Register) -> NDArray[np.float64]:
    """Give id, lon, lat of everything that a nearest search may answer, shape (n, 3)."""
    columns = presences.c
    with register.reading() as session:
        rows = session.connection.execute(
            select(columns.id, columns.lon, columns.lat).where(
                columns.status.in_(["placed", "commune"]),
                columns.absent_from_source_since.is_(None),
                columns.visibility == "public",
                columns.kind != "event",
                columns.lon.is_not(None),
            )
        )
        return np.array([tuple(row) for row in rows], dtype=np.float64)


def find_by_brute_force(points: NDArray[np.float64], lon: float, lat: float) -> list[int]:
    """Rank by geodesics whatever a sphere puts within 2 % of the tenth nearest; ties by id."""
    east = (points[:, 1] - lon) * np.cos(np.radians((points[:, 2] + lat) / 2))
    degrees = np.hypot(east, points[:, 2] - lat)
    near = points[degrees <= np.partition(degrees, _WANTED)[_WANTED] * _SPHERE_MARGIN]
    count = len(near)
    _, _, metres = _GEODESIC.inv(np.full(count, lon), np.full(count, lat), near[:, 1], near[:, 2])
    order = np.lexsort((near[:, 0], metres))[:_WANTED]
    return [int(presence_id) for presence_id in near[order, 0]]


def make_questions(register: Register) -> list[tuple[Position, list[int]]]:
    """Draw where to ask from, and find the ten nearest by brute force."""
    points = read_points(register)
    random = np.random.default_rng(7)
    drawn = [
        points[random.integers(len(points)), 1:] + random.normal(scale=0.02, size=2) for _ in range(_CHECKED)
    ]
    return [
        (Position(lon=float(lon), lat=float(lat)), find_by_brute_force(points, float(lon), float(lat)))
        for lon, lat in drawn
    ]


def count_exact(register: Register, questions: Sequence[tuple[Position, Sequence[int]]]) -> int:
    """Count the questions whose ten answers are those of geodesics, in their order."""
    exact = 0
    for position, expected in questions:
        origin = Origin(position=position, label="", precision=Precision.GIVEN)
        answer = answer_near(register, origin=origin, limit=_WANTED * 4)
        found = [each.presence.id for each in answer.results if each.presence.kind != "event"][:_WANTED]
        exact += found == expected
    return exact


def test_256_of_256_among_five_thousand(small: Register) -> None:
    assert count_exact(small, make_questions(small)) == _CHECKED


def test_256_of_256_among_a_hundred_thousand(pair: Pair) -> None:
    # Both hold the same, which another test asks row by row: what is nearest is found once.
    questions = make_questions(pair.sqlite)
    assert count_exact(pair.sqlite, questions) == _CHECKED
    assert count_exact(pair.postgis, questions) == _CHECKED

"""Who is near: the order of brute-force geodesics, whatever is asked."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from data.clock import today
from data.errors import OutOfBoundsError
from data.opening import open_register
from data.questions import answer_near, correct_presence
from data.sectors import UnknownSectorError
from data.session import Register
from data.settings import DatabaseSettings
from geo.position import Position
from geo.records import Kind, NearAnswer, Origin, PlacementStatus, Precision, Visibility
from scripts.bench.crowd import make_crowd
from tests.data.register.builders import LENS, LIEVIN, LILLE, import_rows, make_row

GEODESIC = Geod(ellps="WGS84")
CROWD = 6_000


def make_origin(lon: float, lat: float) -> Origin:
    """Make an origin out of degrees."""
    return Origin(position=Position(lon=lon, lat=lat), label="", precision=Precision.GIVEN)


AT_LENS = make_origin(LENS[1], LENS[2])


class Crowd:
    """A register of many presences, and all that brute force needs to know of them."""

    def __init__(self, register: Register) -> None:
        self.register = register
        rows = make_crowd(
            register.referential, [sector.code for sector in register.sectors.sectors], count=CROWD, seed=7
        )
        # Some stand at the very same point, as in a shared building.
        ids = import_rows(register, [*rows, *(make_row(f"same {number}") for number in range(12))]).ids
        held = [*rows, *(make_row(f"same {number}") for number in range(12))]
        self.ids = np.array([ids[row.key] for row in held])
        self.lon = np.array([row.placement.position.lon for row in held if row.placement.position])
        self.lat = np.array([row.placement.position.lat for row in held if row.placement.position])
        self.kinds = np.array([row.kind.value for row in held])
        self.sectors = [set(row.fields.sectors) for row in held]

    def find(
        self, origin: Origin, *, sector: str | None, kind: Kind | None, radius_m: float | None, limit: int
    ) -> tuple[list[int], list[float]]:
        """Measure everybody, sort, cut."""
        count = len(self.ids)
        lon, lat = origin.position.lon_lat()
        _, _, metres = GEODESIC.inv(np.full(count, lon), np.full(count, lat), self.lon, self.lat)
        kept = np.ones(count, dtype=bool)
        if kind is not None:
            kept &= self.kinds == kind.value
        if sector is not None:
            book = self.register.sectors
            first, last = book.id_range(sector)
            codes = {each.code for each in book.sectors[first - 1 : last]}
            kept &= np.array([bool(own & codes) for own in self.sectors])
        if radius_m is not None:
            kept &= metres <= radius_m
        order = [rank for rank in np.lexsort((self.ids, metres)) if kept[rank]][:limit]
        return self.ids[order].tolist(), metres[order].tolist()


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory, empty_register_file: Path) -> Iterator[Crowd]:
    home = tmp_path_factory.mktemp("crowd")
    shutil.copy(empty_register_file, home / empty_register_file.name)
    register = open_register(DatabaseSettings(home=home, database_url=None))
    yield Crowd(register)
    register.close()


def check_equal(crowd: Crowd, origin: Origin, **asked: Any) -> NearAnswer:  # noqa: ANN401 (the question's own)
    """Ask both ways and compare: the same ids in the same order, distances within a metre."""
    asked = {"sector": None, "kind": None, "radius_m": None, "limit": 10, **asked}
    answer = answer_near(crowd.register, origin=origin, **asked)
    ids, metres = crowd.find(origin, **asked)
    assert [each.presence.id for each in answer.results] == ids, (origin, asked)
    assert np.allclose([each.distance_m for each in answer.results], metres, atol=1.0, rtol=0)
    return answer


@pytest.mark.parametrize("radius_m", [None, 700.0, 5_000.0, 20_000.0, 90_000.0])
def test_256_random_origins_of_256_have_the_geodesic_order(crowd: Crowd, radius_m: float | None) -> None:
    random = np.random.default_rng(3)
    codes = [sector.code for sector in crowd.register.sectors.sectors]
    for turn in range(256):
        origin = make_origin(random.uniform(1.4, 4.2), random.uniform(48.9, 51.05))
        check_equal(
            crowd,
            origin,
            radius_m=radius_m,
            sector=None if turn % 3 == 0 else codes[turn % len(codes)],
            kind=None if turn % 4 else list(Kind)[turn % 5],
            limit=(1, 10, 50)[turn % 3],
        )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_question_has_the_brute_force_answer(crowd: Crowd, data: st.DataObject) -> None:
    codes = [sector.code for sector in crowd.register.sectors.sectors]
    # Around the region, and beyond the box where Lambert-93 is trusted.
    origin = make_origin(data.draw(st.floats(-3, 8)), data.draw(st.floats(46.5, 53)))
    check_equal(
        crowd,
        origin,
        sector=data.draw(st.none() | st.sampled_from(codes)),
        kind=data.draw(st.none() | st.sampled_from(list(Kind))),
        radius_m=data.draw(st.none() | st.floats(1, 400_000)),
        limit=data.draw(st.integers(1, 40)),
    )


@pytest.mark.parametrize(
    ("lon", "lat"), [(0.0, 0.0), (-180.0, -90.0), (180.0, 90.0), (-1.55, 47.2), (7.3, 43.7)]
)
def test_from_the_other_end_of_the_earth_the_order_is_still_right(
    crowd: Crowd, lon: float, lat: float
) -> None:
    assert len(check_equal(crowd, make_origin(lon, lat)).results) == 10


def test_those_who_stand_at_one_point_come_by_id(crowd: Crowd) -> None:
    answer = check_equal(crowd, AT_LENS, limit=12)
    ids = [each.presence.id for each in answer.results]
    assert ids == sorted(ids)
    assert {each.distance_m for each in answer.results} == {0.0}


def test_after_a_second_large_list_the_order_is_right(crowd: Crowd, register: Register) -> None:
    codes = [sector.code for sector in register.sectors.sectors]
    first = make_crowd(register.referential, codes, count=300, seed=8)
    import_rows(register, first, source="petite")
    import_rows(register, make_crowd(register.referential, codes, count=3_000, seed=9), source="grande")
    import_rows(register, make_crowd(register.referential, codes, count=300, seed=10), source="autre")
    with register.reading() as session:
        rows = session.connection.exec_driver_sql("SELECT id, lon, lat FROM presences").fetchall()
        checked = session.connection.exec_driver_sql("SELECT rtreecheck('presence_rtree')").scalar_one()
    assert checked == "ok"
    held = np.array([tuple(row) for row in rows], dtype=np.float64)
    for lon, lat in ((3.06, 50.63), (2.3, 49.9), (1.8, 50.7)):
        _, _, metres = GEODESIC.inv(np.full(len(held), lon), np.full(len(held), lat), held[:, 1], held[:, 2])
        expected = held[np.lexsort((held[:, 0], metres))][:25, 0].astype(int).tolist()
        answer = answer_near(register, origin=make_origin(lon, lat), limit=25)
        assert [each.presence.id for each in answer.results] == expected


def test_a_presence_of_several_sectors_under_one_parent_is_answered_once(register: Register) -> None:
    book = register.sectors
    parent = next(sector for sector in book.sectors if len(book.children(sector.code)) > 1)
    children = tuple(child.code for child in book.children(parent.code))
    import_rows(register, [make_row("a", sectors=(parent.code, *children)), make_row("b", LIEVIN)])
    answer = answer_near(register, origin=AT_LENS, sector=parent.code)
    assert [each.presence.name for each in answer.results] == ["Structure a"]


def test_what_a_reader_may_not_read_is_counted_up_to_the_farthest_answer(register: Register) -> None:
    hidden = [make_row(f"m{number}", LENS, visibility=Visibility.MEMBERS) for number in range(30)]
    staff = [make_row("s", LIEVIN, visibility=Visibility.STAFF)]
    public = [make_row("p", LIEVIN), make_row("far", LILLE)]
    import_rows(register, [*hidden, *staff, *public])

    def ask(reader: Visibility, **asked: Any) -> tuple[int, int]:  # noqa: ANN401 (the question's own)
        answer = answer_near(register, origin=AT_LENS, reader=reader, **asked)
        return len(answer.results), answer.hidden

    assert ask(Visibility.PUBLIC, limit=1) == (1, 31)
    assert ask(Visibility.PUBLIC, limit=10) == (2, 31)
    assert ask(Visibility.PUBLIC, limit=10, radius_m=100) == (0, 30)
    assert ask(Visibility.MEMBERS, limit=100) == (32, 1)
    assert ask(Visibility.STAFF, limit=100) == (33, 0)


def test_only_what_counts_and_is_not_over_is_near(register: Register) -> None:
    yesterday, tomorrow = today() - timedelta(days=1), today() + timedelta(days=1)
    rows = [
        make_row("placed"),
        make_row("commune", status=PlacementStatus.COMMUNE, precision=Precision.COMMUNE),
        make_row("review", status=PlacementStatus.TO_REVIEW),
        make_row("unplaced", None),
        make_row("ended", ends_on=yesterday),
        make_row("ends today", ends_on=today()),
        make_row("held", kind=Kind.EVENT, starts_on=yesterday),
        make_row("lasting", kind=Kind.EVENT, starts_on=yesterday, ends_on=tomorrow),
        make_row("to come", kind=Kind.EVENT, starts_on=tomorrow),
    ]
    import_rows(register, rows)
    answer = answer_near(register, origin=AT_LENS)
    names = {each.presence.source_key for each in answer.results}
    assert names == {"placed", "commune", "ends today", "lasting", "to come"}
    assert answer.counts.received == len(rows)
    assert answer.counts.unplaced == 1
    assert answer.data_date == date(2026, 1, 1)


def test_a_corrected_position_is_found_where_it_is(register: Register) -> None:
    ids = import_rows(register, [make_row("a")]).ids
    correct_presence(register, ids["a"], "position", Position(lon=LILLE[1], lat=LILLE[2]), who="A", why="vu")
    answer = answer_near(register, origin=make_origin(LILLE[1], LILLE[2]), radius_m=1)
    assert [each.presence.id for each in answer.results] == [ids["a"]]
    assert answer_near(register, origin=AT_LENS, radius_m=1_000).results == ()


@pytest.mark.parametrize(
    "asked", [{"limit": 0}, {"limit": 1_001}, {"radius_m": 0}, {"radius_m": -1}, {"radius_m": math.inf}]
)
def test_impossible_numbers_are_refused(register: Register, asked: dict[str, Any]) -> None:
    with pytest.raises(OutOfBoundsError, match="Valeur impossible"):
        answer_near(register, origin=AT_LENS, **asked)


def test_an_unknown_sector_is_refused(register: Register) -> None:
    with pytest.raises(UnknownSectorError):
        answer_near(register, origin=AT_LENS, sector="nulle-part")

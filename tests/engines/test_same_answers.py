"""One truth: every question, asked of 100,000 presences on each engine, gets the same answer, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pytest
from sqlalchemy import select

from data.incoming import StoredRow
from data.questions import (
    answer_coverage,
    answer_near,
    describe_register,
    describe_territory,
    find_in_box,
    find_presences,
    get_presence,
    history_of,
    iterate_presences,
)
from data.session import Register
from data.storing import read_rows_as_received, read_source_rows
from data.strips.question import OF_ALL, OF_SECTORS, Place
from data.tables import presences, sources
from geo.boxes import Box
from geo.position import Position, to_lambert93
from geo.records import Kind, Level, Origin, PlacementStatus, Precision, RegisterSummary, Visibility
from tests.data.register.builders import LENS, LILLE
from tests.engines.builders import COUNT, FIRST, LIST_CHANGED, LIST_SIZE
from tests.engines.conftest import Pair

Answer = TypeVar("Answer")

pytestmark = pytest.mark.engines

NO_INSTANT = datetime(2026, 1, 1, tzinfo=UTC)
MEL, LENS_LIEVIN = "200093201", "246200364"


def both(pair: Pair, ask: Callable[[Register], Answer]) -> Answer:
    """Ask both engines, require the same answer, and give it."""
    expected, found = ask(pair.sqlite), ask(pair.postgis)
    assert found == expected
    return expected


def make_origins(count: int) -> list[Origin]:
    random = np.random.default_rng(11)
    drawn = zip(random.uniform(1.4, 4.3, count), random.uniform(48.8, 51.1, count), strict=True)
    special = [LENS[1:], LILLE[1:], (2.5, 51.9), (-0.9, 47.6), (2.35, 48.85)]
    return [
        Origin(position=Position(lon=lon, lat=lat), label="", precision=Precision.GIVEN)
        for lon, lat in [*drawn, *special]
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"limit": 100},
        {"limit": 70, "kind": Kind.ACTOR},
        {"sector": "velo"},
        {"sector": "mobilite"},
        {"sector": "mobilite", "kind": Kind.PROJECT, "limit": 25},
        {"kind": Kind.ANTENNE, "limit": 3},
        {"kind": Kind.EVENT},
        {"radius_m": 800.0},
        {"radius_m": 20_000.0, "sector": "alimentation", "limit": 40},
        {"reader": Visibility.MEMBERS, "limit": 80},
        {"reader": Visibility.STAFF, "radius_m": 3_000.0, "limit": 500},
    ],
    ids=str,
)
def test_the_nearest_are_the_same_at_the_same_distances(pair: Pair, asked: dict[str, Any]) -> None:
    found = 0
    for origin in make_origins(12):
        answer = both(pair, lambda register: answer_near(register, origin=origin, **asked))  # noqa: B023
        found += len(answer.results)
        assert all(before.distance_m <= after.distance_m for before, after in pairwise(answer.results))
    assert found > 0


def test_the_nearest_of_a_far_away_place_are_the_same(pair: Pair) -> None:
    tokyo = Origin(position=Position(lon=139.7, lat=35.7), label="", precision=Precision.GIVEN)
    for asked in ({"kind": Kind.ANTENNE}, {"sector": "velo", "kind": Kind.PROJECT}):
        answer = both(pair, lambda register: answer_near(register, origin=tokyo, **asked))  # noqa: B023
        assert answer.results[0].distance_m > 9_000_000


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"kind": Kind.PROJECT},
        {"sector": "mobilite"},
        {"status": PlacementStatus.UNPLACED},
        {"territory": MEL},
        {"territory": "59"},
        {"territory": LENS[0]},
        {"outside": MEL},
        {"outside": MEL, "kind": Kind.EVENT, "sector": "alimentation"},
        {"reader": Visibility.STAFF, "territory": LENS_LIEVIN},
    ],
    ids=str,
)
def test_lists_are_the_same_page_after_page(pair: Pair, asked: dict[str, Any]) -> None:
    cursor = None
    for _ in range(3):
        page = both(pair, lambda register: find_presences(register, cursor=cursor, limit=300, **asked))  # noqa: B023
        assert page.items
        cursor = page.next_cursor
        if cursor is None:
            break


@pytest.mark.parametrize(
    "text",
    [
        "coeur", "ÉTAPE", "etape lievin", "œuvre", "etablissement 12", "ete", "velo_lib", "100 %", "a", "ca",
        "strasse", "москва", "nom corrige", "autre nom", "rien de tel", "12", "n 99999", "\\", "ligne", "_",
        "%", "structure n 1234 amiens", "   ",
    ],
)  # fmt: skip
def test_a_search_by_name_finds_the_same_in_the_same_order(pair: Pair, text: str) -> None:
    both(pair, lambda register: find_presences(register, text=text, limit=50))


def test_a_search_by_name_finds_what_people_type(pair: Pair) -> None:
    def names(text: str) -> list[str]:
        page = both(pair, lambda register: find_presences(register, text=text))
        return [presence.name for presence in page.items]

    assert names("l'etape coeur lievin") == ["L'Étape du CŒUR (SCIC)"]
    assert names("ÄPFEL STRASSE") == ["Äpfel ßtraße"]
    assert names("москва lille") == ["Москва"]
    assert len(names("etablissement")) == 100


@pytest.mark.parametrize(
    "box",
    [
        Box(west=2.8, south=50.40, east=2.86, north=50.45),
        Box(west=2.0, south=50.0, east=3.2, north=50.9),
        Box(west=-180, south=-90, east=180, north=90),
        Box(west=LENS[1], south=LENS[2], east=LENS[1], north=LENS[2]),
        Box(west=10, south=10, east=11, north=11),
        Box(west=0, south=44, east=9, north=52),
    ],
    ids=lambda box: str(box.sides()),
)
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"sector": "mobilite"},
        {"kind": Kind.PROJECT},
        {"sector": "velo", "kind": Kind.ACTOR},
        {"reader": Visibility.STAFF},
    ],
    ids=str,
)
def test_a_box_holds_the_same_page_after_page(pair: Pair, box: Box, asked: dict[str, Any]) -> None:
    cursor = None
    ids: list[int] = []
    places: list[Place] = []
    for _ in range(4):
        page = both(
            pair,
            lambda register: find_in_box(register, box=box, limit=150, cursor=cursor, **asked),  # noqa: B023
        )
        ids += [presence.id for presence in page.items]
        for each in page.items:
            if "sector" in asked:
                x_m, y_m = to_lambert93(each.lon, each.lat)
                places.append(OF_SECTORS.find_place(float(x_m), float(y_m), each.id))
            else:
                places.append(OF_ALL.find_place(each.lon, each.lat, each.id))
        west, south, east, north = box.sides()
        assert all(west <= each.lon <= east and south <= each.lat <= north for each in page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(ids) == len(set(ids))
    # Strip by strip from the south, each from west to east.
    assert places == sorted(places)


def test_a_box_gives_all_that_stands_in_it(pair: Pair) -> None:
    box = Box(west=2.7, south=50.3, east=3.0, north=50.5)
    with pair.sqlite.reading() as session:
        columns = presences.c
        expected = session.connection.execute(
            select(columns.id)
            .where(
                columns.lon.between(box.west, box.east),
                columns.lat.between(box.south, box.north),
                columns.status.in_(["placed", "commune"]),
                columns.absent_from_source_since.is_(None),
                columns.visibility == "public",
            )
            .order_by(columns.id)
        ).scalars()
        wanted = list(expected)
    assert len(wanted) > 2_000
    for size in (7, 150, 10_000):
        found: list[int] = []
        cursor = None
        while len(found) < (len(wanted) if size > 100 else 70):
            page = both(pair, lambda register: find_in_box(register, box=box, limit=size, cursor=cursor))  # noqa: B023
            found += [presence.id for presence in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(found) == len(set(found))
        assert set(found) <= set(wanted)
        assert size < 100 or sorted(found) == wanted


@pytest.mark.parametrize(
    ("level", "asked"),
    [
        *((level, {}) for level in (Level.EPCI, Level.DEPARTEMENT, Level.COMMUNE)),
        (Level.EPCI, {"sector": "mobilite"}),
        (Level.COMMUNE, {"sector": "mobilite"}),
        (Level.EPCI, {"kind": Kind.PROJECT, "basis": "zone"}),
        # A past day is recounted from the periods of all: the levels are summed from the same counts.
        (Level.COMMUNE, {"at": date(2025, 6, 1)}),
        (Level.EPCI, {"at": date(2025, 6, 1), "sector": "velo", "basis": "zone"}),
    ],
    ids=str,
)
def test_coverage_is_the_same(pair: Pair, level: Level, asked: dict[str, Any]) -> None:
    answer = both(pair, lambda register: answer_coverage(register, level=level, **asked))
    assert sum(row.count for row in answer.rows) > 0


def test_a_territory_is_described_the_same(pair: Pair) -> None:
    for code in (MEL, LENS_LIEVIN, LENS[0]):
        both(pair, lambda register: describe_territory(register, code))  # noqa: B023


def test_the_register_is_described_the_same(pair: Pair) -> None:
    def describe(register: Register) -> RegisterSummary:
        return replace(describe_register(register), register_id="")

    answer = both(pair, describe)
    assert answer.counts.received == COUNT + 1 - LIST_CHANGED
    assert answer.counts.unplaced == 40


def test_history_is_the_same(pair: Pair) -> None:
    def read(register: Register) -> list[Any]:
        ids = [
            1,
            2,
            COUNT - LIST_SIZE,
            *range(COUNT - LIST_SIZE + 1, COUNT - LIST_SIZE + 12),
            COUNT,
            COUNT + 1,
        ]
        return [
            [replace(line, recorded_at=NO_INSTANT) for line in history_of(register, presence_id)]
            for presence_id in ids
        ]

    told = both(pair, read)
    assert any(line.who for lines in told for line in lines)


def test_a_card_is_the_same(pair: Pair) -> None:
    first = COUNT - LIST_SIZE + 1
    for presence_id in (1, first, first + 3, first + 5, first + LIST_CHANGED + 5, COUNT):
        both(pair, lambda register: get_presence(register, presence_id, reader=Visibility.STAFF))  # noqa: B023


def test_what_an_import_compares_with_is_the_same(pair: Pair) -> None:
    def read(register: Register) -> tuple[list[StoredRow], dict[int, list[tuple[str, str]]]]:
        with register.reading() as session:
            source_id = session.connection.execute(
                select(sources.c.id).where(sources.c.name == "liste")
            ).scalar_one()
            rows = read_source_rows(session, source_id, list(Kind), as_of=FIRST)
            received = read_rows_as_received(session, [1, 2, COUNT - 10, COUNT])
            # Not only equal: with the cells in the order of the file.
            return rows, {presence_id: list(row.items()) for presence_id, row in received.items()}

    rows, received = both(pair, read)
    assert len(rows) == LIST_SIZE + 1
    assert len(received) == 4


def test_all_of_a_sector_are_iterated_in_the_same_order(pair: Pair) -> None:
    listed = both(pair, lambda register: [each.id for each in iterate_presences(register, sector="mobilite")])
    assert len(listed) > 2_000

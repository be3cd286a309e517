"""What is asked of a few presences reads those few, however many others the register holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from data.questions import answer_near, find_presences, get_presence
from data.questions.facets import count_facets
from data.questions.meeting import find_meetings
from data.questions.places import make_place
from data.questions.surroundings import answer_surroundings
from data.session import Register
from geo.position import Position
from geo.records import Kind, Origin, Precision
from tests.api.builders import ARRAS, LENS, LILLE, fill_register, make_incoming

HERE = Origin(position=Position(lon=2.83, lat=50.43), label="", precision=Precision.GIVEN)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    rows = [
        make_incoming(f"{kind} {number}", at, kind=kind, north_deg=number / 1_000)
        for number in range(60)
        for kind in (Kind.ACTOR, Kind.PROJECT)
        for at in (LENS, LILLE, ARRAS)
    ]
    register = fill_register(tmp_path_factory.mktemp("by-index"), rows)
    yield register
    register.close()


@contextmanager
def note_plans(register: Register) -> Iterator[list[str]]:
    """Note how SQLite answers each statement of a block."""
    plans: list[str] = []

    def explain(_: object, cursor: Any, statement: str, parameters: Any, *__: object) -> None:  # noqa: ANN401 (the driver's)
        asked = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plans.extend(row[3] for row in asked.fetchall())

    event.listen(register.engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(register.engine, "before_cursor_execute", explain)


ASKED: dict[str, Callable[[Register], object]] = {
    "one": lambda register: get_presence(register, 1),
    "near": lambda register: answer_near(register, origin=HERE, limit=10),
    "many near": lambda register: answer_near(register, origin=HERE, sector="alimentation", limit=150),
    "meetings": lambda register: find_meetings(register, 1),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_few_presences_are_read_by_their_ids(filled: Register, name: str) -> None:
    ask = ASKED[name]
    # What is the same for a whole state of the register is read at the first question.
    ask(filled)
    with note_plans(filled) as plans:
        ask(filled)
    assert [plan for plan in plans if plan.startswith("SCAN presences")] == []
    assert [plan for plan in plans if "presences USING INTEGER PRIMARY KEY" in plan]


def test_a_town_and_its_ring_are_read_by_their_communes(filled: Register) -> None:
    lens = make_place(filled, "62498")
    answer_surroundings(filled, place=lens, limit=1)
    with note_plans(filled) as plans:
        answer = answer_surroundings(filled, place=lens, radius_m=5_000, limit=10)
    assert answer.inside_count == 120
    assert [plan for plan in plans if plan.startswith("SCAN presences")] == []


def test_the_filters_of_a_territory_are_counted_in_one_reading_each(filled: Register) -> None:
    with note_plans(filled) as plans:
        facets = count_facets(filled, kind=Kind.ACTOR, territory="62498")
    assert facets.by_sector["alimentation"] == 60
    assert [plan for plan in plans if "presence_sector" in plan or "SCAN presences" in plan] == []


def test_the_plans_would_show_a_table_read_whole(filled: Register) -> None:
    with note_plans(filled) as plans:
        find_presences(filled, text="introuvable")
    assert [plan for plan in plans if plan.startswith("SCAN presences")]

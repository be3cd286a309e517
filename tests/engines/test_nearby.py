"""The short way to « who is near » gives what the ordinary way gives, or says that it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from data.questions import answer_near, describe_register, find_nearby
from data.questions.near import find_nearest
from geo.contract import near_as_json
from geo.position import Position
from geo.records import Kind, Origin, Precision
from tests.engines.conftest import Pair
from tests.engines.test_same_answers import make_origins

pytestmark = pytest.mark.engines

ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"sector": "alimentation"},
    {"sector": "mobilite", "kind": Kind.ACTOR, "radius_m": 20_000.0},
    {"kind": Kind.PROJECT, "limit": 40},
    {"kind": Kind.ANTENNE, "limit": 3},
    {"radius_m": 300.0, "limit": 100},
)


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_the_short_way_gives_the_same_answer(pair: Pair, asked: dict[str, Any]) -> None:
    register = pair.postgis
    answered = 0
    for origin in make_origins(24):
        usual = answer_near(register, origin=origin, **asked)
        found = find_nearby(register, origin=origin, **asked)
        if found is None:
            continue
        answered += 1
        assert near_as_json(found) == near_as_json(usual)
        assert found.data_version == describe_register(register).data_version
    # Where one look proves nothing the ordinary way is asked; that must stay the exception.
    assert answered >= 20


def test_nothing_is_claimed_that_one_look_cannot_prove(pair: Pair) -> None:
    far = Origin(position=Position(lon=55.45, lat=-20.88), label="La Réunion", precision=Precision.GIVEN)
    near = make_origins(1)[0]
    assert find_nearby(pair.postgis, origin=far) is None
    assert find_nearby(pair.postgis, origin=near, limit=0) is None
    assert find_nearby(pair.postgis, origin=near, limit=101) is None
    assert find_nearby(pair.sqlite, origin=near) is None
    with pair.postgis.reading() as session:
        assert find_nearest(session, near.position, limit=1)[0]

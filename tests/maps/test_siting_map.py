"""Who a choice of antennes brings within reach: each commune drawn once, in the state of the answer."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from data.reference import load_referential
from geo.coverage.access import AccessCurve, AccessWithin
from geo.coverage.answers import AccessChange
from geo.coverage.travel_times import AccessState
from geo.records import Kind, Level, StatusCounts, Territory
from maps.siting_map import COVERED_FILL, FAR_FILL, GAINED_FILL, UNCERTAIN_FILL, draw_siting_map
from maps.siting_sketch import GAINED, draw_dots, draw_ground
from tests.maps.reading import read_layer

CODES = ("62498", "62041", "80021", "02408")
STATES = (AccessState.COVERED, AccessState.UNCERTAIN, AccessState.COVERED, AccessState.NOT_COVERED)


@cache
def _communes() -> tuple[Territory, ...]:
    referential = load_referential()
    contours = referential.contours(Level.COMMUNE)
    return tuple(replace(referential.get(Level.COMMUNE, code), contour=contours[code]) for code in CODES)


def make_change(*, communes: tuple[str, ...] = ("80021",), is_estimated: bool = True) -> AccessChange:
    minutes = np.arange(91.0)
    curve = AccessCurve(minutes=minutes, share=minutes / 90, share_low=minutes / 90, share_high=minutes / 90)

    def within(share: float) -> tuple[AccessWithin, ...]:
        return (
            AccessWithin(
                minutes=30.0,
                covered=share * 1_000,
                uncertain=0,
                not_covered=1_000 - share * 1_000,
                share=share,
                share_low=share,
                share_high=share,
            ),
        )

    states = dict(zip(CODES, STATES, strict=True))
    return AccessChange(
        kind=Kind.ANTENNE,
        site_count=1,
        communes=communes,
        population=1_000,
        minutes=30.0,
        before=within(0.25),
        after=within(0.5 if communes else 0.25),
        mean_before=None,
        mean_after=None,
        curve_before=curve,
        curve_after=curve,
        states_before=states,
        states_after=states,
        gained_communes=communes,
        people_gained=250 if communes else 0,
        is_estimated=is_estimated,
        caption="temps estimés à partir de la distance à vol d'oiseau",
        data_date=None,
    )


def test_each_commune_has_the_class_of_its_state() -> None:
    page = draw_siting_map(make_change(), communes=_communes(), counts=StatusCounts(placed=1))
    areas = read_layer(page, "areas")
    fills = [areas["fills"][place] for place in areas["classOf"]]
    assert fills == [COVERED_FILL, UNCERTAIN_FILL, GAINED_FILL, FAR_FILL]
    assert areas["outlined"] == ["80021"]


def test_it_says_its_source_its_limit_and_what_is_gained() -> None:
    page = draw_siting_map(make_change(), communes=_communes(), counts=StatusCounts(placed=1))
    plain = page.replace("\xa0", " ").replace("\u202f", " ").replace("&#39;", "'").replace("’", "'")
    for words in (
        "Une antenne à Amiens : qui serait rapproché ?",
        "250 habitants de plus à moins de 30 minutes : 50,0 % de la population, au lieu de 25,0 %.",
        "Temps estimés à partir de la distance à vol d'oiseau.",
        "incertain",
    ):
        assert words in plain


def test_road_times_have_no_uncertain_class() -> None:
    page = draw_siting_map(
        make_change(is_estimated=False), communes=_communes(), counts=StatusCounts(placed=1)
    )
    assert "incertain" not in page.lower()


def test_the_same_change_gives_the_same_page() -> None:
    pages = {
        draw_siting_map(make_change(), communes=_communes(), counts=StatusCounts(placed=1)) for _ in range(2)
    }
    assert len(pages) == 1


@pytest.fixture(scope="module")
def region() -> tuple[Territory, ...]:
    return load_referential().territories(Level.COMMUNE)


def test_the_sketch_has_a_dot_for_every_commune_inside_its_frame(region: tuple[Territory, ...]) -> None:
    ground = draw_ground(region, list(load_referential().contours(Level.EPCI).values()))
    assert len(ground.place_of) == 3_782
    for x, y in ground.place_of.values():
        assert 0 < x < ground.width
        assert 0 < y < ground.height
    # North is up, east is right: Dunkerque over Lens over Laon; Boulogne left of Lille.
    assert ground.place_of["59183"][1] < ground.place_of["62498"][1] < ground.place_of["02408"][1]
    assert ground.place_of["62160"][0] < ground.place_of["59350"][0]
    assert len(ground.borders) < 120_000
    states = dict.fromkeys(ground.place_of, AccessState.NOT_COVERED) | {"59350": AccessState.COVERED}
    dots = draw_dots(ground, states, gained=["80021"])
    assert sum(each.count for each in dots) == 3_782
    assert [(each.state, each.count) for each in dots if each.state != "not_covered"] == [
        ("covered", 1),
        (GAINED, 1),
    ]

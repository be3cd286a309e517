"""A proximity map says who is near in words first, and never a false distance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, box

from geo.position import Position, measure_distances_m
from geo.records import Kind, Origin, Precision
from geo.surroundings import Area
from maps.proximity_map import draw_proximity_map
from maps.ring import draw_ring
from tests.maps.builders import LENS, SECTORS, make_near, make_presence
from tests.maps.reading import PageReader, read_layer, read_values

NORTH = Position(lon=LENS.lon, lat=LENS.lat + 0.0111)


def read_words(page: str) -> str:
    return PageReader(page).text


def test_the_list_gives_distance_and_direction_in_order() -> None:
    near = make_near([make_presence(1, position=NORTH), make_presence(2, position=LENS)], [1_235.0, 8_000.0])
    page = draw_proximity_map(near, sectors=SECTORS, territories=[])
    words = read_words(page)
    assert "1,2 km au nord" in words
    assert words.index("Acteur 1") < words.index("Acteur 2")
    assert [row["data-rank"] for row in PageReader(page).find("li") if "data-rank" in row] == ["1", "2"]


def test_the_lead_counts_and_names_the_nearest() -> None:
    near = make_near([make_presence(1, position=NORTH)], [850.0], sector="mobilite")
    words = read_words(draw_proximity_map(near, sectors=SECTORS, territories=[]))
    assert "1 acteur de la filière « Mobilité » à moins de 10 km de Lens." in words
    assert "Le plus proche : Acteur 1, à 850 m." in words


def test_a_presence_placed_at_its_commune_gets_no_distance() -> None:
    near = make_near([make_presence(1, precision=Precision.COMMUNE, position=NORTH)], [1_235.0])
    page = draw_proximity_map(near, sectors=SECTORS, territories=[])
    words = read_words(page)
    assert "à la commune (Lens)" in words
    assert "1,2 km" not in words
    [result] = read_layer(page, "near")["results"]
    assert result["isTownLevel"]
    assert "1,2" not in result["card"]["precision"]


def test_an_origin_known_by_its_commune_is_said_to_be() -> None:
    origin = Origin(position=LENS, label="Lens", precision=Precision.COMMUNE)
    near = make_near([make_presence(1)], [0.0], origin=origin)
    words = read_words(draw_proximity_map(near, sectors=SECTORS, territories=[]))
    assert "Les distances partent de la mairie" in words
    assert "ici même" in words


def test_a_place_as_a_whole_says_that_distances_start_from_its_border() -> None:
    origin = Origin(position=LENS, label="Lens", precision=Precision.COMMUNE)
    area = Area(
        code="62498",
        name="Lens",
        commune_codes=("62498",),
        contour=MultiPolygon([box(LENS.lon - 0.03, LENS.lat - 0.02, LENS.lon + 0.03, LENS.lat + 0.02)]),
    )
    near = make_near([make_presence(1)], [0.0], origin=origin)
    words = read_words(draw_proximity_map(near, sectors=SECTORS, territories=[], area=area))
    assert "Les distances partent de la limite du lieu cherché." in words
    assert "mairie" not in words
    assert "Le plus proche : Acteur 1, sur place." in words


def test_kinds_are_counted_apart() -> None:
    presences = [make_presence(1), make_presence(2, kind=Kind.PROJECT), make_presence(3)]
    near = make_near(presences, [10.0, 20.0, 30.0], kind=None)
    words = read_words(draw_proximity_map(near, sectors=SECTORS, territories=[]))
    assert "2 acteurs et 1 projet à moins de 10 km de Lens." in words
    assert "Projet, Alimentation et agriculture" in words
    assert "Fiches reçues : 3. Position précise : 3" in words


def test_an_address_is_written_as_french_says_it() -> None:
    origin = Origin(position=LENS, label="3 rue de Lille, Lens", precision=Precision.HOUSENUMBER)
    words = read_words(draw_proximity_map(make_near([], [], origin=origin), sectors=SECTORS, territories=[]))
    assert "Aucun acteur à moins de 10 km du 3 rue de Lille, Lens." in words


@pytest.mark.parametrize(
    ("kind", "said"),
    [(Kind.ACTOR, "Aucun acteur"), (Kind.ANTENNE, "Aucune antenne"), (None, "Aucune présence")],
)
def test_nobody_near_is_an_answer(kind: Kind | None, said: str) -> None:
    words = read_words(draw_proximity_map(make_near([], [], kind=kind), sectors=SECTORS, territories=[]))
    assert f"{said} à moins de 10 km de Lens." in words


def test_what_a_reader_may_not_see_is_counted() -> None:
    words = read_words(draw_proximity_map(make_near([], [], hidden=3), sectors=SECTORS, territories=[]))
    assert "3 de plus, que seuls les membres peuvent voir." in words


def test_without_radius_the_ring_reaches_the_last_result() -> None:
    near = make_near([make_presence(1, position=NORTH)], [1_235.0], radius_m=None)
    page = draw_proximity_map(near, sectors=SECTORS, territories=[])
    ring = read_layer(page, "ring")
    lat, lon = np.array(ring["corners"]).T
    assert measure_distances_m(LENS, lon, lat) == pytest.approx(1_235, abs=1)
    # Nobody chose that radius, so it is not written on the map.
    assert ring["label"] == ""
    none = draw_proximity_map(make_near([], [], radius_m=None), sectors=SECTORS, territories=[])
    assert "ring" not in {layer["type"] for layer in read_values(none)["layers"]}


@given(
    st.floats(-170, 170),
    st.floats(-80, 80),
    st.sampled_from([500.0, 2_000.0, 10_000.0, 40_000.0]),
)
def test_the_ring_is_at_its_radius_on_the_ground(lon: float, lat: float, radius_m: float) -> None:
    centre = Position(lon=lon, lat=lat)
    corners = np.array(draw_ring(centre, radius_m))
    # Corners are rounded to a hundred-thousandth of a degree: under a metre and a half.
    assert measure_distances_m(centre, corners[:, 1], corners[:, 0]) == pytest.approx(radius_m, abs=1.6)


def test_the_first_view_holds_the_ring_and_every_result() -> None:
    far = make_presence(1, position=Position(lon=LENS.lon + 0.5, lat=LENS.lat))
    near = make_near([far], [35_000.0], radius_m=2_000.0)
    (south, west), (north, east) = read_values(draw_proximity_map(near, sectors=SECTORS, territories=[]))[
        "bounds"
    ]
    assert west < LENS.lon < east
    assert east == pytest.approx(LENS.lon + 0.5)
    assert south < LENS.lat - 0.015
    assert north > LENS.lat + 0.015

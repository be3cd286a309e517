"""Coordinates that lists give: how they are read, and in which commune they fall."""

from __future__ import annotations

import math

import numpy as np
import pytest

from data.reference import load_referential
from geo.geocoding.answer import AddressQuery, Reason
from geo.geocoding.coordinates import read_coordinates
from geo.geocoding.geocoder import Geocoder
from geo.position import to_lambert93
from geo.records import Level, PlacementStatus, Precision

LON, LAT = 2.8319, 50.4289  # Lens
LENS = "62498"
X, Y = (float(value) for value in to_lambert93(LON, LAT))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (AddressQuery(lon="2.8319", lat="50.4289"), Reason.COORDINATES_GIVEN),
        (AddressQuery(lon=" 2,8319 ", lat="50,4289°"), Reason.COORDINATES_GIVEN),
        (AddressQuery(lon="50.4289", lat="2.8319"), Reason.COORDINATES_SWAPPED),
        (AddressQuery(x=f"{X:.2f}", y=f"{Y:.2f}"), Reason.COORDINATES_LAMBERT93),
        (AddressQuery(lon=f"{X:.2f}", lat=f"{Y:.2f}"), Reason.COORDINATES_LAMBERT93),
        (AddressQuery(lon=f"{Y:.2f}", lat=f"{X:.2f}".replace(".", ",")), Reason.COORDINATES_SWAPPED),
        (AddressQuery(x="2.8319", y="50.4289"), Reason.COORDINATES_GIVEN),
        (AddressQuery(lat="50.4289, 2.8319"), Reason.COORDINATES_SWAPPED),
        (AddressQuery(lon="illisible", lat="?", x=f"{X:.0f}", y=f"{Y:.0f}"), Reason.COORDINATES_LAMBERT93),
    ],
)
def test_a_point_is_read_however_it_is_written(
    geocoder: Geocoder, query: AddressQuery, reason: Reason
) -> None:
    answer = geocoder.geocode(query)
    assert answer.position is not None
    assert (answer.position.lon, answer.position.lat) == pytest.approx((LON, LAT), abs=2e-5)
    assert reason in answer.reasons
    assert (answer.status, answer.precision, answer.citycode) == (
        PlacementStatus.PLACED,
        Precision.GIVEN,
        LENS,
    )


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        ("0", "0", Reason.COORDINATES_NULL),
        ("0.0", "0,0", Reason.COORDINATES_NULL),
        ("2.83", "", Reason.COORDINATES_UNREADABLE),
        ("abc", "50.4", Reason.COORDINATES_UNREADABLE),
        ("nan", "nan", Reason.COORDINATES_UNREADABLE),
        ("inf", "50", Reason.COORDINATES_UNREADABLE),
        ("1e400", "50", Reason.COORDINATES_UNREADABLE),
        ("720", "95", Reason.COORDINATES_UNREADABLE),
    ],
)
def test_a_useless_point_leaves_the_address_to_decide(
    geocoder: Geocoder, lon: str, lat: str, reason: Reason
) -> None:
    answer = geocoder.geocode(AddressQuery(city="Lens", postcode="62300", lon=lon, lat=lat))
    assert answer.citycode == LENS
    assert answer.precision is Precision.COMMUNE
    assert reason in answer.reasons


def test_blank_coordinates_are_no_coordinates(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(city="Lens", lon=" ", lat=""))
    assert answer.reasons == (Reason.COMMUNE_FROM_NAME,)


@pytest.mark.parametrize(
    ("lon", "lat"), [("2.3522", "48.8566"), ("3.3878", "50.6059"), ("-0.5792", "44.8378")]
)
def test_a_point_outside_is_out_of_the_region(geocoder: Geocoder, lon: str, lat: str) -> None:
    answer = geocoder.geocode(AddressQuery(lon=lon, lat=lat))
    assert (answer.status, answer.citycode) == (PlacementStatus.OUT_OF_REGION, None)
    assert answer.position is not None


def test_a_point_outside_whose_row_declares_a_commune_here_is_to_review(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(lon="2.3522", lat="48.8566", postcode="62300", city="Lens"))
    assert answer.status is PlacementStatus.TO_REVIEW
    assert {Reason.COORDINATES_OUT_OF_REGION, Reason.COMMUNE_MISMATCH} <= set(answer.reasons)


@pytest.mark.parametrize(
    ("city", "postcode"),
    [
        ("LENS", "62300"),
        ("Lens", ""),
        ("", "62300"),
        ("Lense", "62300"),
        ("LENS CEDEX", "62307"),
        ("", ""),
        ("???", ""),
    ],
)
def test_a_declared_commune_that_agrees_is_not_flagged(geocoder: Geocoder, city: str, postcode: str) -> None:
    answer = geocoder.geocode(AddressQuery(city=city, postcode=postcode, lon=str(LON), lat=str(LAT)))
    assert Reason.COMMUNE_MISMATCH not in answer.reasons
    assert answer.status is PlacementStatus.PLACED


def test_the_name_of_a_former_commune_agrees_with_its_successor(geocoder: Geocoder) -> None:
    lomme = load_referential().parts["59355"].position
    assert lomme is not None
    answer = geocoder.geocode(AddressQuery(city="Lomme", lon=str(lomme.lon), lat=str(lomme.lat)))
    assert (answer.citycode, answer.status) == ("59350", PlacementStatus.PLACED)


@pytest.mark.parametrize(
    "query", [AddressQuery(city="Lille"), AddressQuery(code_insee="59350"), AddressQuery(text="Paris")]
)
def test_a_true_disagreement_keeps_the_point_and_is_flagged(geocoder: Geocoder, query: AddressQuery) -> None:
    with_point = AddressQuery(
        city=query.city, code_insee=query.code_insee, text=query.text, lon=str(LON), lat=str(LAT)
    )
    answer = geocoder.geocode(with_point)
    assert answer.citycode == LENS
    assert answer.position is not None
    assert answer.status is PlacementStatus.TO_REVIEW
    assert Reason.COMMUNE_MISMATCH in answer.reasons


def test_many_points_are_placed_as_one_by_one(geocoder: Geocoder) -> None:
    communes = load_referential().territories(Level.COMMUNE)[::40]
    queries = [
        AddressQuery(id=commune.code, lon=str(commune.position.lon), lat=str(commune.position.lat))
        for commune in communes
        if commune.position
    ]
    queries.insert(3, AddressQuery(id="text", text="12 rue Foch 62300 Lens"))
    queries.insert(7, AddressQuery(id="empty"))
    done: list[int] = []
    answers = geocoder.geocode_many(queries, progress=done.append)
    assert [answer.id for answer in answers] == [query.id for query in queries]
    assert sum(done) == len(queries)
    assert answers == [geocoder.geocode(query) for query in queries]
    assert all(answer.citycode == answer.id for answer in answers if answer.id.isdigit())


def test_no_row_is_no_answer(geocoder: Geocoder) -> None:
    assert geocoder.geocode_many([]) == []


def test_arrays_hold_nothing_where_nothing_was_given() -> None:
    read = read_coordinates([AddressQuery(text="Lens"), AddressQuery(lon="0", lat="0")])
    assert np.isnan(read.lon).all()
    assert np.isnan(read.lat).all()
    assert read.reasons[0] == ()
    assert not math.isfinite(read.lon[1])

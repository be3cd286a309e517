"""Real lists of the region, which are not shipped with the project."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from geo.geocoding.answer import AddressQuery, Reason
from geo.geocoding.geocoder import Geocoder
from geo.geocoding.text import join_words, split_words
from geo.records import PlacementStatus
from scripts.bench.geocoding_communes import measure_tester

LISTS = Path(__file__).parents[4] / "shared" / "data"
pytestmark = [
    pytest.mark.real_lists,
    pytest.mark.skipif(not LISTS.is_dir(), reason=f"les listes réelles ne sont pas dans {LISTS.name}/"),
]


def read_list(name: str) -> list[dict[str, str]]:
    with (LISTS / name).open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_the_commune_of_every_siae_is_found(geocoder: Geocoder) -> None:
    rows = read_list("siae-2019-hdf.csv")
    answers = geocoder.geocode_many(
        [
            AddressQuery(
                street=f"{row['NUM_RUE']} {row['NOM_RUE']}", postcode=row["CODE_POSTAL"], city=row["COMMUNE"]
            )
            for row in rows
        ]
    )
    assert len(answers) == 466
    assert {answer.status for answer in answers} <= {PlacementStatus.PLACED, PlacementStatus.COMMUNE}
    by_name_alone = [
        row["CODE_POSTAL"]
        for row, answer in zip(rows, answers, strict=True)
        if Reason.COMMUNE_FROM_POSTCODE_AND_NAME not in answer.reasons
    ]
    assert by_name_alone == ["59815"]  # a CEDEX postcode, that of Lesquin
    for row, answer in zip(rows, answers, strict=True):
        named = join_words(split_words(row["COMMUNE"]))
        assert join_words(split_words(answer.city)) == named or Reason.COMMUNE_ALIAS in answer.reasons


def test_places_with_coordinates_keep_them_and_true_disagreements_are_flagged(geocoder: Geocoder) -> None:
    rows = read_list("lieux-cnfs-2022-hdf.csv")
    answers = geocoder.geocode_many(
        [
            AddressQuery(
                street=row["adresse"],
                postcode=row["code_postal"],
                city=row["commune"],
                lon=row["longitude"],
                lat=row["latitude"],
            )
            for row in rows
        ]
    )
    given = [answer for answer in answers if Reason.COORDINATES_GIVEN in answer.reasons]
    assert (len(answers), len(given)) == (421, 420)
    for row, answer in zip(rows, answers, strict=True):
        if row["latitude"]:
            assert answer.position is not None
            assert answer.position.lat_lon() == (float(row["latitude"]), float(row["longitude"]))
    flagged = [
        row["commune"]
        for row, answer in zip(rows, answers, strict=True)
        if answer.status is PlacementStatus.TO_REVIEW
    ]
    assert flagged == ["LENS", "ANNAY", "GRAND-FORT-PHILIPPE", "Zermezeele"]


@pytest.mark.parametrize("name", ["test_public_buildings_addresses.csv", "test_postal_relays_addresses.csv"])
def test_the_commune_of_99_in_100_messy_addresses_is_found(geocoder: Geocoder, name: str) -> None:
    assert measure_tester(geocoder, LISTS / "geocoder-tester" / name, misses=0) >= 0.99

"""Maps of real lists: nothing lost, nothing broken by what people write."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from geo.position import Position
from geo.records import Presence, StatusCounts
from maps.actors_map import draw_actors_map
from tests.maps.builders import DATA_DATE, SECTORS, list_territories, make_presence
from tests.maps.reading import PageReader, read_layer

LISTS = Path(__file__).resolve().parents[3] / "shared" / "data"

pytestmark = [
    pytest.mark.real_lists,
    pytest.mark.skipif(
        not LISTS.is_dir(), reason="les listes réelles (../shared/data) ne sont pas sur cette machine"
    ),
]


def read_places() -> list[Presence]:
    """Read the digital-mediation places that have coordinates, knowing nothing of their territory."""
    with (LISTS / "lieux-cnfs-2022-hdf.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            make_presence(
                number,
                name=row["nom"],
                address=row["adresse"],
                postcode=row["code_postal"],
                city=row["commune"],
                website=row["site_web"],
                summary=row["services"],
                position=Position(lon=float(row["longitude"]), lat=float(row["latitude"])),
                sectors=(),
                commune=None,
                commune_name=None,
                epci=None,
                epci_name=None,
                departement=None,
            )
            for number, row in enumerate(csv.DictReader(file), start=1)
            if row["latitude"] and row["longitude"]
        ]


def test_every_place_of_a_real_list_is_drawn_in_its_epci() -> None:
    places = read_places()
    assert len(places) == 420
    page = draw_actors_map(
        places,
        sectors=SECTORS,
        territories=list_territories(),
        counts=StatusCounts(placed=420, unplaced=1),
        title="Lieux de médiation numérique",
        source="Conseillers numériques, 2022",
        data_date=DATA_DATE,
    )
    points = read_layer(page, "points")
    assert sorted(points["name"]) == sorted(" ".join(place.name.split()) for place in places)
    known = {territory.name for territory in list_territories()}
    # One point of the list lies outside the region: no EPCI holds it.
    assert len([name for name in points["groups"] if name in known]) >= 60
    words = PageReader(page).text
    for place in places:
        assert " ".join(place.name.split()) in words

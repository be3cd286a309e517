"""What our client and a real addok agree on: `/search`, `/reverse`, `/search/csv`, `/reverse/csv`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from data.reference import load_referential
from geo.geocoding.answer import AddressQuery, GeocodedAddress, Reason
from geo.geocoding.cascade import Cascade
from geo.geocoding.geocoder import Geocoder
from geo.geocoding.geoplateforme.bulk_reply import RowStatus
from geo.geocoding.geoplateforme.provider import NationalAddresses
from geo.geocoding.geoplateforme.service import NationalService
from geo.geocoding.geoplateforme.settings import ServiceSettings
from geo.position import Position
from geo.records import PlacementStatus, Precision
from scripts.bench.addok_programs import NoAddokError
from tests.geo.geocoding.addok_server import run_addok


@pytest.fixture(scope="session")
def addok_url() -> Iterator[str]:
    try:
        with run_addok() as url:
            yield url
    except NoAddokError as error:
        pytest.skip(str(error))


@pytest.fixture
def addok(addok_url: str) -> Iterator[NationalService]:
    with NationalService(ServiceSettings(geoplateforme_allowed=True, geoplateforme_url=addok_url)) as service:
        yield service


@pytest.fixture
def national(addok: NationalService) -> NationalAddresses:
    return NationalAddresses(addok, load_referential(), today=lambda: date(2026, 11, 23))


def test_one_address_is_read_as_the_engine_gives_it(addok: NationalService) -> None:
    best = addok.search("14 bis rue faidherbe 59800 lille")[0]
    assert (best.kind, best.housenumber, best.street) == ("housenumber", "14 bis", "Rue Faidherbe")
    assert (best.postcode, best.city, best.citycode) == ("59800", "Lille", "59350")
    assert best.label == "14 bis Rue Faidherbe 59800 Lille"
    assert best.position == Position(lon=3.0667, lat=50.6367)
    assert best.score > 0.9
    street = addok.search("rue nationale lille")[0]
    assert (street.kind, street.street, street.housenumber) == ("street", "Rue Nationale", "")


def test_a_point_is_read_as_the_engine_gives_it(addok: NationalService) -> None:
    nearest = addok.reverse(Position(lon=2.8303, lat=50.4309))
    assert nearest is not None
    assert (nearest.label, nearest.distance_m) == ("17 Rue René Lanoy 62300 Lens", 0)
    assert addok.reverse(Position(lon=9, lat=9)) is None


def test_a_file_is_read_as_the_engine_gives_it_without_any_status(addok: NationalService) -> None:
    texts = ["12 rue faidherbe 59800 lille", "?", "zzz yyy xxx", "cite du grand conde 62300 lens"] * 30
    rows = addok.search_many(texts)
    assert [row.status for row in rows[:4]] == [
        RowStatus.OK, RowStatus.SKIPPED, RowStatus.NOT_FOUND, RowStatus.OK,
    ]  # fmt: skip
    assert rows[0].address is not None
    single = addok.search(texts[0])[0]
    for name in ("kind", "label", "housenumber", "street", "postcode", "citycode", "position", "id"):
        assert getattr(rows[0].address, name) == getattr(single, name), name
    assert rows[0].address.score == pytest.approx(single.score, abs=0.01)
    assert rows[3].address is not None
    assert rows[3].address.kind == "locality"
    assert [row.status for row in rows] == [row.status for row in rows[:4]] * 30


def test_a_file_of_points_is_read_as_the_engine_gives_it(addok: NationalService) -> None:
    rows = addok.reverse_many([Position(lon=2.8303, lat=50.4309), Position(lon=9, lat=9)])
    assert rows[0].address is not None
    assert (rows[0].address.label, rows[0].address.distance_m) == ("17 Rue René Lanoy 62300 Lens", 0)
    assert rows[1].status is RowStatus.NOT_FOUND


HARD = {
    "12 rue Faidherbe 59800 Lille": ("12 Rue Faidherbe 59800 Lille", Precision.HOUSENUMBER),
    "59800 Lille, 12 rue Faidherbe": ("12 Rue Faidherbe 59800 Lille", Precision.HOUSENUMBER),
    "Association des Amis du Nord, 12 rue Faidherbe 59800 Lille": (
        "12 Rue Faidherbe 59800 Lille", Precision.HOUSENUMBER,
    ),
    "12 RUE FAIDHERBE BP 40 59021 LILLE CEDEX": ("12 Rue Faidherbe 59800 Lille", Precision.HOUSENUMBER),
    "12 bis rue Faidherbe 59800 Lille": ("12 Rue Faidherbe 59800 Lille", Precision.HOUSENUMBER),
    "12 rue Faidherbe 59800 Lile": ("12 Rue Faidherbe 59800 Lille", Precision.HOUSENUMBER),
    "17 r René Lannoy, Lens": ("17 Rue René Lanoy 62300 Lens", Precision.HOUSENUMBER),
    "2 rue Leclerc 59000 Lille": ("2 Rue du Général Leclerc 59000 Lille", Precision.HOUSENUMBER),
    "cité du Grand Condé 62300 Lens": ("Cité du Grand Condé 62300 Lens", Precision.LOCALITY),
    "12 rue des Zouaves Bleus 59800 Lille": ("59800 Lille", Precision.COMMUNE),
    "12 rue Faidherbe 62300 Lens": ("62300 Lens", Precision.COMMUNE),
}  # fmt: skip
"""What the engine alone gets wrong or scores low, and the answer that it gives when asked as we do."""


def read(answer: GeocodedAddress) -> tuple[str, Precision | None]:
    return answer.label, answer.precision


def test_what_the_engine_finds_is_judged_one_by_one_and_in_files_alike(
    geocoder: Geocoder, national: NationalAddresses
) -> None:
    queries = [AddressQuery(text=text) for text in HARD]
    singly = Cascade(load_referential(), local=geocoder, national=national)
    assert {query.text: read(singly.geocode(query)) for query in queries} == HARD
    together = Cascade(load_referential(), local=geocoder, national=national)
    assert {q.text: read(a) for q, a in zip(queries, together.geocode_many(queries), strict=True)} == HARD
    assert singly.report.failed == together.report.failed == 0


def test_what_lies_outside_the_region_is_refused_even_by_an_engine_that_knows_it(
    addok: NationalService, geocoder: Geocoder, national: NationalAddresses
) -> None:
    assert addok.search("1 place bellecour 69002 lyon")[0].citycode == "69123"
    answer = Cascade(load_referential(), local=geocoder, national=national, asks_all=True).geocode(
        AddressQuery(text="1 place Bellecour 69002 Lyon")
    )
    assert answer.status is PlacementStatus.OUT_OF_REGION
    assert Reason.OUT_OF_REGION in answer.reasons

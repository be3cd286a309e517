"""The sheet of a territory: against others, with how they were chosen, and never the whole register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.coverage_ground import find_comparable_epci, measure_densities_per_km2
from data.questions import compare_dates, describe_territory, study_territory
from data.reference import load_referential
from data.session import Register
from geo.coverage.comparable import DensityClass
from geo.records import MEL_CODE, Kind, Level, Visibility
from tests.api.builders import LENS, LILLE, make_incoming, store_rows
from tests.coverage.builders import open_in
from tests.maps.reading import read_layer

LENS_EPCI = "246200364"


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """Give 70 actors in Lens, one of them for members, of which 20 came with the second list."""
    opened = open_in(tmp_path_factory.mktemp("sheet"))
    first = [make_incoming(f"Ancien {rank:02}", LENS) for rank in range(49)]
    hidden = make_incoming("Réservé", LENS, visibility=Visibility.MEMBERS)
    antenne = make_incoming("Antenne de Lille", LILLE, kind=Kind.ANTENNE, sectors=())
    store_rows(opened, [*first, hidden, antenne], as_of=date(2024, 3, 1))
    later = [make_incoming(f"Nouveau {rank:02}", LENS) for rank in range(20)]
    store_rows(opened, later, source="autre", as_of=date(2025, 3, 1))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(register: Register) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings(), register=register)) as opened:
        yield opened


def read_text(client: TestClient, address: str) -> str:
    """Read a page as a person hears it."""
    text = unescape(re.sub(r"<[^>]+>", " ", client.get(address).text))
    return re.sub(r"\s+", " ", text).replace(" ,", ",")


def test_a_sheet_lists_a_page_and_counts_everything(register: Register) -> None:
    sheet = describe_territory(register, LENS_EPCI, limit=10)
    assert [presence.name for presence in sheet.presences] == [f"Ancien {rank:02}" for rank in range(10)]
    assert (sheet.presence_count, sheet.hidden) == (69, 1)
    members = describe_territory(register, LENS_EPCI, limit=10, reader=Visibility.MEMBERS)
    assert (members.presence_count, members.hidden) == (70, 0)


def test_the_page_says_how_many_more_there_are(client: TestClient) -> None:
    text = read_text(client, f"/territoires/{LENS_EPCI}")
    assert "La liste (50 sur 69)" in text
    assert "Voir les 69 fiches sur la carte" in text


def test_an_epci_is_compared_with_those_like_it(register: Register) -> None:
    study = study_territory(register, LENS_EPCI)
    actors = study.comparisons[0]
    assert actors.here == pytest.approx(1e4 * 70 / study.sheet.territory.population)
    assert actors.region == pytest.approx(1e4 * 70 / 5_992_194)
    assert (actors.mel, actors.comparable) == (0, 0)
    assert study.density is DensityClass.DENSE
    assert MEL_CODE not in {each.code for each in study.comparable}
    assert len(study.comparable) == 5


def test_comparable_epci_share_their_density_class_wherever_it_has_enough() -> None:
    referential = load_referential()
    densities = measure_densities_per_km2(referential, Level.EPCI)
    assert densities.min() > 15
    assert densities.max() < 2_500
    for epci in referential.territories(Level.EPCI):
        own, alike = find_comparable_epci(referential, epci.code)
        assert epci.code not in {each.code for each in alike}
        classes = {find_comparable_epci(referential, each.code)[0] for each in alike}
        assert own in classes
        if own is not DensityClass.DENSE:
            assert classes == {own}


def test_the_page_says_how_comparable_is_chosen_and_what_a_year_changed(client: TestClient) -> None:
    text = read_text(client, f"/territoires/{LENS_EPCI}")
    assert "même densité (500 habitants au km² ou plus)" in text
    assert "Du 1er mars 2024 au 1er mars 2025 : de 50 acteurs à 70 acteurs." in text
    assert "20 acteurs de plus et 0 de moins : hausse significative." in text
    assert "minutes d’une antenne" in text
    assert "temps estimés" in text


@pytest.mark.parametrize("code", ["62498", "62", "32"])
def test_every_level_says_what_a_year_changed(client: TestClient, register: Register, code: str) -> None:
    text = read_text(client, f"/territoires/{code}")
    assert "Du 1er mars 2024 au 1er mars 2025 : de 50 acteurs à 70 acteurs." in text
    year = study_territory(register, code).year
    level = describe_territory(register, code).territory.level
    change = compare_dates(register, since=date(2024, 3, 1), at=date(2025, 3, 1), level=level)
    assert year is not None
    assert year.flow == next(each for each in change.flow.territories if each.code == code)
    assert (year.net, year.reaches_back) == (change.net_by_territory[code], change.reaches_back)


def test_where_nobody_is_a_year_says_so(client: TestClient) -> None:
    text = read_text(client, "/territoires/02408")
    assert "Aucun acteur ici, ni le 1er mars 2024 ni le 1er mars 2025." in text


def test_each_kind_is_told_as_its_test_says(client: TestClient) -> None:
    text = read_text(client, f"/territoires/{LENS_EPCI}")
    assert "70 acteurs pour 2,8 attendus : présence significativement plus forte." in text
    assert "Aucune antenne pour moins de 0,1 attendue : absence constatée, non significative." in text


@pytest.mark.parametrize("code", ["62498", LENS_EPCI, "62", "32", MEL_CODE])
def test_every_level_has_a_whole_sheet(client: TestClient, empty_client: TestClient, code: str) -> None:
    for each in (client, empty_client):
        answer = each.get(f"/territoires/{code}")
        assert answer.status_code == 200
        assert not re.search(r"\b(None|nan)\b", re.sub(r"<[^>]+>", " ", answer.text))


def test_an_empty_register_compares_nothing(tmp_path: Path) -> None:
    register = open_in(tmp_path)
    study = study_territory(register, MEL_CODE)
    register.close()
    assert (study.year, study.access, study.comparisons[0].region) == (None, None, None)


@pytest.mark.parametrize(("code", "outlined"), [(LENS_EPCI, LENS_EPCI), ("62498", MEL_CODE)])
def test_the_map_of_an_epci_shows_its_own_limit(client: TestClient, code: str, outlined: str) -> None:
    page = client.get(f"/territoires/{code}/plan").text
    assert read_layer(page, "ground")["outlined"] == [outlined]
    # A commune has no contour among the EPCI: the map then keeps the limit of the MEL, as its legend says.
    assert ("Limite : CA de Lens - Liévin" in unescape(page).replace("\u00a0", " ")) == (
        outlined == LENS_EPCI
    )

"""Cards, the plan, exports and completion: what is listed is what is drawn, exported and counted."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlalchemy import select

from api.app import create_app
from api.settings import ApiSettings
from data.session import Register
from data.tables import presences
from geo.geocoding.answer import GeocodedAddress
from geo.records import Kind, PlacementStatus
from maps.vendored import ASSETS_FOLDER
from tests.api.builders import LENS, fill_register, make_incoming
from tests.maps.reading import read_layer

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u2028"


@pytest.fixture(scope="module")
def site(meeting_register: Register) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings(), register=meeting_register)) as client:
        yield client


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    rows = [
        make_incoming(f"Premier {HOSTILE}", LENS, summary=HOSTILE, website=f"javascript:{HOSTILE}"),
        make_incoming(f"Second {HOSTILE}", LENS, summary=HOSTILE, kind=Kind.PROJECT),
        make_incoming(f"Troisième {HOSTILE}", LENS, kind=Kind.AMBASSADOR),
    ]
    register = fill_register(tmp_path_factory.mktemp("hostile"), rows)
    with TestClient(create_app(ApiSettings(), register=register)) as client:
        yield client
    register.close()


def list_ids(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="presence-(\d+)"', page)]


FILTERS = (
    "",
    "?sector=alimentation&sector=velo",
    "?sector=alimentation&outside=200093201",
    "?territory=62498",
    "?kind=project",
    "?text=atelier",
)


def list_all(site: TestClient, query: str) -> list[int]:
    """List the ids of every page of the list."""
    ids: list[int] = []
    address: str | None = f"/carte{query}"
    while address:
        page = site.get(address).text
        ids += list_ids(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = unescape(following[1]) if following else None
    return ids


def test_on_paper_those_without_a_point_say_why(tmp_path: Path) -> None:
    rows = [
        replace(
            make_incoming("Ailleurs", None),
            placement=GeocodedAddress(id="Ailleurs", status=PlacementStatus.OUT_OF_REGION),
        ),
        make_incoming("Sans lieu", None),
    ]
    register = fill_register(tmp_path, rows)
    with TestClient(create_app(ApiSettings(), register=register)) as client:
        page = client.get("/carte/imprimer").text
        screen = client.get("/carte").text
    register.close()
    titles = [" ".join(each.split()) for each in re.findall(r"<h2>([^<]*)<", page)]
    assert titles == ["À localiser", "Hors de la région"]
    assert 'class="print-only"' in screen
    assert "Imprimer la carte" in screen


def test_the_sentence_of_the_map_counts_what_the_frame_counts(site: TestClient) -> None:
    sentence = re.search(r'<p class="answer">(.*?)</p>', site.get("/carte").text)
    frame = re.search(r"(\d+)\s+acteurs sur la carte", unescape(site.get("/carte/plan?cadre=1").text))
    assert sentence
    assert frame
    listed, *drawn = re.findall(r"\d+", unescape(sentence[1]))
    assert int(listed) == len(list_all(site, ""))
    assert (drawn or [listed]) == [frame[1]]
    assert "région" not in sentence[1]


@pytest.mark.parametrize("query", FILTERS)
def test_exports_hold_exactly_what_is_listed(site: TestClient, query: str, tmp_path: Path) -> None:
    listed = list_all(site, query)
    assert len(listed) == len(set(listed))
    text = site.get(f"/carte/export.csv{query}")
    assert "attachment" in text.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(text.content.decode("utf-8-sig")), delimiter=";"))
    assert [int(row["Identifiant"]) for row in rows] == listed
    features = site.get(f"/carte/export.geojson{query}").json()["features"]
    assert [feature["properties"]["id"] for feature in features] == listed
    sheet = load_workbook(io.BytesIO(site.get(f"/carte/export.xlsx{query}").content)).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == listed
    package = tmp_path / "export.gpkg"
    package.write_bytes(site.get(f"/carte/export.gpkg{query}").content)
    with closing(sqlite3.connect(package)) as layers:
        held = [number for (number,) in layers.execute("SELECT Identifiant FROM presences")]
    assert sorted(held) == sorted(listed)
    assert sorted(list_ids(site.get(f"/carte/imprimer{query}").text)) == sorted(listed)


@pytest.mark.parametrize("name", ["zip", "csv.exe", "gogocarto", ""])
def test_other_formats_are_not_there(site: TestClient, name: str) -> None:
    assert site.get(f"/carte/export.{name}").status_code == 404


@pytest.mark.parametrize("query", FILTERS)
def test_the_page_reconciles_in_words(site: TestClient, query: str) -> None:
    page = re.sub(r"<[^>]+>", "", unescape(site.get(f"/carte{query}").text))
    flat = re.sub(r"[\s\u202f\u00a0]+", " ", page)
    found = re.search(
        r"(\d+) \S+(?: \S+)? dans la liste = (\d+) sur la carte \((\d+) à l’adresse et (\d+) à", flat
    )
    assert found, flat[-900:]
    listed, drawn, placed, commune = map(int, found.groups())
    away = int(re.search(r"\+ (\d+) sans point", flat)[1])  # type: ignore[index]
    assert listed == drawn + away
    assert drawn == placed + commune
    assert listed == len(list_all(site, query))
    hidden = re.search(r"(\d+) autres? fiches? répond", flat)
    others = re.search(r"dont (\d+) que ces filtres", flat)
    every = int(re.search(r"le registre compte (\d+)", flat)[1])  # type: ignore[index]
    parts = [listed, int(hidden[1]) if hidden else 0, int(others[1]) if others else 0]
    assert sum(parts) == every


def test_a_long_list_is_printed_whole_in_booklets(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.map_printing.MOST_PRINTED", 30)
    monkeypatch.setattr("api.map_printing.MOST_DRAWN", 20)
    listed = list_all(site, "?sector=alimentation")
    printed: list[int] = []
    address: str | None = "/carte/imprimer?sector=alimentation"
    booklets = 0
    while address:
        page = site.get(address).text
        booklets += 1
        assert f"Cahier {booklets} sur {-(-len(listed) // 30)}" in page
        assert ("/carte/imprimer.svg" in page) == (booklets == 1)
        assert "/carte/export.csv?kind=actor&amp;sector=alimentation" in page
        printed += list_ids(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = unescape(following[1]) if following else None
    assert booklets > 1
    assert sorted(printed) == sorted(listed)
    drawing = site.get("/carte/imprimer.svg?sector=alimentation").text
    said = " ".join(re.sub(r"<[^>]+>", " ", drawing).split())
    assert "les premières par ordre alphabétique" in said


def test_the_print_page_carries_its_map_and_legend(site: TestClient) -> None:
    page = site.get("/carte/imprimer?sector=mobilite").text
    drawing = re.search(r'<img src="([^"]+)"', page)
    assert drawing
    answer = site.get(unescape(drawing[1]))
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "Mobilité" in answer.text
    assert "<script" not in answer.text


def test_near_lists_what_its_map_draws(site: TestClient) -> None:
    for query in ("?q=Lens", "?q=Lens&reach=epci", "?q=Hellemmes&reach=2000", "?q=62300&sector=alimentation"):
        listed = list_ids(site.get(f"/proche{query}").text)
        near = read_layer(site.get(f"/proche/plan{query}").text, "near")
        assert listed
        assert [result["id"] for result in near["results"]] == listed


def test_a_card_says_what_is_known_and_nothing_false(site: TestClient) -> None:
    everyone = site.get("/api/v1/presences?kind=actor&limit=300").json()["features"]
    for feature in everyone[::40]:
        known = feature["properties"]
        page = site.get(f"/presences/{known['id']}").text
        assert unescape(page).count(known["name"]) >= 2
        assert f'href="/presences/{known["id"]}/corriger"' in page
        data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])  # type: ignore[index]
        assert data["name"] == known["name"]
        assert data["@type"] == "Organization"
        has_point = "geo" in data.get("location", {})
        assert has_point == (known["precision"] not in {None, "commune"})
        if known["precision"] == "commune":
            assert "Connue à la commune seulement" in page


def test_every_kind_has_its_card(site: TestClient) -> None:
    for kind in Kind:
        feature = site.get(f"/api/v1/presences?kind={kind.value}&limit=1").json()["features"][0]
        answer = site.get(f"/presences/{feature['id']}")
        assert answer.status_code == 200
        assert "None" not in re.sub(r"<[^>]+>", " ", answer.text)


def test_hidden_and_unknown_cards_are_not_there(
    site: TestClient, client: TestClient, small_register: Register
) -> None:
    for address in ("/presences/999999", "/presences/999999/plan", "/api/v1/presences/999999/meet"):
        assert site.get(address).status_code == 404
    shown = {each["id"] for each in client.get("/api/v1/presences?limit=100").json()["features"]}
    with small_register.reading() as session:
        everyone = set(session.connection.execute(select(presences.c.id)).scalars())
    (hidden,) = everyone - shown
    for address in (f"/presences/{hidden}", f"/presences/{hidden}/plan", f"/api/v1/presences/{hidden}/meet"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Pour les membres" not in answer.text
    for wrong in ("0", "-1", "a", str(2**63)):
        assert client.get(f"/presences/{wrong}").status_code in {404, 422}


def test_received_text_stays_text_on_cards_and_in_their_data(hostile_site: TestClient) -> None:
    for number in (1, 2, 3):
        answer = hostile_site.get(f"/presences/{number}")
        assert answer.status_code == 200
        scripts = re.findall(r"<script[^>]*>", answer.text)
        assert sum("ld+json" in script for script in scripts) == 1
        assert all("src=" in script or "ld+json" in script for script in scripts)
        assert "<img" not in answer.text
        assert 'href="javascript' not in answer.text
        data = json.loads(re.search(r"ld\+json\">(.*?)</script>", answer.text, re.DOTALL)[1])  # type: ignore[index]
        assert "</script><script>alert(1)" in data["name"]
        assert "unsafe-inline" not in answer.headers["content-security-policy"].split("style-src")[0]
    for address in ("/proche?q=Lens", "/carte", "/carte/imprimer", "/rencontres", "/territoires/62498"):
        page = hostile_site.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_each_suggestion_says_why(site: TestClient) -> None:
    answer = site.get("/api/v1/presences/69/meet").json()
    for sort in ("meetings", "sponsors", "copies"):
        for each in answer[sort]:
            assert each["why"].endswith(".")
            assert not each["why"][0].islower()
            assert each["id"] != 69
    assert answer["meetings"]
    page = unescape(site.get("/presences/69").text)
    for each in answer["meetings"]:
        assert each["name"] in page


def test_the_plan_adds_up(site: TestClient) -> None:
    page = site.get("/rencontres?sector=mobilite").text
    assert "Métropole Européenne de Lille" in page
    plan = read_layer(site.get("/rencontres/plan?sector=mobilite").text, "plan")
    gains = [int(gain) for gain in re.findall(r'<strong class="figure">(\d+) membre', page)]
    assert [len(stop["members"]) for stop in plan["stops"]] == gains
    assert site.get("/rencontres?sector=rien").status_code == 422
    assert site.get("/rencontres?months=0").status_code == 422


def test_completion_is_quick_json_for_anybody(site: TestClient) -> None:
    answer = site.get("/api/v1/places?q=hellem")
    assert answer.json()["places"][0]["code"] == "59298"
    assert site.get("/api/v1/places").status_code == 422
    for text in ("", " ", "x", "%00", "a" * 201, "'; DROP TABLE presences; --", "📍"):
        assert site.get("/api/v1/places", params={"q": text}).status_code in {200, 422}


def test_pages_are_light(site: TestClient) -> None:
    """Under 300 kB compressed with all that they bring, the map of everybody included."""
    assets = sum(len(gzip.compress(file.read_bytes(), 6)) for file in ASSETS_FOLDER.glob("maillage/*.*"))
    assets += sum(
        len(gzip.compress(file.read_bytes(), 6)) for file in ASSETS_FOLDER.glob("leaflet/leaflet.*")
    )
    for page, plan in (
        ("/carte", "/carte/plan?cadre=1"),
        ("/proche?q=Lille", "/proche/plan?q=Lille&cadre=1"),
    ):
        weight = sum(len(gzip.compress(site.get(each).content, 6)) for each in (page, plan))
        assert weight + assets < 300_000


def test_an_export_is_written_aside_and_nothing_of_it_stays(
    site: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    answer = site.get("/carte/export.csv")
    assert site.get("/carte/export.csv", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert site.get("/carte/export.csv?sector=inconnue").status_code == 422
    assert list(tmp_path.iterdir()) == []


def test_a_grouping_is_named_as_people_say_it(site: TestClient) -> None:
    for asked, said in {
        "/proche?q=Lens&reach=epci": "dans la CA de Lens - Liévin.",
        "/proche?q=CA de Lens - Liévin&reach=2000": "Dans la CA de Lens - Liévin</h2>",
        "/proche?q=Lomme&reach=epci": "dans la Métropole Européenne de Lille, et rien d’autre.",
        "/proche?q=Lille&reach=2000": "Aussi dans la Métropole Européenne de Lille</h2>",
    }.items():
        assert said in unescape(site.get(asked).text), asked


def test_directions_are_written_with_the_apostrophe_of_the_sentences(site: TestClient) -> None:
    page = site.get("/proche?q=Hellemmes&reach=10000").text
    assert "à l’est" in page
    assert "à l'est" not in unescape(page)


def test_an_address_that_is_not_found_is_said_and_its_town_shown(site: TestClient) -> None:
    said = "n’a pas été trouvée"
    page = unescape(site.get("/proche?q=12 rue Introuvable 62300 Lens").text)
    assert f"L’adresse « 12 rue Introuvable 62300 Lens » {said}" in page.replace("\u00a0", " ").replace(
        "\u202f", " "
    )
    for known in ("Lens", "62300", "Hellemmes", "CA de Lens - Liévin", "50.43, 2.83"):
        assert said not in unescape(site.get(f"/proche?q={known}").text), known

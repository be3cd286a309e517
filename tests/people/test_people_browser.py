"""The people's pages in Chromium: open to everybody, and no received text ever runs in any page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from data.people.tokens import create_token
from data.questions import correct_presence, import_file
from data.questions.proposals import submit_proposal
from data.session import Register, open_register
from data.settings import DatabaseSettings
from geo.people import ProposalKind, Role
from geo.records import Kind
from tests.browser import DESKTOP, PHONE, SIZES, watch_page
from tests.live_server import serve

pytestmark = pytest.mark.browser

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></textarea></script><script>alert(1)</script>",
    "{{ 7*7 }}${7*7}<%= 7*7 %>",
    "javascript:alert(1)//",
    '=HYPERLINK("http://x.example";"y")',
    "<iframe srcdoc='<script>alert(1)</script>'>",
)
PAGES = (
    "/proposer",
    "/presences/1/corriger",
    "/proposer/merci",
    "/mentions-legales",
    "/donnees-personnelles",
)
TEAM_PAGES = (
    "/equipe",
    "/equipe/propositions",
    "/equipe/propositions/1",
    "/equipe/propositions/2",
    "/equipe/messages",
    "/equipe/fiches",
    "/equipe/fiches/1",
    "/equipe/liste",
)
HEADER = (
    "Type;Nom;Filière;Description;Forme juridique;Adresse;Commune;Site web;Courriel;Téléphone;Zone d'action;"
    "Stade;Partenaires;Latitude;Longitude;Remarque"
)


def write_hostile_list(path: Path) -> Path:
    """Write a list whose every text is a payload, of every kind."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER.split(";"))
        for number, payload in enumerate(PAYLOADS):
            for kind in Kind:
                point = (str(50.43 + number / 100), "2.83")
                writer.writerow([kind.value, f"{payload} {number}", *[payload] * 11, *point, payload])
    return path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    home = tmp_path_factory.mktemp("hostile")
    register = open_register(DatabaseSettings(home=home, database_url=None))
    import_file(register, write_hostile_list(home / "liste.csv"), source=PAYLOADS[0])
    for number, payload in enumerate(PAYLOADS, start=1):
        correct_presence(register, number, "summary", payload, who=payload, why=payload)
        submit_proposal(
            register,
            kind=ProposalKind.CORRECTION if number % 2 else ProposalKind.ADDITION,
            presence_id=number if number % 2 else None,
            payload=dict.fromkeys(("name", "summary", "address", "city", "phone"), payload),
            message=payload,
            reply_to="a@b.example",
        )
    yield register
    register.close()


@pytest.fixture(scope="module")
def site(hostile: Register) -> Iterator[str]:
    with serve(hostile) as address:
        yield address


@pytest.fixture(scope="module")
def secret(hostile: Register) -> str:
    return create_token(hostile, role=Role.STAFF, lasts=timedelta(days=1), label=PAYLOADS[1])[1]


def enter(page: Page, site: str, secret: str) -> None:
    page.goto(f"{site}/equipe")
    page.fill("#token", secret)
    page.press("#token", "Enter")
    page.wait_for_url("**/equipe")


def check_access(page: Page) -> None:
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize("size", list(SIZES))
def test_the_pages_are_open_to_everybody(chromium: Browser, site: str, secret: str, size: str) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        for address in PAGES:
            watched.page.goto(f"{site}{address}")
            check_access(watched.page)
        enter(watched.page, site, secret)
        for address in TEAM_PAGES:
            watched.page.goto(f"{site}{address}")
            check_access(watched.page)
            watched.picture(f"people{address.replace('/', '-')}-{size}", full_page=True)
        watched.check_quiet()


def test_a_file_is_dropped_and_read_without_scripts(
    chromium: Browser, site: str, secret: str, tmp_path: Path
) -> None:
    path = write_hostile_list(tmp_path / "liste & <b>.csv")
    with watch_page(chromium, size=PHONE, offline=False, has_scripts=False) as watched:
        page = watched.page
        enter(page, site, secret)
        page.goto(f"{site}/equipe/liste")
        page.set_input_files("#file", path)
        page.get_by_role("button", name="Voir ce que la liste changerait").click()
        page.wait_for_url("**/equipe/liste/*")
        assert "lignes reçues" in page.inner_text("main")
        assert page.locator("main script, main img, main svg, main iframe").count() == 0


def test_no_received_text_ever_runs(chromium: Browser, site: str, secret: str) -> None:
    addresses = [
        "/",
        "/proche?q=Lens&radius_m=30000",
        "/proche/plan?q=Lens&radius_m=30000",
        "/territoires/62498",
        *(f"/carte?kind={kind.value}" for kind in Kind),
        "/carte/plan",
        "/carte/imprimer",
        "/couverture",
        *(f"/presences/{number}" for number in range(1, 41, 6)),
        *(f"/presences/{number}/corriger" for number in range(1, 41, 9)),
    ]
    with watch_page(chromium, size=DESKTOP, offline=False) as watched:
        for address in addresses:
            watched.page.goto(f"{site}{address}")
        opened = 0
        for kind in Kind:
            watched.page.goto(f"{site}/carte/plan?kind={kind.value}")
            count = watched.page.evaluate("map_carte.pointsView?.points.count ?? 0")
            for place in range(min(count, 3)):
                watched.page.evaluate(f"map_carte.pointsView.show({place})")
                watched.page.locator(".leaflet-popup .mm-card-name").wait_for(timeout=10_000)
                assert watched.page.locator(".leaflet-popup img, .leaflet-popup script").count() == 0
                opened += 1
        assert opened >= len(Kind) - 1
        enter(watched.page, site, secret)
        for address in (*TEAM_PAGES, "/equipe/fiches/6", "/equipe/propositions/3", "/equipe/propositions/4"):
            watched.page.goto(f"{site}{address}")
        assert watched.dialogs == []
        assert [text for text in watched.complaints if "Content Security Policy" in text] == []
        assert [text for text in watched.complaints if "Uncaught" in text] == []
        assert watched.foreign == []


def test_exports_open_as_data_never_as_pages_nor_formulas(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        for ending in ("csv", "geojson"):
            answer = watched.page.request.get(f"{site}/carte/export.{ending}?kind=actor")
            assert answer.status == 200
            assert "html" not in answer.headers["content-type"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            if ending == "csv":
                rows = csv.reader(io.StringIO(answer.text().removeprefix("\ufeff")), delimiter=";")
                cells = [cell for row in rows for cell in row]
                assert any("HYPERLINK" in cell for cell in cells)
                assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@", "-"))]

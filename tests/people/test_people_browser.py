"""The people's pages in Chromium: open to everybody, and no received text ever runs in any page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page

from api.app import create_app
from api.pictures import picture_actors, picture_near
from api.settings import ApiSettings
from data.opening import open_register
from data.people.tokens import create_token
from data.questions import correct_presence, import_file
from data.questions.proposals import submit_proposal
from data.session import Register
from data.settings import DatabaseSettings
from geo.people import ProposalKind, Role
from geo.position import Position
from geo.records import Kind, Origin, Precision
from tests.access import check_access, check_fits
from tests.api.test_embed_browser import copy_code, serve_page
from tests.browser import DESKTOP, PHONE, WatchedPage, watch_page
from tests.live_server import serve

pytestmark = pytest.mark.browser

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=https://xss.example/x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title></textarea></script><script>alert(1)</script>",
    "{{ 7*7 }}${7*7}<%= 7*7 %>",
    "javascript:alert(1)//",
    '=HYPERLINK("http://x.example";"y")',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "' autofocus onfocus=alert(1) style=background:url(//xss.example/x) x='",
    "</style><style>@import '//xss.example/x'</style><a href=javascript:alert(1)>ici</a>",
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
                point = (str(50.424 + number / 1_000), "2.83")
                written = dict.fromkeys(HEADER.split(";"), payload) | dict(
                    zip(("Latitude", "Longitude"), point, strict=True)
                )
                # A town that is none leaves a presence off the map: it is in lists only.
                for city in ("Lens", payload) if kind is Kind.ACTOR else ("Lens",):
                    row = written | {"Type": kind.value, "Nom": f"{payload} {number}", "Commune": city}
                    writer.writerow(row.values())
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
            payload=dict.fromkeys(("name", "summary", "address", "city"), payload) | {"phone": payload[:60]},
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


def test_the_pages_of_the_team_are_open_to_everybody(chromium: Browser, site: str, secret: str) -> None:
    with watch_page(chromium, size=PHONE, offline=False) as watched:
        page = watched.page
        enter(page, site, secret)
        for address in TEAM_PAGES:
            page.goto(f"{site}{address}")
            check_fits(page)
            check_access(page)
            page.emulate_media(color_scheme="dark")
            check_access(page, only_contrast=True)
            page.emulate_media(color_scheme="light")
            watched.picture(f"people{address.replace('/', '-')}-phone", full_page=True)
        watched.check_quiet()


def check_nothing_ran(watched: WatchedPage) -> None:
    """Check that no dialog was opened, nothing asked of others, and the policy had nothing to refuse."""
    assert watched.dialogs == []
    assert watched.foreign == []
    assert [text for text in watched.complaints if "Content Security Policy" in text] == []
    assert [text for text in watched.complaints if "Uncaught" in text] == []


def open_cards(frame: Frame | Page, *, most: int) -> int:
    """Open the cards of the first points of a map, and what is said when one is pointed at."""
    count = int(frame.evaluate("map_carte.pointsView?.points.count ?? 0"))
    for place in range(min(count, most)):
        frame.evaluate(f"map_carte.pointsView.show({place})")
        frame.locator(".leaflet-popup .mm-card-name").wait_for()
        frame.evaluate(
            f"map_carte.pointsView.pointAt({{ layerPoint: map_carte.pointsView.layerPoint({place}) }})"
        )
        # Those at one spot are counted: nothing is said of one alone.
        is_alone = frame.evaluate(f"map_carte.pointsView.spots().singles.includes({place})")
        assert frame.locator(".leaflet-tooltip").count() >= int(is_alone)
        made = ":is(.leaflet-popup, .leaflet-tooltip) :is(img, script, iframe, style)"
        assert frame.locator(made).count() == 0
        assert frame.locator("a[href^='javascript:']").count() == 0
    return min(count, most)


def test_no_received_text_ever_runs(chromium: Browser, site: str, secret: str, hostile: Register) -> None:
    personal = create_token(hostile, role=Role.MEMBER, lasts=timedelta(days=1), presence_id=2)[1]
    addresses = [
        "/",
        "/proche?q=Lens&radius_m=30000",
        "/territoires/62498",
        "/territoires/246200364",
        *(f"/carte?kind={kind.value}" for kind in Kind),
        "/carte/imprimer",
        "/carte/imprimer.svg",
        "/rencontres",
        "/couverture",
        *(f"/presences/{number}" for number in range(1, 51, 9)),
        *(f"/presences/{number}/corriger" for number in range(1, 51, 15)),
        f"/confirmer/{personal}",
        *(f"/api/v1/presences/{number}" for number in (1, 6)),
        "/ogc/collections/presences/items?f=html",
    ]
    with watch_page(chromium, size=DESKTOP, offline=False) as watched:
        page = watched.page
        for address in addresses:
            page.goto(f"{site}{address}")
        opened = 0
        for kind in Kind:
            page.goto(f"{site}/carte/plan?kind={kind.value}")
            page.locator(".leaflet-container").wait_for()
            opened += open_cards(page, most=len(PAYLOADS))
        assert opened >= (len(Kind) - 1) * len(PAYLOADS)
        for address in ("/proche/plan?q=Lens&radius_m=30000", "/presences/1/plan", "/rencontres/plan"):
            page.goto(f"{site}{address}")
            page.locator(".leaflet-container").wait_for()
            for mark in page.locator(".mm-result, .mm-plan").all()[:12]:
                mark.dispatch_event("click")
                mark.dispatch_event("mouseover")
        enter(page, site, secret)
        for address in (*TEAM_PAGES, "/equipe/fiches/6", "/equipe/propositions/3", "/equipe/propositions/4"):
            page.goto(f"{site}{address}")
        check_nothing_ran(watched)


def test_no_received_text_runs_on_another_site(chromium: Browser, site: str) -> None:
    there = site.replace("127.0.0.1", "localhost")
    with watch_page(chromium, offline=False) as watched:
        for code in ("iframe", "component"):
            with serve_page(copy_code(there, code)) as other:
                watched.page.goto(other)
                watched.page.frame_locator("iframe").locator(".leaflet-container").wait_for()
                assert open_cards(watched.page.frames[1], most=len(PAYLOADS)) == len(PAYLOADS)
        check_nothing_ran(watched)


def test_no_received_text_runs_in_a_map_of_tiles(chromium: Browser, hostile: Register) -> None:
    app = create_app(ApiSettings(map_presences=5), register=hostile)
    with serve(hostile, app=app) as address, watch_page(chromium, offline=False) as watched:
        page = watched.page
        for path in ("/carte/plan", "/embed/carte"):
            page.goto(f"{address}{path}")
            page.locator(".mm-tiled-count").first.wait_for()
            page.evaluate("void map_carte.setView([50.4285, 2.83], 15, { animate: false })")
            marks = "map_carte.tiledView.marks().filter((mark) => !mark.count)"
            # Some stand together, and are counted.
            page.wait_for_function(f"() => {marks}.length >= {len(PAYLOADS) - 3}")
            for place in range(len(PAYLOADS) - 3):
                page.evaluate(f"map_carte.tiledView.open({marks}[{place}], map_carte.getCenter())")
                page.locator(".leaflet-popup .mm-card-name").wait_for()
                assert page.locator(".leaflet-popup :is(img, script, iframe, style)").count() == 0
        check_nothing_ran(watched)


def test_what_is_taken_away_runs_nothing_when_it_is_opened(
    chromium: Browser, site: str, hostile: Register, tmp_path: Path
) -> None:
    here = Origin(position=Position(lon=2.83, lat=50.45), label=PAYLOADS[0], precision=Precision.GIVEN)
    written = {
        "actors.html": picture_actors(hostile, title=PAYLOADS[1]),
        "near.html": picture_near(hostile, origin=here),
    }
    for name, html in written.items():
        (tmp_path / name).write_text(html, encoding="utf-8")
    with watch_page(chromium, offline=False) as watched:
        page = watched.page
        for ending in ("csv", "geojson"):
            answer = page.request.get(f"{site}/carte/export.{ending}?kind=actor")
            assert answer.status == 200
            assert "html" not in answer.headers["content-type"]
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "attachment" in answer.headers["content-disposition"]
            (tmp_path / f"export.{ending}.txt").write_bytes(answer.body())
            if ending == "csv":
                rows = csv.reader(io.StringIO(answer.text().removeprefix("\ufeff")), delimiter=";")
                cells = [cell for row in rows for cell in row]
                assert any("HYPERLINK" in cell for cell in cells)
                assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "@", "-"))]
        drawing = page.request.get(f"{site}/carte/imprimer.svg")
        (tmp_path / "map.svg").write_bytes(drawing.body())
        for path in sorted(tmp_path.iterdir()):
            page.goto(path.as_uri())
            if path.suffix == ".html":
                page.locator(".leaflet-container").wait_for()
        page.goto((tmp_path / "actors.html").as_uri())
        page.locator(".leaflet-container").wait_for()
        assert open_cards(page, most=len(PAYLOADS)) == len(PAYLOADS)
        check_nothing_ran(watched)
        for paper in ("/carte.pdf", "/territoires/246200364/fiche.pdf"):
            body = page.request.get(f"{site}{paper}").body()
            assert body.startswith(b"%PDF")
            assert not re.search(rb"/(JavaScript|JS|OpenAction|Launch|AA)\b", body)

"""Maps are whole, silent and safe in a browser: network off, hostile text, strict policy, no scripts."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import folium
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from maps.actors_map import draw_actors_map
from maps.coverage_map import draw_coverage_map
from maps.layers import DataLayer
from maps.page import MapPage, Notice, RegionMap
from maps.popup import render
from maps.proximity_map import draw_proximity_map
from maps.vendored import ASSETS_FOLDER
from tests.browser import SIZES, watch_page
from tests.maps.builders import (
    PAYLOADS,
    SECTORS,
    list_territories,
    make_antenne,
    make_dangerous,
    make_near,
    make_presence,
    make_real_coverage,
    make_square,
)
from tests.maps.drawing import DRAWN, PICTURED, draw_crowd, open_page
from tests.maps.test_page import COUNTS, MAPS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PICTURED)
def test_a_map_is_whole_with_the_network_off(chromium: Browser, tmp_path: Path, name: str, size: str) -> None:
    with watch_page(chromium, size=SIZES[size]) as watched:
        page = open_page(watched, PICTURED[name](), tmp_path)
        expect(page.locator(".leaflet-ground-pane path, .mm-area").first).to_be_attached()
        watched.picture(f"map-{name}-{size}")
        watched.check_quiet()
        # Nothing wider than the screen: a phone never scrolls sideways.
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(
    ("name", "size"),
    [("actors", "phone"), ("actors", "desktop"), ("coverage-ratio", "desktop"), ("near", "phone")],
)
def test_a_map_keeps_nobody_out(chromium: Browser, tmp_path: Path, name: str, size: str) -> None:
    with watch_page(chromium, size=SIZES[size]) as watched:
        page = open_page(watched, PICTURED[name](), tmp_path)
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_no_text_runs_as_script(chromium: Browser, tmp_path: Path) -> None:
    presences = [make_dangerous(number, payload) for number, payload in enumerate(PAYLOADS, start=1)]
    with watch_page(chromium) as watched:
        page = open_page(
            watched,
            draw_actors_map(
                presences,
                sectors=SECTORS,
                territories=list_territories(),
                counts=COUNTS,
                title=PAYLOADS[0],
                source=PAYLOADS[1],
                data_date=None,
                antennes=[make_antenne(PAYLOADS[2])],
            ),
            tmp_path,
        )
        page.locator(".mm-antenne").first.click()
        expect(page.locator(".leaflet-popup .mm-card-name")).to_have_text(PAYLOADS[2])
        page.evaluate("void map_carte.setView([50.43, 2.88], 13, { animate: false })")
        for place in range(len(presences)):
            page.evaluate(f"map_carte.pointsView.show({place})")
            page.wait_for_selector(".leaflet-popup .mm-card-name")
            at = page.evaluate(
                "(place) => { const at = map_carte.latLngToContainerPoint("
                "map_carte.pointsView.points.latLng(place)); return [at.x, at.y]; }",
                place,
            )
            box = page.locator(".mm-map").bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + at[0], box["y"] + at[1])
        page.fill(".mm-search input", "alert")
        expect(page.locator(".mm-found").first).to_be_visible()
        assert (
            page.locator(".leaflet-popup img, .leaflet-tooltip img, .mm-found img, .mm-list img").count() == 0
        )
        watched.check_quiet()


def test_no_text_of_an_answer_runs_as_script(chromium: Browser, tmp_path: Path) -> None:
    presences = [make_dangerous(number, payload) for number, payload in enumerate(PAYLOADS, start=1)]
    with watch_page(chromium) as watched:
        near = make_near(presences, [100.0 * n for n in range(len(presences))])
        page = open_page(watched, draw_proximity_map(near, sectors=SECTORS, territories=[]), tmp_path)
        for button in page.locator(".mm-ranked button").all():
            button.click()
        watched.check_quiet()
    squares = [make_square(str(n), n, 0, name=payload) for n, payload in enumerate(PAYLOADS)]
    rows = make_real_coverage().rows[: len(PAYLOADS)]
    with watch_page(chromium) as watched:
        answer = replace(
            make_real_coverage(),
            rows=tuple(replace(row, code=str(n), name=PAYLOADS[n]) for n, row in enumerate(rows)),
        )
        page = open_page(watched, draw_coverage_map(answer, territories=squares), tmp_path)
        page.locator(".mm-table summary").click()
        for button in page.locator(".mm-link").all():
            button.click()
        watched.check_quiet()


def test_a_reader_without_scripts_reads_the_list(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "carte.html"
    path.write_text(draw_crowd(30), encoding="utf-8")
    with watch_page(chromium, has_scripts=False) as watched:
        page = watched.page
        page.goto(path.as_uri())
        expect(page.get_by_text("La carte se dessine avec JavaScript.")).to_be_visible()
        page.locator(".mm-list summary").click()
        expect(page.locator(".mm-list strong").filter(has_text="Association 12 de")).to_be_visible()
        # What would do nothing is not shown.
        expect(page.locator(".mm-search")).to_be_hidden()
        expect(page.locator(".mm-tiles")).to_be_hidden()


def test_an_old_browser_is_told_so(chromium: Browser, tmp_path: Path) -> None:
    path = tmp_path / "carte.html"
    path.write_text(draw_crowd(30), encoding="utf-8")
    with watch_page(chromium) as watched:
        watched.page.add_init_script("delete window.DecompressionStream")
        watched.page.goto(path.as_uri())
        expect(watched.page.get_by_text("Ce navigateur est trop ancien")).to_be_visible()
        watched.check_quiet()


STRICT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)


class _AssetServer(SimpleHTTPRequestHandler):
    """Serves a page and the maps' assets under a policy that lets no inline script or style run."""

    html = ""

    def do_GET(self) -> None:
        if self.path == "/carte":
            body = self.html.encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-security-policy", STRICT_POLICY)
            self.end_headers()
            self.wfile.write(body)
        elif self.path.startswith("/assets/"):
            self.path = self.path.removeprefix("/assets")
            super().do_GET()
        else:
            self.send_response(204)
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Stay quiet."""


@contextmanager
def serve(html: str) -> Iterator[str]:
    handler = type("Handler", (_AssetServer,), {"html": html})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(ASSETS_FOLDER)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/carte"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("name", MAPS)
def test_a_linked_page_is_drawn_under_a_strict_policy(chromium: Browser, name: str) -> None:
    with serve(MAPS[name]("/assets/")) as address, watch_page(chromium, offline=False) as watched:
        watched.page.goto(address)
        watched.page.wait_for_selector(DRAWN)
        for fold in watched.page.locator("details > summary").all():
            fold.click()
        watched.check_quiet()


def test_folium_elements_of_others_are_drawn_on_our_map(chromium: Browser, tmp_path: Path) -> None:
    region_map = RegionMap()
    DataLayer("towns", towns=[]).add_to(region_map)
    folium.CircleMarker(location=[50.43, 2.83], radius=9, class_name="theirs").add_to(region_map)
    notice = Notice(
        title="Essai", lead=[], counts=COUNTS, kind=make_presence().kind, data_date=None, source=""
    )
    page_of_two = MapPage(region_map, notice, side=render("search.html", map_id="x"), layout="actors")
    assert page_of_two.render() == page_of_two.render()
    with watch_page(chromium) as watched:
        page = open_page(watched, page_of_two.render(), tmp_path)
        expect(page.locator("path.theirs")).to_be_attached()
        watched.check_quiet()


def test_twenty_thousand_presences_are_drawn(chromium: Browser, tmp_path: Path) -> None:
    html = draw_crowd(20_000)
    assert len(html.encode()) < 500_000
    with watch_page(chromium) as watched:
        page = open_page(watched, html, tmp_path)
        assert page.evaluate("map_carte.pointsView.points.count") == 20_000
        expect(page.locator(".mm-count").first).to_be_visible()
        watched.picture("map-actors-20000-desktop")
        watched.check_quiet()


_FIND_COVERED = """() => {
  const rect = (element) => element.getBoundingClientRect();
  const names = [...document.querySelectorAll(".mm-town span")];
  const seen = names.filter((name) => getComputedStyle(name).visibility === "visible");
  const discs = [...document.querySelectorAll(".mm-count circle:first-child")].map(rect);
  // The middle of each side of a name and its centre: none may lie under a number.
  const at = (box, x, y) => [box.left + x * box.width, box.top + y * box.height];
  const points = (box) => [0, 0.5, 1].flatMap((x) => [0, 0.5, 1].map((y) => at(box, x, y)));
  const isIn = ([x, y], disc) =>
    Math.hypot(x - disc.left - disc.width / 2, y - disc.top - disc.height / 2) < disc.width / 2 - 1;
  const isUnder = (name) => points(rect(name)).some((point) => discs.some((disc) => isIn(point, disc)));
  const covered = seen.filter(isUnder);
  const aside = names.filter((name) => name.style.transform !== "translate(-50%, 0.35rem)");
  return { seen: seen.length, aside: aside.length, covered: covered.map((name) => name.textContent) };
}"""


@pytest.mark.parametrize("size", SIZES)
def test_no_town_s_name_is_cut_by_a_number(chromium: Browser, tmp_path: Path, size: str) -> None:
    with watch_page(chromium, size=SIZES[size]) as watched:
        page = open_page(watched, draw_crowd(), tmp_path)
        found = page.evaluate(_FIND_COVERED)
        assert found["covered"] == []
        # Some had to step aside: the check does look at something.
        assert found["seen"] >= 3
        assert found["aside"] > 0


def test_tiles_are_asked_only_of_the_host_named_once_asked_for(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_crowd(50), tmp_path)
        assert watched.foreign == []
        page.locator(".mm-tiles summary").click()
        page.get_by_label("Afficher le fond IGN").check()
        # The network is off: the page says what is missing, and stays whole.
        expect(page.locator(".mm-tiles-problem")).to_contain_text("data.geopf.fr")
        assert {url.split("/")[2] for url in watched.foreign} == {"data.geopf.fr"}
        expect(page.locator(".leaflet-control-attribution")).to_contain_text("IGN")
        asked = len(watched.foreign)
        page.get_by_label("Contours seuls").check()
        page.locator(".leaflet-control-zoom-in").click()
        assert len(watched.foreign) == asked


def test_leaflet_speaks_french(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_crowd(50), tmp_path)
        page.evaluate("map_carte.pointsView.show(0)")
        expect(page.get_by_role("button", name="Agrandir", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Réduire", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Fermer")).to_be_visible()
        words = page.evaluate(
            "[...document.querySelectorAll('[title], [aria-label], [alt]')]"
            ".map((one) => one.title + one.ariaLabel + (one.alt || ''))"
        )
        assert [
            word for word in words if re.search(r"Zoom in|Zoom out|Close|Marker|JavaScript library", word)
        ] == []

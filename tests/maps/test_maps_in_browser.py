"""Maps as people meet them: in Chromium, on a phone and a desk, with the network off."""

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
from playwright.sync_api import Browser, Page, expect

from geo.position import Position
from geo.records import Precision, StatusCounts
from maps.actors_map import draw_actors_map
from maps.coverage_map import draw_coverage_map
from maps.layers import DataLayer
from maps.measures import Measure
from maps.page import MapPage, Notice, RegionMap
from maps.popup import render
from maps.proximity_map import draw_proximity_map
from maps.vendored import ASSETS_FOLDER
from tests.browser import DESKTOP, PHONE, SIZES, WatchedPage, watch_page
from tests.maps.builders import (
    DATA_DATE,
    LENS,
    PAYLOADS,
    SECTORS,
    list_territories,
    make_antenne,
    make_crowd,
    make_dangerous,
    make_near,
    make_presence,
    make_real_coverage,
    make_square,
)
from tests.maps.test_page import COUNTS, MAPS

pytestmark = pytest.mark.browser

DRAWN = ".mm[data-started=drawn]"
STRICT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'"
)


def open_page(watched: WatchedPage, html: str, folder: Path) -> Page:
    """Open a page from the disk, as somebody who received it would, and wait for its map."""
    path = folder / "carte.html"
    path.write_text(html, encoding="utf-8")
    watched.page.goto(path.as_uri())
    watched.page.wait_for_selector(DRAWN)
    return watched.page


def draw_crowd(count: int = 120) -> str:
    return draw_actors_map(
        make_crowd(count),
        sectors=SECTORS,
        territories=list_territories(),
        counts=StatusCounts(placed=count),
        title="Les acteurs du réseau",
        source="Registre de l’Apes",
        data_date=DATA_DATE,
        antennes=[make_antenne()],
    )


def draw_coverage(measure: Measure) -> str:
    return draw_coverage_map(
        make_real_coverage(),
        territories=list_territories(),
        antennes=[make_antenne()],
        measure=measure,
        source="Registre de l’Apes",
    )


def draw_near() -> str:
    presences = [
        make_presence(
            number,
            position=Position(lon=LENS.lon + number / 200, lat=LENS.lat + (number % 3) / 200),
            precision=Precision.COMMUNE if number == 3 else Precision.HOUSENUMBER,
            sectors=(SECTORS[number % 4].code,),
            website="https://exemple.example",
        )
        for number in range(1, 9)
    ]
    return draw_proximity_map(
        make_near(presences, [number * 400.0 for number in range(1, 9)], radius_m=5_000.0),
        sectors=SECTORS,
        territories=list_territories(),
        antennes=[make_antenne()],
        source="Registre de l’Apes",
    )


PICTURED = {
    "actors": draw_crowd,
    "coverage-ratio": lambda: draw_coverage(Measure.RATIO),
    "coverage-per-10k": lambda: draw_coverage(Measure.PER_10K),
    "coverage-count": lambda: draw_coverage(Measure.COUNT),
    "near": draw_near,
}


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


def test_every_presence_is_counted_once_at_every_zoom(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_crowd(1_500), tmp_path)
        totals = page.evaluate(
            """() => [6, 7, 7.25, 8, 9.5, 10, 11, 12, 12.25, 14, 18].map((zoom) => {
                const points = map_carte.pointsView.points;
                const spots = Maillage.arrange(points, Array.from(points.name.keys()), zoom);
                const all = [...spots.singles, ...spots.counted.flatMap((spot) => spot.members)];
                return [all.length, new Set(all).size, spots.counted.length];
            })"""
        )
        assert {(total, distinct) for total, distinct, _ in totals} == {(1_500, 1_500)}
        # Counted in few places from afar, one by one from near.
        assert totals[0][2] <= 5
        assert totals[3][2] > 5


def test_the_numbers_on_screen_add_up_with_the_points(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_crowd(1_500), tmp_path)
        labels = page.eval_on_selector_all(
            ".mm-count", "all => all.map((one) => one.getAttribute('aria-label'))"
        )
        counted = sum(int(re.sub(r"\D", "", label.split("acteur")[0])) for label in labels)
        singles = page.evaluate("map_carte.pointsView.spots().singles.length")
        assert counted + singles == 1_500


def test_discs_do_not_hide_one_another(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_crowd(3_000), tmp_path)
        spots = page.evaluate(
            "map_carte.pointsView.spots().counted.map((s) => [s.at[0], s.at[1], s.diameter])"
        )
        scale = page.evaluate("2 ** map_carte.getZoom()")
        for place, (x, y, diameter) in enumerate(spots):
            for other_x, other_y, other in spots[place + 1 :]:
                away = ((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5 * scale
                # They may touch a little where the region is fullest, never cover each other's number.
                assert away > 0.6 * (diameter + other) / 2


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


def test_the_keyboard_reaches_what_the_mouse_does(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_crowd(1_500), tmp_path)
        page.keyboard.press("Tab")
        expect(page.locator(".mm-search input")).to_be_focused()
        page.keyboard.type("association 1490 de")
        page.keyboard.press("Enter")
        expect(page.locator(".leaflet-popup .mm-card-name")).to_contain_text("Association 1490 de")
        expect(page.locator(".mm-found")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(page.locator(".leaflet-popup")).to_have_count(0)
        page.get_by_role("button", name="Tout voir").press("Enter")
        zoom = page.evaluate("map_carte.getZoom()")
        page.locator(".mm-count").first.press("Enter")
        assert page.evaluate("map_carte.getZoom()") > zoom
        watched.check_quiet()


def test_the_map_can_be_skipped(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_coverage(Measure.RATIO), tmp_path)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Passer la carte")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#map_carte_side")).to_be_focused()


def test_accents_and_case_do_not_hide_a_name(chromium: Browser, tmp_path: Path) -> None:
    html = draw_actors_map(
        [make_presence(1, name="L’Épicerie d’À Côté"), make_presence(2, name="Autre")],
        sectors=SECTORS,
        territories=list_territories(),
        counts=COUNTS,
        title="Carte",
        source="",
        data_date=None,
    )
    with watch_page(chromium) as watched:
        page = open_page(watched, html, tmp_path)
        page.fill(".mm-search input", "EPICERIE d’a cote")
        expect(page.locator(".mm-found")).to_have_count(1)
        expect(page.get_by_role("status").filter(has_text="1 nom trouvé")).to_be_visible()


def test_sectors_are_kept_or_left_out(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_crowd(400), tmp_path)
        page.get_by_role("button", name="Aucune").click()
        assert page.evaluate("map_carte.pointsView.shown.length") == 0
        expect(page.locator(".mm-shown")).to_have_text("0 acteur sur 400")
        page.get_by_label("Mobilité").check()
        expect(page.locator(".mm-shown")).to_have_text("100 acteurs sur 400")
        page.get_by_role("button", name="Toutes").click()
        assert page.evaluate("map_carte.pointsView.shown.length") == 400
        expect(page.locator(".mm-shown")).to_have_text("")


def test_the_list_leads_to_the_map(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium, size=PHONE) as watched:
        page = open_page(watched, draw_crowd(120), tmp_path)
        page.locator(".mm-list summary").click()
        item = page.locator(".mm-list li").filter(has_text="Association 57 de").first
        item.get_by_role("button").click()
        expect(page.locator(".leaflet-popup .mm-card-name")).to_contain_text("Association 57 de")
        expect(page.locator(".leaflet-popup")).to_be_in_viewport()
        watched.picture("map-actors-card-phone")
        watched.check_quiet()


def test_presences_at_one_place_are_all_read(chromium: Browser, tmp_path: Path) -> None:
    html = draw_actors_map(
        [make_presence(number) for number in range(1, 6)],
        sectors=SECTORS,
        territories=list_territories(),
        counts=COUNTS,
        title="Carte",
        source="",
        data_date=None,
    )
    with watch_page(chromium) as watched:
        page = open_page(watched, html, tmp_path)
        page.get_by_role("button", name="5 acteurs, Lens. Lire les noms").click()
        expect(page.locator(".leaflet-popup summary")).to_have_count(5)
        expect(page.locator(".leaflet-popup .mm-card-name")).to_have_text("5 acteurs à cet endroit")


def test_a_result_and_its_line_light_up_together(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_near(), tmp_path)
        marked = page.locator(".mm-result.mm-marked")
        expect(marked).to_have_count(0)
        page.locator('li[data-rank="4"] button').focus()
        expect(marked).to_have_count(1)
        expect(marked).to_have_text("4")
        page.locator('li[data-rank="6"]').hover()
        expect(page.locator(".mm-result.mm-marked").filter(has_text="6")).to_have_count(1)
        page.locator(".mm-result").filter(has_text="2").hover()
        expect(page.locator('li[data-rank="2"]')).to_have_class(re.compile("mm-marked"))


def test_a_territory_and_its_row_light_up_together(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_coverage(Measure.RATIO), tmp_path)
        page.locator(".mm-table summary").click()
        lens = page.locator('tr[data-code="246200364"]')
        lens.get_by_role("button").click()
        expect(page.locator(".leaflet-popup")).to_contain_text("Lens")
        expect(lens).to_have_class(re.compile("mm-marked"))
        watched.check_quiet()


@pytest.mark.parametrize("measure", [Measure.RATIO, Measure.COUNT])
def test_pointing_at_a_territory_tells_its_figures(
    chromium: Browser, tmp_path: Path, measure: Measure
) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_coverage(measure), tmp_path)
        box = page.locator(".mm-map").bounding_box()
        x, y = page.evaluate(
            "() => { const at = map_carte.latLngToContainerPoint([49.40, 2.40]); return [at.x, at.y]; }"
        )
        assert box is not None
        page.mouse.move(box["x"] + x, box["y"] + y)
        expect(page.locator(".leaflet-tooltip")).to_contain_text("habitants")
        [row] = page.locator("tr.mm-marked").all()
        told = page.locator(".leaflet-tooltip .mm-card-name").text_content()
        assert told == row.locator("th button").text_content()
        page.mouse.move(box["x"] + 5, box["y"] + 5)
        expect(page.locator(".leaflet-tooltip")).to_have_count(0)
        watched.check_quiet()


def test_the_table_is_sorted_by_its_titles(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium) as watched:
        page = open_page(watched, draw_coverage(Measure.RATIO), tmp_path)
        page.locator(".mm-table summary").click()
        page.get_by_role("button", name="Habitants").click()
        expect(page.locator(".mm-table tbody tr").first).to_contain_text("Métropole Européenne de Lille")
        expect(page.get_by_role("columnheader", name="Habitants")).to_have_attribute(
            "aria-sort", "descending"
        )
        page.get_by_role("button", name="Habitants").click()
        expect(page.locator(".mm-table tbody tr").last).to_contain_text("Métropole Européenne de Lille")


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


def test_the_wheel_scrolls_the_page_until_the_map_is_chosen(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium, size=DESKTOP) as watched:
        page = open_page(watched, draw_crowd(50), tmp_path)
        zoom = page.evaluate("map_carte.getZoom()")
        assert not page.evaluate("map_carte.scrollWheelZoom.enabled()")
        page.locator(".mm-map").focus()
        assert page.evaluate("map_carte.scrollWheelZoom.enabled()")
        assert page.evaluate("map_carte.getZoom()") == zoom

"""Maps do what people expect of them: by keyboard, by mouse, from the list, from the table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from maps.actors_map import draw_actors_map
from maps.measures import Measure
from tests.browser import DESKTOP, PHONE, watch_page
from tests.maps.builders import (
    SECTORS,
    list_territories,
    make_presence,
)
from tests.maps.drawing import draw_coverage, draw_crowd, draw_near, open_page
from tests.maps.test_page import COUNTS

pytestmark = pytest.mark.browser


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
        for typed in ("epicerei", "épicrie de cote", "epicer d’a coté"):
            page.fill(".mm-search input", typed)
            said = page.get_by_role("status").filter(has_text="Aucun nom exact ; 1 nom qui s’en approche")
            expect(said).to_be_visible()
            expect(page.locator(".mm-found")).to_have_text("L’Épicerie d’À CôtéLens")
        page.fill(".mm-search input", "boulangerie")
        expect(page.get_by_role("status").filter(has_text="0 nom trouvé")).to_be_visible()
        expect(page.locator(".mm-found")).to_have_count(0)


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


def test_the_wheel_scrolls_the_page_until_the_map_is_chosen(chromium: Browser, tmp_path: Path) -> None:
    with watch_page(chromium, size=DESKTOP) as watched:
        page = open_page(watched, draw_crowd(50), tmp_path)
        zoom = page.evaluate("map_carte.getZoom()")
        assert not page.evaluate("map_carte.scrollWheelZoom.enabled()")
        page.locator(".mm-map").focus()
        assert page.evaluate("map_carte.scrollWheelZoom.enabled()")
        assert page.evaluate("map_carte.getZoom()") == zoom

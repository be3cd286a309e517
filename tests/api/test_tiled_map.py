"""The map of a register too large for one page, in Chromium: counts from afar, tiles up close, cards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from api.app import create_app
from api.settings import ApiSettings
from data.session import Register
from tests.api.builders import ARRAS, LENS, LILLE, fill_register, make_incoming
from tests.live_server import serve

TOWNS = (LENS, LILLE, ARRAS)
COUNTS = {"Lens": 6, "Lille": 5, "Arras": 5}


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    rows = [
        make_incoming(
            f"Association n° {number}",
            TOWNS[number % 3],
            north_deg=0.004 * (number // 3),
            sectors=("mobilite",) if number % 2 else ("alimentation",),
        )
        for number in range(16)
    ]
    register = fill_register(tmp_path_factory.mktemp("tiled"), rows)
    yield register
    register.close()


@pytest.fixture(scope="module")
def site(register: Register) -> Iterator[str]:
    app = create_app(ApiSettings(map_presences=10), register=register)
    with serve(register, app=app) as address:
        yield address


def open_map(chromium: Browser, site: str, query: str = "") -> tuple[Page, list[str]]:
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith(site) else None)
    page.goto(f"{site}/carte/plan{query}", wait_until="networkidle")
    return page, said


def look_at(page: Page, lat: float, lon: float, zoom: float) -> None:
    page.evaluate(
        # In braces: a map that is given back would be written out whole, which takes seconds.
        "([lat, lon, zoom]) => { map_carte.setView([lat, lon], zoom, { animate: false }); }",
        [lat, lon, zoom],
    )
    page.wait_for_load_state("networkidle")


def read_counts(page: Page) -> dict[str, int]:
    labels = page.locator(".mm-tiled-count").evaluate_all(
        "(found) => found.map((one) => one.getAttribute('aria-label'))"
    )
    counts = {}
    for label in labels:
        count, rest = label.replace("\u202f", "").split(" acteur", 1)
        counts[rest.split(", ", 1)[1].removesuffix(". Agrandir ici")] = int(count)
    return counts


def test_counts_stand_inside_borders_level_after_level(chromium: Browser, site: str) -> None:
    page, said = open_map(chromium, site)
    assert page.locator("h1").inner_text() == "Les acteurs du réseau"
    look_at(page, 50.4, 2.9, 7)
    assert read_counts(page) == {"Nord": 5, "Pas-de-Calais": 11}
    look_at(page, 50.4, 2.9, 9)
    assert sorted(read_counts(page).values()) == [5, 5, 6]
    look_at(page, 50.45, 2.9, 10.5)
    assert read_counts(page) == COUNTS
    assert said == []
    page.close()


def test_numbers_that_would_hide_one_another_give_way_to_wider_borders(chromium: Browser, site: str) -> None:
    page, _ = open_map(chromium, site)
    # Sixty places, one every two kilometres.
    page.evaluate(
        """() => {
          const groups = map_carte.tiledView.layer.levels.group;
          groups.length = 0;
          for (let i = 0; i < 60; i++)
            groups.push(["Pays " + i, 50.3 + 0.02 * (i % 8), 2.7 + 0.03 * Math.floor(i / 8), 10000 + i]);
        }"""
    )
    look_at(page, 50.4, 2.9, 8)
    assert read_counts(page) == {"Nord": 5, "Pas-de-Calais": 11}
    # Close by, where the middle of one département is out of sight, the numbers stay.
    look_at(page, 50.2, 2.7, 9.9)
    assert read_counts(page).keys() > {"Pays 0"}
    page.close()


def test_points_come_as_tiles_and_open_their_card(chromium: Browser, site: str) -> None:
    page, said = open_map(chromium, site)
    look_at(page, LENS[2], LENS[1], 16)
    page.wait_for_function("() => document.querySelector('.leaflet-container').dataset.marks > 0")
    middle = page.locator(".leaflet-container").bounding_box()
    assert middle is not None
    page.mouse.click(middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2)
    card = page.locator(".leaflet-popup-content")
    card.wait_for()
    assert "Association n° 0" in card.inner_text()
    assert card.locator("a", has_text="Voir la fiche").get_attribute("href") == "/presences/1"
    assert said == []
    page.close()


def test_filters_reach_the_tiles(chromium: Browser, site: str) -> None:
    page, said = open_map(chromium, site, "?outside=200093201")
    look_at(page, 50.45, 2.9, 10.5)
    assert read_counts(page) == {"Lens": 6, "Arras": 5}
    assert said == []
    page.close()


def test_the_keyboard_goes_closer(chromium: Browser, site: str) -> None:
    page, _ = open_map(chromium, site)
    look_at(page, 50.4, 2.9, 7)
    page.locator(".mm-tiled-count").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => map_carte.getZoom() > 8")
    page.close()


def test_few_enough_presences_stay_in_the_page(chromium: Browser, site: str) -> None:
    page, _ = open_map(chromium, site, "?sector=mobilite")
    assert page.locator("canvas").count() > 0
    assert page.evaluate("Boolean(map_carte.pointsView)")
    page.close()

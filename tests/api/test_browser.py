"""The pages as people use them, in Chromium: by thumb, by keyboard, with and without scripts, on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from data.session import Register
from geo.records import MEL_CODE
from tests.browser import PHONE, SIZES, watch_page
from tests.live_server import serve

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/proche?q=Lens",
    f"/carte?sector=alimentation&outside={MEL_CODE}",
    "/couverture",
    f"/territoires/{MEL_CODE}",
)


@pytest.fixture(scope="module")
def site(sample_register: Register) -> Iterator[str]:
    with serve(sample_register) as address:
        yield address


@pytest.mark.parametrize("address", PAGES)
def test_targets_are_large_enough_for_a_thumb(chromium: Browser, site: str, address: str) -> None:
    with watch_page(chromium, size=PHONE, offline=False) as watched:
        watched.page.goto(f"{site}{address}")
        small = watched.page.evaluate(
            """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
                .filter((each) => each.checkVisibility())
                // A link inside a sentence is as tall as its line (WCAG 2.5.8, inline exception).
                .filter((each) => !each.matches(":is(p:not(.distance), p > span, figcaption) > a"))
                .map((each) => [each.outerHTML.slice(0, 80), (each.closest("label") || each)])
                .map(([html, target]) => [html, target.getBoundingClientRect()])
                .filter(([, box]) => box.height < 43.5)
                .map(([html, box]) => `${html} ${box.width}×${box.height}`)"""
        )
        assert small == []


def test_a_person_searches_with_the_keyboard_alone(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        page = watched.page
        page.goto(site)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "q"
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "focus can be seen"
        page.keyboard.type("Lens")
        page.keyboard.press("Enter")
        page.wait_for_url("**/proche?**")
        assert "Près de Lens" in page.inner_text("h1")
        assert "à moins de 10" in page.inner_text(".answer")
        watched.check_quiet()


@pytest.mark.parametrize("size", SIZES)
def test_everything_works_without_scripts(chromium: Browser, site: str, size: str) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False, has_scripts=False) as watched:
        page = watched.page
        page.goto(site)
        page.fill("#q", "Valenciennes")
        page.click("button.main")
        assert "Valenciennes" in page.inner_text("h1")
        assert page.locator(".places > li").count() > 0
        page.goto(f"{site}/carte")
        page.click("summary")
        page.check("input[name=sector][value=mobilite]")
        page.click("form button.main")
        assert "sector=mobilite" in page.url
        listed = page.locator(".places > li").count()
        page.click(".chips a")
        assert page.locator(".places > li").count() > listed
        page.goto(f"{site}/couverture")
        page.click("#tableau + details > summary")
        page.click("thead a:has-text('Territoire')")
        assert "sort=name" in page.url
        assert watched.foreign == []


def test_the_map_beside_the_list_draws_and_shows_the_same(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        page = watched.page
        page.goto(f"{site}/proche?q=Lens&kind=actor&radius_m=10000")
        listed = page.locator(".places > li").count()
        frame = page.frame_locator(".map iframe")
        frame.locator(".leaflet-container").wait_for()
        assert frame.locator(".mm-ranked > li").count() == listed
        assert not frame.locator(".mm-title").is_visible(), "the page around says the title already"
        watched.check_quiet()
        watched.picture("site-near-with-map")


def test_around_me_asks_once_and_rounds(chromium: Browser, site: str) -> None:
    context = chromium.new_context(
        geolocation={"latitude": 50.428912, "longitude": 2.831987},
        permissions=["geolocation"],
        viewport=PHONE,
    )
    page = context.new_page()
    page.goto(f"{site}/proche")
    page.click("button[data-locate]")
    page.wait_for_url("**lat=50.429&lon=2.832**")
    assert "du point choisi" in page.inner_text(".answer")
    context.close()


def test_a_page_prints_its_list_without_its_forms(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        watched.page.goto(f"{site}/proche?q=Lens")
        watched.page.emulate_media(media="print")
        assert not watched.page.locator("form").first.is_visible()
        assert watched.page.locator(".places > li").first.is_visible()
        watched.picture("site-near-print", full_page=True)

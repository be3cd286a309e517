"""The pages as people see them: in Chromium, at two sizes, with and without scripts, axe-core looking on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize

from data.session import Register
from geo.records import MEL_CODE
from tests.browser import PHONE, SIZES, watch_page
from tests.live_server import serve

pytestmark = pytest.mark.browser

STATES = {
    "home": "/",
    "near-asked": "/proche",
    "near-found": "/proche?q=Lens",
    "near-nobody": "/proche?q=Lens&kind=antenne&radius_m=2000&sector=culture",
    "near-ambiguous": "/proche?q=Saint-Aubin",
    "near-unknown": "/proche?q=xqzwkj",
    "map": "/carte",
    "map-filtered": f"/carte?sector=alimentation&outside={MEL_CODE}",
    "map-nothing": "/carte?text=xqzwkj",
    "coverage": "/couverture",
    "coverage-communes": "/couverture?level=commune&sort=name&page=2",
    "territories": "/territoires",
    "territories-found": "/territoires?q=Hellemmes",
    "territory": f"/territoires/{MEL_CODE}",
    "territory-unknown": "/territoires/99999",
    "api": "/api",
}
MAIN_STATES = ("home", "near-found", "map-filtered", "coverage", "territory")
EXPECTED_STATUS = {"near-unknown": 404, "territory-unknown": 404}


@pytest.fixture(scope="module")
def site(sample_register: Register) -> Iterator[str]:
    with serve(sample_register) as address:
        yield address


def check_access(page: Page) -> None:
    """Let axe-core look for what keeps people out, with text contrast at 7:1 (WCAG 1.4.6)."""
    options = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": True}}}
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, results.generate_report()


def open_state(page: Page, site: str, state: str) -> None:
    answer = page.goto(f"{site}{STATES[state]}", wait_until="load")
    assert answer is not None
    assert answer.status == EXPECTED_STATUS.get(state, 200)


@pytest.mark.parametrize(
    ("state", "size"), [(state, "phone") for state in STATES] + [(state, "desktop") for state in MAIN_STATES]
)
def test_every_state_is_quiet_accessible_and_fits(
    chromium: Browser, site: str, state: str, size: str
) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        open_state(watched.page, site, state)
        if state in EXPECTED_STATUS:
            # Chromium itself notes in its console that a page was answered with 404.
            watched.complaints = [text for text in watched.complaints if "404" not in text]
        watched.check_quiet()
        width = watched.page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"], "nothing stands outside the page"
        check_access(watched.page)
        watched.picture(f"site-{state}-{size}")


@pytest.mark.parametrize("state", MAIN_STATES)
def test_dark_pages_are_accessible_too(chromium: Browser, site: str, state: str) -> None:
    with watch_page(chromium, size=PHONE, offline=False) as watched:
        watched.page.emulate_media(color_scheme="dark")
        open_state(watched.page, site, state)
        check_access(watched.page)
        watched.picture(f"site-{state}-dark")


@pytest.mark.parametrize("state", MAIN_STATES)
def test_targets_are_large_enough_for_a_thumb(chromium: Browser, site: str, state: str) -> None:
    with watch_page(chromium, size=PHONE, offline=False) as watched:
        open_state(watched.page, site, state)
        small = watched.page.evaluate(
            """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
                .filter((each) => each.checkVisibility() && !each.matches(".skip"))
                // A link inside a sentence is as tall as its line (WCAG 2.5.8, inline exception).
                .filter((each) => !(each.matches("p > a, p > span > a, li > p > a, figcaption > a")))
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


def test_a_zoomed_page_still_fits(chromium: Browser, site: str) -> None:
    # 200 % of a 1280 px screen is a screen of 640 px.
    with watch_page(chromium, size=ViewportSize(width=640, height=400), offline=False) as watched:
        for state in MAIN_STATES:
            open_state(watched.page, site, state)
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= 640

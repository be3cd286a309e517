"""The page of the next antenne as people use it: with the mouse, the keyboard, or without any script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from data.session import Register
from tests.browser import DESKTOP, SIZES, watch_page
from tests.live_server import serve

pytestmark = pytest.mark.browser

PAGE = "/couverture/antennes"


@pytest.fixture(scope="module")
def site(sample_register: Register) -> Iterator[str]:
    with serve(sample_register) as address:
        yield address


def check_access(page: Page) -> None:
    options = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": True}}}
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_open_to_all_and_fits(chromium: Browser, site: str, size: str, scheme: str) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        watched.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        watched.page.goto(f"{site}{PAGE}?commune=80021,02408")
        check_access(watched.page)
        width = watched.page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]["width"]
        watched.picture(f"siting-{size}-{scheme}", full_page=True)
        watched.check_quiet()


def test_a_click_on_the_map_changes_the_figures_and_the_address(chromium: Browser, site: str) -> None:
    with watch_page(chromium, size=DESKTOP, offline=False) as watched:
        page = watched.page
        page.goto(f"{site}{PAGE}")
        said = page.locator("[data-siting-says]")
        expect(said).to_contain_text("Choisissez")
        page.locator('a[aria-label^="Ajouter Amiens"] .siting-target').click()
        expect(said).to_contain_text("Avec une antenne à Amiens")
        assert page.url == f"{site}{PAGE}?commune=80021#essai"
        page.locator('a[aria-label^="Ajouter Laon"] .siting-target').click()
        expect(said).to_contain_text("à Amiens et à Laon")
        # The figures are those of the page at that address.
        words = said.inner_text()
        page.goto(page.url)
        page.reload()
        assert said.inner_text() == words
        page.locator('a[aria-label^="Retirer Amiens"] .siting-target').click()
        expect(said).to_contain_text("Avec une antenne à Laon")
        page.go_back()
        expect(said).to_contain_text("à Amiens et à Laon")
        watched.check_quiet()


def test_a_page_that_has_not_changed_keeps_its_style(chromium: Browser, site: str) -> None:
    """A second visit is answered « not modified »: what the browser kept must still be allowed to load."""
    with watch_page(chromium, size=DESKTOP, offline=False) as watched:
        watched.page.goto(f"{site}{PAGE}")
        colour = watched.page.locator(".site-header").evaluate(
            "each => getComputedStyle(each).backgroundColor"
        )
        watched.page.reload()
        again = watched.page.locator(".site-header").evaluate(
            "each => getComputedStyle(each).backgroundColor"
        )
        assert again == colour == "rgb(18, 67, 77)"
        watched.check_quiet()


def test_the_lists_do_the_same_from_the_keyboard(chromium: Browser, site: str) -> None:
    with watch_page(chromium, size=SIZES["phone"], offline=False) as watched:
        page = watched.page
        page.goto(f"{site}{PAGE}")
        page.get_by_label("Une antenne à").select_option("80021")
        expect(page.locator("[data-siting-says]")).to_contain_text("Avec une antenne à Amiens")
        page.locator("#minutes").select_option("45")
        expect(page.locator("[data-siting-says]")).to_contain_text("moins de 45")
        assert re.search(r"commune=80021&minutes=45", page.url)
        watched.check_quiet()


def test_without_scripts_the_form_and_the_map_still_answer(chromium: Browser, site: str) -> None:
    with watch_page(chromium, size=DESKTOP, offline=False, has_scripts=False) as watched:
        page = watched.page
        page.goto(f"{site}{PAGE}")
        page.get_by_label("Une antenne à").select_option("80021")
        page.get_by_role("button", name="Calculer").click()
        expect(page.locator("[data-siting-says]")).to_contain_text("Avec une antenne à Amiens")
        page.locator('a[aria-label^="Ajouter Laon"] .siting-target').click()
        expect(page.locator("[data-siting-says]")).to_contain_text("à Amiens et à Laon")
        watched.check_quiet()


def test_the_large_map_draws(chromium: Browser, site: str) -> None:
    with watch_page(chromium, size=DESKTOP, offline=False) as watched:
        watched.page.goto(f"{site}{PAGE}/plan?commune=80021")
        expect(watched.page.locator("h1")).to_contain_text("Une antenne à Amiens")
        watched.page.wait_for_selector(".leaflet-areas-pane svg path")
        watched.picture("siting-map")
        watched.check_quiet()

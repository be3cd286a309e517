"""Finding one another in Chromium: typing, keyboard, no scripts, no network, the map with the list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import DESKTOP, PHONE, SIZES, watch_page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", SIZES)
def test_a_place_is_completed_with_the_keyboard_alone(
    chromium: Browser, meeting_site: str, size: str
) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        page = watched.page
        page.goto(f"{meeting_site}/proche")
        field = page.get_by_role("combobox", name="Une adresse, une commune ou un nom")
        field.focus()
        page.keyboard.type("hellem", delay=10)
        option = page.get_by_role("option").first
        expect(option).to_contain_text("Hellemmes-Lille (Lille, 59)")
        expect(field).to_have_attribute("aria-expanded", "true")
        watched.picture(f"meeting-suggestions-{size}")
        page.keyboard.press("ArrowDown")
        expect(option).to_have_attribute("aria-selected", "true")
        assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
        page.keyboard.press("Escape")
        expect(field).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**commune=59298**")
        assert "Hellemmes" in page.inner_text("h1")
        watched.check_quiet()


def test_what_is_typed_without_choosing_is_searched_as_it_stands(
    chromium: Browser, meeting_site: str
) -> None:
    with watch_page(chromium, offline=False) as watched:
        page = watched.page
        page.goto(f"{meeting_site}/proche?q=Lens+%2862%29&commune=62498")
        page.fill("#q", "Arras")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=Arras**")
        assert "Arras" in page.inner_text("h1"), "the place chosen before is forgotten"


@pytest.mark.parametrize("size", SIZES)
def test_without_scripts_everything_is_asked_and_answered(
    chromium: Browser, meeting_site: str, size: str
) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False, has_scripts=False) as watched:
        page = watched.page
        page.goto(f"{meeting_site}/proche")
        page.fill("#q", "Lens")
        page.click(".panel summary")
        page.select_option("#reach", "epci")
        page.check("input[name=sector][value=lien-social]")
        page.click("button.main")
        assert "reach=epci" in page.url
        assert "sector=lien-social" in page.url
        assert page.locator("[data-presence]").count() > 0
        page.locator(".places h3 a").first.click()
        assert "/presences/" in page.url
        page.goto(f"{meeting_site}/carte")
        page.click("summary")
        page.check("input[name=sector][value=mobilite]")
        page.click("form button.main")
        assert "sector=mobilite" in page.url
        watched.picture(f"meeting-no-scripts-{size}")


def test_the_list_stays_readable_and_usable_with_the_network_off(
    chromium: Browser, meeting_site: str
) -> None:
    with watch_page(chromium, size=PHONE, offline=False) as watched:
        page = watched.page
        page.goto(f"{meeting_site}/proche?q=Lens", wait_until="networkidle")
        page.context.set_offline(True)
        frame = page.frame_locator(".map iframe")
        frame.locator(".leaflet-container").wait_for()
        frame.locator(".leaflet-control-zoom-in").click()
        page.click(".panel summary")
        page.fill("#q", "Arr")
        expect(page.locator(".place-list li")).to_have_count(0)
        assert page.locator("[data-presence]").count() > 0
        watched.picture("meeting-offline")


def test_pointing_at_the_list_marks_the_map_and_back(chromium: Browser, meeting_site: str) -> None:
    with watch_page(chromium, size=DESKTOP, offline=False) as watched:
        page = watched.page
        page.goto(f"{meeting_site}/proche?q=Lens&kind=actor", wait_until="networkidle")
        frame = page.frame_locator(".map iframe")
        frame.locator(".mm-result").first.wait_for()
        item = page.locator("[data-presence]").last
        item.hover()
        expect(frame.locator(".mm-result.mm-marked")).to_have_count(1)
        page.mouse.move(5, 5)
        expect(frame.locator(".mm-result.mm-marked")).to_have_count(0)
        page.locator("[data-presence] h3 a").last.focus()
        expect(frame.locator(".mm-result.mm-marked")).to_have_count(1)
        frame.locator(".mm-result").last.hover(force=True)
        expect(page.locator("[data-presence].pointed").first).to_be_visible()
        watched.check_quiet()
        watched.picture("meeting-pointed")


def test_pointing_at_the_list_of_everybody_marks_the_map(chromium: Browser, meeting_site: str) -> None:
    with watch_page(chromium, size=DESKTOP, offline=False) as watched:
        page = watched.page
        page.goto(f"{meeting_site}/carte?kind=project", wait_until="networkidle")
        frame = page.frame_locator(".map iframe")
        frame.locator(".leaflet-container").wait_for()
        first = page.locator("[data-presence]").first
        first.hover()
        marked = "() => document.querySelector('.mm').dataset.marked"
        found = page.frames[1].wait_for_function(marked).json_value()
        assert found == first.get_attribute("data-presence")
        watched.check_quiet()


def test_nothing_is_asked_of_others_until_a_base_map_is(chromium: Browser, meeting_site: str) -> None:
    with watch_page(chromium, size=DESKTOP, offline=False) as watched:
        page = watched.page
        page.route(re.compile(r"https://"), lambda route: route.abort())
        page.goto(f"{meeting_site}/carte/plan", wait_until="networkidle")
        assert watched.foreign == []
        page.click(".mm-tiles summary")
        page.get_by_label(re.compile("Afficher le fond IGN")).check()
        page.wait_for_function("() => document.querySelector('.mm-tiles-problem').textContent")
        assert watched.foreign
        assert all(url.startswith("https://data.geopf.fr/") for url in watched.foreign)


def test_focus_is_seen_on_everything_that_takes_it(chromium: Browser, meeting_site: str) -> None:
    with watch_page(chromium, size=PHONE, offline=False) as watched:
        page = watched.page
        page.goto(f"{meeting_site}/proche")
        page.click(".panel summary")
        for _ in range(30):
            page.keyboard.press("Tab")
            seen = page.evaluate(
                """() => {
                    const each = document.activeElement;
                    const marks = [each, each.nextElementSibling].filter(Boolean);
                    const isSeen = (one) => getComputedStyle(one).outlineStyle !== "none";
                    return each === document.body || marks.some(isSeen);
                }"""
            )
            assert seen, page.evaluate("document.activeElement.outerHTML")


def test_nothing_moves_for_who_asked_for_stillness(chromium: Browser, meeting_site: str) -> None:
    with watch_page(chromium, size=PHONE, offline=False) as watched:
        watched.page.goto(f"{meeting_site}/carte", wait_until="networkidle")
        moving = "() => document.getAnimations().length"
        assert watched.page.evaluate(moving) == 0
        assert watched.page.frames[1].evaluate(moving) == 0

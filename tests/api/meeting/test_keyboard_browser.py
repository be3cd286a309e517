"""Journeys with the keyboard alone: the map of everybody, its counts and cards, the map of another site."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from tests.browser import SIZES, watch_page

pytestmark = pytest.mark.browser

MOST_STEPS = 90
FOCUS = """(target) => {
    const each = document.activeElement;
    const isDrawn = (one) => {
        const style = getComputedStyle(one);
        return style.outlineStyle !== "none" || style.boxShadow !== "none";
    };
    // Around a whole page the focus is not ours to draw; a chip draws its box's around its word.
    const isSeen = each === document.body || each.tagName === "IFRAME"
        || [each, each.nextElementSibling].filter(Boolean).some(isDrawn);
    return { isThere: each === target, hidden: isSeen ? "" : each.outerHTML };
}"""


def step_to(page: Page, target: Locator) -> None:
    """Press Tab until a part of the page has the focus; wherever it stands on the way, it is seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        focus = target.evaluate(FOCUS)
        assert not focus["hidden"]
        if focus["isThere"]:
            return
    raise AssertionError(f"{target} is never reached")


def read_focus(frame: Frame) -> str:
    said: str = frame.evaluate(
        "() => document.activeElement.getAttribute('aria-label') || document.activeElement.className"
    )
    return said


@pytest.mark.parametrize("size", SIZES)
def test_the_map_is_filtered_and_a_card_of_its_list_is_opened(
    chromium: Browser, meeting_site: str, size: str
) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        page = watched.page
        page.goto(f"{meeting_site}/carte")
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        step_to(page, page.locator(".panel summary"))
        page.keyboard.press("Enter")
        step_to(page, page.locator("#kind"))
        page.keyboard.type("Projets")
        step_to(page, page.locator("input[name=sector][value=mobilite]"))
        page.keyboard.press("Space")
        step_to(page, page.locator("form button.main"))
        page.keyboard.press("Enter")
        page.wait_for_url("**sector=mobilite**")
        assert "kind=project" in page.url
        page.wait_for_load_state("networkidle")
        first = page.locator("[data-presence] h3 a").first
        name = first.inner_text()
        step_to(page, first)
        expect(first).to_be_in_viewport()
        watched.picture(f"keyboard-map-list-{size}")
        page.keyboard.press("Enter")
        page.wait_for_url("**/presences/**")
        assert page.inner_text("h1") == name
        watched.check_quiet()


@pytest.mark.parametrize("size", SIZES)
def test_counts_and_cards_of_the_map_are_walked_through(
    chromium: Browser, meeting_site: str, size: str
) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        page = watched.page
        page.goto(f"{meeting_site}/carte", wait_until="networkidle")
        frame = page.frames[1]
        frame.locator(".mm-count").first.wait_for()
        page.locator(".panel summary").focus()
        growing = frame.locator(".mm-count[aria-label$='Agrandir ici']").first
        step_to(page, growing)
        before = frame.evaluate("map_carte.getZoom()")
        page.keyboard.press("Enter")
        frame.wait_for_function("(zoom) => map_carte.getZoom() > zoom", arg=before)
        assert "acteurs" in read_focus(frame), "who made a count grow stands on one of what it held"
        # Three at the town hall of Saint-Quentin: their names are read.
        frame.evaluate("map_carte.setView([49.85, 3.29], 10, { animate: false })")
        page.locator(".panel summary").focus()
        together = frame.locator(".mm-count[aria-label$='Lire les noms']").first
        step_to(page, together)
        told = together.get_attribute("aria-label")
        page.keyboard.press("Enter")
        title = frame.locator(".leaflet-popup .mm-card-name")
        expect(title).to_be_focused()
        watched.picture(f"keyboard-map-card-{size}")
        folded = frame.locator(".leaflet-popup summary").first
        step_to(page, folded)
        page.keyboard.press("Enter")
        step_to(page, frame.locator(".leaflet-popup details[open] a", has_text="Voir la fiche"))
        page.keyboard.press("Escape")
        expect(frame.locator(".leaflet-popup")).to_have_count(0)
        assert read_focus(frame) == told, "who closes a card stands where it was opened"
        page.keyboard.press("Enter")
        step_to(page, frame.locator(".leaflet-popup-close-button"))
        page.keyboard.press("Enter")
        expect(frame.locator(".leaflet-popup")).to_have_count(0)
        assert read_focus(frame) == told
        watched.check_quiet()


@pytest.mark.parametrize("size", SIZES)
def test_a_map_for_another_site_is_chosen_and_its_code_copied(
    chromium: Browser, meeting_site: str, size: str
) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        page = watched.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{meeting_site}/embed")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#contenu")).to_be_focused()
        code = page.locator("#code-iframe")
        page.keyboard.press("Tab")
        expect(page.locator("#territory")).to_be_focused()
        page.keyboard.type("CA de Lens")
        expect(code).to_contain_text("territory=246200364")
        step_to(page, page.locator("#height"))
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("100")
        step_to(page, page.locator("input[name=sector][value=mobilite]"))
        expect(page.locator("#embed-said")).to_contain_text("La hauteur va de")
        page.locator("#height").focus()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("650")
        step_to(page, page.locator("input[name=sector][value=mobilite]"))
        expect(code).to_contain_text('height="650"')
        page.keyboard.press("Space")
        # Already on the way to the code while it is written anew.
        step_to(page, page.locator("[data-copy=code-iframe]"))
        expect(code).to_contain_text("sector=mobilite")
        expect(page.locator("[data-copy=code-iframe]")).to_be_focused()
        preview = page.locator(".embed-preview iframe")
        expect(preview).to_have_attribute("src", "/embed/carte?territory=246200364&sector=mobilite")
        expect(preview).to_have_attribute("height", "650")
        page.keyboard.press("Enter")
        expect(page.locator("#embed-said")).to_contain_text("Code copié")
        assert page.evaluate("navigator.clipboard.readText()") == code.input_value()
        watched.picture(f"keyboard-embed-{size}", full_page=True)
        watched.check_quiet()

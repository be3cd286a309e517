"""Every page and every state of it: quiet, open to all in light and dark, whole on every screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from data.people.tokens import create_token
from data.session import Register
from geo.people import Role
from geo.records import MEL_CODE
from tests.access import check_access, check_fits
from tests.browser import DESKTOP, PHONE, WatchedPage, watch_page

pytestmark = pytest.mark.browser

Prepare = Callable[[Page], None]


def open_panels(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")


def open_suggestions(page: Page) -> None:
    page.locator("#q").press_sequentially("hellem")
    expect(page.get_by_role("option").first).to_contain_text("Hellemmes")
    page.keyboard.press("ArrowDown")


def refuse_form(page: Page) -> None:
    # A form sent at once comes from a program: it is refused, and what was written stays.
    page.fill("#field-name", "Café Fictif")
    page.fill("#field-city", "Lens")
    page.locator("form.people-form button.main").click()
    page.locator(".fault[role=alert]").wait_for()
    assert page.input_value("#field-name") == "Café Fictif"


def refuse_token(page: Page) -> None:
    page.fill("#token", "maillage_rien")
    page.press("#token", "Enter")
    page.locator("[role=alert]").wait_for()


def open_first_card(page: Page) -> None:
    page.locator(".leaflet-container").wait_for()
    page.evaluate("map_carte.pointsView.show(0)")
    page.locator(".leaflet-popup .mm-card-name").wait_for()


def share(page: Page) -> None:
    # Without leave to write what is copied, the page shows the address to copy.
    page.click("[data-share]")
    expect(page.locator("#share-said")).not_to_be_empty()


def confirm(page: Page) -> None:
    page.get_by_role("button", name="Oui, tout est encore exact").click()
    expect(page.locator("h1")).to_contain_text("Merci")


@dataclass(frozen=True)
class State:
    """A page at an address, what is done in it, and the status it comes with."""

    address: str
    prepare: Prepare | None = None
    status: int = 200


STATES = {
    "home": State("/"),
    "near-asked": State("/proche", open_panels),
    "near-suggestions": State("/proche", open_suggestions),
    "near-found": State("/proche?q=Lens&reach=10000", open_panels),
    "near-part-of-commune": State("/proche?q=Hellemmes"),
    "near-point": State("/proche?lat=50.429&lon=2.832"),
    "near-empty": State("/proche?q=Guise&sector=finance-solidaire&reach=5000"),
    "near-nobody": State("/proche?q=Lens&kind=antenne&radius_m=2000&sector=culture"),
    "near-ambiguous": State("/proche?q=Saint-Aubin"),
    "near-unknown": State("/proche?q=xqzwkj", status=404),
    "near-refused": State("/proche?q=Lens&radius_m=-1", status=422),
    "near-epci": State("/proche?q=Lens&reach=epci"),
    "map": State("/carte", open_panels),
    "map-filtered": State(f"/carte?sector=alimentation&sector=velo&outside={MEL_CODE}", share),
    "map-commune": State("/carte?territory=62498"),
    "map-typo": State("/carte?text=episeries"),
    "map-nothing": State("/carte?text=xqzwkj"),
    "map-refused": State("/carte?sector=inconnue", status=422),
    "map-print": State("/carte/imprimer?sector=mobilite"),
    "map-alone": State("/carte/plan?kind=project", open_panels),
    "map-card": State("/carte/plan?kind=project", open_first_card),
    "near-map-alone": State("/proche/plan?q=Lens&reach=10000", open_panels),
    "card": State("/presences/69"),
    "card-project": State("/presences/253"),
    "card-unknown": State("/presences/999999", status=404),
    "planner": State("/rencontres", open_panels),
    "planner-sector": State("/rencontres?sector=mobilite"),
    "planner-map-alone": State("/rencontres/plan", open_panels),
    "embed": State("/embed?sector=alimentation", open_panels),
    "embed-refused": State("/embed?height=20", status=422),
    "framed": State("/embed/carte"),
    "framed-open": State("/embed/carte?kind=project", open_panels),
    "framed-empty": State("/embed/carte?kind=antenne&sector=culture"),
    "framed-refused": State("/embed/carte?territory=99999", status=422),
    "propose": State("/proposer", open_panels),
    "propose-refused": State("/proposer", refuse_form, status=200),
    "propose-sent": State("/proposer/merci"),
    "correct": State("/presences/69/corriger", open_panels),
    "team-closed": State("/equipe"),
    "team-refused": State("/equipe", refuse_token),
    "team-forbidden": State("/equipe/propositions", status=403),
    "confirm": State("/confirmer/{link}", open_panels),
    "confirmed": State("/confirmer/{link}", confirm),
    "confirm-refused": State("/confirmer/rien", status=403),
    "legal": State("/mentions-legales"),
    "personal-data": State("/donnees-personnelles"),
    "offline": State("/hors-connexion"),
    "coverage": State("/couverture"),
    "territories": State("/territoires"),
    "territories-found": State("/territoires?q=Hellemmes"),
    "territory": State(f"/territoires/{MEL_CODE}"),
    "territory-unknown": State("/territoires/99999", status=404),
    "api": State("/api"),
}
IN_DARK = {
    "home", "near-found", "near-suggestions", "near-empty", "near-unknown", "map", "map-alone", "map-card",
    "card", "planner", "embed", "framed-open", "propose-refused", "confirm", "personal-data", "coverage",
    "territory",
}  # fmt: skip
"""Whose parts, together, are all that the other states are made of."""
PICTURED = {"home", "near-found", "near-empty", "map", "card", "planner", "embed", "territory", "map-print"}


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[WatchedPage]:
    """Give one page for all states: each is loaded once."""
    with watch_page(chromium, size=PHONE, offline=False) as watched:
        watched.page.context.grant_permissions(["clipboard-write"])
        yield watched


@pytest.fixture(scope="module")
def link(meeting_register: Register) -> str:
    return create_token(meeting_register, role=Role.MEMBER, lasts=timedelta(days=1), presence_id=69)[1]


@pytest.mark.parametrize("name", STATES)
def test_every_state_is_open_to_all(reader: WatchedPage, meeting_site: str, link: str, name: str) -> None:
    state, page = STATES[name], reader.page
    for heard in (reader.asked, reader.failed, reader.complaints, reader.dialogs):
        heard.clear()
    page.set_viewport_size(PHONE)
    answer = page.goto(meeting_site + state.address.replace("{link}", link), wait_until="load")
    assert answer is not None
    assert answer.status == state.status
    if state.prepare is not None:
        state.prepare(page)
    check_fits(page)
    check_access(page)
    if name in PICTURED:
        reader.picture(f"page-{name}-phone", full_page=True)
    if name in IN_DARK:
        page.emulate_media(color_scheme="dark")
        check_access(page, only_contrast=True)
        if name in PICTURED:
            reader.picture(f"page-{name}-dark")
        page.emulate_media(color_scheme="light")
    if name in PICTURED:
        page.set_viewport_size(DESKTOP)
        check_access(page)
        reader.picture(f"page-{name}-desktop")
    # Chromium itself notes in its console that a page was answered with a refusal.
    reader.complaints[:] = [text for text in reader.complaints if "the server responded with" not in text]
    reader.check_quiet()
    assert page.context.cookies() == []

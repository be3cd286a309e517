"""A search from end to end in Chromium: by address and by commune, and the map shows whom the list names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, ViewportSize

from data.session import Register
from tests.access import check_access
from tests.browser import SIZES, watch_page
from tests.live_server import serve

pytestmark = pytest.mark.browser

LISTED = ".places [data-presence]"


@pytest.fixture(scope="module")
def site(sample_register: Register) -> Iterator[str]:
    with serve(sample_register) as address:
        yield address


def read_ids(where: Page | FrameLocator, marks: str) -> list[str]:
    ids: list[str] = where.locator(marks).evaluate_all("all => all.map((each) => each.dataset.presence)")
    return ids


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("name", "typed"), [("address", "Grand-Place, 62000 Arras"), ("commune", "Hellemmes")]
)
def test_a_place_is_typed_and_answered(
    chromium: Browser, site: str, name: str, typed: str, size: str
) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        page = watched.page
        page.goto(f"{site}/")
        page.fill("#q", typed)
        page.keyboard.press("Enter")
        page.wait_for_url("**/proche?**", wait_until="commit")
        page.locator(LISTED).first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
        said = page.inner_text("main")
        page.wait_for_load_state("networkidle")
        page.goto(page.url, wait_until="networkidle")
        assert page.inner_text("main") == said, "the same address gives the same answer"
        check_access(page)
        watched.check_quiet()
        watched.picture(f"search-{name}-{size}")


FILTERS = ("sector=mobilite", "kind=project&sector=culture", "territory=200093201&sector=alimentation")
# Whoever stands alone at this zoom, and whoever a count holds: all that the canvas and its buttons show.
READ_DRAWN = """() => {
    const { points, spots } = { points: map_carte.pointsView.points, spots: map_carte.pointsView.spots() };
    const shown = [...spots.singles, ...spots.counted.flatMap((spot) => [...spot.members])];
    const counted = map_carte.pointsView.buttons.getLayers().map((each) => each.spot.members.length);
    return { ids: shown.map((index) => String(points.id[index])), counted };
}"""


@pytest.mark.parametrize("query", FILTERS)
def test_the_maps_draw_whom_the_list_names(chromium: Browser, site: str, query: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        page = watched.page
        page.goto(f"{site}/carte?{query}")
        listed = read_ids(page, LISTED)
        said = " ".join(page.locator(".count-line li").all_inner_texts()).replace("\u00a0", " ")
        for address in ("/carte/plan", "/embed/carte"):
            page.goto(f"{site}{address}?{query}")
            page.locator(".mm-count, .leaflet-container").first.wait_for()
            page.wait_for_function("() => Boolean(map_carte.pointsView)")
            drawn: list[str] = []
            for zoom in (7, 9, 11, 14):
                page.evaluate(f"void map_carte.setView(map_carte.getCenter(), {zoom}, {{ animate: false }})")
                drawn = page.evaluate(READ_DRAWN)["ids"]
                assert len(set(drawn)) == len(drawn), "nobody is drawn twice"
                assert set(drawn) <= set(listed)
                # Whoever is listed without being drawn is told to be without a place.
                assert f"{len(drawn)} sur la carte" in said
                assert f"{len(set(listed) - set(drawn))} sans point sur la carte" in said
            assert sorted(drawn) == sorted(read_ids(page, ".mm-list [data-presence]"))
        watched.check_quiet()


def test_the_map_of_neighbours_draws_whom_the_list_names(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        page = watched.page
        page.goto(f"{site}/proche?q=Lens&kind=actor&reach=20000")
        listed = set(
            page.locator(".list [data-presence]").evaluate_all("all => all.map((e) => e.dataset.presence)")
        )
        frame = page.frame_locator(".map iframe")
        frame.locator(".mm-result").first.wait_for()
        drawn: set[str] = set()
        for mark in frame.locator(".mm-result").all():
            mark.dispatch_event("mouseenter")
            page.locator("[data-presence].pointed").first.wait_for(state="attached")
            drawn |= set(read_ids(page, "[data-presence].pointed"))
            mark.dispatch_event("mouseleave")
            page.locator("[data-presence].pointed").first.wait_for(state="detached")
        assert drawn == listed
        assert len(drawn) > 5


@pytest.mark.parametrize("asked", ["xqzwkj", "Saint-Aubin"])
@pytest.mark.parametrize("size", SIZES)
def test_what_went_wrong_is_read_in_the_first_screen(
    chromium: Browser, site: str, size: str, asked: str
) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        page = watched.page
        page.goto(f"{site}/proche?q={asked}")
        box = page.locator(".message[role=alert]").bounding_box()
        assert box is not None
        assert box["y"] + min(box["height"], 120) <= SIZES[size]["height"]


@pytest.mark.parametrize("address", ["/embed", "/hors-connexion", "/proche?q=Lens", "/carte"])
def test_nothing_is_lost_twice_as_large(chromium: Browser, site: str, address: str) -> None:
    # 200 % on a screen of 1280 leaves a page 640 wide (WCAG 1.4.4, 1.4.10).
    with watch_page(chromium, size=ViewportSize(width=640, height=400), offline=False) as watched:
        page = watched.page
        page.goto(f"{site}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640
        cut = page.evaluate(
            """() => [...document.querySelectorAll("main :is(h1, h2, p, a, button, label)")]
                .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden"))
                .filter((each) => !each.closest(".scrolls, [tabindex='0']"))
                .map((each) => [each.textContent.trim().slice(0, 40), each.getBoundingClientRect()])
                .filter(([text, box]) => text && box.width && (box.right > 641 || box.left < -1))
                .map(([text]) => text)"""
        )
        assert cut == []


def test_focus_is_seen_on_the_page_of_choices(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        page = watched.page
        page.goto(f"{site}/embed")
        seen = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            told = page.evaluate(
                """() => {
                    const at = document.activeElement;
                    const shown = [at, at.closest(".chip"), at.closest(".chip") && at.nextElementSibling];
                    const ring = shown.filter(Boolean).map((each) => getComputedStyle(each))
                        .some((style) => style.outlineStyle !== "none" || style.boxShadow !== "none");
                    return [at.tagName + (at.id || at.name || at.textContent.slice(0, 20)), ring];
                }"""
            )
            if told[0].startswith("IFRAME"):
                break
            assert told[1], told[0]
            seen.add(told[0])
        assert len(seen) > 12

"""The map inside a page of another origin, in Chromium: it draws, weighs little, and nothing is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from api.app import create_app
from api.settings import ApiSettings
from data.session import Register
from tests.api.builders import ARRAS, LENS, LILLE, VALENCIENNES, fill_register, make_incoming
from tests.browser import SIZES, watch_page
from tests.live_server import serve

pytestmark = pytest.mark.browser

LIGHT_BYTES = 200_000
PRESENCES = 2_000
MARK = ".mm-count"


class _OnePage(BaseHTTPRequestHandler):
    def __init__(self, html: str, headers: dict[str, str], *args: object) -> None:
        self._html, self._headers = html, headers
        super().__init__(*args)  # type: ignore[arg-type]  # the three that the server gives

    def do_GET(self) -> None:
        body = self._html.encode() if self.path == "/" else b""
        self.send_response(200 if body else 204)
        for name, value in {"content-type": "text/html; charset=utf-8", **self._headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of what is asked."""


@contextmanager
def serve_page(body: str, **headers: str) -> Iterator[str]:
    """Serve one page from another origin, as a member's own site would."""
    html = f'<!doctype html><html lang="fr"><title>Mon site</title><h1>Chez moi</h1>{body}'
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_OnePage, html, named))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(scope="module")
def site(sample_register: Register) -> Iterator[str]:
    # Not the name of the other page's site: to the browser, two sites that do not know one another.
    with serve(sample_register) as address:
        yield address.replace("127.0.0.1", "localhost")


def copy_code(site: str, name: str, query: str = "") -> str:
    with urlopen(f"{site}/embed?{query}", timeout=20) as answer:  # noqa: S310 (this machine's)
        page = answer.read().decode()
    return unescape(
        page.partition(f'<textarea id="code-{name}"')[2].partition(">")[2].partition("</textarea>")[0]
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", ["iframe", "component"])
def test_the_code_shows_the_map_on_another_site(chromium: Browser, site: str, code: str, size: str) -> None:
    with watch_page(chromium, size=SIZES[size], offline=False) as watched:
        page = watched.page
        pasted = copy_code(site, code, "sector=alimentation&height=480")
        with serve_page(pasted) as other:
            page.goto(other)
            frame = page.frame_locator("iframe")
            frame.locator(MARK).first.wait_for()
            assert "Alimentation" in (page.get_attribute("iframe", "title") or "")
            box = page.locator("iframe").bounding_box()
            assert box is not None
            assert box["height"] == 480
            assert box["width"] > SIZES[size]["width"] - 40
            inner = page.frames[1]
            assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert inner.evaluate("document.cookie") == ""
            assert page.context.cookies() == []
            watched.picture(f"embed-{code}-{size}")
            frame.locator(".embed-side > summary").click()
            frame.locator(".mm-list > summary").click()
            assert frame.locator(".mm-list li").first.is_visible()
            watched.check_quiet()


def test_our_pages_open_beside_the_other_site(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        page = watched.page
        pasted = copy_code(site, "iframe")
        with serve_page(pasted) as other:
            page.goto(other)
            frame = page.frame_locator("iframe")
            frame.locator(MARK).first.wait_for()
            frame.locator(".embed-side > summary").click()
            frame.locator(".mm-list > summary").click()
            frame.locator(".mm-list [data-presence]").first.click()
            link = frame.locator(".mm-card a", has_text="Voir la fiche").first
            assert "(nouvel onglet)" in link.inner_text()
            with page.context.expect_page() as opened:
                link.press("Enter")
            opened.value.wait_for_load_state()
            assert "/presences/" in opened.value.url
            assert page.url.rstrip("/") == other, "the member's page stays"


def test_a_page_that_isolates_itself_may_hold_it(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        pasted = copy_code(site, "component")
        strict = {
            "cross_origin_embedder_policy": "require-corp",
            "content_security_policy": f"default-src 'none'; script-src {site}; frame-src {site}",
        }
        with serve_page(pasted, **strict) as other:
            watched.page.goto(other)
            watched.page.frame_locator("iframe").locator(MARK).first.wait_for()
            watched.check_quiet()


def test_no_other_page_of_ours_can_be_held(chromium: Browser, site: str) -> None:
    with (
        watch_page(chromium, offline=False) as watched,
        serve_page(f'<iframe src="{site}/carte/plan"></iframe>') as other,
    ):
        watched.page.goto(other, wait_until="networkidle")
        assert any("frame" in text for text in watched.complaints), "Chromium says that it refuses"
        assert watched.page.frame_locator("iframe").locator(MARK).count() == 0


def test_changing_an_attribute_changes_the_map(chromium: Browser, site: str) -> None:
    with (
        watch_page(chromium, offline=False) as watched,
        serve_page(
            f'<script src="{site}/embed/maillage.js"></script>'
            '<maillage-carte hauteur="9999"></maillage-carte>'
        ) as other,
    ):
        page = watched.page
        page.goto(other)
        assert page.evaluate("document.querySelector('iframe').style.height") == "1200px"
        page.evaluate(
            "document.querySelector('maillage-carte').setAttribute('filieres', 'mobilite, culture')"
        )
        address = page.evaluate("document.querySelector('iframe').src")
        assert address == f"{site}/embed/carte?sector=mobilite&sector=culture"
        assert page.locator("iframe").count() == 1


def test_the_choice_is_seen_at_once(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False) as watched:
        page = watched.page
        page.goto(f"{site}/embed")
        page.select_option("#territory", "200093201")
        page.locator("#code-iframe", has_text="territory=200093201").wait_for()
        page.locator(".embed-preview iframe").scroll_into_view_if_needed()
        page.frame_locator(".embed-preview iframe").locator(MARK).first.wait_for()
        assert page.input_value("#territory") == "200093201"
        assert "territory=200093201" in page.url
        assert "à jour" in page.inner_text("#embed-said")
        watched.check_quiet()


def test_without_scripts_the_code_is_given_and_the_list_is_read(chromium: Browser, site: str) -> None:
    with watch_page(chromium, offline=False, has_scripts=False) as watched:
        page = watched.page
        page.goto(f"{site}/embed")
        page.select_option("#kind", "project")
        page.click("#embed-form button.main")
        assert "kind=project" in page.input_value("#code-iframe")
        page.goto(f"{site}/embed/carte?sector=mobilite")
        page.click(".embed-side > summary")
        page.click(".mm-list > summary")
        assert page.locator(".mm-list li").first.is_visible()


def test_a_large_register_comes_as_tiles_there_too(chromium: Browser, sample_register: Register) -> None:
    app = create_app(ApiSettings(map_presences=20), register=sample_register)
    with serve(sample_register, app=app) as address, watch_page(chromium, offline=False) as watched:
        there = address.replace("127.0.0.1", "localhost")
        with serve_page(copy_code(there, "iframe")) as other:
            watched.page.goto(other)
            frame = watched.page.frame_locator("iframe")
            frame.locator(".mm-tiled-count").first.wait_for()
            assert "Légende" in frame.locator(".embed-side > summary").inner_text()
            watched.check_quiet()
            watched.picture("embed-tiled")


def test_two_thousand_presences_are_light(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    places = (LENS, LILLE, ARRAS, VALENCIENNES)
    sectors = ("alimentation", "mobilite", "culture")
    rows = []
    for number in range(PRESENCES):
        # Names that nothing compresses away, as real ones are.
        word = hashlib.sha256(str(number).encode()).hexdigest()
        rows.append(
            make_incoming(
                f"Atelier {word[:9]}",
                places[number % 4],
                sectors=(sectors[number % 3],),
                north_deg=int(word[:4], 16) / 1e6,
                website=f"https://{word[10:18]}.example",
            )
        )
    register = fill_register(tmp_path_factory.mktemp("two-thousand"), rows)
    try:
        with serve(register) as address, watch_page(chromium, offline=False) as watched:
            page = watched.page
            sizes: list[int] = []
            page.on(
                "requestfinished",
                lambda request: sizes.append(
                    request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"]
                ),
            )
            page.goto(f"{address}/embed/carte", wait_until="networkidle")
            page.locator(MARK).first.wait_for()
            watched.check_quiet()
    finally:
        register.close()
    assert len(sizes) > 10
    assert sum(sizes) < LIGHT_BYTES

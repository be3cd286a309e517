"""Manifest, worker and the page without network, in bytes and then in Chromium with its network cut."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page

from api.readers import COOKIE
from data.people.tokens import create_token, open_session
from data.session import Register
from geo.people import Role
from tests.access import check_access
from tests.browser import PHONE, watch_page
from tests.live_server import serve


def test_the_manifest_names_icons_of_the_size_they_have(client: TestClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["lang"] == "fr"
    assert manifest["start_url"] == "/proche"
    assert client.get(manifest["start_url"]).status_code == 200
    purposes = set()
    for icon in manifest["icons"]:
        image = client.get(icon["src"])
        assert image.headers["content-type"].startswith(icon["type"])
        purposes.add(icon["purpose"])
        if icon["type"] == "image/png":
            # The header of a PNG: its width and height stand at the 16th byte.
            width, height = struct.unpack(">II", image.content[16:24])
            assert f"{width}x{height}" == icon["sizes"]
    assert purposes == {"any", "maskable"}


def test_every_page_names_the_manifest(client: TestClient) -> None:
    for address in ("/", "/proche?q=Lens", "/carte", "/couverture", "/embed"):
        assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get(address).text
    assert "worker-src 'self'" in client.get("/").headers["content-security-policy"]


def test_the_worker_is_that_of_the_program(client: TestClient) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    digest = client.app.state.program_digest  # type: ignore[attr-defined]  # Starlette's
    assert f'const VERSION = "{digest}";' in answer.text
    assert client.get("/sw.js", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


@pytest.fixture(scope="module")
def site(sample_register: Register) -> Iterator[str]:
    with serve(sample_register) as address:
        yield address


def wait_for_worker(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("() => navigator.serviceWorker.controller")


def list_kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        """async () => {
            const kept = [];
            for (const name of await caches.keys()) {
                for (const { url } of await (await caches.open(name)).keys()) kept.push(url);
            }
            return kept;
        }"""
    )
    return found


def wait_until_kept(page: Page, part: str) -> None:
    page.wait_for_function(
        """async (part) => {
            const name = (await caches.keys()).find((each) => each.includes("search"));
            if (!name) return false;
            return (await (await caches.open(name)).keys()).some(({ url }) => url.includes(part));
        }""",
        arg=part,
    )


@pytest.mark.browser
def test_the_last_search_stays_readable_without_network(chromium: Browser, site: str) -> None:
    with watch_page(chromium, size=PHONE, offline=False, has_worker=True) as watched:
        page, context = watched.page, watched.page.context
        # The very first page seen is a search: the worker comes after it.
        page.goto(f"{site}/proche?q=Lens")
        wait_for_worker(page)
        wait_until_kept(page, "q=Lens")
        page.goto(f"{site}/proche?q=Arras&sector=alimentation")
        wait_until_kept(page, "q=Arras")
        listed = page.locator(".places > li").all_inner_texts()
        assert listed
        assert len([each for each in list_kept(page) if "/proche" in each]) == 1, "the last one only"
        context.set_offline(True)

        page.reload()
        assert "Vous êtes hors connexion" in page.inner_text(".message[role=status]")
        assert page.locator(".places > li").all_inner_texts() == listed
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(250, 247, 240)", "dressed as with network"
        check_access(page)
        watched.picture("offline-search", full_page=True)

        page.goto(f"{site}/couverture")
        assert page.inner_text("h1") == "Vous êtes hors connexion"
        check_access(page)
        watched.picture("offline-page")
        page.click("text=Lire votre dernière recherche : « Arras »")
        assert page.locator(".places > li").all_inner_texts() == listed
        context.set_offline(False)
        page.goto(f"{site}/couverture")
        assert "hors connexion" not in page.inner_text("h1")


@pytest.mark.browser
def test_where_somebody_stands_is_never_kept(chromium: Browser, site: str) -> None:
    with watch_page(chromium, size=PHONE, offline=False, has_worker=True) as watched:
        page = watched.page
        page.goto(f"{site}/proche?lat=50.429&lon=2.832")
        wait_for_worker(page)
        page.goto(f"{site}/proche?lat=50.43&lon=2.83")
        page.goto(f"{site}/proche?q=rien&lat=50.43&lon=2.83")
        page.goto(f"{site}/carte")
        page.goto(f"{site}/equipe")
        page.goto(f"{site}/embed/carte")
        page.goto(f"{site}/")
        kept = {each.removeprefix(site).partition("?")[0] for each in list_kept(page)}
        assert {each for each in kept if not each.startswith("/assets/")} == {"/hors-connexion"}
        page.context.set_offline(True)
        page.goto(f"{site}/carte")
        assert "Aucune recherche n’est encore gardée" in page.inner_text("main")


@pytest.mark.browser
def test_what_a_token_opened_is_never_kept(chromium: Browser, site: str, sample_register: Register) -> None:
    _, secret = create_token(sample_register, role=Role.MEMBER, lasts=timedelta(hours=1))
    _, cookie = open_session(sample_register, secret)
    with watch_page(chromium, size=PHONE, offline=False, has_worker=True) as watched:
        page = watched.page
        page.goto(site)
        wait_for_worker(page)
        page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": site}])
        page.goto(f"{site}/proche?q=Lens", wait_until="networkidle")
        assert page.locator(".places > li").count() > 0
        assert [each for each in list_kept(page) if "/proche" in each] == []

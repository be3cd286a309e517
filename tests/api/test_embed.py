"""The map on a member's own site: its codes, what it may do there, what it weighs, whom it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.readers import COOKIE
from api.settings import ApiSettings
from data.people.tokens import create_token, open_session
from geo.people import Role
from geo.records import Visibility
from tests.api.builders import LENS, fill_register, make_incoming
from tests.people import homes

MEL = "200093201"


@pytest.fixture
def staff_client(tmp_path: Path) -> Iterator[TestClient]:
    rows = (
        make_incoming("Pour tout le monde", LENS),
        make_incoming("Pour les membres", LENS, visibility=Visibility.MEMBERS),
    )
    register = fill_register(tmp_path, rows)
    _, secret = create_token(register, role=Role.STAFF, lasts=timedelta(days=1))
    _, cookie = open_session(register, secret)
    with TestClient(create_app(ApiSettings(), register=register), cookies={COOKIE: cookie}) as client:
        yield client
    register.close()


def read_code(page: str, name: str) -> str:
    found = re.search(rf'<textarea id="code-{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found, "the page gives its code without scripts"
    return unescape(found[1])


def test_the_codes_carry_every_choice(client: TestClient) -> None:
    page = client.get(
        "/embed",
        params={"territory": MEL, "sector": ["alimentation", "mobilite"], "kind": "project", "height": 600},
    ).text
    iframe = read_code(page, "iframe")
    address = unescape(iframe.partition('src="')[2].partition('"')[0])
    assert address == (
        f"http://testserver/embed/carte?territory={MEL}&sector=alimentation&sector=mobilite&kind=project"
    )
    assert 'height="600"' in iframe
    assert 'referrerpolicy="no-referrer"' in iframe
    assert client.get(address).status_code == 200
    component = read_code(page, "component")
    assert 'src="http://testserver/embed/maillage.js"' in component
    assert f'territoire="{MEL}" filieres="alimentation mobilite" sorte="project" hauteur="600"' in component


def test_no_code_can_carry_more_than_was_chosen(client: TestClient) -> None:
    refused = client.get("/embed", params={"territory": '"><script>alert(1)</script>'})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    assert client.get("/embed", params={"sector": "inconnue"}).status_code == 422
    assert client.get("/embed", params={"height": 20}).status_code == 422


def test_only_the_framed_map_may_stand_in_other_pages(client: TestClient) -> None:
    framed = client.get("/embed/carte")
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert "'unsafe-inline'" not in framed.headers["content-security-policy"].partition("style-src")[0]
    assert "x-frame-options" not in framed.headers
    assert framed.headers["cross-origin-resource-policy"] == "cross-origin"
    for address in (
        "/",
        "/carte",
        "/carte/plan",
        "/proche?q=Lens",
        "/embed",
        "/embed/maillage.js",
        "/equipe",
    ):
        other = client.get(address).headers
        assert "frame-ancestors *" not in other["content-security-policy"], address
        assert other["x-frame-options"] == "SAMEORIGIN", address
        assert other["cross-origin-opener-policy"] == "same-origin", address


def test_a_refusal_is_read_in_the_frame_too(client: TestClient) -> None:
    refused = client.get("/embed/carte?territory=99999")
    assert refused.status_code == 422
    assert "frame-ancestors *" in refused.headers["content-security-policy"]
    assert "x-frame-options" not in refused.headers


def test_a_map_known_already_is_not_sent_again(client: TestClient) -> None:
    etag = client.get("/embed/carte").headers["etag"]
    again = client.get("/embed/carte", headers={"if-none-match": etag})
    assert again.status_code == 304
    assert "x-frame-options" not in again.headers


def test_the_frame_leads_back_and_says_what_it_shows(sample_client: TestClient) -> None:
    page = sample_client.get(f"/embed/carte?territory={MEL}&sector=alimentation").text
    assert f'href="/carte?territory={MEL}&amp;sector=alimentation" target="_blank"' in page
    assert "Données fictives" in page
    assert "Licence Ouverte" in page
    assert re.search(r"<summary>Légende et liste \(\d+ acteurs\)</summary>", page)
    assert 'target="_top"' not in page


def test_whoever_looks_the_frame_shows_what_is_public(staff_client: TestClient) -> None:
    assert "Pour les membres" in staff_client.get("/carte").text, "the cookie opens the members' fields"
    framed = staff_client.get("/embed/carte")
    assert "Pour tout le monde" in framed.text
    assert "Pour les membres" not in framed.text
    assert "set-cookie" not in framed.headers


@pytest.mark.parametrize("address", ["/embed", "/embed/carte", "/embed/maillage.js"])
def test_no_cookie_is_ever_set(client: TestClient, address: str) -> None:
    assert "set-cookie" not in client.get(address).headers


def test_a_long_list_is_left_to_the_site(tmp_path: Path) -> None:
    rows = [make_incoming(f"Atelier {number}", LENS, north_deg=number / 50_000) for number in range(1_001)]
    register = fill_register(tmp_path, rows)
    try:
        with TestClient(create_app(ApiSettings(), register=register)) as client:
            page = client.get("/embed/carte?sector=alimentation").text
    finally:
        register.close()
    assert 'href="/carte?sector=alimentation" target="_blank" rel="noopener">La lire sur Maillage' in page


def test_the_map_page_leads_to_the_codes_with_its_filters(client: TestClient) -> None:
    page = client.get("/carte", params={"sector": "alimentation", "territory": MEL}).text
    assert f"/embed?kind=actor&amp;sector=alimentation&amp;territory={MEL}" in page
    assert "Intégrer sur mon site" in page


def test_the_frame_is_the_same_wherever_homes_are(tmp_path: Path) -> None:
    pages = []
    for place in ("here", "there"):
        register = homes.fill(tmp_path / place, place)
        try:
            with TestClient(create_app(ApiSettings(), register=register)) as client:
                asked = ("", "?kind=ambassador", "?kind=ambassador&territory=59350", "?territory=62498")
                pages.append([client.get(f"/embed/carte{query}").content for query in asked])
        finally:
            register.close()
    assert pages[0] == pages[1]

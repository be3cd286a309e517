"""What a page may load and run, and what received text can never do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.security import write_map_policy
from maps.style import TILE_SOURCES
from tests.api.builders import fill_register, make_incoming

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</title><script>alert(1)</script>",
    "{{ 7*7 }}",
    "javascript:alert(1)",
)


@pytest.fixture(scope="module")
def hostile_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    rows = [make_incoming(payload, summary=payload, website=payload) for payload in PAYLOADS]
    register = fill_register(folder, rows)
    with TestClient(create_app(register=register)) as client:
        yield client
    register.close()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/proche?q=Lens",
        "/carte",
        "/territoires/62498",
        "/carte/plan",
        "/proche/plan?q=Lens",
        "/api/v1/presences",
    ],
)
def test_received_text_is_text(hostile_client: TestClient, address: str) -> None:
    answer = hostile_client.get(address)
    assert answer.status_code == 200
    if answer.headers["content-type"].startswith("text/html"):
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert 'href="javascript:' not in answer.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_query_is_text_too(hostile_client: TestClient, payload: str) -> None:
    for path, name in (("/proche", "q"), ("/carte", "text"), ("/territoires", "q"), ("/carte", "sector")):
        page = hostile_client.get(path, params={name: payload}, headers={"accept": "text/html"}).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/proche?q=Lens",
        "/carte/plan",
        "/api/v1/near?q=Lens",
        "/assets/site.css",
        "/api/v1/nothing",
        "/territoires/0",
        "/healthz",
    ],
)
def test_every_answer_carries_the_headers_and_no_cookie(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers


def _read_policy(client: TestClient, address: str) -> dict[str, set[str]]:
    directives = client.get(address).headers["content-security-policy"].split(";")
    return {words[0]: set(words[1:]) for words in (directive.split() for directive in directives)}


@pytest.mark.parametrize("address", ["/", "/proche?q=Lens", "/couverture", "/territoires/62498", "/api"])
def test_a_page_loads_from_this_site_only(client: TestClient, address: str) -> None:
    policy = _read_policy(client, address)
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == {"'self'"}
    assert policy["img-src"] == {"'self'", "data:"}


@pytest.mark.parametrize(
    "address",
    [
        "/carte/plan",
        "/couverture/plan",
        "/proche/plan?q=Lens",
        "/embed/carte",
        "/presences/1/plan",
        "/rencontres/plan",
    ],
)
def test_a_map_runs_its_own_scripts_only(client: TestClient, address: str) -> None:
    policy = _read_policy(client, address)
    assert "'unsafe-inline'" not in policy["script-src"] | policy["style-src"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert policy["connect-src"] == {"'self'"}
    foreign = {source for source in policy["img-src"] if source.startswith("https:")}
    # Only where the reader may ask for a base map: nothing is loaded from there until then.
    assert len(foreign) == len(TILE_SOURCES)


def test_a_script_that_was_not_drawn_has_no_leave() -> None:
    policy = write_map_policy("<p><script>draw()</script><script src='/a.js'></script></p>")
    assert policy.count("'sha256-") == 1


def test_the_api_may_be_read_from_any_site_and_the_pages_may_not_be_framed_elsewhere(
    client: TestClient,
) -> None:
    assert client.get("/api/v1/sectors").headers["access-control-allow-origin"] == "*"
    page = client.get("/").headers
    assert "access-control-allow-origin" not in page
    assert "frame-ancestors 'self'" in page["content-security-policy"]


def test_assets_last_and_are_named_by_their_content(client: TestClient) -> None:
    page = client.get("/").text
    for address in re.findall(r'(?:href|src)="(/assets/[^"]+)"', page) + re.findall(
        r'(?:href|src)="(/assets/[^"]+)"', client.get("/carte/plan").text
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"], address
        again = client.get(address, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
    assert "immutable" not in client.get("/assets/site.css?v=old").headers["cache-control"]
    assert client.get("/assets/site.css").headers["content-type"] == "text/css; charset=utf-8"
    assert client.get("/assets/site.js").headers["content-type"].startswith("text/javascript")

"""What the event loop answers by itself is what the usual way answers, in the same words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.engines.asking import Asker
from data.session import Register
from tests.engines.conftest import Pair
from tests.engines.event_loop import run_apart

pytestmark = pytest.mark.engines

Rows = list[tuple[Any, ...]]

# A cookie that is no token: the request goes the usual way, as the same reader.
USUAL = {"cookie": "autre=1"}

NEAR = "/api/v1/near?lat=50.43&lon=2.83"
ITEMS = "/ogc/collections/presences/items"

ASKED = (
    NEAR,
    f"{NEAR}&sector=alimentation&radius_m=20000&limit=12",
    f"{NEAR}&kind=project&limit=3",
    f"{ITEMS}?bbox=2.7,50.3,3.0,50.5&limit=200",
    f"{ITEMS}?bbox=2.7,50.3,3.0,50.5&limit=20&sector=mobilite",
    f"{ITEMS}?bbox=2.7,50.3,3.0,50.5&limit=20&sector=velo&kind=actor&datetime=2026-01-01/..",
    f"{ITEMS}?bbox=10,10,11,11",
    f"{ITEMS}?limit=5&crs=http://www.opengis.net/def/crs/EPSG/0/2154",
)

TILES = (
    "/tiles/presences/8/130/86.mvt",
    "/tiles/presences/11/1043/691.mvt?kind=project&sector=mobilite",
    "/tiles/presences/8/1/1.mvt",
    "/tiles/epci/8/130/86.mvt",
    "/tiles/communes/10/520/346.mvt",
)


@pytest.fixture(scope="module", name="served")
def serve(pair: Pair) -> Iterator[tuple[TestClient, list[str]]]:
    """Give a client of the register on the server, and the statements that the event loop has asked."""
    asked: list[str] = []
    register: Register = pair.postgis
    ask = register.ask_soon

    async def note(statement: str, bound: dict[str, Any]) -> Rows | None:
        rows = await ask(statement, bound)
        if rows is not None:
            asked.append(statement)
        return rows

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(register, "ask_soon", note)
        with TestClient(create_app(ApiSettings(), register=register)) as client:
            yield client, asked


def read(client: TestClient, path: str, **headers: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    answer = client.get(path, headers=headers)
    body = answer.json()
    body.pop("timeStamp", None)
    kept = {name: answer.headers[name] for name in answer.headers if name in {"etag", "content-type"}}
    return answer.status_code, body, kept


@pytest.mark.parametrize("path", ASKED)
def test_both_ways_answer_the_same(served: tuple[TestClient, list[str]], path: str) -> None:
    client, asked = served
    usual = read(client, path, **USUAL)
    before = len(asked)
    quick = read(client, path)
    assert quick == usual
    assert quick[0] == 200
    assert len(asked) == before + 1


def test_every_page_of_a_box_comes_once(served: tuple[TestClient, list[str]]) -> None:
    client, _ = served
    path: str | None = f"{ITEMS}?bbox=2.7,50.3,3.0,50.5&limit=900"
    seen: list[int] = []
    while path:
        page = client.get(path).json()
        seen += [feature["id"] for feature in page["features"]]
        path = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert len(seen) == len(set(seen)) > 2_000


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("path", TILES)
def test_a_tile_that_was_drawn_is_given_again(
    served: tuple[TestClient, list[str]], path: str, encoding: str
) -> None:
    client, asked = served
    usual = client.get(path, headers={**USUAL, "accept-encoding": encoding})
    before = len(asked)
    quick = client.get(path, headers={"accept-encoding": encoding})
    assert len(asked) == before + 1
    assert (quick.status_code, quick.content) == (usual.status_code, usual.content)
    assert quick.status_code in {200, 204}
    assert dict(quick.headers) == dict(usual.headers)


def test_a_tile_that_nobody_has_drawn_is_drawn_the_usual_way(served: tuple[TestClient, list[str]]) -> None:
    client, _ = served
    path = "/tiles/presences/13/4165/2760.mvt"
    first = client.get(path)
    assert first.status_code == 200
    assert client.get(path).content == first.content


def test_what_is_counted_of_a_tile_is_counted_of_its_route(served: tuple[TestClient, list[str]]) -> None:
    client, _ = served

    def count() -> float:
        name = (
            'maillage_http_requests_total{method="GET",route="/tiles/{layer}/{z}/{x}/{y}.mvt",status="200"}'
        )
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    client.get(TILES[0], headers=USUAL)
    before = count()
    client.get(TILES[0], headers=USUAL)
    client.get(TILES[0])
    assert count() == before + 2


@pytest.mark.parametrize(
    "path",
    [
        f"{NEAR}&limit=0",
        f"{NEAR}&sector=nulle",
        f"{ITEMS}?cursor=nulle",
        f"{ITEMS}?bbox=1",
        "/tiles/presences/8/-1/86.mvt",
        "/tiles/nulle/8/130/86.mvt",
        "/tiles/presences/8/130/86.mvt?sector=nulle",
        "/tiles/presences/8/130/86.mvt?kind=nulle",
        "/tiles/presences/8/130/86.mvt?kind=actor&kind=project",
        "/tiles/presences/8/130/86.mvt?autre=1",
    ],
)
def test_a_refusal_is_said_the_usual_way(served: tuple[TestClient, list[str]], path: str) -> None:
    client, _ = served
    assert read(client, path) == read(client, path, **USUAL)


def test_who_has_the_answer_is_told_so(served: tuple[TestClient, list[str]]) -> None:
    client, _ = served
    for path in (ASKED[0], ASKED[3]):
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"if-none-match": tag}).status_code == 304


def test_more_questions_than_connections_wait_their_turn(pair: Pair) -> None:
    async def ask() -> list[Rows | None]:
        address = pair.postgis.url.set(drivername="postgresql").render_as_string(hide_password=False)
        asker = Asker(address, {"autocommit": True}, most=2)
        try:
            statement = "SELECT %(number)s::integer, pg_backend_pid()"
            return await asyncio.gather(*(asker.ask(statement, {"number": n}) for n in range(40)))
        finally:
            await asker.close()

    answers = [rows or [] for rows in run_apart(ask)]
    assert [rows[0][0] for rows in answers] == list(range(40))
    assert len({rows[0][1] for rows in answers}) == 2


def test_a_connection_that_was_cut_is_replaced(pair: Pair) -> None:
    async def ask() -> list[Rows | None]:
        address = pair.postgis.url.set(drivername="postgresql").render_as_string(hide_password=False)
        asker = Asker(address, {"autocommit": True}, most=1)
        cut = "SELECT pg_terminate_backend(pg_backend_pid())"
        try:
            return [await asker.ask(statement, {}) for statement in ("SELECT 1", cut, "SELECT 2")]
        finally:
            await asker.close()

    assert run_apart(ask) == [[(1,)], None, [(2,)]]


def test_no_server_no_quick_answer() -> None:
    async def ask() -> Rows | None:
        asker = Asker("postgresql://nobody@127.0.0.1:1/nothing", {"connect_timeout": 2}, most=1)
        return await asker.ask("SELECT 1", {})

    assert run_apart(ask) is None

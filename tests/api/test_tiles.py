"""Tiles over HTTP: the right bytes, from memory when unchanged, and never what only members may read."""

from __future__ import annotations

import gzip
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.questions import correct_presence, find_presences
from geo.records import Kind, Visibility
from geo.tiles.grid import find_tiles, to_world
from tests.api.builders import LENS, fill_register, make_incoming

AROUND = find_tiles(*to_world(np.array([2.0, 3.6]), np.array([50.0, 50.7])), 5)


def read(client: TestClient, layer: str, zoom: int, x: int, y: int, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/tiles/{layer}/{zoom}/{x}/{y}.mvt{query}")
    if answer.status_code == 204:
        assert answer.content == b""
        return []
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    found: list[dict[str, Any]] = mapbox_vector_tile.decode(answer.content)[layer]["features"]
    return found


def count_region(client: TestClient, query: str = "") -> int:
    return sum(
        feature["properties"].get("count", 1)
        for tile in AROUND
        for feature in read(client, "presences", tile.zoom, tile.column, tile.row, query)
    )


def test_tiles_show_the_public_presences_that_count(client: TestClient) -> None:
    # Five public actors that count, a project and an antenne: not the member's, the doubtful, the unplaced.
    assert count_region(client) == 7
    assert count_region(client, "?kind=project") == 1
    both = [count_region(client, f"?sector={code}") for code in ("mobilite", "agriculture")]
    assert count_region(client, "?sector=mobilite,agriculture") == sum(both) > max(both)
    for filters in (
        "kind=actor&sector=alimentation",
        "sector=mobilite",
        "kind=event",
        "territory=62498",
        "territory=200093201",
        "outside=200093201",
        "kind=actor&outside=246200364",
    ):
        totals = [
            client.get(f"/api/v1/presences?{filters}&status={status}").json()["total"]
            for status in ("placed", "commune")
        ]
        assert count_region(client, f"?{filters}") == sum(totals)


def test_what_a_layer_is_stands_beside_it(client: TestClient) -> None:
    for layer in ("presences", "epci", "communes"):
        facts = client.get(f"/tiles/{layer}.json").json()
        assert facts["tilejson"] == "3.0.0"
        assert facts["tiles"] == [f"http://testserver/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt"]
        zoom = facts["minzoom"] or 8
        west, south, east, north = facts["bounds"]
        middle = np.array([(west + east) / 2]), np.array([(south + north) / 2])
        [tile] = find_tiles(*to_world(*middle), max(zoom, 8))
        said = {
            key
            for feature in read(client, layer, tile.zoom, tile.column, tile.row)
            for key in feature["properties"]
        }
        assert said <= set(facts["vector_layers"][0]["fields"])
        assert said or layer == "presences"


def test_a_tile_is_sent_once_for_a_state_of_the_data(client: TestClient) -> None:
    tile = AROUND[0]
    address = f"/tiles/presences/{tile.zoom}/{tile.column}/{tile.row}.mvt"
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_whoever_reads_no_gzip_gets_the_same_bytes(client: TestClient) -> None:
    address = "/tiles/epci/8/130/86.mvt"
    packed = client.get(address, headers={"accept-encoding": "gzip"})
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert len(gzip.compress(plain.content)) < len(plain.content)


def test_any_site_may_draw_them(client: TestClient) -> None:
    answer = client.get("/tiles/epci/8/130/86.mvt", headers={"origin": "https://exemple.fr"})
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/tiles/presences/3/8/0.mvt", 404, "n'existe pas"),
        ("/tiles/presences/40/0/0.mvt", 404, "on attend un zoom de 0 à 18."),
        ("/tiles/presences/3/-1/0.mvt", 404, "on attend au zoom 3 une colonne et une ligne de 0 à 7."),
        ("/tiles/presences/3/99999999999999999999/0.mvt", 404, "une ligne de 0 à 7."),
        ("/tiles/rues/3/0/0.mvt", 422, "rues"),
        ("/tiles/presences/a/0/0.mvt", 422, "a"),
        ("/tiles/presences/3/4/2.mvt?sector=inconnue", 422, "inconnue"),
        ("/tiles/presences/3/4/2.mvt?couleur=vert", 422, "couleur"),
    ],
)
def test_what_is_wrong_is_said(client: TestClient, address: str, status: int, word: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert word in answer.text


def test_a_change_of_the_register_reaches_the_tiles(tmp_path_factory: pytest.TempPathFactory) -> None:
    register = fill_register(
        tmp_path_factory.mktemp("tiles"), [make_incoming("Un", LENS), make_incoming("Deux", LENS)]
    )
    with TestClient(create_app(ApiSettings(), register=register)) as client:
        assert count_region(client) == 2
        hidden = find_presences(register, kind=Kind.ACTOR).items[0]
        correct_presence(
            register, hidden.id, field="visibility", value=Visibility.MEMBERS.value, who="Équipe", why="Essai"
        )
        assert count_region(client) == 1
    register.close()

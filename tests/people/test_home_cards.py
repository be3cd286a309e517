"""A home's card as search engines read it, and its history as the team reads it, tell its commune only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.people.tokens import create_token
from data.session import Register
from geo.people import Role
from tests.people.homes import SECRETS, WORDS, fill

HOMES = {1: "Lille", 2: "Lens", 3: "Lens", 4: "Lille"}
"""The communes of the homes of `homes.py`; where they stand inside differs."""
PUBLIC_PLACE = 5


@pytest.fixture(scope="module")
def other_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    register = fill(tmp_path_factory.mktemp("there"), "there")
    yield register
    register.close()


@pytest.fixture
def other(other_register: Register) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings(), register=other_register), follow_redirects=False) as client:
        yield client


def enter_staff(client: TestClient, register: Register) -> TestClient:
    _, secret = create_token(register, role=Role.STAFF, lasts=timedelta(days=1), label="Ana Fictive")
    assert client.post("/equipe/entrer", data={"token": secret}).status_code == 303
    return client


def read_json_ld(client: TestClient, presence_id: int) -> dict[str, Any]:
    page = client.get(f"/presences/{presence_id}").text
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    described: dict[str, Any] = json.loads(script)
    return described


def list_told(text: str) -> list[str]:
    return [word for word in WORDS if word in text.lower()]


def test_search_engines_are_told_the_commune_of_a_home_only(client: TestClient, other: TestClient) -> None:
    for presence_id, town in HOMES.items():
        described = read_json_ld(client, presence_id)
        assert described == read_json_ld(other, presence_id)
        assert list_told(json.dumps(described, ensure_ascii=False)) == []
        assert "identifier" not in described, "a number of Sirene leads to an address"
        if "location" in described:
            assert described["location"] == {
                "@type": "Place",
                "address": {"@type": "PostalAddress", "addressLocality": town, "addressCountry": "FR"},
            }
    assert {number for number in HOMES if "location" in read_json_ld(client, number)} == {3, 4}
    # A public place is told whole: what is missing above is not missing everywhere.
    public = read_json_ld(client, PUBLIC_PLACE)["location"]
    assert public["address"]["streetAddress"] == "1 place Publique"
    assert public["geo"] == {"@type": "GeoCoordinates", "latitude": 50.43, "longitude": 2.832}


def test_the_history_of_a_home_is_for_staff_and_holds_nothing_of_it(
    client: TestClient, register: Register, other: TestClient, other_register: Register
) -> None:
    refused = client.get("/equipe/fiches/4")
    assert refused.status_code != 200
    assert list_told(refused.text) == []
    enter_staff(client, register)
    enter_staff(other, other_register)
    for presence_id in HOMES:
        here = read_history(client, presence_id, "here")
        there = read_history(other, presence_id, "there")
        assert here == there
        assert list_told(here) == []
    assert "travaille chez elle" in read_history(client, 4, "here"), (
        "the correction that made it a home is told"
    )


def read_history(client: TestClient, presence_id: int, place: str) -> str:
    page = client.get(f"/equipe/fiches/{presence_id}").text
    [table] = (each for each in re.findall(r"<table.*?</table>", page, re.DOTALL) if ">Avant<" in each)
    # The name by which a card came in is what its owner wrote: the team reads it whole, here as at the top.
    named = SECRETS[place][4].partition(" (")[0]
    return str(table).replace(f"Bao Fictif {named}", "Bao Fictif")

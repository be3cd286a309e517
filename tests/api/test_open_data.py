"""The JSON side: what it answers, in the declared shape, and when it answers nothing new."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api import schemas
from api.examples import EXAMPLES
from api.geocode_schemas import GeocodeOut
from data.session import Register
from geo.records import MEL_CODE

ADDRESSES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("/api/v1/near?q=Lens", schemas.NearOut),
    ("/api/v1/near?lat=50.4289&lon=2.8319&radius_m=5000&limit=2", schemas.NearOut),
    ("/api/v1/presences", schemas.PresencesOut),
    ("/api/v1/presences?kind=project", schemas.PresencesOut),
    ("/api/v1/coverage", schemas.CoverageOut),
    ("/api/v1/coverage?level=commune", schemas.CoverageOut),
    ("/api/v1/territories", schemas.TerritoriesOut),
    ("/api/v1/territories?level=departement", schemas.TerritoriesOut),
    ("/api/v1/territories/62498", schemas.TerritoryFeature),
    (f"/api/v1/territories/{MEL_CODE}", schemas.TerritoryFeature),
    ("/api/v1/geocode?q=Lens", GeocodeOut),
    ("/api/v1/geocode?q=Lens&explain=true", GeocodeOut),
    ("/api/v1/geocode?q=xqzwkj", GeocodeOut),
    ("/api/v1/sectors", schemas.SectorsOut),
    ("/healthz", schemas.HealthOut),
    ("/readyz", schemas.ReadyOut),
)


def read(client: TestClient, address: str, status: int = 200) -> Any:  # noqa: ANN401 (JSON is any)
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return answer.json()


def find_names(answer: Any) -> list[str]:  # noqa: ANN401 (JSON is any)
    return [feature["properties"]["name"] for feature in answer["features"]]


@pytest.mark.parametrize(("address", "shape"), ADDRESSES)
def test_every_answer_has_the_declared_shape(
    client: TestClient, address: str, shape: type[BaseModel]
) -> None:
    shape.model_validate(read(client, address))


@pytest.mark.parametrize(("address", "shape"), ADDRESSES)
def test_an_empty_register_answers_in_the_same_shape(
    empty_client: TestClient, address: str, shape: type[BaseModel]
) -> None:
    shape.model_validate(read(empty_client, address))


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("near", schemas.NearOut),
        ("presence", schemas.PresenceOut),
        ("presences", schemas.PresencesOut),
        ("coverage", schemas.CoverageOut),
        ("territories", schemas.TerritoriesOut),
        ("territory", schemas.TerritoryFeature),
        ("geocode", GeocodeOut),
        ("sectors", schemas.SectorsOut),
    ],
)
def test_every_published_example_has_the_declared_shape(name: str, shape: type[BaseModel]) -> None:
    shape.model_validate(EXAMPLES[name])


def test_near_ranks_by_distance_and_keeps_the_contract(client: TestClient) -> None:
    answer = read(client, "/api/v1/near?lat=50.4289&lon=2.8319&kind=actor&limit=3")
    assert [result["name"] for result in answer["results"]] == [
        "La Petite Épicerie",
        "Sans rue à Lens",
        "L'Atelier vélo",
    ]
    assert set(answer["results"][0]) >= {
        "id", "name", "kind", "sectors", "distance_m", "lon", "lat", "precision", "commune", "epci",
    }  # fmt: skip
    distances = [result["distance_m"] for result in answer["results"]]
    assert distances == sorted(distances)
    # 0.02 degrees of a meridian at 50.4° N.
    assert distances[2] == pytest.approx(2_224.8, abs=1)
    assert answer["origin"] == {
        "lon": 2.8319,
        "lat": 50.4289,
        "label": "50.4289, 2.8319",
        "precision": "given",
    }
    assert answer["data_date"] == "2026-03-12"


def test_every_answer_says_what_is_placed_unplaced_and_hidden(client: TestClient) -> None:
    for address in (
        "/api/v1/presences",
        "/api/v1/territories",
        "/api/v1/sectors",
        "/api/v1/territories/62498",
    ):
        answer = read(client, address)
        assert answer["received"] == sum(answer["by_status"].values()) == 10
        assert answer["by_status"]["unplaced"] == 1
        assert answer["hidden"] == 1
        assert answer["data_date"] == "2026-03-12"


def test_near_by_name_of_a_commune_is_near_by_its_point(client: TestClient) -> None:
    answer = read(client, "/api/v1/near?q=Lens&kind=actor&radius_m=10000")
    assert answer["origin"]["precision"] == "commune"
    assert {result["commune"] for result in answer["results"]} == {"62498"}


def test_a_sector_holds_those_under_it(client: TestClient) -> None:
    names = {
        result["name"]
        for result in read(client, "/api/v1/near?q=Lens&sector=alimentation&kind=actor")["results"]
    }
    assert "La Petite Épicerie" in names
    assert "L'Atelier vélo" not in names


def test_what_is_not_public_never_leaves(client: TestClient, small_register: Register) -> None:
    with small_register.reading() as session:
        assert session.data_version > 0
    texts = [client.get(address).text for address, _ in ADDRESSES] + [
        client.get(f"/api/v1/presences/{number}").text for number in range(1, 20)
    ]
    assert not any("Pour les membres" in text for text in texts)


def test_pages_of_presences_follow_each_other_without_loss_or_double(client: TestClient) -> None:
    everything = find_names(read(client, "/api/v1/presences"))
    assert len(everything) == 9
    paged: list[str] = []
    address: str | None = "/api/v1/presences?limit=2"
    while address:
        answer = read(client, address)
        assert answer["total"] == 9
        paged += find_names(answer)
        cursor = answer["next_cursor"]
        address = (
            str(httpx2.URL("/api/v1/presences", params={"limit": 2, "cursor": cursor})) if cursor else None
        )
    assert paged == everything


def test_filters_of_presences(client: TestClient) -> None:
    assert find_names(read(client, "/api/v1/presences?kind=project")) == ["Un projet à Lens"]
    assert find_names(read(client, "/api/v1/presences?status=unplaced")) == ["Quelque part"]
    assert "La Ressource lilloise" not in find_names(read(client, f"/api/v1/presences?outside={MEL_CODE}"))
    assert find_names(read(client, "/api/v1/presences?territory=62041")) == ["Le Jardin d'Arras"]
    assert find_names(read(client, "/api/v1/presences?text=epicerie")) == ["La Petite Épicerie"]


def test_an_unplaced_presence_has_a_null_geometry(client: TestClient) -> None:
    feature = read(client, "/api/v1/presences?status=unplaced")["features"][0]
    assert feature["geometry"] is None
    assert client.get("/api/v1/presences").headers["content-type"] == "application/geo+json"


def test_one_presence_by_its_id(client: TestClient) -> None:
    listed = read(client, "/api/v1/presences?text=epicerie")["features"][0]
    alone = read(client, f"/api/v1/presences/{listed['id']}")
    assert alone["properties"] == listed["properties"]
    assert alone["geometry"]["coordinates"] == [2.8319, 50.4289]


def test_coverage_answers_the_complement(client: TestClient) -> None:
    answer = read(client, "/api/v1/coverage")
    outside = answer["outside"]
    # Placed actors: four around Lens and Arras in public, one more for members, one in Lille.
    assert (outside["count_inside"], outside["count_outside"]) == (1, 5)
    assert outside["share_outside"] == pytest.approx(5 / 6)
    assert outside["population_share_outside"] == pytest.approx(1 - 0.1995, abs=0.0001)
    assert len(answer["rows"]) == 92
    assert sum(row["count"] for row in answer["rows"]) == 6
    assert answer["totals"]["received"] == 8


def test_shares_of_an_empty_register_are_null(empty_client: TestClient) -> None:
    answer = read(empty_client, "/api/v1/coverage")
    assert answer["outside"]["share_outside"] is None
    assert answer["rows"][0]["ratio"] is None


def test_a_contour_is_wound_as_the_rfc_asks(client: TestClient) -> None:
    feature = read(client, f"/api/v1/territories/{MEL_CODE}")
    assert feature["geometry"]["type"] == "MultiPolygon"
    ring = feature["geometry"]["coordinates"][0][0]
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
    assert area > 0, "an exterior ring goes counterclockwise"
    assert feature["properties"]["count_by_kind"]["actor"] == 1


def test_geocode_speaks_as_the_national_service(client: TestClient) -> None:
    answer = read(client, "/api/v1/geocode?q=62300 Lens")
    properties = answer["features"][0]["properties"]
    assert (properties["citycode"], properties["type"], properties["in_mel"]) == (
        "62498",
        "municipality",
        False,
    )
    assert properties["x"] == pytest.approx(688_000, abs=2_000)
    by_parts = read(client, "/api/v1/geocode?postcode=62300&city=Lens")
    assert by_parts["features"][0]["properties"]["citycode"] == "62498"


def test_an_address_may_be_pasted_with_its_line_ends(client: TestClient) -> None:
    answer = client.get("/api/v1/geocode", params={"q": " place Jean Jaurès\r\n62300\tLens "}).json()
    assert answer["query"] == "place Jean Jaurès 62300 Lens"
    assert answer["features"][0]["properties"]["citycode"] == "62498"


def test_an_address_that_is_not_found_is_an_answer(client: TestClient) -> None:
    answer = read(client, "/api/v1/geocode?q=xqzwkj")
    assert answer["features"] == []
    assert answer["status"] == "unplaced"
    assert answer["reasons"]


def test_explaining_gives_the_steps(client: TestClient) -> None:
    assert read(client, "/api/v1/geocode?q=Lens")["steps"] == []
    assert read(client, "/api/v1/geocode?q=Lens&explain=true")["steps"]


@pytest.mark.parametrize(
    "address", ["/api/v1/near?q=Lens", "/api/v1/coverage", "/", "/couverture", "/carte/plan"]
)
def test_nothing_new_is_not_sent_again(client: TestClient, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    other = client.get(address, headers={"if-none-match": '"something else"'})
    assert other.status_code == 200


def test_long_answers_are_compressed(client: TestClient) -> None:
    answer = client.get("/api/v1/territories?level=commune", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.json()["territories"]) == 3_782


def test_head_is_get_without_a_body(client: TestClient) -> None:
    whole, head = client.get("/api/v1/sectors"), client.head("/api/v1/sectors")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == whole.headers["etag"]

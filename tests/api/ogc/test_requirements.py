"""One test per requirement of each class that `/ogc/conformance` claims (17-069r4 and 18-058r1)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyproj import Transformer

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
ITEMS = "/ogc/collections/presences/items"
# West, south, east, north around Lens; then the same ground in other systems.
LENS = (2.78, 50.40, 2.88, 50.46)


def get(client: TestClient, address: str, **parameters: object) -> dict[str, Any]:
    answer = client.get(address, params={key.replace("_", "-"): str(v) for key, v in parameters.items()})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def link_of(document: dict[str, Any], rel: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [link for link in document["links"] if link["rel"] == rel]
    assert found, f"no link {rel}"
    return found[0]


def ids_of(document: dict[str, Any]) -> list[int]:
    return [feature["id"] for feature in document["features"]]


def write_box(box: tuple[float, ...]) -> str:
    return ",".join(map(str, box))


# Part 1, Core.


def test_root_op_and_success(client: TestClient) -> None:
    for address in ("/ogc", "/ogc/"):
        page = get(client, address)
        for rel in ("service-desc", "conformance", "data"):
            assert client.get(link_of(page, rel)["href"]).status_code == 200


def test_api_definition_op_and_success(client: TestClient) -> None:
    answer = client.get(link_of(get(client, "/ogc"), "service-desc")["href"])
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    for path in document["paths"]:
        assert client.get(f"/ogc{path.replace('{featureId}', '1')}").status_code == 200


def test_conformance_op_and_success(client: TestClient) -> None:
    claimed = get(client, "/ogc/conformance")["conformsTo"]
    assert {uri.rsplit("/", 1)[1] for uri in claimed} == {"core", "geojson", "oas30", "crs"}


def test_http_1_1_statuses(client: TestClient) -> None:
    assert client.get(ITEMS).status_code == 200
    assert client.get(ITEMS, params={"limit": "0"}).status_code == 400
    assert client.get("/ogc/collections/rien").status_code == 404
    assert client.get(f"{ITEMS}/999999").status_code == 404
    assert client.get(f"{ITEMS}/rien").status_code == 404
    assert client.get(f"{ITEMS}/99999999999999999999").status_code == 404
    assert client.post(ITEMS).status_code == 405


@pytest.mark.parametrize(
    "address", ["/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/presences", ITEMS]
)
def test_query_param_unknown(client: TestClient, address: str) -> None:
    answer = client.get(address, params={"couleur": "vert"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "couleur" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "limit=zéro",
        "limit=-1",
        "limit=1.5",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=3,51,2,50",
        "bbox=2,50,3,nan",
        "bbox=2,-91,3,50",
        "datetime=hier",
        "datetime=2024-13-01",
        "datetime=../..",
        "datetime=2024-02-01/2024-01-01",
        "datetime=2024-01-01/2024-01-02/2024-01-03",
        "kind=acteur",
        "sector=inconnue",
        "cursor=abc",
        "crs=EPSG:2154",
        "bbox=2,50,3,51&bbox-crs=autre",
        "f=html",
        "limit=1&limit=2",
    ],
)
def test_query_param_invalid(client: TestClient, query: str) -> None:
    answer = client.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == query.rpartition("&")[2].partition("=")[0]


def test_fc_md_op_and_success(client: TestClient) -> None:
    document = get(client, "/ogc/collections")
    assert link_of(document, "self")["href"].endswith("/ogc/collections")
    assert [collection["id"] for collection in document["collections"]] == ["presences"]


def test_fc_md_links_and_items_links(client: TestClient) -> None:
    [collection] = get(client, "/ogc/collections")["collections"]
    items = link_of(collection, "items")
    assert items["type"] == "application/geo+json"
    assert client.get(items["href"]).headers["content-type"] == "application/geo+json"
    assert all(link["rel"] and link["type"] for link in collection["links"])


def test_fc_md_extent(client: TestClient) -> None:
    [collection] = get(client, "/ogc/collections")["collections"]
    [[west, south, east, north]] = collection["extent"]["spatial"]["bbox"]
    for feature in get(client, ITEMS, limit=1000)["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        assert west <= lon <= east
        assert south <= lat <= north


def test_sfc_md_op_and_success(client: TestClient) -> None:
    [listed] = get(client, "/ogc/collections")["collections"]
    assert get(client, "/ogc/collections/presences") == listed


def test_fc_op_and_response(client: TestClient) -> None:
    document = get(client, ITEMS)
    assert document["type"] == "FeatureCollection"
    names = {feature["properties"]["name"] for feature in document["features"]}
    # What counts, is public and is still shown: not the member's, the doubtful, the unplaced.
    assert names == {
        "La Petite Épicerie",
        "L'Atelier vélo",
        "Le Jardin d'Arras",
        "La Ressource lilloise",
        "Sans rue à Lens",
        "Un projet à Lens",
        "Antenne de Valenciennes",
    }


def test_fc_limit_definition_and_response(client: TestClient) -> None:
    document = client.get("/ogc/api").json()
    parameters = document["paths"]["/collections/presences/items"]["get"]["parameters"]
    [limit] = [one for one in parameters if one["name"] == "limit"]
    assert (limit["in"], limit["required"], limit["schema"]["type"]) == ("query", False, "integer")
    assert {"minimum", "maximum", "default"} <= set(limit["schema"])
    assert len(get(client, ITEMS, limit=2)["features"]) == 2
    # A larger number than the maximum is no error.
    assert len(get(client, ITEMS, limit=limit["schema"]["maximum"] + 1)["features"]) == 7


def test_fc_bbox_definition_and_response(client: TestClient) -> None:
    document = client.get("/ogc/api").json()
    parameters = document["paths"]["/collections/presences/items"]["get"]["parameters"]
    [bbox] = [one for one in parameters if one["name"] == "bbox"]
    assert (bbox["style"], bbox["explode"], bbox["schema"]["type"]) == ("form", False, "array")
    inside = get(client, ITEMS, bbox=write_box(LENS))["features"]
    outside = [f for f in get(client, ITEMS)["features"] if f["id"] not in {g["id"] for g in inside}]
    assert inside
    assert outside
    for features, is_inside in ((inside, True), (outside, False)):
        for feature in features:
            lon, lat = feature["geometry"]["coordinates"]
            assert (LENS[0] <= lon <= LENS[2] and LENS[1] <= lat <= LENS[3]) is is_inside


def test_fc_bbox_with_heights_and_across_the_antimeridian(client: TestClient) -> None:
    flat = ids_of(get(client, ITEMS, bbox=write_box(LENS)))
    assert ids_of(get(client, ITEMS, bbox=f"{LENS[0]},{LENS[1]},-10,{LENS[2]},{LENS[3]},500")) == flat
    west_of_lille = ids_of(get(client, ITEMS, bbox="177,40,2.95,60"))
    assert set(flat) <= set(west_of_lille)
    assert len(west_of_lille) < 7
    everybody = ids_of(get(client, ITEMS, limit=100))
    assert ids_of(get(client, ITEMS, limit=100, bbox="-30,40,-31,60")) == everybody
    assert ids_of(get(client, ITEMS, limit=100, bbox="1,40,-177,60")) == everybody
    # Where nobody stands, the first page is the last.
    nobody = get(client, ITEMS, bbox="177,-50,-177,60", limit=1)
    assert nobody["features"] == []
    assert [link["rel"] for link in nobody["links"]] == ["self", "collection"]


def test_fc_time_definition_and_response(dated_client: TestClient) -> None:
    names = {
        "2020-06-15": {"Sans dates", "Depuis 2019"},
        "2022-06-15": {"Sans dates", "Depuis 2019", "En 2022"},
        "2022-06-15T10:00:00Z": {"Sans dates", "Depuis 2019", "En 2022"},
        "2022-12-31/2023-05-01": {"Sans dates", "Depuis 2019", "En 2022"},
        "2023-01-01/..": {"Sans dates", "Depuis 2019"},
        "../2018-12-31": {"Sans dates"},
        "/2018-12-31": {"Sans dates"},
    }
    for asked, expected in names.items():
        found = get(dated_client, ITEMS, datetime=asked)["features"]
        assert {feature["properties"]["name"] for feature in found} == expected, asked


def test_fc_links_and_rel_type(client: TestClient) -> None:
    page = get(client, ITEMS, limit=3, kind="actor")
    assert link_of(page, "self")["href"].endswith(f"{ITEMS}?limit=3&kind=actor")
    seen = ids_of(page)
    while any(link["rel"] == "next" for link in page["links"]):
        following = link_of(page, "next")
        assert following["type"] == "application/geo+json"
        page = client.get(following["href"]).json()
        seen += ids_of(page)
    assert seen == ids_of(get(client, ITEMS, kind="actor"))
    assert len(seen) == len(set(seen)) == 5


def test_fc_time_stamp_and_number_returned(client: TestClient) -> None:
    page = get(client, ITEMS, limit=3)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", page["timeStamp"])
    assert page["numberReturned"] == len(page["features"]) == 3
    # An exact numberMatched would count the whole layer for each page: the standard lets it out.
    assert "numberMatched" not in page


def test_f_op_success_and_links(client: TestClient) -> None:
    for feature in get(client, ITEMS)["features"]:
        alone = get(client, f"{ITEMS}/{feature['id']}")
        assert (alone["type"], alone["id"], alone["geometry"]) == (
            "Feature",
            feature["id"],
            feature["geometry"],
        )
        assert alone["properties"]["name"] == feature["properties"]["name"]
        assert link_of(alone, "self")["href"].endswith(f"{ITEMS}/{feature['id']}")
        assert client.get(link_of(alone, "collection")["href"]).status_code == 200


def test_what_only_members_read_is_nowhere(client: TestClient) -> None:
    seen = set(ids_of(get(client, ITEMS)))
    for feature_id in range(1, 11):
        status = client.get(f"{ITEMS}/{feature_id}").status_code
        answer = client.get(f"{ITEMS}/{feature_id}")
        assert "Pour les membres" not in answer.text
        assert status == 200 or feature_id not in seen


def test_filters_of_properties(client: TestClient) -> None:
    assert {f["properties"]["kind"] for f in get(client, ITEMS, kind="project")["features"]} == {"project"}
    by_api = client.get("/api/v1/presences", params={"sector": "alimentation", "status": "placed"}).json()
    by_ogc = get(client, ITEMS, sector="alimentation")["features"]
    placed = [f for f in by_ogc if f["properties"]["precision"] != "commune"]
    assert {f["id"] for f in placed} == {f["id"] for f in by_api["features"]}


# Part 1, GeoJSON.


def test_geojson_definition_and_content(client: TestClient) -> None:
    answer = client.get(ITEMS)
    assert answer.headers["content-type"] == "application/geo+json"
    for feature in answer.json()["features"]:
        assert feature["type"] == "Feature"
        assert feature["geometry"]["type"] == "Point"
        assert isinstance(feature["properties"], dict)
        lon, lat = feature["geometry"]["coordinates"]
        assert lon < lat


# Part 1, OpenAPI 3.0.


def test_oas_definition(client: TestClient) -> None:
    document = client.get("/ogc/api").json()
    assert document["openapi"].startswith("3.0.")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations) == 6
    for operation in operations:
        assert {"200", "400", "404", "500"} <= set(operation["responses"])
        for parameter in operation["parameters"]:
            assert "schema" in parameter


# Part 2, coordinate reference systems.


def test_crs_identifiers_and_storage(client: TestClient) -> None:
    collection = get(client, "/ogc/collections/presences")
    assert collection["crs"][0] == CRS84
    assert {f"{EPSG}4326", f"{EPSG}2154", f"{EPSG}3857"} <= set(collection["crs"])
    assert collection["storageCrs"] in collection["crs"]
    assert get(client, "/ogc/collections")["crs"] == collection["crs"]


@pytest.mark.parametrize("code", [2154, 3857, 4326])
def test_crs_of_features_and_its_header(client: TestClient, code: int) -> None:
    plain = {f["id"]: f["geometry"]["coordinates"] for f in get(client, ITEMS)["features"]}
    transformer = Transformer.from_crs("EPSG:4326", f"EPSG:{code}", always_xy=True)
    answer = client.get(ITEMS, params={"crs": f"{EPSG}{code}"})
    assert answer.headers["content-crs"] == f"<{EPSG}{code}>"
    for feature in answer.json()["features"]:
        x, y = transformer.transform(*plain[feature["id"]])
        # EPSG:4326 says latitude first, the two others easting first.
        expected = (y, x) if code == 4326 else (x, y)
        assert feature["geometry"]["coordinates"] == pytest.approx(expected, abs=0.02)
        alone = client.get(f"{ITEMS}/{feature['id']}", params={"crs": f"{EPSG}{code}"})
        assert alone.headers["content-crs"] == f"<{EPSG}{code}>"
        assert alone.json()["geometry"] == feature["geometry"]


def test_crs_by_default_is_said(client: TestClient) -> None:
    assert client.get(ITEMS).headers["content-crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("code", [2154, 3857, 4326])
def test_bbox_crs(client: TestClient, code: int) -> None:
    transformer = Transformer.from_crs("EPSG:4326", f"EPSG:{code}", always_xy=True)
    everyone = get(client, ITEMS)["features"]
    west, south = transformer.transform(LENS[0], LENS[1])
    east, north = transformer.transform(LENS[2], LENS[3])
    box = (south, west, north, east) if code == 4326 else (west, south, east, north)

    found = ids_of(get(client, ITEMS, bbox=write_box(box), bbox_crs=f"{EPSG}{code}"))

    expected = []
    for feature in everyone:
        x, y = transformer.transform(*feature["geometry"]["coordinates"])
        if west <= x <= east and south <= y <= north:
            expected.append(feature["id"])
    assert found == expected
    assert 0 < len(found) < len(everyone)


def test_links_keep_what_was_asked(client: TestClient) -> None:
    page = get(client, ITEMS, limit=2, crs=f"{EPSG}2154", bbox=write_box(LENS))
    onwards = client.get(link_of(page, "next")["href"])
    assert onwards.headers["content-crs"] == f"<{EPSG}2154>"
    assert not set(ids_of(page)) & set(ids_of(onwards.json()))

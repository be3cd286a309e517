"""The description of the API: complete, in French, true to what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

CONTRACT = {
    "/api/v1/near": {"q", "lat", "lon", "sector", "kind", "radius_m", "limit"},
    "/api/v1/presences": {"kind", "sector", "territory", "outside", "status", "text", "limit", "cursor"},
    "/api/v1/presences/{presence_id}": {"presence_id"},
    "/api/v1/presences/{presence_id}/meet": {"presence_id", "limit"},
    "/api/v1/places": {"q", "limit"},
    "/api/v1/coverage": {"level", "kind", "sector", "outside", "at", "basis", "denominator"},
    "/api/v1/territories": {"level"},
    "/api/v1/territories/{code}": {"code"},
    "/api/v1/geocode": {"q", "street", "postcode", "city", "citycode", "lat", "lon", "explain"},
    "/api/v1/reverse": {"lat", "lon", "limit"},
    "/api/v1/geocode/search": {"q", "limit", "type", "postcode", "citycode", "depcode", "autocomplete"},
    "/api/v1/geocode/reverse": {"lon", "lat", "limit", "type"},
    "/api/v1/geocode/csv": set(),
    "/api/v1/geocode/search/csv": set(),
    "/api/v1/sectors": set(),
    "/api/v1/access": {"kind", "sector", "minutes", "at"},
    "/api/v1/siting": {"count", "minutes", "kind", "equity"},
    "/api/v1/siting/what-if": {"communes", "minutes"},
    "/healthz": set(),
    "/readyz": set(),
}


@pytest.fixture(scope="module")
def document(client: TestClient) -> Any:  # noqa: ANN401 (JSON is any)
    return client.get("/openapi.json").json()


def get_operation(methods: dict[str, Any]) -> dict[str, Any]:
    """Give the one thing that can be asked of an address."""
    operation: dict[str, Any]
    [operation] = methods.values()
    return operation


def test_a_form_is_described_field_by_field_and_each_is_read(
    client: TestClient, document: dict[str, Any]
) -> None:
    operation = document["paths"]["/api/v1/geocode/csv"]["post"]
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert all(field["description"].endswith(".") for field in form.values())
    for field in form.keys() - {"data", "columns", "result_columns", "indexes"}:
        answer = client.post(
            "/api/v1/geocode/csv", files={"data": b"adresse\nLens\n"}, data={field: "pas une colonne"}
        )
        assert answer.json()["message"] == f"Unknown column name for {field}"


def test_it_describes_every_address_and_no_page(document: dict[str, Any]) -> None:
    described = {
        path: {parameter["name"] for parameter in get_operation(methods).get("parameters", ())}
        for path, methods in document["paths"].items()
    }
    assert described == CONTRACT


def test_every_address_has_words_an_example_and_its_refusals(document: dict[str, Any]) -> None:
    shapes = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        operation = get_operation(methods)
        assert operation["description"].endswith("."), path
        content = next(iter(operation["responses"]["200"]["content"].values()))
        assert content["example"], path
        if not path.endswith("/csv"):
            assert content["schema"]["$ref"].removeprefix("#/components/schemas/") in shapes, path
        assert "application/problem+json" in operation["responses"]["503"]["content"], path
        assert "HTTPValidationError" not in str(operation), path


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def find_references(part: Any) -> list[str]:  # noqa: ANN401 (JSON is any)
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [found for value in part.values() for found in find_references(value)]
        if isinstance(part, list):
            return [found for value in part for found in find_references(value)]
        return []

    names = {reference.removeprefix("#/components/schemas/") for reference in find_references(document)}
    assert names <= set(document["components"]["schemas"])


def test_every_parameter_is_explained(document: dict[str, Any]) -> None:
    unexplained = [
        (path, parameter["name"])
        for path, methods in document["paths"].items()
        for parameter in get_operation(methods).get("parameters", ())
        if not parameter.get("description")
    ]
    assert unexplained == []


def test_the_page_of_the_api_explains_every_address_and_problem(
    client: TestClient, document: dict[str, Any]
) -> None:
    page = client.get("/api").text
    for path, methods in document["paths"].items():
        assert f"{next(iter(methods)).upper()} {path}" in page
    problem = client.get("/api/v1/near").json()
    assert f'id="{problem["type"].removeprefix("/api#")}"' in page

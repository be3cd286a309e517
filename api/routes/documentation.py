"""The API explained: to machines (`/openapi.json`), and to people (`/api`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import get_register
from api.openapi import describe_api
from api.pages import answer_page, mark_page
from api.problems import KINDS
from api.responses import JSON, write_json

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address of the API as the page explains it."""

    method: str
    path: str
    summary: str
    parameters: tuple[tuple[str, str], ...]
    example: str


@router.get("/openapi.json")
@router.get("/api/v1/openapi.json")
def read_openapi(request: Request) -> Response:
    """Give the OpenAPI document."""
    return Response(
        write_json(describe_api(request.app)), media_type=JSON, headers={"cache-control": "no-cache"}
    )


@router.get("/api", dependencies=[Depends(mark_page)])
def show_documentation(request: Request) -> Response:
    """Explain the API in French, from its own description."""
    register = get_register(request)

    def describe() -> dict[str, Any]:
        document = describe_api(request.app)
        return {
            "endpoints": list_endpoints(document),
            "problems": KINDS,
            "base": str(request.base_url).rstrip("/"),
        }

    return answer_page(request, register, "api.html", describe, here="/api")


def list_endpoints(document: dict[str, Any]) -> list[Endpoint]:
    """List the addresses that an OpenAPI document describes, with an example of each answer."""
    endpoints = []
    for path, methods in document["paths"].items():
        method, operation = next(iter(methods.items()))
        content = operation["responses"]["200"]["content"]
        example = next(iter(content.values()))["example"]
        endpoints.append(
            Endpoint(
                method=method.upper(),
                path=path,
                summary=operation["description"],
                parameters=_list_parameters(operation),
                example=_write_example(example),
            )
        )
    return endpoints


def _list_parameters(operation: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """List what an operation is asked with: its parameters, and the fields of its form."""
    form = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data", {})
    fields = form.get("schema", {}).get("properties", {})
    asked = {each["name"]: each for each in operation.get("parameters", ())} | fields
    return tuple((name, each.get("description", "")) for name, each in asked.items())


def _write_example(example: Any) -> str:  # noqa: ANN401 (JSON is any)
    if isinstance(example, str):
        return example
    return orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()

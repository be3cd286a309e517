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
        operation = methods["get"]
        content = operation["responses"]["200"]["content"]
        example = next(iter(content.values()))["example"]
        endpoints.append(
            Endpoint(
                path=path,
                summary=operation["description"],
                parameters=tuple(
                    (parameter["name"], parameter.get("description", ""))
                    for parameter in operation.get("parameters", ())
                ),
                example=_write_example(example),
            )
        )
    return endpoints


def _write_example(example: Any) -> str:  # noqa: ANN401 (JSON is any)
    return orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()

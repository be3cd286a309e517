"""The description of the API (OpenAPI 3.1): built from the routes, completed by the shapes of the answers."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api import schemas
from api.geocode_schemas import GeocodeOut, ReverseOut
from api.meeting_schemas import MeetOut, PlacesOut
from api.national_openapi import describe_national_service
from api.siting_schemas import SITING_SHAPES

DESCRIPTION = """\
Les acteurs, projets, temps forts et antennes de l'économie sociale et solidaire en Hauts-de-France.

Lecture libre, sans clé ni cookie. Positions en WGS84, longitude d'abord (GeoJSON, RFC 7946) ; distances en
mètres, à vol d'oiseau ; parts de 0 à 1. Chaque réponse porte un ETag : avec If-None-Match, une réponse
inchangée ne coûte qu'un 304. Les erreurs sont des « problem details » (RFC 9457).
"""

_OUT = (
    schemas.ProblemOut,
    schemas.NearOut,
    schemas.PresencesOut,
    schemas.PresenceOut,
    schemas.CoverageOut,
    schemas.TerritoriesOut,
    schemas.TerritoryFeature,
    GeocodeOut,
    ReverseOut,
    schemas.SectorsOut,
    PlacesOut,
    MeetOut,
    schemas.HealthOut,
    schemas.ReadyOut,
    *SITING_SHAPES,
)


def describe_api(app: FastAPI) -> dict[str, Any]:
    """Give the OpenAPI document, built once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=DESCRIPTION,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        document["paths"].update(describe_national_service())
        _, shapes = models_json_schema(
            [(model, "validation") for model in _OUT], ref_template="#/components/schemas/{model}"
        )
        components = document.setdefault("components", {}).setdefault("schemas", {})
        for unused in ("HTTPValidationError", "ValidationError"):
            components.pop(unused, None)
        components.update(shapes["$defs"])
        app.openapi_schema = document
    return app.openapi_schema

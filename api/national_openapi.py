"""The national address service's own questions, described for OpenAPI: what talks to it can talk to us.

FastAPI does not know their parameters: they are read apart, so that a refusal is the national service's 400.
"""

from __future__ import annotations

from typing import Any

from api.examples import EXAMPLES
from api.geocode_schemas import GeocodeOut, ReverseOut
from api.responses import GEOJSON
from api.schemas import ProblemOut

JsonObject = dict[str, Any]

_TAGS = ["Données"]
_CSV_EXAMPLE = """\
nom;adresse;longitude;latitude;result_score;result_label;result_type;result_citycode;result_status
Les Amis;12 rue de la Gare 62300 Lens;2.8282;50.4270;1.0000;12 Rue de la Gare 62300 Lens;housenumber;62498;ok
"""
_POSTCODE = ("postcode", "Code postal de la commune (un seul est retenu).")
_CITYCODE = ("citycode", "Code INSEE de la commune (un seul est retenu).")
_TYPE = ("type", "Seul type de réponse voulu : housenumber, street, locality ou municipality.")
_LIMIT = ("limit", "Nombre de réponses, de 1 à 50.")
_SEARCH = (
    ("q", "L'adresse, de 3 à 200 caractères."),
    _LIMIT,
    _TYPE,
    _POSTCODE,
    _CITYCODE,
    ("depcode", "Départements admis, séparés par des virgules : 02,59,60,62,80."),
    ("autocomplete", "Admis et sans effet : une adresse est toujours cherchée entière."),
)
_REVERSE = (("lon", "Longitude du point (WGS84)."), ("lat", "Latitude du point (WGS84)."), _LIMIT, _TYPE)
_FORM = (
    ("columns", "Colonnes qui font l'adresse, dans l'ordre ; toutes si aucune n'est nommée. Se répète."),
    ("result_columns", "Colonnes à ajouter ; celles du service national et les nôtres sinon. Se répète."),
    ("citycode", "Nom de la colonne du code INSEE."),
    ("postcode", "Nom de la colonne du code postal."),
    ("depcode", "Nom de la colonne du département hors duquel aucune réponse n'est admise."),
    ("type", "Nom de la colonne du seul type de réponse voulu."),
    ("indexes", "« address », le seul index."),
)
_REPEATED = frozenset(("columns", "result_columns"))


def describe_national_service() -> JsonObject:
    """Give the paths of the national service that are served here, as OpenAPI describes them."""
    search = _describe_get("Une adresse, demandée comme au service national.", _SEARCH, GeocodeOut, "geocode")
    reverse = _describe_get("Un point, demandé comme au service national.", _REVERSE, ReverseOut, "reverse")
    bulk = _describe_bulk()
    return {
        "/api/v1/geocode/search": {"get": search},
        "/api/v1/geocode/reverse": {"get": reverse},
        "/api/v1/geocode/csv": {"post": bulk},
        "/api/v1/geocode/search/csv": {"post": bulk},
    }


def _describe_get(
    what: str, parameters: tuple[tuple[str, str], ...], model: type, example: str
) -> JsonObject:
    needed = {"q", "lon", "lat"}
    numbers = {"lon": "number", "lat": "number", "limit": "integer"}
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {
        "tags": _TAGS,
        "description": what,
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": name in needed,
                "description": description,
                "schema": {"type": numbers.get(name, "string")},
            }
            for name, description in parameters
        ],
        "responses": {
            "200": {
                "description": (model.__doc__ or "").strip(),
                "content": {GEOJSON: {"schema": schema, "example": EXAMPLES[example]}},
            },
            **_describe_refusals(),
        },
    }


def _describe_bulk() -> JsonObject:
    text: JsonObject = {"type": "string"}
    properties: JsonObject = {
        "data": {"type": "string", "format": "binary", "description": "Le fichier CSV, 50 Mo au plus."}
    }
    for name, description in _FORM:
        kind = {"type": "array", "items": text} if name in _REPEATED else text
        properties[name] = {**kind, "description": description}
    form = {"type": "object", "required": ["data"], "properties": properties}
    return {
        "tags": _TAGS,
        "description": "Un CSV d'adresses, rendu avec ses réponses : mêmes champs que le service national.",
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
        "responses": {
            "200": {
                "description": "Les lignes reçues, dans leur ordre, et les colonnes des réponses.",
                "content": {"text/csv": {"schema": text, "example": _CSV_EXAMPLE}},
            },
            **_describe_refusals(),
        },
    }


def _describe_refusals() -> JsonObject:
    content = {
        "application/problem+json": {"schema": {"$ref": f"#/components/schemas/{ProblemOut.__name__}"}}
    }
    return {
        "400": {
            "description": "Refusé avec les mots du service national dans « message ».",
            "content": content,
        },
        "503": {"description": "Le registre ne répond pas pour l'instant.", "content": content},
    }

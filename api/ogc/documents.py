"""What the service says of itself: its first page, its conformance, its collection, its description.

Requirements are those of OGC API – Features, part 1 (17-069r4) and part 2 (18-058r1).
"""

from __future__ import annotations

from typing import Any

from api.ogc.query import DEFAULT_FEATURES, MOST_FEATURES
from geo.crs import CRS84, CRS_BY_URI
from geo.records import Kind
from geo.territories import MAP_CREDIT

JsonObject = dict[str, Any]

COLLECTION = "presences"

JSON = "application/json"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
PROBLEM = "application/problem+json"

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)

TITLE = "Maillage : l'économie solidaire en Hauts-de-France"
_DESCRIPTION = (
    "Les acteurs, projets, temps forts, antennes et ambassadeurs du registre, à leur point public. Une "
    "présence connue à la commune seulement est au point de sa mairie (precision = commune)."
)
# West, south, east, north of Hauts-de-France, a little wide.
_EXTENT = (1.37, 48.83, 4.27, 51.1)


def describe_service(root: str) -> JsonObject:
    """Write the landing page of the service that stands at an address (requirement `root-success`)."""
    return {
        "title": TITLE,
        "description": _DESCRIPTION,
        "attribution": MAP_CREDIT,
        "links": [
            _link(root, "self", JSON, "Cette page"),
            _link(f"{root}/api", "service-desc", OPENAPI, "La description du service"),
            _link(f"{root}/conformance", "conformance", JSON, "Les classes de conformité"),
            _link(f"{root}/collections", "data", JSON, "Les collections"),
        ],
    }


def describe_conformance() -> JsonObject:
    """List the conformance classes (requirement `conformance-success`)."""
    return {"conformsTo": list(CONFORMANCE)}


def describe_collections(root: str) -> JsonObject:
    """List the collections (requirement `fc-md-success`)."""
    return {
        "links": [_link(f"{root}/collections", "self", JSON, "Cette page")],
        "crs": list(CRS_BY_URI),
        "collections": [describe_collection(root)],
    }


def describe_collection(root: str) -> JsonObject:
    """Describe the collection of presences (requirements `fc-md-items-links`, `fc-md-extent`, `crs-uri`)."""
    address = f"{root}/collections/{COLLECTION}"
    return {
        "id": COLLECTION,
        "title": "Présences",
        "description": _DESCRIPTION,
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [list(_EXTENT)], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": list(CRS_BY_URI),
        "storageCrs": CRS84,
        "links": [
            _link(address, "self", JSON, "Cette collection"),
            _link(f"{address}/items", "items", GEOJSON, "Les présences"),
        ],
    }


def describe_api(root: str, version: str) -> JsonObject:
    """Describe the service (OpenAPI 3.0: clients of this standard read no later version)."""
    collection = f"/collections/{COLLECTION}"
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE, "description": _DESCRIPTION, "version": version},
        "servers": [{"url": root}],
        "paths": {
            "/": _path("service", "La première page", JSON),
            "/conformance": _path("conformance", "Les classes de conformité", JSON),
            "/collections": _path("collections", "Les collections", JSON),
            collection: _path("collection", "La collection des présences", JSON),
            f"{collection}/items": _path("items", "Les présences", GEOJSON, _describe_items_parameters()),
            f"{collection}/items/{{featureId}}": _path(
                "item", "Une présence", GEOJSON, [_FEATURE_ID, _describe_crs("crs")]
            ),
        },
    }


_FEATURE_ID: JsonObject = {
    "name": "featureId",
    "in": "path",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}


def _describe_items_parameters() -> list[JsonObject]:
    text = {"type": "string"}
    return [
        {
            **_parameter("limit", "Nombre de présences au plus."),
            "schema": {
                "type": "integer",
                "minimum": 1,
                "maximum": MOST_FEATURES,
                "default": DEFAULT_FEATURES,
            },
        },
        {
            **_parameter("bbox", "Emprise : ouest,sud,est,nord."),
            "style": "form",
            "explode": False,
            "schema": {
                "type": "array",
                "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
                "items": {"type": "number"},
            },
        },
        _describe_crs("bbox-crs"),
        _describe_crs("crs"),
        {
            **_parameter("datetime", "Une date, ou deux séparées par « / » : qui était là alors."),
            "schema": text,
        },
        {**_parameter("kind", "Sorte de présence."), "schema": {"type": "string", "enum": list(Kind)}},
        {**_parameter("sector", "Code d'une filière : elle et tout ce qui est dessous."), "schema": text},
        {**_parameter("cursor", "Où reprendre ; donné par le lien « next »."), "schema": text},
    ]


def _describe_crs(name: str) -> JsonObject:
    return {
        **_parameter(name, "Système de coordonnées."),
        "schema": {"type": "string", "format": "uri", "enum": list(CRS_BY_URI), "default": CRS84},
    }


def _parameter(name: str, description: str) -> JsonObject:
    return {"name": name, "in": "query", "required": False, "description": description}


def _path(
    operation: str, summary: str, media_type: str, parameters: list[JsonObject] | None = None
) -> JsonObject:
    refusals = {
        str(status): {"description": words, "content": {PROBLEM: {"schema": {"type": "object"}}}}
        for status, words in ((400, "Demande refusée"), (404, "Introuvable"), (500, "Erreur du service"))
    }
    answer = {"description": summary, "content": {media_type: {"schema": {"type": "object"}}}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": parameters or [],
            "responses": {"200": answer, **refusals},
        }
    }


def _link(href: str, rel: str, media_type: str, title: str) -> JsonObject:
    return {"href": href, "rel": rel, "type": media_type, "title": title, "hreflang": "fr"}

"""`/ogc`: the register for programs that read layers (OGC API – Features, parts 1 and 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException, Request, Response

from api.data_version import make_etag
from api.dependencies import get_register
from api.ogc import documents
from api.ogc.features import find_features, find_features_soon, write_feature, write_features
from api.ogc.query import FeatureQuery, read_crs, read_feature_query, read_parameters, write_query
from api.responses import answer_json, write_json
from data.questions import get_presence
from data.session import Register
from geo.boxes import PlacedPage
from geo.errors import MaillageError

# The standard has a description of its own, at /ogc/api.
router = APIRouter(prefix="/ogc", include_in_schema=False)

# A number of at most this many digits is one that both engines can look up.
_ID_DIGITS = 10

ITEMS = f"/collections/{documents.COLLECTION}/items"


@router.get("")
@router.get("/")
def read_service(request: Request) -> Response:
    """Give the first page of the service."""
    return _answer_document(request, documents.describe_service(_root(request)))


@router.get("/api")
def read_description(request: Request) -> Response:
    """Describe the service as OpenAPI 3.0."""
    document = documents.describe_api(_root(request), request.app.version)
    return _answer_document(request, document, media_type=documents.OPENAPI)


@router.get("/conformance")
def read_conformance(request: Request) -> Response:
    """List the conformance classes."""
    return _answer_document(request, documents.describe_conformance())


@router.get("/collections")
def read_collections(request: Request) -> Response:
    """List the collections."""
    return _answer_document(request, documents.describe_collections(_root(request)))


@router.get(f"/collections/{documents.COLLECTION}")
def read_collection(request: Request) -> Response:
    """Describe the presences."""
    return _answer_document(request, documents.describe_collection(_root(request)))


@router.get(ITEMS)
def read_items(request: Request) -> Response:
    """Give a page of presences."""
    register = get_register(request)
    query = read_feature_query(request, register.sectors)

    return answer_json(
        request,
        make_etag(request, register),
        lambda: _describe_page(request, query, find_features(register, query)),
        media_type=documents.GEOJSON,
        headers={"content-crs": f"<{query.crs.uri}>"},
    )


async def answer_items_quickly(request: Request, register: Register) -> Response | None:
    """Answer as `read_items` does, from the event loop; None for what has to go the usual way."""
    try:
        query = read_feature_query(request, register.sectors)
        page = await find_features_soon(register, query)
    except MaillageError:
        # The usual way says what is wrong.
        return None
    if page is None:
        return None
    return answer_json(
        request,
        make_etag(request, register, at_version=page.data_version),
        lambda: _describe_page(request, query, page),
        media_type=documents.GEOJSON,
        headers={"content-crs": f"<{query.crs.uri}>"},
    )


def _describe_page(request: Request, query: FeatureQuery, page: PlacedPage) -> dict[str, object]:
    features = write_features(get_register(request), query, page)
    root = _root(request)
    address = f"{root}{ITEMS}"
    links = [
        {"href": f"{address}?{request.url.query}", "rel": "self", "type": documents.GEOJSON},
        {
            "href": f"{root}/collections/{documents.COLLECTION}",
            "rel": "collection",
            "type": documents.JSON,
        },
    ]
    if page.next_cursor is not None:
        onwards = write_query(request, cursor=page.next_cursor)
        links.append({"href": f"{address}?{onwards}", "rel": "next", "type": documents.GEOJSON})
    return {
        "type": "FeatureCollection",
        "features": features,
        "links": links,
        "timeStamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberReturned": len(features),
    }


@router.get(f"{ITEMS}/{{feature_id}}")
def read_item(request: Request, feature_id: str) -> Response:
    """Give one presence."""
    register = get_register(request)
    crs = read_crs(read_parameters(request, ("crs", "f")), "crs")
    address = f"{_root(request)}{ITEMS}"
    presence = get_presence(register, _read_id(feature_id))
    links = [
        {"href": f"{address}/{presence.id}", "rel": "self", "type": documents.GEOJSON},
        {
            "href": f"{_root(request)}/collections/{documents.COLLECTION}",
            "rel": "collection",
            "type": documents.JSON,
        },
    ]
    return answer_json(
        request,
        make_etag(request, register),
        lambda: {**write_feature(presence, crs), "links": links},
        media_type=documents.GEOJSON,
        headers={"content-crs": f"<{crs.uri}>"},
    )


def _read_id(text: str) -> int:
    """Read the number of a feature; what is no number is the number of none (a 404 for the standard)."""
    if not (text.isascii() and text.isdigit() and len(text) < _ID_DIGITS):
        raise HTTPException(status_code=404)
    return int(text)


def _answer_document(
    request: Request, document: Mapping[str, object], *, media_type: str = documents.JSON
) -> Response:
    read_parameters(request, ("f",))
    return Response(write_json(document), media_type=media_type, headers={"cache-control": "no-cache"})


def _root(request: Request) -> str:
    """Give the address of the service as its caller knows it."""
    return f"{str(request.base_url).rstrip('/')}/ogc"

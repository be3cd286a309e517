"""`/tiles/`: vector tiles of the public map, and what a client has to know before it asks for them."""

from __future__ import annotations

import gzip
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.compression import choose_encoding
from api.data_version import make_etag
from api.dependencies import get_register, get_tiles
from api.parameters import TileQuery, refuse_repeated
from api.responses import answer_json, is_known_to_caller
from data.session import Register
from data.tiles import EVERYONE, TILE_LAYERS, PointChoice, TileLayer
from geo.errors import UnknownTileError
from geo.territories import MAP_CREDIT
from geo.tiles import TileAddress

# Not in the description of the API: a tile is no JSON. Each layer describes itself at /tiles/{layer}.json.
router = APIRouter(prefix="/tiles", include_in_schema=False, dependencies=[Depends(refuse_repeated)])

TILE = "/{layer}/{z}/{x}/{y}.mvt"

MVT = "application/vnd.mapbox-vector-tile"

_TILEJSON_VERSION = "3.0.0"
# West, south, east, north of Hauts-de-France, a little wide.
_BOUNDS = (1.37, 48.83, 4.27, 51.1)
_START = (2.8, 50.0, 8)


@router.get("/{layer}.json")
def describe_layer(request: Request, layer: TileLayer) -> Response:
    """Describe a layer (TileJSON 3.0)."""
    register = get_register(request)
    facts = TILE_LAYERS[layer]

    def produce() -> dict[str, Any]:
        return {
            "tilejson": _TILEJSON_VERSION,
            "name": facts.label,
            "tiles": [f"{request.base_url}tiles/{layer.value}/{{z}}/{{x}}/{{y}}.mvt"],
            "vector_layers": [
                {
                    "id": layer.value,
                    "description": facts.label,
                    "minzoom": facts.min_zoom,
                    "maxzoom": facts.max_zoom,
                    "fields": facts.fields,
                }
            ],
            "minzoom": facts.min_zoom,
            "maxzoom": facts.max_zoom,
            "bounds": _BOUNDS,
            "center": _START,
            "attribution": MAP_CREDIT,
        }

    return answer_json(request, make_etag(request, register), produce)


@router.get(TILE)
def read_tile(
    request: Request, layer: TileLayer, z: int, x: int, y: int, query: Annotated[TileQuery, Query()]
) -> Response:
    """Give one tile: 204 where nothing falls in it, 304 to who has it already."""
    etag = make_etag(request, get_register(request))
    if is_known_to_caller(request, etag):
        return Response(status_code=304, headers=_write_headers(etag))
    found = get_tiles(request).encode_compressed(layer, TileAddress(z, x, y), _read_choice(query))
    return _answer_tile(request, etag, found)


async def answer_tile_quickly(request: Request, register: Register) -> Response | None:
    """Give a tile that was drawn for this state of the data as `read_tile` does, from the event loop."""
    asked = request.query_params.multi_items()
    path = request.path_params
    if not all(path[name].isascii() and path[name].isdigit() for name in "zxy"):
        return None
    try:
        layer, tile = TileLayer(path["layer"]), TileAddress(*(int(path[name]) for name in "zxy"))
        choice = _read_choice(TileQuery.model_validate(dict(asked))) if asked else EVERYONE
    except (ValueError, UnknownTileError):
        # The usual way says what is wrong.
        return None
    if len(dict(asked)) != len(asked):
        return None
    version = await register.peek_version_soon()
    found = None if version is None else get_tiles(request).find_drawn(version, layer, tile, choice)
    if found is None:
        return None
    return _answer_tile(request, make_etag(request, register, at_version=version), found)


def _read_choice(query: TileQuery) -> PointChoice:
    return PointChoice(
        kind=query.kind,
        sectors=query.list_sectors(),
        territory=query.territory,
        outside=query.outside,
    )


def _answer_tile(request: Request, etag: str, compressed: bytes) -> Response:
    headers = _write_headers(etag)
    if not compressed:
        return Response(status_code=204, headers=headers)
    # Kept compressed by gzip, which every reader of tiles knows.
    if choose_encoding(request.headers.get("accept-encoding", ""), ("gzip",)):
        return Response(compressed, media_type=MVT, headers={**headers, "content-encoding": "gzip"})
    return Response(gzip.decompress(compressed), media_type=MVT, headers=headers)


def _write_headers(etag: str) -> dict[str, str]:
    return {"etag": etag, "cache-control": "no-cache", "vary": "accept-encoding"}

"""The public map as one file of vector tiles (PMTiles 3), for a site that serves files and nothing else."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, tileid_to_zxy, zxy_to_tileid
from pmtiles.writer import Writer

from data.exports.atomic import write_atomically
from data.tiles import EVERYONE, TILE_LAYERS, PointChoice, TileLayer, TileSource
from geo.territories import MAP_CREDIT
from geo.tiles import TileAddress
from geo.tiles.points import CELL_BITS

_LAST_POINT_ZOOM = 14
# A map enlarges the last zoom: its cells are 2 pixels wide, 5 metres on the ground.
_LAST_CELL_BITS = 7
# Borders drawn at this zoom stay sharp enough when a map enlarges them.
_LAST_AREA_ZOOM = 11
_FIRST_ZOOM = 5
_GZIP_LEVEL = 9
_BOTTOM_UP = (TileLayer.COMMUNES, TileLayer.EPCI, TileLayer.PRESENCES)
# West, south, east, north of Hauts-de-France, a little wide, in ten-millionths of a degree.
_BOUNDS_E7 = {
    "min_lon_e7": 13_700_000,
    "min_lat_e7": 488_300_000,
    "max_lon_e7": 42_700_000,
    "max_lat_e7": 511_000_000,
}
_CENTRE_E7 = {"center_zoom": 8, "center_lon_e7": 28_000_000, "center_lat_e7": 500_000_000}


def export_tiles(
    source: TileSource,
    path: Path,
    *,
    choice: PointChoice = EVERYONE,
    layers: Collection[TileLayer] = tuple(TileLayer),
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """
    Write the public presences, the EPCI and the communes as tiles of zooms 5 to 14, whole or not at all.

    Parameters
    ----------
    source
        Where the tiles come from.
    path
        The archive; what was there is replaced once it is complete. The same data give the same bytes.
    choice
        Which presences are kept.
    layers
        What the tiles show.
    progress
        Called with how many tiles are done, of how many.

    Returns
    -------
    int
        How many tiles the archive holds.

    Raises
    ------
    UnknownSectorError, UnknownTerritoryError
        If a code of the choice is unknown.
    FileNotWrittenError
        If the file cannot be written; what was there is then as it was.
    """
    layers_by_tile = _list_tiles(source, layers, choice)
    held = 0

    def write(target: Path) -> None:
        nonlocal held
        with target.open("wb") as file:
            writer: Any = Writer(file)  # type: ignore[no-untyped-call]  # pmtiles gives it no types
            for done, tile_id in enumerate(sorted(layers_by_tile), start=1):
                zoom, column, row = tileid_to_zxy(tile_id)
                tile = TileAddress(zoom, column, row)
                bits = _LAST_CELL_BITS if zoom == _LAST_POINT_ZOOM else CELL_BITS
                drawn = [
                    source.encode(layer, tile, choice, cell_bits=bits) for layer in layers_by_tile[tile_id]
                ]
                if any(drawn):
                    writer.write_tile(tile_id, gzip.compress(b"".join(drawn), _GZIP_LEVEL, mtime=0))
                    held += 1
                if progress is not None:
                    progress(done, len(layers_by_tile))
            writer.finalize(_describe_archive(), _describe_layers(layers))

    write_atomically(path, write)
    return held


def _list_tiles(
    source: TileSource, layers: Collection[TileLayer], choice: PointChoice
) -> dict[int, list[TileLayer]]:
    """List what each tile of the archive has to hold, borders under points."""
    layers_by_tile: dict[int, list[TileLayer]] = {}
    for layer in (one for one in _BOTTOM_UP if one in layers):
        last = _LAST_POINT_ZOOM if layer is TileLayer.PRESENCES else _LAST_AREA_ZOOM
        for zoom in range(max(_FIRST_ZOOM, TILE_LAYERS[layer].min_zoom), last + 1):
            for tile in source.find_tiles(layer, zoom, choice):
                tile_id = zxy_to_tileid(tile.zoom, tile.column, tile.row)
                layers_by_tile.setdefault(tile_id, []).append(layer)
    return layers_by_tile


def _describe_archive() -> dict[str, Any]:
    return {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, **_BOUNDS_E7, **_CENTRE_E7}


def _describe_layers(layers: Collection[TileLayer]) -> dict[str, Any]:
    return {
        "name": "Maillage",
        "attribution": MAP_CREDIT,
        "vector_layers": [
            {
                "id": layer.value,
                "description": facts.label,
                "minzoom": max(_FIRST_ZOOM, facts.min_zoom),
                "maxzoom": _LAST_POINT_ZOOM if layer is TileLayer.PRESENCES else _LAST_AREA_ZOOM,
                "fields": facts.fields,
            }
            for layer, facts in TILE_LAYERS.items()
            if layer in layers
        ],
    }

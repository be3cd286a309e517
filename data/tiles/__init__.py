"""Vector tiles of the register: its points read once for a state of the data, its territories for good."""

from data.tiles.source import TILE_LAYERS, TileLayer, TileSource

__all__ = ["TILE_LAYERS", "TileLayer", "TileSource"]

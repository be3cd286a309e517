"""Vector tiles of the register: its points read once for a state of the data, its territories for good."""

from data.tiles.source import EVERYONE, TILE_LAYERS, PointChoice, TileLayer, TileSource

__all__ = ["EVERYONE", "TILE_LAYERS", "PointChoice", "TileLayer", "TileSource"]

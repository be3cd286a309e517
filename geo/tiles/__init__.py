"""Vector tiles: where a tile lies, what of the register falls in it, and its bytes.

Tiles follow the usual web scheme (Web Mercator, EPSG:3857, row 0 in the north) and the Mapbox Vector Tile
specification 2.1. The same points give the same bytes, whatever database they come from.
"""

from geo.tiles.areas import AreaLayer
from geo.tiles.grid import TileAddress
from geo.tiles.points import PointPyramid

__all__ = ["AreaLayer", "PointPyramid", "TileAddress"]

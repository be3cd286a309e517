"""Every colour, size, shape, palette and tile layer of the maps: nothing else in the room names one.

The page's own colours stand in `assets/maillage/maillage.css` as well, because a style sheet is a file of its
own; a test keeps the two equal. Every set of colours here keeps CAM02-UCS distances of 8 or more between any
two of its colours, for full vision and for the three colour-vision deficiencies at full severity (Machado,
Oliveira and Fernandes 2009); a test measures it. Colour is never alone: sectors also have shapes, zero has
hatching.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from geo.position import Position
from geo.records import Precision

# ------------------------------------------------------------------------------------------------ the page
INK = "#1b2a2d"
SOFT_INK = "#3f4f51"
PAPER = "#faf7f0"
LAND = "#fffdf8"
AROUND = "#e7ecea"
FRAME = "#12434d"
BRICK = "#9e3216"
BRICK_TEXT = "#8a2b13"  # on the paper, a text of the plain brick has a contrast under 7:1
HAIRLINE = "#b5bfba"
BORDER = "#7d8d89"

# ------------------------------------------------------------------------------------------------ sectors
SECTOR_COLOURS = (
    "#0f8a5f", "#205cb0", "#c2361f", "#981a8c", "#b8860b", "#2d98d4", "#dc64b2", "#4a3a24",
)  # fmt: skip
UNKNOWN_SECTOR_COLOUR = "#7d8285"

# Drawn in a box of 20 by 20, as SVG paths: the legend writes them, the canvas reads them.
SHAPES = MappingProxyType(
    {
        "circle": "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0-15z",
        "square": "M3.5 3.5h13v13h-13z",
        "triangle": "M10 2l8.5 15h-17z",
        "diamond": "M10 1l9 9l-9 9l-9-9z",
        "wedge": "M10 18l8.5-15h-17z",
        "cross": "M7 2h6v5h5v6h-5v5h-6v-5h-5v-6h5z",
    }
)
SECTOR_SHAPES = tuple(SHAPES)

# ------------------------------------------------------------------------------------------------ coverage
# Light to dark, at least 11 L* between neighbours: reads in grey too.
SEQUENTIAL = ("#dcefe6", "#a6d5c5", "#62b0a5", "#2a8083", "#0d4a55")

# Under the neutral value from far to near, then over it from near to far. The two sides never have the same
# lightness (5 L* apart or more), so that a grey print can still be read with its legend.
DIVERGING_UNDER = ("#8f2f12", "#cf7a3f", "#f3d3ae")
DIVERGING_OVER = ("#d9ecea", "#86c0be", "#2c7a85")

MISSING_GROUND = "#c3c6c7"
MISSING_DOTS = "#5d6668"
ZERO_GROUND = "#fffdf8"
ZERO_LINES = "#8d9a97"
ABSENCE_LINES = BRICK
CIRCLE_FILL = "#2a8083"
CIRCLE_MAX_RADIUS_PX = 30.0
# What the region covers on a screen of 360 pixels, where circles are the most crowded.
REGION_ON_PHONE_PX2 = 45_000

# ------------------------------------------------------------------------------------------------ first view
# The region and a little around it; every map may look elsewhere once opened.
REGION_BOUNDS = (Position(lon=1.38, lat=48.83), Position(lon=4.26, lat=51.09))
MIN_ZOOM = 6
MAX_ZOOM = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town whose name helps to find one's way on a map without tiles; `rank` 1 is written first."""

    name: str
    position: Position
    rank: int


def _town(name: str, lon: float, lat: float, rank: int) -> Town:
    return Town(name=name, position=Position(lon=lon, lat=lat), rank=rank)


TOWNS = (
    _town("Lille", 3.064, 50.637, 1),
    _town("Amiens", 2.296, 49.894, 1),
    _town("Dunkerque", 2.377, 51.034, 1),
    _town("Calais", 1.859, 50.951, 1),
    _town("Boulogne", 1.614, 50.726, 1),
    _town("Arras", 2.778, 50.291, 1),
    _town("Valenciennes", 3.524, 50.357, 1),
    _town("Saint-Quentin", 3.288, 49.849, 1),
    _town("Laon", 3.620, 49.564, 1),
    _town("Beauvais", 2.081, 49.430, 1),
    _town("Compiègne", 2.826, 49.418, 1),
    _town("Abbeville", 1.837, 50.106, 1),
    _town("Lens", 2.832, 50.429, 2),
    _town("Béthune", 2.641, 50.530, 2),
    _town("Douai", 3.080, 50.371, 2),
    _town("Cambrai", 3.235, 50.176, 2),
    _town("Maubeuge", 3.973, 50.278, 2),
    _town("Soissons", 3.324, 49.382, 2),
    _town("Saint-Omer", 2.261, 50.748, 2),
    _town("Creil", 2.483, 49.258, 2),
    _town("Château-Thierry", 3.403, 49.041, 2),
    _town("Hazebrouck", 2.537, 50.724, 3),
    _town("Roubaix", 3.181, 50.690, 3),
    _town("Tourcoing", 3.162, 50.724, 3),
    _town("Fourmies", 4.050, 50.016, 3),
    _town("Péronne", 2.935, 49.932, 3),
    _town("Hirson", 4.084, 49.922, 3),
    _town("Senlis", 2.584, 49.207, 3),
    _town("Montreuil", 1.765, 50.464, 3),
)

# ------------------------------------------------------------------------------------------------ base tiles


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSource:
    """Images that a reader may ask for; `host` is named before anything is asked of it."""

    key: str
    label: str
    host: str
    url: str
    attribution: str
    max_zoom: int


TILE_SOURCES = (
    TileSource(
        key="ign",
        label="Afficher le fond IGN",
        host="data.geopf.fr",
        url=(
            "https://data.geopf.fr/wmts?SERVICE=WMTS&VERSION=1.0.0&REQUEST=GetTile&STYLE=normal&TILEMATRIXSET=PM"
            "&FORMAT=image/png&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
        ),
        attribution="Fond : Plan IGN, © IGN – Géoplateforme",
        max_zoom=18,
    ),
    TileSource(
        key="osm",
        label="Afficher le fond OpenStreetMap France",
        host="tile.openstreetmap.fr",
        url="https://{s}.tile.openstreetmap.fr/osmfr/{z}/{x}/{y}.png",
        attribution="Fond : © les contributeurs d’OpenStreetMap, rendu OpenStreetMap France",
        max_zoom=18,
    ),
)

# ------------------------------------------------------------------------------------------------ precision
# What a card says of a position; the order is the index under which points travel.
PRECISION_LABELS = MappingProxyType(
    {
        Precision.MANUAL: "Position vérifiée par une personne",
        Precision.GIVEN: "Position donnée par la source",
        Precision.HOUSENUMBER: "À l’adresse",
        Precision.INTERPOLATED: "À l’adresse, à quelques numéros près",
        Precision.STREET: "Dans la rue, numéro non trouvé",
        Precision.LOCALITY: "Au lieu-dit",
        Precision.COMMUNE: "À la commune : placé à la mairie, faute d’adresse plus précise",
    }
)

"""Who is where, when they are too many for one page: counts inside borders from afar, tiles up close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geo.french import KIND_NAMES
from geo.records import MEL_CODE, Kind, Level, Presence, Sector, StatusCounts, Territory
from geo.tiles.points import PointGathering
from maps import style
from maps.layers import AntennesLayer, DataLayer, GroundLayer, TownsLayer
from maps.legend import Symbol
from maps.page import MapPage, Notice, RegionMap
from maps.popup import clean_text, render
from maps.sector_classes import SectorClasses
from maps.vendored import TILE_SCRIPTS
from maps.wording import DEPARTEMENT_NAMES, write_limit, write_presences

TILE_ZOOM = style.MAX_ZOOM
"""The finest tiles asked for: as far as the map goes."""

Place = tuple[str, float, float, int]
"""A territory's name, the mean latitude and longitude of what stands in it, and how many do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """
    Where a map of tiles finds what it draws.

    `tiles` holds `{z}`, `{x}` and `{y}`, filters included; `presence` (GeoJSON) and `card` (a page) hold
    `{id}`; `assets` is where `maps.vendored.ASSETS_FOLDER` is served.
    """

    tiles: str
    presence: str
    card: str
    assets: str


class TiledPointsLayer(DataLayer):
    """
    Presences that come as tiles, counted inside territory borders until there is room for them.

    Parameters
    ----------
    gathering
        How many there are, by commune and sector.
    communes
        Every commune of today.
    epci_names
        The names of the EPCI by code.
    sectors
        The whole sector list, in its order: it gives colours and shapes.
    kind
        What is drawn.
    addresses
        Where the rest is.
    """

    def __init__(
        self,
        gathering: PointGathering,
        *,
        communes: Sequence[Territory],
        epci_names: Mapping[str, str],
        sectors: Sequence[Sector],
        kind: Kind,
        addresses: Addresses,
    ) -> None:
        self.sector_classes = SectorClasses(sectors)
        classes = self.sector_classes.classes
        super().__init__(
            "tiles",
            url=addresses.tiles,
            presenceUrl=addresses.presence,
            cardUrl=addresses.card,
            tileZoom=TILE_ZOOM,
            classes=[[c.label, c.colour, c.shape] for c in classes],
            classOf={c.code: number for number, c in enumerate(classes)},
            sectorLabels={sector.code: clean_text(sector.label) for sector in sectors},
            unknownClass=self.sector_classes.unknown,
            shapes=dict(style.SHAPES),
            nouns=list(KIND_NAMES[kind]),
            levels=_count_places(gathering, communes, epci_names),
        )


def draw_tiled_map(
    gathering: PointGathering,
    *,
    kind: Kind,
    sectors: Sequence[Sector],
    territories: Sequence[Territory],
    communes: Sequence[Territory],
    counts: StatusCounts,
    title: str,
    source: str,
    data_date: date | None,
    addresses: Addresses,
    antennes: Sequence[Presence] = (),
    is_fictional: bool = False,
) -> str:
    """
    Draw presences of one kind that a server gives as tiles.

    Parameters
    ----------
    gathering
        How many there are, by commune and by sector.
    kind, sectors, territories, counts, title, source, data_date, antennes, is_fictional
        As `draw_actors_map`.
    communes
        Every commune of today, for its name.
    addresses
        Where tiles, presences and scripts are served: a map of tiles needs its server.

    Returns
    -------
    str
        HTML whose weight does not grow with the presences.
    """
    epci_names = {territory.code: clean_text(territory.name) for territory in territories}
    points = TiledPointsLayer(
        gathering,
        communes=communes,
        epci_names=epci_names,
        sectors=sectors,
        kind=kind,
        addresses=addresses,
    )
    antenne_layer = AntennesLayer(antennes)
    outlined_name = epci_names.get(MEL_CODE, "")
    region_map = RegionMap()
    ground = GroundLayer(territories, outlined=[MEL_CODE], outlined_name=outlined_name)
    for layer in (ground, TownsLayer(), points, antenne_layer):
        layer.add_to(region_map)
    notice = Notice(
        title=title,
        lead=[f"{write_presences(gathering.total, kind)} sur la carte."],
        counts=counts,
        kind=kind,
        data_date=data_date,
        source=source,
        is_fictional=is_fictional,
    )
    side = render(
        "tiled.html",
        symbols=_list_symbols(points.sector_classes, gathering),
        antennes=antenne_layer.names,
        limit=write_limit(MEL_CODE, outlined_name) if outlined_name else "",
        plural=KIND_NAMES[kind][1],
    )
    page = MapPage(
        region_map, notice, side=side, layout="actors", asset_url=addresses.assets, more_scripts=TILE_SCRIPTS
    )
    return page.render()


def _list_symbols(classes: SectorClasses, gathering: PointGathering) -> list[Symbol]:
    return [
        Symbol(number=number, label=one.label, colour=one.colour, shape=one.shape, count=count)
        for number, one in enumerate(classes.classes)
        if (count := gathering.by_sector.get(one.code, 0))
    ]


def _count_places(
    gathering: PointGathering, communes: Sequence[Territory], epci_names: Mapping[str, str]
) -> dict[str, list[Place]]:
    """Count what stands in each commune, EPCI and département, at its mean place."""
    by_code = {commune.code: commune for commune in communes}
    towns: list[Place] = []
    sums: dict[str, dict[str, list[float]]] = {"group": {}, "departement": {}}
    names = {"group": epci_names, "departement": DEPARTEMENT_NAMES}
    for code, (count, lon, lat) in gathering.by_commune.items():
        commune = by_code[code]
        towns.append((clean_text(commune.name), round(lat, 5), round(lon, 5), count))
        for level, above in (("group", Level.EPCI), ("departement", Level.DEPARTEMENT)):
            held = sums[level].setdefault(commune.part_of.get(above.value, ""), [0.0, 0.0, 0.0])
            for place, value in enumerate((count, lat * count, lon * count)):
                held[place] += value
    placed: dict[str, list[Place]] = {"town": towns}
    for level, by_territory in sums.items():
        placed[level] = [
            (names[level].get(code, code), round(lat / count, 5), round(lon / count, 5), int(count))
            for code, (count, lat, lon) in sorted(by_territory.items())
            if code
        ]
    return placed

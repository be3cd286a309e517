"""Where tiles come from, whoever asks: the site, or an export."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from data.session import Register, Session
from data.territories import get_territory
from data.tiles.reading import KINDS, list_classes, read_ids_of_sector, read_names, read_points
from geo.records import Kind, Level
from geo.tiles import AreaLayer, PointPyramid, TileAddress
from geo.tiles.areas import Area
from geo.tiles.points import CELL_BITS, PointColumns, PointGathering

# Tiles kept in memory, compressed: about ten thousand of the heaviest.
_SHELF_BYTES = 64_000_000
# Pyramids kept besides the whole one: of one kind, of one sector. One of a million points weighs 45 MB.
_PYRAMIDS_KEPT = 6
# As answers elsewhere: a higher level takes twice the time for 1 % less.
_GZIP_LEVEL = 6


class TileLayer(StrEnum):
    """What tiles show."""

    PRESENCES = "presences"
    EPCI = "epci"
    COMMUNES = "communes"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFacts:
    """What a client has to know of a layer before it asks for tiles."""

    label: str
    min_zoom: int
    max_zoom: int
    fields: dict[str, str]


TILE_LAYERS = {
    TileLayer.PRESENCES: LayerFacts(
        label="Les présences publiques, regroupées là où elles se cacheraient",
        min_zoom=0,
        max_zoom=18,
        fields={
            "kind": "Sorte : actor, project, event, antenne, ambassador ; mixed si elles diffèrent",
            "sector": "Code de la grande filière ; mixed si elles diffèrent, vide si inconnue",
            "town": "1 si le point est celui de la commune seulement",
            "name": "Nom, dans les tuiles de peu de points",
            "count": "Nombre de présences regroupées ; absent pour une seule",
        },
    ),
    TileLayer.EPCI: LayerFacts(
        label="Les intercommunalités",
        min_zoom=0,
        max_zoom=14,
        fields={"code": "SIREN", "name": "Nom", "population": "Habitants"},
    ),
    TileLayer.COMMUNES: LayerFacts(
        label="Les communes",
        # Seen from further, three thousand borders hide the land and weigh more than they tell.
        min_zoom=8,
        max_zoom=14,
        fields={"code": "Code INSEE", "name": "Nom", "population": "Habitants"},
    ),
}
_LEVELS = {TileLayer.EPCI: Level.EPCI, TileLayer.COMMUNES: Level.COMMUNE}


@dataclass(frozen=True, slots=True, kw_only=True)
class PointChoice:
    """
    Which presences are kept: all by default.

    `sectors` are codes, each with all that stands under it; `territory` keeps what sits in it, `outside`
    what sits in the region but not in it.
    """

    kind: Kind | None = None
    sectors: tuple[str, ...] = ()
    territory: str | None = None
    outside: str | None = None


EVERYONE = PointChoice()
# What is asked before anything is chosen: by programs that read the layer, and by our map.
_SHOWN_FIRST = (EVERYONE, PointChoice(kind=Kind.ACTOR))


class TileSource:
    """
    Tiles of a register, kept while its data stay the same; safe to share between threads.

    Parameters
    ----------
    register
        The register drawn. Only what everyone may read is ever in a tile.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     source = TileSource(register)
    ...     land = source.encode(TileLayer.EPCI, TileAddress(8, 130, 86))
    ...     nobody = source.encode(TileLayer.PRESENCES, TileAddress(8, 130, 86))
    ...     register.close()
    >>> len(land) > 1_000, len(nobody)
    (True, 0)
    """

    def __init__(self, register: Register) -> None:
        self._register = register
        self._points = _Points(register)
        self._areas: dict[TileLayer, AreaLayer] = {}
        self._shelf = _Shelf(_SHELF_BYTES)
        self._lock = Lock()

    def encode_compressed(self, layer: TileLayer, tile: TileAddress, choice: PointChoice = EVERYONE) -> bytes:
        """Give `encode`'s answer compressed by gzip (still nothing for nothing), kept for the next time."""
        version = self._read_version() if layer is TileLayer.PRESENCES else 0

        def make() -> bytes:
            tile_bytes = self.encode(layer, tile, choice)
            return gzip.compress(tile_bytes, compresslevel=_GZIP_LEVEL, mtime=0) if tile_bytes else b""

        return self._shelf.get(_make_key(version, layer, tile, choice), make)

    def find_drawn(
        self, data_version: int, layer: TileLayer, tile: TileAddress, choice: PointChoice = EVERYONE
    ) -> bytes | None:
        """Give what `encode_compressed` gave at a version of the data; None when nobody has asked it yet."""
        return self._shelf.find(_make_key(data_version, layer, tile, choice))

    def encode(
        self,
        layer: TileLayer,
        tile: TileAddress,
        choice: PointChoice = EVERYONE,
        *,
        cell_bits: int = CELL_BITS,
    ) -> bytes:
        """
        Write one tile of one layer.

        Parameters
        ----------
        layer, tile
            Which one.
        choice
            Which presences are kept; land is always whole.
        cell_bits
            How finely presences are told apart, as `PointPyramid.encode`.

        Returns
        -------
        bytes
            A Mapbox vector tile; no bytes when nothing falls in it.

        Raises
        ------
        UnknownSectorError, UnknownTerritoryError
            If a code of the choice is unknown.
        """
        if layer is not TileLayer.PRESENCES:
            return self._find_areas(layer).encode(tile)
        with self._register.reading() as session:
            pyramid = self._points.find(session, choice)
            return pyramid.encode(tile, find_names=lambda ids: read_names(session, ids), cell_bits=cell_bits)

    def find_tiles(self, layer: TileLayer, zoom: int, choice: PointChoice = EVERYONE) -> list[TileAddress]:
        """List the tiles of a zoom that hold anything of a layer, and perhaps a few more."""
        if layer is not TileLayer.PRESENCES:
            return self._find_areas(layer).find_tiles(zoom)
        with self._register.reading() as session:
            return self._points.find(session, choice).find_tiles(zoom)

    def gather(self, choice: PointChoice = EVERYONE) -> PointGathering:
        """Count the presences of a choice, by commune and by sector."""
        with self._register.reading() as session:
            return self._points.find(session, choice).gather()

    def prepare(self) -> None:
        """Read the points of this state of the data, and make ready those that are shown first."""
        with self._register.reading() as session:
            for choice in _SHOWN_FIRST:
                self._points.find(session, choice)

    def _read_version(self) -> int:
        version = self._register.peek_version()
        if version is not None:
            return version
        with self._register.reading() as session:
            return session.data_version

    def _find_areas(self, layer: TileLayer) -> AreaLayer:
        with self._lock:
            if layer not in self._areas:
                self._areas[layer] = self._make_areas(layer)
            return self._areas[layer]

    def _make_areas(self, layer: TileLayer) -> AreaLayer:
        referential = self._register.referential
        contours = referential.contours(_LEVELS[layer])
        areas = [
            Area(
                code=territory.code,
                contour=contours[territory.code],
                properties={"name": territory.name, "population": territory.population},
            )
            for territory in referential.territories(_LEVELS[layer])
            if territory.code in contours
        ]
        return AreaLayer(layer.value, areas, min_zoom=TILE_LAYERS[layer].min_zoom)


class _Points:
    """The pyramids of the last state of the data that was asked: the whole one, and some of its parts."""

    def __init__(self, register: Register) -> None:
        self._lock = Lock()
        self._version = -1
        self._whole: PointColumns | None = None
        self._pyramids: OrderedDict[PointChoice, PointPyramid] = OrderedDict()
        self._classes = list_classes(register)

    def find(self, session: Session, choice: PointChoice) -> PointPyramid:
        """Give the pyramid of a choice at the session's state; those who ask meanwhile wait for it."""
        with self._lock:
            if session.data_version > self._version or self._whole is None:
                # What was goes first: the two states together would take twice the place.
                self._whole = None
                self._pyramids.clear()
                self._whole = read_points(session)
                self._version = session.data_version
            if choice in self._pyramids:
                self._pyramids.move_to_end(choice)
            else:
                kept = self._select(session, self._whole, choice)
                self._pyramids[choice] = PointPyramid(self._whole.keep(kept), self._classes)
                while len(self._pyramids) > _PYRAMIDS_KEPT:
                    self._pyramids.popitem(last=False)
            return self._pyramids[choice]

    def _select(self, session: Session, whole: PointColumns, choice: PointChoice) -> NDArray[np.bool_]:
        kept: NDArray[np.bool_] = np.ones(len(whole.ids), dtype=np.bool_)
        if choice.kind is not None:
            kept &= whole.kinds == KINDS.index(choice.kind.value)
        if choice.sectors:
            in_sectors = [read_ids_of_sector(session, sector) for sector in choice.sectors]
            kept &= np.isin(whole.ids, np.concatenate(in_sectors))
        if choice.territory is not None:
            kept &= self._is_in(session, choice.territory)[whole.communes]
        if choice.outside is not None:
            kept &= ~self._is_in(session, choice.outside)[whole.communes] & (whole.communes >= 0)
        return kept

    def _is_in(self, session: Session, code: str) -> NDArray[np.bool_]:
        """Say of each commune of the classes whether a territory holds it; last, of the unknown one."""
        referential = session.register.referential
        wanted = get_territory(referential, code)
        held = referential.commune_codes(wanted.level, wanted.code)
        return np.array([*(commune in held for commune in self._classes.communes), False])


def _make_key(data_version: int, layer: TileLayer, tile: TileAddress, choice: PointChoice) -> Hashable:
    # Land is the same in every state of the data.
    return (data_version if layer is TileLayer.PRESENCES else 0, layer, tile, choice)


class _Shelf:
    """The last tiles asked for, up to a weight."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._weight = 0
        self._tiles: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> bytes | None:
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
            return self._tiles.get(key)

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        kept = self.find(key)
        if kept is not None:
            return kept
        tile = make()
        with self._lock:
            if key not in self._tiles:
                self._tiles[key] = tile
                self._weight += len(tile)
            while self._weight > self._most_bytes:
                self._weight -= len(self._tiles.popitem(last=False)[1])
        return tile

"""The roads of an OpenStreetMap extract, as arrays: read by osmium, which is asked for only here."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.travel.errors import OsmiumMissingError, UnusableExtractError
from data.travel.road_speeds import SPEEDS_KM_H, read_road

_REPORT_EVERY = 20_000
_DIGEST_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Roads:
    """
    The roads that cars take, node after node.

    `node_ids`, `lon` and `lat` hold the nodes of every road one after another (WGS84 degrees); road r's are
    from `starts[r]` to `starts[r + 1]`. `metres_per_s`, `forward` and `backward` are by road. `day` is that
    of the roads, when the extract says so.
    """

    node_ids: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    starts: NDArray[np.int64]
    metres_per_s: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    day: date | None


class _Gathering:
    """Roads as they come, in compact arrays."""

    def __init__(self) -> None:
        self.node_ids = array("q")
        self.lon, self.lat = array("d"), array("d")
        self.starts = array("q", [0])
        self.speeds = array("d")
        self.forward, self.backward = array("b"), array("b")
        self.known: set[int] = set()

    def add(self, way: Any) -> None:  # noqa: ANN401 (osmium lends its objects)
        tags = {tag.k: tag.v for tag in way.tags}
        road = read_road(tags)
        # Extracts of neighbours hold the roads of their border twice.
        if road is None or way.id in self.known:
            return
        self.known.add(way.id)
        places = [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(places) < 2:
            return
        for ref, lon, lat in places:
            self.node_ids.append(ref)
            self.lon.append(lon)
            self.lat.append(lat)
        self.starts.append(len(self.node_ids))
        speed, forward, backward = road
        self.speeds.append(speed / 3.6)
        self.forward.append(forward)
        self.backward.append(backward)


def read_roads(paths: Sequence[Path], *, progress: Callable[[int], None] = lambda _roads: None) -> Roads:
    """
    Read the roads that cars take from one extract or several that touch.

    Parameters
    ----------
    paths
        Files .osm.pbf or .osm: those of the region and of what lies across its borders.
    progress
        Called now and then with the roads read so far.

    Raises
    ------
    OsmiumMissingError
        If the extra is not installed.
    UnusableExtractError
        If a file is missing, is no extract, or holds no road.
    """
    try:
        import osmium  # noqa: PLC0415 (heavy, and an extra)
    except ImportError as error:
        raise OsmiumMissingError from error
    gathered, days = _Gathering(), []
    for path in paths:
        if not path.is_file():
            raise UnusableExtractError(path=path, why="introuvable")
        before = len(gathered.speeds)
        try:
            days.append(_read_day(osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING)))
            roads = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
            # Nodes are read for their positions: their own « highway » (lights, crossings) says nothing.
            for thing in roads.with_filter(osmium.filter.KeyFilter("highway")):
                if isinstance(thing, osmium.osm.Way):
                    gathered.add(thing)
                    if len(gathered.speeds) % _REPORT_EVERY == 0:
                        progress(len(gathered.speeds))
        except (RuntimeError, ValueError) as error:
            raise UnusableExtractError(path=path, why=f"illisible ({error})") from error
        if len(gathered.speeds) == before:
            raise UnusableExtractError(path=path, why="sans aucune route pour les voitures")
    known_days = [day for day in days if day is not None]
    return Roads(
        node_ids=np.array(gathered.node_ids, dtype=np.int64),
        lon=np.array(gathered.lon),
        lat=np.array(gathered.lat),
        starts=np.array(gathered.starts, dtype=np.int64),
        metres_per_s=np.array(gathered.speeds),
        forward=np.array(gathered.forward, dtype=np.bool_),
        backward=np.array(gathered.backward, dtype=np.bool_),
        day=min(known_days) if len(known_days) == len(paths) else None,
    )


def digest_extracts(paths: Sequence[Path]) -> str:
    """
    Digest extracts and the table of speeds: other ones give other times.

    Raises
    ------
    UnusableExtractError
        If a file is missing.
    """
    digest = hashlib.sha256(repr(sorted(SPEEDS_KM_H.items())).encode())
    for path in paths:
        try:
            with path.open("rb") as file:
                while block := file.read(_DIGEST_BLOCK):
                    digest.update(block)
        except OSError as error:
            raise UnusableExtractError(path=path, why="introuvable ou illisible") from error
    return digest.hexdigest()


def _read_day(reader: Any) -> date | None:  # noqa: ANN401 (osmium is loaded late)
    """Read the day of an extract from its header: `osmosis_replication_timestamp`, else `timestamp`."""
    header = reader.header()
    reader.close()
    for key in ("osmosis_replication_timestamp", "timestamp"):
        try:
            return date.fromisoformat(header.get(key, "")[:10])
        except ValueError:
            continue
    return None

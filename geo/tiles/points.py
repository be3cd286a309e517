"""Any number of points as tiles of a bounded size: points that would hide one another become one, counted.

Points are kept along a Z-order curve (Morton 1966): a tile, and each of its cells, is then one run of the
list, found by bisection and counted by its ends, so that no zoom has to be computed in advance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.tiles.encoding import TagValue, encode_layer, encode_points
from geo.tiles.grid import EXTENT, WORLD_BITS, TileAddress, find_tiles, to_world

CELL_BITS = 4
"""A tile is cut in 16 × 16 cells, 16 pixels wide, about a mark: one feature a cell, 256 a tile at most."""

NAMED_FEATURES = 256
"""Names travel with the points of a tile when it has at most this many features."""

_NO_SECTOR = -1

Whole = NDArray[np.int64]

FindNames = Callable[[Whole], Sequence[str]]
"""Gives the names of presences by their ids, in their order."""


class PointColumns(NamedTuple):
    """What a pyramid is built from: one entry per presence, in any order."""

    ids: Whole
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    kinds: NDArray[np.int8]
    sectors: NDArray[np.int16]
    at_town_level: NDArray[np.bool_]
    communes: NDArray[np.int16]

    def keep(self, kept: NDArray[np.bool_] | Whole) -> PointColumns:
        """Give the points that a mask keeps, or those at some places, in their order."""
        return PointColumns(
            ids=self.ids[kept],
            lon=self.lon[kept],
            lat=self.lat[kept],
            kinds=self.kinds[kept],
            sectors=self.sectors[kept],
            at_town_level=self.at_town_level[kept],
            communes=self.communes[kept],
        )


@dataclass(frozen=True, slots=True)
class PointClasses:
    """The words that the numbers of `kinds`, `sectors` and `communes` stand for; -1 is none known."""

    kinds: Sequence[str]
    sectors: Sequence[str]
    communes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointGathering:
    """
    Points counted.

    `by_commune` gives, by commune code, how many there are and their mean longitude and latitude (WGS84
    degrees); `by_sector` how many have each sector first, an empty code for none known.
    """

    total: int
    by_commune: Mapping[str, tuple[int, float, float]]
    by_sector: Mapping[str, int]


class PointPyramid:
    """
    Points, ready to be asked for any tile.

    Parameters
    ----------
    columns
        The points (WGS84 degrees); ids are unique.
    classes
        What their numbers stand for.

    Notes
    -----
    A cell with one point gives a feature with its id, `kind`, `sector`, `town` (1 when it is known at town
    level only) and, in tiles of few features, `name`. A cell with several gives their mean place, `count`,
    and `kind` and `sector` when all share it. The counts of a tile always sum to its points.

    Examples
    --------
    >>> columns = PointColumns(
    ...     ids=np.array([7, 8]), lon=np.array([3.06, 2.83]), lat=np.array([50.63, 50.43]),
    ...     kinds=np.array([0, 0], dtype=np.int8), sectors=np.array([0, -1], dtype=np.int16),
    ...     at_town_level=np.array([False, True]), communes=np.array([-1, -1], dtype=np.int16))
    >>> pyramid = PointPyramid(columns, PointClasses(kinds=["actor"], sectors=["food"]))
    >>> lille, lens = pyramid.find_tiles(10)[::-1]
    >>> pyramid.count(lille), len(pyramid.encode(lille)) > 0
    (1, True)
    """

    def __init__(self, columns: PointColumns, classes: PointClasses) -> None:
        x, y = to_world(columns.lon, columns.lat)
        curve = _interleave(x, y)
        # Ties (same place) stand by id: the same points give the same bytes, whatever order they came in.
        order = np.lexsort((columns.ids, curve))
        self._curve = curve[order]
        self._x, self._y = x[order], y[order]
        self._columns = columns.keep(order)
        self._classes = classes

    def __len__(self) -> int:
        """Give the number of points."""
        return len(self._curve)

    def find_tiles(self, zoom: int) -> list[TileAddress]:
        """List the tiles of a zoom that hold points, west to east."""
        return find_tiles(self._x, self._y, zoom)

    def gather(self) -> PointGathering:
        """Count all the points, by commune with their mean place, and by sector."""
        columns = self._columns
        known = columns.communes >= 0
        places = columns.communes[known].astype(np.int64)
        counts = np.bincount(places)
        held = np.flatnonzero(counts)
        lon = np.bincount(places, weights=columns.lon[known])[held] / counts[held]
        lat = np.bincount(places, weights=columns.lat[known])[held] / counts[held]
        sectors, totals = np.unique(columns.sectors, return_counts=True)
        words = (*self._classes.sectors, "")
        return PointGathering(
            total=len(self),
            by_commune={
                self._classes.communes[place]: (int(counts[place]), float(x), float(y))
                for place, x, y in zip(held.tolist(), lon, lat, strict=True)
            },
            by_sector={
                words[number]: total for number, total in zip(sectors.tolist(), totals.tolist(), strict=True)
            },
        )

    def count(self, tile: TileAddress) -> int:
        """Count the points of a tile."""
        first, end = self._find_run(tile)
        return end - first

    def encode(
        self,
        tile: TileAddress,
        *,
        layer: str = "presences",
        find_names: FindNames | None = None,
        cell_bits: int = CELL_BITS,
    ) -> bytes:
        """
        Write a tile; no bytes when nothing falls in it.

        Parameters
        ----------
        tile
            Which one.
        layer
            The layer's name in the tile.
        find_names
            Gives the names of presences by their ids, in their order; asked for tiles of at most
            `NAMED_FEATURES` features only. None: names do not travel.
        cell_bits
            A tile is cut in 2^cell_bits cells each way; more for a tile that a map will enlarge.
        """
        first, end = self._find_run(tile)
        if first == end:
            return b""
        cells = self._curve[first:end] >> (2 * max(WORLD_BITS - tile.zoom - cell_bits, 0))
        starts = first + np.flatnonzero(np.diff(cells, prepend=cells[0] - 1))
        counts = np.diff(starts, append=end)
        words = _Words()
        alone = starts[counts == 1]
        features = [
            self._encode_alone(tile, alone, words, find_names if len(starts) <= NAMED_FEATURES else None),
            self._encode_several(tile, starts, counts, end, words),
        ]
        return encode_layer(layer, features, words.keys, words.values)

    def _find_run(self, tile: TileAddress) -> tuple[int, int]:
        """Find the points of a tile: from the first to before the last."""
        shift = 2 * (WORLD_BITS - tile.zoom)
        prefix = int(_interleave(np.array([tile.column]), np.array([tile.row]))[0])
        first, end = np.searchsorted(self._curve, [prefix << shift, (prefix + 1) << shift])
        return int(first), int(end)

    def _encode_alone(
        self, tile: TileAddress, at: Whole, words: _Words, find_names: FindNames | None
    ) -> bytes:
        if not len(at):
            return b""
        columns = self._columns
        x, y = _place(tile, self._x[at], self._y[at])
        # No sector known is one more word, after those of the list: its number is -1, the last of the list.
        sectors = words.number(*self._classes.sectors, "")[columns.sectors[at]]
        tags = [
            words.key("kind", len(at)),
            words.number(*self._classes.kinds)[columns.kinds[at]],
            words.key("sector", len(at)),
            sectors,
            words.key("town", len(at)),
            words.number(0, 1)[columns.at_town_level[at].astype(np.int64)],
        ]
        if find_names is not None:
            names = find_names(columns.ids[at])
            tags += [words.key("name", len(at)), words.number(*names)]
        return encode_points(x, y, np.column_stack(tags), columns.ids[at])

    def _encode_several(
        self, tile: TileAddress, starts: Whole, counts: Whole, end: int, words: _Words
    ) -> bytes:
        several = counts > 1
        if not several.any():
            return b""
        sizes = counts[several]
        tags = [words.key("count", len(sizes)), words.number_each(sizes)]
        for key, column, names in (
            ("kind", self._columns.kinds, self._classes.kinds),
            ("sector", self._columns.sectors, self._classes.sectors),
        ):
            # A word of its own, « mixed », stands for cells whose points differ.
            numbers = _find_shared(column[:end], starts, mixed=len(names))[several]
            tags += [words.key(key, len(sizes)), words.number(*names, "mixed", "")[numbers]]
        x = np.add.reduceat(self._x[:end], starts)[several] // sizes
        y = np.add.reduceat(self._y[:end], starts)[several] // sizes
        return encode_points(*_place(tile, x, y), np.column_stack(tags))


class _Words:
    """The keys and the values of a layer, numbered as they come."""

    def __init__(self) -> None:
        self._keys: dict[str, int] = {}
        self._values: dict[TagValue, int] = {}

    @property
    def keys(self) -> list[str]:
        return list(self._keys)

    @property
    def values(self) -> list[TagValue]:
        return list(self._values)

    def key(self, name: str, count: int) -> Whole:
        """Give the number of a key, as many times as there are features."""
        return np.full(count, self._keys.setdefault(name, len(self._keys)), dtype=np.int64)

    def number(self, *values: TagValue) -> Whole:
        """Give the numbers of values."""
        return np.array([self._values.setdefault(value, len(self._values)) for value in values])

    def number_each(self, values: Whole) -> Whole:
        """Give the numbers of many whole numbers, of which few differ."""
        distinct, places = np.unique(values, return_inverse=True)
        return self.number(*distinct.tolist())[places]


def _find_shared(column: NDArray[np.int8] | NDArray[np.int16], starts: Whole, *, mixed: int) -> Whole:
    """Give the number that all points of each run share, -1 for none known, `mixed` where they differ."""
    least = np.minimum.reduceat(column, starts).astype(np.int64)
    most = np.maximum.reduceat(column, starts).astype(np.int64)
    return np.where(least == most, least, mixed)


def _place(tile: TileAddress, x: Whole, y: Whole) -> tuple[Whole, Whole]:
    """Give places as steps from the tile's corner."""
    left, top = tile.origin
    return (x - left) * EXTENT // tile.width, (y - top) * EXTENT // tile.width


def _interleave(x: Whole, y: Whole) -> Whole:
    """Weave the bits of two numbers below 2^31 into one: y takes the odd places (Z-order curve)."""
    return _spread(x) | _spread(y) << 1


def _spread(numbers: Whole) -> Whole:
    """Leave a zero after each bit (« Interleave bits by binary magic numbers », S. E. Anderson)."""
    spread = numbers.astype(np.int64)
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        spread = (spread | spread << shift) & mask
    return spread

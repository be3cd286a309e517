"""Nearest presences on SQLite: an R*Tree of four axes, easting, northing, sector and kind.

The tree keeps 32-bit floats, rounded outwards: it shortlists, and exact distances come from the columns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from data.proximity.index import KIND_NUMBERS, KindFilter, SectorRange
from data.proximity.sqlite_packing import pack_rtree
from data.tables import presence_sector, presences
from geo.position import LAMBERT_93_REACH

# One entry a presence and sector: the entry's id holds both, so that the tree needs no further column.
_SECTORS_PER_PRESENCE = 4_096

# The tree splits its nodes by volume. Steps longer than the region is wide make it split by sector and kind
# first; a thickness that is not zero keeps volumes from vanishing. Measured on 100,000 presences: the nearest
# ten of a sector in 0.12 ms, against 25 ms with steps of 1 and no thickness.
_STEP = 1_000_000.0
_THICKNESS = 500_000.0

# A 32-bit float near 7,100,000 m is exact to 0.5 m, on each of two axes.
_ROUNDING_M = 1.0

_FIRST_WINDOW_M = 500.0
_WINDOW_GROWTH = 2.5
# From any origin whose planar distances can be trusted, this window holds the whole region.
_LAST_WINDOW_M = 2_000_000.0

_TABLE = "presence_rtree"

_SHELF = (
    "sector_min <= :sector_high AND sector_max >= :sector_low"
    " AND kind_min <= :kind_high AND kind_max >= :kind_low"
)
_SQUARED_M = (
    "((x_min + x_max) / 2 - :x) * ((x_min + x_max) / 2 - :x)"
    " + ((y_min + y_max) / 2 - :y) * ((y_min + y_max) / 2 - :y)"
)
_WINDOW = "x_min <= :x_high AND x_max >= :x_low AND y_min <= :y_high AND y_max >= :y_low"
_FIND = (
    f"SELECT id / {_SECTORS_PER_PRESENCE}, {_SQUARED_M} AS squared_m FROM {_TABLE}"
    f" WHERE {_WINDOW} AND {_SHELF} ORDER BY squared_m"
)
_FIND_IN_WINDOW = (
    f"SELECT id / {_SECTORS_PER_PRESENCE} FROM {_TABLE} WHERE {_WINDOW} AND {_SHELF} LIMIT :most"
)
_NUMBER_OF_KIND = " ".join(f"WHEN '{kind.value}' THEN {number}" for kind, number in KIND_NUMBERS.items())
_READ_ENTRIES = (
    f"SELECT entry.presence_id, entry.sector_id, CASE presence.kind {_NUMBER_OF_KIND} END, entry.x, entry.y"
    f" FROM {presence_sector.name} AS entry"
    f" JOIN {presences.name} AS presence ON presence.id = entry.presence_id"
    " WHERE entry.x IS NOT NULL"
)
_FIND_ALL = f"SELECT DISTINCT id / {_SECTORS_PER_PRESENCE} FROM {_TABLE} WHERE {_SHELF}"

EXAMPLE = (
    f"SELECT id FROM {_TABLE} WHERE x_min <= 2 AND x_max >= 1 AND y_min <= 2 AND y_max >= 1"
    " AND sector_min <= 2 AND sector_max >= 1"
)
"""A search in a window with its values in it: what `maillage db check` has explained."""


class SqliteProximityIndex:
    """The R*Tree of a register's own file; the migrations create it."""

    def add(self, connection: Connection, entries: Sequence[tuple[int, int, int, float, float]]) -> None:
        """Add entries (presence id, sector id, kind number, x, y)."""
        rows = [
            (
                presence_id * _SECTORS_PER_PRESENCE + sector_id,
                x,
                x,
                y,
                y,
                sector_id * _STEP,
                sector_id * _STEP + _THICKNESS,
                kind_number * _STEP,
                kind_number * _STEP + _THICKNESS,
            )
            for presence_id, sector_id, kind_number, x, y in entries
        ]
        if rows:
            connection.exec_driver_sql(f"INSERT INTO {_TABLE} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def remove(self, connection: Connection, keys: Sequence[tuple[int, int]]) -> None:
        """Remove entries by (presence id, sector id)."""
        if keys:
            connection.exec_driver_sql(
                f"DELETE FROM {_TABLE} WHERE id = ?",
                [(presence_id * _SECTORS_PER_PRESENCE + sector_id,) for presence_id, sector_id in keys],
            )

    def rebuild(self, connection: Connection) -> None:
        """Fill the tree again from `presence_sector`, packed: for many entries at once."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(_READ_ENTRIES)
            entries = np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, 5)
        finally:
            cursor.close()
        held = entries[:, :3].astype(np.int64)
        points, steps = entries[:, 3:], entries[:, 1:3] * _STEP
        pack_rtree(
            connection,
            _TABLE,
            held[:, 0] * _SECTORS_PER_PRESENCE + held[:, 1],
            held[:, 1] * len(KIND_NUMBERS) + held[:, 2],
            np.hstack([points, steps]),
            np.hstack([points, steps + _THICKNESS]),
        )

    def count(self, connection: Connection) -> int:
        """Count the entries."""
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {_TABLE}").scalar_one())

    def find_candidates(
        self,
        connection: Connection,
        *,
        x_m: float,
        y_m: float,
        sectors: SectorRange,
        kind: KindFilter,
        count: int,
        reach_m: float | None,
    ) -> list[int]:
        """
        Widen a window until it holds everything that can be among the `count` nearest.

        If the k-th nearest in Lambert-93 stands at d, every one of the k geodesically nearest stands within
        d × `LAMBERT_93_REACH` in Lambert-93: the window that holds that disc holds the answer.
        """
        limit_m = _LAST_WINDOW_M if reach_m is None else reach_m * LAMBERT_93_REACH + _ROUNDING_M
        window_m = min(_FIRST_WINDOW_M, limit_m)
        while True:
            found, needed_m = self._search_window(
                connection, x_m=x_m, y_m=y_m, half_m=window_m, sectors=sectors, kind=kind, count=count
            )
            if needed_m <= window_m or window_m >= limit_m:
                return found
            window_m = min(limit_m, window_m * _WINDOW_GROWTH if math.isinf(needed_m) else needed_m)

    def _search_window(
        self,
        connection: Connection,
        *,
        x_m: float,
        y_m: float,
        half_m: float,
        sectors: SectorRange,
        kind: KindFilter,
        count: int,
    ) -> tuple[list[int], float]:
        """Give what the disc in a window holds, nearest first, and how wide it must be to be sure."""
        where = {
            "x": x_m,
            "y": y_m,
            "x_low": x_m - half_m - _ROUNDING_M,
            "x_high": x_m + half_m + _ROUNDING_M,
            "y_low": y_m - half_m - _ROUNDING_M,
            "y_high": y_m + half_m + _ROUNDING_M,
            **_shelf(sectors, kind),
        }
        found: dict[int, None] = {}
        needed_m = math.inf
        # The driver's own cursor: a window is read in 0.1 ms, and wrapping its rows would double that.
        cursor = connection.connection.cursor()
        try:
            cursor.execute(_FIND, where)
            while (row := cursor.fetchone()) is not None:
                presence_id, squared_m = row
                if squared_m > min(needed_m, half_m + _ROUNDING_M) ** 2:
                    break
                found.setdefault(presence_id)
                if math.isinf(needed_m) and len(found) == count:
                    needed_m = (math.sqrt(squared_m) + _ROUNDING_M) * LAMBERT_93_REACH + _ROUNDING_M
        finally:
            cursor.close()
        return list(found), needed_m

    def find_in_rectangle(
        self,
        connection: Connection,
        rectangle: tuple[float, float, float, float],
        *,
        sectors: SectorRange,
        kind: KindFilter,
        most: int,
    ) -> list[int] | None:
        """Read the entries of a window, `most` of them at most."""
        x_low, y_low, x_high, y_high = rectangle
        where = {
            "x_low": x_low,
            "x_high": x_high,
            "y_low": y_low,
            "y_high": y_high,
            "most": most + 1,
            **_shelf(sectors, kind),
        }
        cursor = connection.connection.cursor()
        try:
            cursor.execute(_FIND_IN_WINDOW, where)
            found = [presence_id for (presence_id,) in cursor.fetchall()]
        finally:
            cursor.close()
        return list(set(found)) if len(found) <= most else None

    def find_all(self, connection: Connection, *, sectors: SectorRange, kind: KindFilter) -> list[int]:
        """Give every indexed id."""
        cursor = connection.connection.cursor()
        try:
            cursor.execute(_FIND_ALL, _shelf(sectors, kind))
            return [presence_id for (presence_id,) in cursor.fetchall()]
        finally:
            cursor.close()


def _shelf(sectors: SectorRange, kind: KindFilter) -> dict[str, float]:
    """Bound the axes of sector and kind; half a thickness inside, so that rounding changes nothing."""
    first, last = sectors
    kinds = (0, len(KIND_NUMBERS) - 1) if kind is None else (KIND_NUMBERS[kind], KIND_NUMBERS[kind])
    inside = _THICKNESS / 2
    return {
        "sector_low": first * _STEP + inside,
        "sector_high": last * _STEP + inside,
        "kind_low": kinds[0] * _STEP + inside,
        "kind_high": kinds[1] * _STEP + inside,
    }

"""Nearest presences on PostGIS: k nearest in Lambert-93 from an index of sector and point.

The index holds `presence_sector` itself, whose point is written by the database from x and y: there is no
second copy to keep equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from data.driver import get_driver_connection
from data.proximity.index import KIND_NUMBERS, KindFilter, SectorRange
from geo.position import LAMBERT_93_REACH

INDEX = "ix_presence_sector_near"
"""The index of sector and point that searches here must use: `maillage db check` proves it."""

RARE_INDEX = "ix_presence_sector_near_rare"
"""That of sector, kind and point, for kinds other than actors: nine presences in ten are actors, and an index
with their kind in it would be read five times as far for a question about all kinds."""

_TABLE = "presence_sector"

# How many more rows than wanted are read at first: enough, most often, to hold all within the k-th distance
# × 1.004, so that one look at the index is enough.
_MARGIN = 6

# What a rounding may add to a planar distance.
_ROUNDING_M = 0.001

# Parameters are typed: a number of another type than the column's would leave the index aside.
_WITHIN = "sector_id BETWEEN %(first)s::integer AND %(last)s::integer"
_OF_SECTOR = "sector_id = %(first)s::integer"
# The kind's number is written out, not bound: only then is the index of rare kinds certain to hold it.
_OF_KIND = " AND kind = {kind}::smallint"
_ORIGIN = "ST_SetSRID(ST_MakePoint(%(x)s::float8, %(y)s::float8), 2154)"
_FIND = (
    "SELECT presence_id, point <-> {origin} AS metres FROM {table}"
    " WHERE {where} AND point IS NOT NULL ORDER BY point <-> {origin} LIMIT {limit}"
)
_FIND_IN_RECTANGLE = (
    "SELECT presence_id FROM {table} WHERE {where} AND point && ST_MakeEnvelope("
    "%(x_low)s::float8, %(y_low)s::float8, %(x_high)s::float8, %(y_high)s::float8, 2154) LIMIT {limit}"
)
_FIND_WITH_ROWS = (
    "SELECT found.metres, p.id, p.kind, p.name, p.sectors, p.lon, p.lat, p.precision, p.commune,"
    " p.visibility, p.starts_on, p.ends_on, (SELECT data_version FROM register_state)"
    " FROM ({found}) AS found JOIN presences AS p ON p.id = found.presence_id"
)

_PLACE = {"x": 704_000.0, "y": 7_060_000.0, "first": 1, "last": 9}
EXAMPLE = _FIND.format(origin=_ORIGIN, table=_TABLE, where=_WITHIN, limit=16) % _PLACE
"""A search of the nearest with its values in it: what `maillage db check` has explained."""

RARE_EXAMPLE = (
    _FIND.format(origin=_ORIGIN, table=_TABLE, where=_WITHIN + _OF_KIND.format(kind=4), limit=16) % _PLACE
)
"""The same for one of the kinds that are few."""

BOX_EXAMPLE = _FIND_IN_RECTANGLE.format(table=_TABLE, where=_OF_SECTOR, limit=100) % {
    **_PLACE,
    "x_low": 703_000.0,
    "y_low": 7_059_000.0,
    "x_high": 705_000.0,
    "y_high": 7_061_000.0,
}
"""A search in a rectangle with its values in it: a small one, for the first hundred of thousands are found
sooner without any index, and rightly so."""


class PostgisProximityIndex:
    """The index of `presence_sector` on PostgreSQL; the migrations create it, the database keeps it equal."""

    def add(self, connection: Connection, entries: Sequence[tuple[int, int, int, float, float]]) -> None:
        """Do nothing: the rows of `presence_sector` are the entries."""

    def remove(self, connection: Connection, keys: Sequence[tuple[int, int]]) -> None:
        """Do nothing: the rows of `presence_sector` are the entries."""

    def rebuild(self, connection: Connection) -> None:
        """Tell the planner what many new rows look like; the index itself is up to date."""
        connection.exec_driver_sql(f"ANALYZE {_TABLE}")

    def count(self, connection: Connection) -> int:
        """Count the entries."""
        return int(
            connection.exec_driver_sql(f"SELECT count(*) FROM {_TABLE} WHERE point IS NOT NULL").scalar_one()
        )

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
        Read the nearest in Lambert-93 until everything that can be among the `count` nearest is there.

        If the k-th nearest in Lambert-93 stands at d, every one of the k geodesically nearest stands within
        d × `LAMBERT_93_REACH` in Lambert-93: reading on until a row stands farther than that proves it.
        """
        bound = _bind(sectors) | {"x": x_m, "y": y_m}
        where = _write_where(sectors, kind)
        limit_m = float("inf") if reach_m is None else reach_m * LAMBERT_93_REACH + _ROUNDING_M
        asked = _round_up(count + _MARGIN)
        while True:
            statement = _FIND.format(origin=_ORIGIN, table=_TABLE, where=where, limit=asked)
            with get_driver_connection(connection).cursor() as cursor:
                rows: list[tuple[int, float]] = cursor.execute(statement, bound).fetchall()
            found, is_certain = _keep_certain(rows, count=count, limit_m=limit_m)
            if is_certain or len(rows) < asked:
                return found
            asked *= 4

    def write_question(
        self, *, x_m: float, y_m: float, sectors: SectorRange, kind: KindFilter, count: int
    ) -> tuple[str, dict[str, Any], int]:
        """
        Write one statement that reads the nearest in Lambert-93 with what is shown of them.

        Returns
        -------
        tuple
            The statement, what it is bound to, and how many rows it gives at most.
        """
        most = _round_up(count + _MARGIN)
        found = _FIND.format(origin=_ORIGIN, table=_TABLE, where=_write_where(sectors, kind), limit=most)
        return (
            _FIND_WITH_ROWS.format(found=found),
            _bind(sectors) | {"x": x_m, "y": y_m},
            most,
        )

    def find_in_rectangle(
        self,
        connection: Connection,
        rectangle: tuple[float, float, float, float],
        *,
        sectors: SectorRange,
        kind: KindFilter,
        most: int,
    ) -> list[int] | None:
        """Read the entries of a rectangle, `most` of them at most."""
        sides = zip(("x_low", "y_low", "x_high", "y_high"), rectangle, strict=True)
        statement = _FIND_IN_RECTANGLE.format(table=_TABLE, where=_write_where(sectors, kind), limit=most + 1)
        with get_driver_connection(connection).cursor() as cursor:
            rows = cursor.execute(statement, _bind(sectors) | dict(sides)).fetchall()
        return list({presence_id for (presence_id,) in rows}) if len(rows) <= most else None

    def find_all(self, connection: Connection, *, sectors: SectorRange, kind: KindFilter) -> list[int]:
        """Give every indexed id."""
        statement = (
            f"SELECT DISTINCT presence_id FROM {_TABLE}"
            f" WHERE {_write_where(sectors, kind)} AND point IS NOT NULL"
        )
        with get_driver_connection(connection).cursor() as cursor:
            return [presence_id for (presence_id,) in cursor.execute(statement, _bind(sectors)).fetchall()]


def _keep_certain(rows: Sequence[tuple[int, float]], *, count: int, limit_m: float) -> tuple[list[int], bool]:
    """Give the ids that may be among the nearest, and whether a row beyond them was read."""
    found: dict[int, None] = {}
    for presence_id, metres in rows:
        if metres > limit_m:
            return list(found), True
        found.setdefault(presence_id)
        if len(found) == count:
            limit_m = min(limit_m, metres * LAMBERT_93_REACH + _ROUNDING_M)
    return list(found), False


def _round_up(count: int) -> int:
    """Give the next power of two: few different statements, each prepared once."""
    return 1 << (count - 1).bit_length()


def _write_where(sectors: SectorRange, kind: KindFilter) -> str:
    first, last = sectors
    of_kind = "" if kind is None else _OF_KIND.format(kind=KIND_NUMBERS[kind])
    return (_OF_SECTOR if first == last else _WITHIN) + of_kind


def _bind(sectors: SectorRange) -> dict[str, Any]:
    first, last = sectors
    bound: dict[str, Any] = {"first": first}
    if last != first:
        bound["last"] = last
    return bound

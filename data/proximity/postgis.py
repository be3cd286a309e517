"""Nearest presences on PostGIS: k nearest in Lambert-93, from one index of sector and point.

Each sector has a sheet of its own: the same land, laid so far east of the sheet before that no point of one
is near a point of another. One geometry then says both sector and place: the index is sorted and written in
one go (5 s for three million entries; one of two columns is filled point by point, in 20 s), and is half as
large. The database computes these points from sector, x and y: there is no second copy to keep equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from data.driver import get_driver_connection
from data.proximity.index import KIND_NUMBERS, KindFilter, SectorRange
from geo.position import LAMBERT_93_REACH
from geo.records import Kind

INDEX = "ix_presence_sector_near"
"""The index of sheets that searches here must use: `maillage db check` proves it."""

RARE_INDEX = "ix_presence_sector_near_rare"
"""That of sector, kind and point, for kinds other than actors: nine presences in ten are actors, and an index
with their kind in it would be read five times as far for a question about all kinds."""

_TABLE = "presence_sector"

# How many more rows than wanted are read at first: enough, most often, to hold all within the k-th distance
# × 1.004, so that one look at the index is enough.
_MARGIN = 6

# What a rounding may add to a planar distance.
_ROUNDING_M = 0.001

SHEET_WIDTH_M = 2_097_152
"""How far east of a sheet the next one begins: beyond the easternmost metre of Lambert-93 in France, and a
power of two, so that no millimetre is lost. The migrations write it into the index."""

ON_SHEET = f"ST_MakePoint(x + sector_id * {SHEET_WIDTH_M}::double precision, y)"
"""Where an entry stands on the sheet of its sector, to the letter of the index: the database knows it by its
words."""

_X_ON_SHEET = f"%({{x}})s::float8 + {{sector}} * {SHEET_WIDTH_M}::float8"
# Parameters are typed: a number of another type than the column's would leave the index aside.
_ONE = "%(first)s::integer"
_EACH = "sheet.sector_id"
_RANGE = "generate_series(%(first)s::integer, %(last)s::integer) AS sheet(sector_id)"
# The kind's number is written out, not bound: only then is the index of rare kinds certain to hold it.
_OF_KIND = " AND kind = {kind}::smallint"
_WITHIN = "sector_id BETWEEN %(first)s::integer AND %(last)s::integer"
_ORIGIN = "ST_SetSRID(ST_MakePoint(%(x)s::float8, %(y)s::float8), 2154)"
_RECTANGLE = (
    "ST_MakeEnvelope(%(x_low)s::float8, %(y_low)s::float8, %(x_high)s::float8, %(y_high)s::float8, 2154)"
)
_FIND_RARE = (
    f"SELECT presence_id, point <-> {_ORIGIN} AS metres FROM {_TABLE}"
    f" WHERE {_WITHIN}{{of_kind}} AND point IS NOT NULL ORDER BY point <-> {_ORIGIN} LIMIT {{limit}}"
)
_FIND_RARE_IN_RECTANGLE = (
    f"SELECT presence_id FROM {_TABLE} WHERE {_WITHIN}{{of_kind}} AND point && {_RECTANGLE} LIMIT {{limit}}"
)
_FIND_WITH_ROWS = (
    "SELECT found.metres, p.id, p.kind, p.name, p.sectors, p.lon, p.lat, p.precision, p.commune,"
    " p.visibility, p.starts_on, p.ends_on, (SELECT data_version FROM register_state)"
    " FROM ({found}) AS found JOIN presences AS p ON p.id = found.presence_id"
)


def _write_search(sectors: SectorRange, kind: KindFilter, limit: int) -> str:
    """Write the search of the nearest: on one sheet, or on each of several, then among what they give."""
    first, last = sectors
    of_kind = _write_kind(kind)
    if _is_rare(kind):
        return _FIND_RARE.format(of_kind=of_kind, limit=limit)
    if first == last:
        return _write_search_on_sheet(_ONE, of_kind, limit)
    on_each = _write_search_on_sheet(_EACH, of_kind, limit)
    return (
        f"SELECT near.presence_id, near.metres FROM {_RANGE} CROSS JOIN LATERAL ({on_each}) AS near"
        f" ORDER BY near.metres LIMIT {limit}"
    )


def _write_search_on_sheet(sector: str, of_kind: str, limit: int) -> str:
    origin = f"ST_MakePoint({_X_ON_SHEET.format(x='x', sector=sector)}, %(y)s::float8)"
    # All of the sheet from south to north: the search ends with it, however few stand there.
    west, east = (f"{each} * {SHEET_WIDTH_M}::float8" for each in (sector, f"({sector} + 1)"))
    sheet = f"ST_MakeEnvelope({west}, -1e8, {east}, 1e8)"
    return (
        f"SELECT presence_id, {ON_SHEET} <-> {origin} AS metres FROM {_TABLE}"
        f" WHERE {ON_SHEET} && {sheet} AND point IS NOT NULL{of_kind}"
        f" ORDER BY {ON_SHEET} <-> {origin} LIMIT {limit}"
    )


def _write_search_in_rectangle(sectors: SectorRange, kind: KindFilter, limit: int) -> str:
    first, last = sectors
    of_kind = _write_kind(kind)
    if _is_rare(kind):
        return _FIND_RARE_IN_RECTANGLE.format(of_kind=of_kind, limit=limit)
    sector = _ONE if first == last else _EACH
    west, east = (_X_ON_SHEET.format(x=x, sector=sector) for x in ("x_low", "x_high"))
    found = (
        f"SELECT presence_id FROM {_TABLE} WHERE {ON_SHEET}"
        f" && ST_MakeEnvelope({west}, %(y_low)s::float8, {east}, %(y_high)s::float8)"
        f" AND point IS NOT NULL{of_kind}"
    )
    if first != last:
        found = f"SELECT standing.presence_id FROM {_RANGE} CROSS JOIN LATERAL ({found}) AS standing"
    return f"{found} LIMIT {limit}"


def _write_kind(kind: KindFilter) -> str:
    return "" if kind is None else _OF_KIND.format(kind=KIND_NUMBERS[kind])


def _is_rare(kind: KindFilter) -> bool:
    return kind not in {None, Kind.ACTOR}


_PLACE = {"x": 704_000.0, "y": 7_060_000.0, "first": 1, "last": 9}
_SQUARE = {"x_low": 703_000.0, "y_low": 7_059_000.0, "x_high": 705_000.0, "y_high": 7_061_000.0}

EXAMPLE = _write_search((1, 1), None, 16) % _PLACE
"""A search of the nearest with its values in it: what `maillage db check` has explained."""

RARE_EXAMPLE = _write_search((1, 9), Kind.AMBASSADOR, 16) % _PLACE
"""The same for one of the kinds that are few."""

BOX_EXAMPLE = _write_search_in_rectangle((1, 1), Kind.AMBASSADOR, 100) % (_PLACE | _SQUARE | {"last": 1})
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
        limit_m = float("inf") if reach_m is None else reach_m * LAMBERT_93_REACH + _ROUNDING_M
        asked = _round_up(count + _MARGIN)
        while True:
            statement = _write_search(sectors, kind, asked)
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
        found = _write_search(sectors, kind, most)
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
        statement = _write_search_in_rectangle(sectors, kind, most + 1)
        with get_driver_connection(connection).cursor() as cursor:
            rows = cursor.execute(statement, _bind(sectors) | dict(sides)).fetchall()
        return list({presence_id for (presence_id,) in rows}) if len(rows) <= most else None

    def find_all(self, connection: Connection, *, sectors: SectorRange, kind: KindFilter) -> list[int]:
        """Give every indexed id."""
        statement = (
            f"SELECT DISTINCT presence_id FROM {_TABLE}"
            f" WHERE {_WITHIN}{_write_kind(kind)} AND point IS NOT NULL"
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


def _bind(sectors: SectorRange) -> dict[str, Any]:
    return {"first": sectors[0], "last": sectors[1]}

"""Counting presences as they stand now: one reading of the table, then sums over arrays.

The database counts what is equal (same commune, kind, status, reader, sectors); what a presence counts for
(itself, its sectors and those above, the territories of its commune) is summed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, or_, select

from data.rows import in_batches
from data.tables import presences, sectors
from data.territories import read_membership
from geo.records import COUNTED_STATUSES, Kind, Level, PlacementStatus, Visibility
from geo.territories import Referential

SummaryKey = tuple[str, str, str, int]
"""Level, territory, kind, sector id."""

StatusKey = tuple[str, int, str]
"""Kind, sector id, status."""

ShownKey = tuple[str, int, str, str]
"""Kind, sector id, status, visibility."""

_KINDS = [kind.value for kind in Kind]
_STATUSES = [status.value for status in PlacementStatus]
_VISIBILITIES = [visibility.value for visibility in Visibility]

_WIDTH = 8

_Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Counts:
    """The content of the tables of counts, by their keys; nothing is there for zero."""

    by_territory: Mapping[SummaryKey, int]
    by_status: Mapping[StatusKey, int]
    by_reader: Mapping[ShownKey, int]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Presences that are counted alike, as arrays: one row for each sector that they count in."""

    communes: Sequence[str]
    commune: _Ints
    kind: _Ints
    status: _Ints
    visibility: _Ints
    sector: _Ints
    is_in_force: NDArray[np.bool_]
    is_shown: NDArray[np.bool_]
    count: _Ints


def is_in_force(day: date) -> ColumnElement[bool]:
    """
    Say in SQL whether a presence is in force on a day, from today's columns: the rules of `data.coverage`.

    Right as long as no source row changed after that day; past days are recounted from the periods.
    """
    columns = presences.c
    is_event = columns.kind == Kind.EVENT.value
    absent_since = columns.absent_from_source_since
    return and_(
        func.coalesce(columns.starts_on, columns.seen_since) <= day,
        or_(absent_since.is_(None), absent_since > day, and_(is_event, absent_since > columns.starts_on)),
        or_(is_event, columns.ends_on.is_(None), columns.ends_on >= day),
    )


def count_presences_now(
    connection: Connection,
    referential: Referential,
    *,
    day: date,
    only: Sequence[int] | None = None,
    from_id: int | None = None,
) -> Counts:
    """
    Count the presences in force on a day, and those that their source shows, from the presences themselves.

    Parameters
    ----------
    connection
        Any connection.
    referential
        The territories.
    day
        Today.
    only
        Ids of the only presences to count, None for all.
    from_id
        The smallest id to count, None for all.
    """
    cells = _make_cells(connection, list(_read_cells(connection, day, only, from_id)))
    size = 1 + int(cells.sector.max(initial=0))
    return Counts(
        _sum_territories(cells, referential, size),
        _sum_statuses(cells, size),
        _sum_readers(cells, size),
    )


def _read_cells(
    connection: Connection, day: date, only: Sequence[int] | None, from_id: int | None
) -> Iterator[Sequence[Any]]:
    columns = presences.c
    group = (
        columns.commune,
        columns.kind,
        columns.status,
        columns.visibility,
        # As text, it is read once for all the presences that have the same.
        cast(columns.sectors, Text),
        func.coalesce(is_in_force(day), False),
        columns.absent_from_source_since.is_(None),
    )
    statement = select(*group, func.count()).group_by(*group)
    if from_id is not None:
        statement = statement.where(columns.id >= from_id)
    if only is None:
        yield from connection.execute(statement)
        return
    for batch in in_batches(only):
        yield from connection.execute(statement.where(columns.id.in_(batch)))


def _make_cells(connection: Connection, rows: Sequence[Sequence[Any]]) -> _Cells:
    """Turn what was read into arrays, each cell repeated for all the sectors that it counts in."""
    commune, kind, status, visibility, written, in_force, shown, count = _turn(rows)
    communes = sorted({code for code in commune if code is not None})
    texts = list(dict.fromkeys(written))
    closures = list(_read_closures(connection, texts))
    lengths = np.array([len(closure) for closure in closures], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    flat = np.array([sector for closure in closures for sector in closure], dtype=np.int64)
    of = _rank(texts, written)
    repeated = lengths[of]
    # Within each cell: 0, 1, 2… up to the number of its sectors.
    within = np.arange(repeated.sum()) - np.repeat(np.cumsum(repeated) - repeated, repeated)
    rank = np.repeat(np.arange(len(rows)), repeated)
    return _Cells(
        communes,
        _rank([*communes, None], commune)[rank],
        _rank(_KINDS, kind)[rank],
        _rank(_STATUSES, status)[rank],
        _rank(_VISIBILITIES, visibility)[rank],
        flat[np.repeat(starts[of], repeated) + within],
        np.array(in_force, dtype=bool)[rank],
        np.array(shown, dtype=bool)[rank],
        np.array(count, dtype=np.int64)[rank],
    )


def _turn(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * _WIDTH


def _rank(names: Sequence[str | None], values: Sequence[str | None]) -> _Ints:
    rank_by_name = {name: rank for rank, name in enumerate(names)}
    return np.fromiter((rank_by_name[value] for value in values), dtype=np.int64, count=len(values))


def _read_closures(connection: Connection, texts: Sequence[str]) -> Iterator[list[int]]:
    """Give, for each list of sectors, the ids that it counts in: 0, its own, and those above, each once."""
    rows = connection.execute(select(sectors.c.code, sectors.c.id, sectors.c.last_id)).all()
    above = {
        code: [other_id for _, other_id, last_id in rows if other_id <= own_id <= last_id]
        for code, own_id, _ in rows
    }
    for text in texts:
        yield sorted({0, *(sector for code in orjson.loads(text) for sector in above.get(code, ()))})


def _sum_territories(cells: _Cells, referential: Referential, size: int) -> dict[SummaryKey, int]:
    counted = [_STATUSES.index(status.value) for status in COUNTED_STATUSES]
    keep = cells.is_in_force & np.isin(cells.status, counted)
    commune, count = cells.commune[keep], cells.count[keep]
    group = cells.kind[keep] * size + cells.sector[keep]
    totals: dict[SummaryKey, int] = {}
    for level in Level:
        membership = read_membership(referential, level, referential.vintage)
        codes = sorted(set(membership.values()))
        # A counted presence always has a commune: the last rank (no commune) is never asked for.
        territory = np.append(_rank(codes, [membership[code] for code in cells.communes]), 0)[commune]
        for key, total in _sum(territory * (size * len(_KINDS)) + group, count):
            kind, sector = divmod(key % (size * len(_KINDS)), size)
            totals[level.value, codes[key // (size * len(_KINDS))], _KINDS[kind], sector] = total
    return totals


def _sum_statuses(cells: _Cells, size: int) -> dict[StatusKey, int]:
    keep = cells.is_in_force
    keys = (cells.kind[keep] * size + cells.sector[keep]) * len(_STATUSES) + cells.status[keep]
    totals: dict[StatusKey, int] = {}
    for key, total in _sum(keys, cells.count[keep]):
        group, status = divmod(key, len(_STATUSES))
        totals[_KINDS[group // size], group % size, _STATUSES[status]] = total
    return totals


def _sum_readers(cells: _Cells, size: int) -> dict[ShownKey, int]:
    keep = cells.is_shown
    readers = cells.status[keep] * len(_VISIBILITIES) + cells.visibility[keep]
    each = len(_STATUSES) * len(_VISIBILITIES)
    keys = (cells.kind[keep] * size + cells.sector[keep]) * each + readers
    totals: dict[ShownKey, int] = {}
    for key, total in _sum(keys, cells.count[keep]):
        group, reader = divmod(key, each)
        status, visibility = divmod(reader, len(_VISIBILITIES))
        totals[_KINDS[group // size], group % size, _STATUSES[status], _VISIBILITIES[visibility]] = total
    return totals


def _sum(keys: _Ints, counts: _Ints) -> Iterator[tuple[int, int]]:
    """Sum counts by key; keys are small whole numbers."""
    sums = np.bincount(keys, weights=counts) if keys.size else np.zeros(0)
    found = np.flatnonzero(sums)
    return zip(found.tolist(), sums[found].astype(np.int64).tolist(), strict=True)

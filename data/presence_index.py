"""Which presences stand under which sector, and where: what lists, counts and nearest searches read.

Every presence has one row under sector 0 (all) and one under each sector of its own. Only what a nearest
search may answer (counted, still in its source) carries its Lambert-93 point and is in the spatial index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select

from data.copying import BINARY_END, BINARY_START, write_binary_rows
from data.driver import copy_rows
from data.proximity import ProximityIndex
from data.proximity.index import KIND_NUMBERS
from data.rows import ROWS_AT_ONCE, in_batches, insert_columns
from data.tables import presence_sector, presences
from geo.position import to_lambert93
from geo.records import COUNTED_STATUSES, Kind

_ALL_SECTORS_ID = 0

# Filling the whole index again costs 2 µs an entry, adding one costs 14.
_REBUILT_FROM = 5_000

_COLUMNS = ("presence_id", "sector_id", "x", "y", "kind")

IndexEntry = tuple[int, int, int, float, float]
"""Presence id, sector id, kind number, Lambert-93 x and y: what a spatial index holds."""

_Arrays = tuple[
    NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64], NDArray[np.int16]
]


class IndexedPresence(NamedTuple):
    """What the index has to know of a presence; `point` (lon, lat) is None for what nobody may be near to."""

    id: int
    kind: Kind
    sectors: Sequence[str]
    point: tuple[float, float] | None


def is_near_candidate(*, status: str, is_absent: bool) -> bool:
    """Say whether nearest searches may answer a presence: it counts, and its source still shows it."""
    return status in COUNTED_STATUSES and not is_absent


def write_sector_rows(
    connection: Connection, id_by_sector: Mapping[str, int], items: Iterable[IndexedPresence]
) -> list[IndexEntry]:
    """
    Write the rows of presences that have none yet, and give what `index_entries` then needs to know of them.

    A sector code without an id gets no row.
    """
    entries: list[IndexEntry] = []
    ids_by_codes: dict[tuple[str, ...], list[int]] = {}

    def make_blocks() -> Iterator[_Arrays]:
        coming = iter(items)
        while some := list(islice(coming, ROWS_AT_ONCE)):
            block = _make_sector_rows(id_by_sector, ids_by_codes, some)
            if len(entries) < _REBUILT_FROM:
                entries.extend(_list_entries(block))
            yield block

    if connection.dialect.name == "postgresql":
        _copy_sector_rows(connection, make_blocks())
    else:
        insert_columns(connection, presence_sector, _COLUMNS, map(_list_columns, make_blocks()))
    return entries


def _make_sector_rows(
    id_by_sector: Mapping[str, int],
    ids_by_codes: dict[tuple[str, ...], list[int]],
    items: Sequence[IndexedPresence],
) -> _Arrays:
    """Make the rows of some presences as columns; x and y are NaN for what nobody may be near to."""
    sectors = []
    for item in items:
        codes = tuple(item.sectors)
        held = ids_by_codes.get(codes)
        if held is None:
            own = {id_by_sector[code] for code in codes if code in id_by_sector}
            held = ids_by_codes[codes] = [_ALL_SECTORS_ID, *sorted(own)]
        sectors.append(held)
    nowhere = (float("nan"), float("nan"))
    points = np.array([item.point or nowhere for item in items], dtype=np.float64)
    planar = np.full(points.shape, np.nan)
    is_placed = ~np.isnan(points[:, 0])
    planar[is_placed] = np.column_stack(to_lambert93(points[is_placed, 0], points[is_placed, 1]))
    repeated = np.repeat(np.arange(len(items)), [len(held) for held in sectors])
    ids = np.array([item.id for item in items], dtype=np.int32)
    kinds = np.array([KIND_NUMBERS[item.kind] for item in items], dtype=np.int16)
    return (
        ids[repeated],
        np.fromiter(chain.from_iterable(sectors), dtype=np.int32, count=len(repeated)),
        planar[repeated, 0],
        planar[repeated, 1],
        kinds[repeated],
    )


def _list_entries(block: _Arrays) -> Iterator[IndexEntry]:
    is_placed = ~np.isnan(block[2])
    ids, sector_ids, xs, ys, kinds = (column[is_placed].tolist() for column in block)
    return zip(ids, sector_ids, kinds, xs, ys, strict=True)


def _list_columns(block: _Arrays) -> list[list[Any]]:
    return [[None if value != value else value for value in column.tolist()] for column in block]  # noqa: PLR0124 (NaN)


def _copy_sector_rows(connection: Connection, blocks: Iterable[_Arrays]) -> None:
    """Send rows as the server stores them; those without a point, which hold less, after the others."""
    nowhere: list[list[NDArray[Any]]] = []

    def make_placed() -> Iterator[Sequence[NDArray[Any]]]:
        for block in blocks:
            is_placed = ~np.isnan(block[2])
            yield [column[is_placed] for column in block]
            if not is_placed.all():
                nowhere.append([block[rank][~is_placed] for rank in (0, 1, 4)])

    _copy_numbers(connection, _COLUMNS, make_placed())
    if nowhere:
        _copy_numbers(connection, ("presence_id", "sector_id", "kind"), nowhere)


def _copy_numbers(
    connection: Connection, columns: Sequence[str], blocks: Iterable[Sequence[NDArray[Any]]]
) -> None:
    statement = f"COPY presence_sector ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    with copy_rows(connection, statement) as copy:
        copy.write(BINARY_START)
        for block in blocks:
            copy.write(write_binary_rows(block))
        copy.write(BINARY_END)


def index_entries(connection: Connection, proximity: ProximityIndex, entries: Sequence[IndexEntry]) -> None:
    """Bring the spatial index up to date with what `write_sector_rows` wrote."""
    if len(entries) >= _REBUILT_FROM:
        proximity.rebuild(connection)
    else:
        proximity.add(connection, entries)


def remove_from_index(connection: Connection, proximity: ProximityIndex, ids: Iterable[int]) -> None:
    """Remove every row of these presences."""
    for batch in in_batches(ids):
        of_batch = presence_sector.c.presence_id.in_(batch)
        keys = connection.execute(
            select(presence_sector.c.presence_id, presence_sector.c.sector_id).where(of_batch)
        )
        proximity.remove(connection, [(presence_id, sector_id) for presence_id, sector_id in keys])
        connection.execute(delete(presence_sector).where(of_batch))


def refresh_index(
    connection: Connection, proximity: ProximityIndex, id_by_sector: Mapping[str, int], ids: Iterable[int]
) -> None:
    """Write the rows of these presences again from what the register now says of them."""
    held = list(ids)
    remove_from_index(connection, proximity, held)
    entries: list[IndexEntry] = []
    for batch in in_batches(held, size=ROWS_AT_ONCE):
        entries += write_sector_rows(connection, id_by_sector, _read_items(connection, batch))
    index_entries(connection, proximity, entries)


def rebuild_index(connection: Connection, proximity: ProximityIndex, id_by_sector: Mapping[str, int]) -> None:
    """Write the whole index again: the list of sectors has changed, or the index is in doubt."""
    connection.execute(delete(presence_sector))
    ids = connection.execute(select(presences.c.id).order_by(presences.c.id)).scalars().all()
    for batch in in_batches(ids, size=ROWS_AT_ONCE):
        write_sector_rows(connection, id_by_sector, _read_items(connection, batch))
    proximity.rebuild(connection)


def _read_items(connection: Connection, ids: Sequence[int]) -> list[IndexedPresence]:
    columns = presences.c
    found = connection.execute(
        select(
            columns.id,
            columns.kind,
            columns.sectors,
            columns.status,
            columns.absent_from_source_since,
            columns.lon,
            columns.lat,
        ).where(columns.id.in_(ids))
    )
    items = []
    for presence_id, kind, sectors, status, absent_since, lon, lat in found:
        is_near = lon is not None and is_near_candidate(status=status, is_absent=absent_since is not None)
        items.append(IndexedPresence(presence_id, Kind(kind), sectors, (lon, lat) if is_near else None))
    return items

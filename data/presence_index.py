"""Which presences stand under which sector, and where: what lists, counts and nearest searches read.

Every presence has one row under sector 0 (all) and one under each sector of its own. Only what a nearest
search may answer (counted, still in its source) carries its Lambert-93 point and is in the spatial index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from sqlalchemy import Connection, bindparam, delete, select

from data.proximity import ProximityIndex
from data.proximity.index import KIND_NUMBERS
from data.rows import in_batches, insert_rows
from data.tables import presence_sector, presences
from geo.position import to_lambert93
from geo.records import COUNTED_STATUSES, Kind

_ALL_SECTORS_ID = 0

_ROWS_AT_ONCE = 2_000

# Filling the whole index again costs 2 µs an entry, adding one costs 14.
_REBUILT_FROM = 5_000


_SectorRow = tuple[int, int, float | None, float | None, int]

IndexEntry = tuple[int, int, int, float, float]
"""Presence id, sector id, kind number, Lambert-93 x and y: what a spatial index holds."""


@dataclass(frozen=True, slots=True)
class IndexedPresence:
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

    def make_rows() -> Iterator[_SectorRow]:
        coming = iter(items)
        while some := list(islice(coming, _ROWS_AT_ONCE)):
            for row in _make_sector_rows(id_by_sector, some):
                presence_id, sector_id, x, y, kind_number = row
                if x is not None and y is not None and len(entries) < _REBUILT_FROM:
                    entries.append((presence_id, sector_id, kind_number, x, y))
                yield row

    insert_rows(connection, presence_sector, ("presence_id", "sector_id", "x", "y", "kind"), make_rows())
    return entries


def _make_sector_rows(
    id_by_sector: Mapping[str, int], items: Sequence[IndexedPresence]
) -> Iterator[_SectorRow]:
    placed = [item for item in items if item.point]
    points = np.array([item.point for item in placed], dtype=np.float64).reshape(-1, 2)
    eastings, northings = to_lambert93(points[:, 0], points[:, 1])
    planar = dict(
        zip(
            (item.id for item in placed),
            zip(eastings.tolist(), northings.tolist(), strict=True),
            strict=True,
        )
    )
    for item in items:
        x, y = planar.get(item.id, (None, None))
        kind_number = KIND_NUMBERS[item.kind]
        own = {id_by_sector[code] for code in item.sectors if code in id_by_sector}
        for sector_id in (_ALL_SECTORS_ID, *sorted(own)):
            yield item.id, sector_id, x, y, kind_number


def index_entries(connection: Connection, proximity: ProximityIndex, entries: Sequence[IndexEntry]) -> None:
    """Bring the spatial index up to date with what `write_sector_rows` wrote."""
    if len(entries) >= _REBUILT_FROM:
        proximity.rebuild(connection)
    else:
        proximity.add(connection, entries)


def remove_from_index(connection: Connection, proximity: ProximityIndex, ids: Iterable[int]) -> None:
    """Remove every row of these presences."""
    held = list(ids)
    for batch in in_batches(held):
        keys = connection.execute(
            select(presence_sector.c.presence_id, presence_sector.c.sector_id).where(
                presence_sector.c.presence_id.in_(batch)
            )
        )
        proximity.remove(connection, [(presence_id, sector_id) for presence_id, sector_id in keys])
    if held:
        connection.execute(
            delete(presence_sector).where(presence_sector.c.presence_id == bindparam("gone")),
            [{"gone": presence_id} for presence_id in held],
        )


def refresh_index(
    connection: Connection, proximity: ProximityIndex, id_by_sector: Mapping[str, int], ids: Iterable[int]
) -> None:
    """Write the rows of these presences again from what the register now says of them."""
    held = list(ids)
    remove_from_index(connection, proximity, held)
    entries: list[IndexEntry] = []
    for batch in in_batches(held, size=_ROWS_AT_ONCE):
        entries += write_sector_rows(connection, id_by_sector, _read_items(connection, batch))
    index_entries(connection, proximity, entries)


def rebuild_index(connection: Connection, proximity: ProximityIndex, id_by_sector: Mapping[str, int]) -> None:
    """Write the whole index again: the list of sectors has changed, or the index is in doubt."""
    connection.execute(delete(presence_sector))
    ids = connection.execute(select(presences.c.id).order_by(presences.c.id)).scalars().all()
    for batch in in_batches(ids, size=_ROWS_AT_ONCE):
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

"""Which presences stand under which sector, and where: what lists, counts and nearest searches read.

Every presence has one row under sector 0 (all) and one under each sector of its own. Only what a nearest
search may answer (counted, still in its source) carries its Lambert-93 point and is in the spatial index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, bindparam, delete, select

from data.proximity import ProximityIndex
from data.proximity.index import KIND_NUMBERS
from data.rows import in_batches, insert_rows
from data.tables import presence_sector, presences
from geo.position import to_lambert93
from geo.records import COUNTED_STATUSES, Kind

_ALL_SECTORS_ID = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedPresence:
    """What the index has to know of a presence; `lon` and `lat` are None for what nobody may be near to."""

    id: int
    kind: Kind
    sectors: Sequence[str]
    lon: float | None
    lat: float | None


def is_near_candidate(*, status: str, is_absent: bool) -> bool:
    """Say whether nearest searches may answer a presence: it counts, and its source still shows it."""
    return status in COUNTED_STATUSES and not is_absent


def add_to_index(
    connection: Connection,
    proximity: ProximityIndex,
    id_by_sector: Mapping[str, int],
    items: Sequence[IndexedPresence],
) -> None:
    """Write the rows of presences that have none yet; a sector code without an id gets no row."""
    nowhere = float("nan")
    lon = np.array([nowhere if item.lon is None else item.lon for item in items], dtype=np.float64)
    lat = np.array([nowhere if item.lat is None else item.lat for item in items], dtype=np.float64)
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    eastings, northings = to_lambert93(lon[placed], lat[placed]) if len(placed) else (lon[:0], lat[:0])
    points = dict(zip(placed.tolist(), zip(eastings.tolist(), northings.tolist(), strict=True), strict=True))
    rows: list[tuple[int, int, float | None, float | None]] = []
    entries: list[tuple[int, int, int, float, float]] = []
    for rank, item in enumerate(items):
        point = points.get(rank)
        x, y = point or (None, None)
        kind_number = KIND_NUMBERS[item.kind]
        own = {id_by_sector[code] for code in item.sectors if code in id_by_sector}
        for sector_id in (_ALL_SECTORS_ID, *sorted(own)):
            rows.append((item.id, sector_id, x, y))
            if point:
                entries.append((item.id, sector_id, kind_number, *point))
    insert_rows(connection, presence_sector, ("presence_id", "sector_id", "x", "y"), rows)
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
    for batch in in_batches(held):
        items = _read_items(connection, batch)
        add_to_index(connection, proximity, id_by_sector, items)


def rebuild_index(connection: Connection, proximity: ProximityIndex, id_by_sector: Mapping[str, int]) -> None:
    """Write the whole index again: the list of sectors has changed, or the index is in doubt."""
    proximity.clear(connection)
    connection.execute(delete(presence_sector))
    ids = connection.execute(select(presences.c.id).order_by(presences.c.id)).scalars().all()
    for batch in in_batches(ids):
        add_to_index(connection, proximity, id_by_sector, _read_items(connection, batch))


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
        is_near = is_near_candidate(status=status, is_absent=absent_since is not None)
        items.append(
            IndexedPresence(
                id=presence_id,
                kind=Kind(kind),
                sectors=sectors,
                lon=lon if is_near else None,
                lat=lat if is_near else None,
            )
        )
    return items

"""Who is near a point far from the region: everybody is measured, from arrays kept as long as the data.

Lambert-93 tells nothing from there. Nobody asks it often, and nobody must be able to make it dear: 0.1 s for
100,000 presences, once their points are in memory (24 bytes each).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from data.proximity.index import EVERY_SECTOR, KindFilter, SectorRange
from data.session import Session
from data.tables import presence_sector, presences
from geo.position import Position, measure_distances_m

_ALL_SECTORS_ID = 0

_Points = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]


def find_far_candidates(
    session: Session,
    origin: Position,
    *,
    sectors: SectorRange,
    kind: KindFilter,
    count: int,
    radius_m: float | None,
) -> list[int]:
    """
    Give the ids of the nearest within a radius, whole: all that stand no farther than the `count`-th.

    Fewer than `count` ids are everybody.
    """
    ids, lon, lat = session.remember("points_from_afar", lambda: _read_points(session))
    if sectors != EVERY_SECTOR or kind is not None:
        wanted = session.register.proximity.find_all(session.connection, sectors=sectors, kind=kind)
        ranks = np.searchsorted(ids, np.array(sorted(wanted), dtype=np.int64))
        ids, lon, lat = ids[ranks], lon[ranks], lat[ranks]
    distances = measure_distances_m(origin, lon, lat)
    reach_m = np.inf if radius_m is None else radius_m
    if len(distances) > count:
        reach_m = min(reach_m, float(np.partition(distances, count - 1)[count - 1]))
    found: list[int] = ids[distances <= reach_m].tolist()
    return found


def _read_points(session: Session) -> _Points:
    """Read everybody whom a nearest search may answer, by id."""
    rows = session.connection.execute(
        select(presences.c.id, presences.c.lon, presences.c.lat)
        .join(presence_sector, presence_sector.c.presence_id == presences.c.id)
        .where(presence_sector.c.sector_id == _ALL_SECTORS_ID, presence_sector.c.x.is_not(None))
        .order_by(presences.c.id)
    )
    held = np.array([tuple(row) for row in rows], dtype=np.float64).reshape(-1, 3)
    return held[:, 0].astype(np.int64), held[:, 1].copy(), held[:, 2].copy()

"""Who is near, in one statement: the same answer as `answer_near`, with only what a list shows of each.

On a server, one message brings the candidates, what is shown of them and the data version; they are then
measured and ranked as everywhere. Whatever one look cannot prove (many share one distance, many are hidden,
the origin is far away, the counts are not known yet) is asked the ordinary way.
"""

from __future__ import annotations

import math
import re
from operator import itemgetter
from typing import Any

import numpy as np

from data.clock import today
from data.counts.status import SHOWN_COUNTS, ShownCounts
from data.hiding.contacts import hide_personal_contacts
from data.hiding.fields import MAY_READ
from data.hiding.places import hide_place
from data.homes.texts import HOME_TEXTS
from data.proximity import PostgisProximityIndex
from data.proximity.index import EVERY_SECTOR
from data.questions.near import is_far_away, is_past
from data.session import Register
from data.territories import Place, read_places
from geo.nearby import Nearby, NearbyAnswer, NearbyPresence
from geo.position import LAMBERT_93_REACH, Position, measure_distances_m, to_lambert93
from geo.records import Kind, Origin, Precision, Visibility

# Up to so many answers; a longer list is no question asked a thousand times a second.
_MOST = 100

# What a rounding may add to a planar distance.
_ROUNDING_M = 0.001

_KINDS = {kind.value: kind for kind in Kind}
_PRECISIONS: dict[str | None, Precision | None] = {precision.value: precision for precision in Precision}
_PRECISIONS[None] = None
_PUBLIC = frozenset(visibility.value for visibility in MAY_READ[Visibility.PUBLIC])
_NO_PLACE = Place(commune_name="", epci=None, epci_name=None, departement=None)
_BY_DISTANCE = itemgetter(0, 1)


def find_nearby(
    register: Register,
    *,
    origin: Origin,
    sector: str | None = None,
    kind: Kind | None = None,
    radius_m: float | None = None,
    limit: int = 10,
) -> NearbyAnswer | None:
    """
    Find the nearest public presences as `answer_near` does for the public, when one statement proves it.

    Parameters are those of `data.questions.near.answer_near`, which is to be asked when this gives None: it
    also refuses what cannot be asked.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    """
    asked = _write(register, origin, sector=sector, kind=kind, radius_m=radius_m, limit=limit)
    if asked is None:
        return None
    statement, bound, most = asked
    rows = register.storage.ask_once(statement, bound)
    return _make_answer(register, rows, origin, sector, kind, radius_m=radius_m, limit=limit, most=most)


async def find_nearby_soon(
    register: Register,
    *,
    origin: Origin,
    sector: str | None = None,
    kind: Kind | None = None,
    radius_m: float | None = None,
    limit: int = 10,
) -> NearbyAnswer | None:
    """
    Find what `find_nearby` finds, from the event loop itself: nobody waits on a thread.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    """
    asked = _write(register, origin, sector=sector, kind=kind, radius_m=radius_m, limit=limit)
    if asked is None:
        return None
    statement, bound, most = asked
    rows = await register.ask_soon(statement, bound)
    return _make_answer(register, rows, origin, sector, kind, radius_m=radius_m, limit=limit, most=most)


def _write(
    register: Register,
    origin: Origin,
    *,
    sector: str | None,
    kind: Kind | None,
    radius_m: float | None,
    limit: int,
) -> tuple[str, dict[str, Any], int] | None:
    """Write the question, None when one statement cannot answer it; last, how many rows it gives at most."""
    index, point = register.proximity, origin.position
    if not isinstance(index, PostgisProximityIndex) or not 1 <= limit <= _MOST or is_far_away(point):
        return None
    if radius_m is not None and not 0 < radius_m < math.inf:
        return None
    sectors = EVERY_SECTOR if sector is None else register.sectors.id_range(sector)
    x_m, y_m = to_lambert93(point.lon, point.lat)
    return index.write_question(x_m=float(x_m), y_m=float(y_m), sectors=sectors, kind=kind, count=limit)


def _make_answer(
    register: Register,
    rows: list[tuple[Any, ...]] | None,
    origin: Origin,
    sector: str | None,
    kind: Kind | None,
    *,
    radius_m: float | None,
    limit: int,
    most: int,
) -> NearbyAnswer | None:
    """Make the answer of rows, None when they do not prove it."""
    if not rows:
        return None
    version: int = rows[0][-1]
    shown: ShownCounts | None = register.find_remembered(version, SHOWN_COUNTS)
    data_date = register.find_remembered(version, "data_date")
    telling = register.find_remembered(version, HOME_TEXTS)
    if shown is None or data_date is None or telling is None:
        return None
    ranked = _rank(origin.position, rows, radius_m=radius_m, limit=limit, is_all=len(rows) < most)
    if ranked is None:
        return None
    nearest, hidden = ranked
    places = read_places(register.referential)
    return NearbyAnswer(
        origin=origin,
        results=tuple(
            _make_nearby(distance_m, row, places.get(row[8], _NO_PLACE), telling.get(row[1]))
            for distance_m, _, row in nearest
        ),
        hidden=hidden,
        counts=shown.count(sector_id=0 if sector is None else register.sectors.id_of(sector), kind=kind),
        data_date=data_date,
        data_version=version,
    )


def _rank(
    origin: Position, rows: list[tuple[Any, ...]], *, radius_m: float | None, limit: int, is_all: bool
) -> tuple[list[tuple[float, int, tuple[Any, ...]]], int] | None:
    """Give the nearest that the public may read, and how many hidden ones stand no farther, if certain."""
    # A presence of several sectors comes once for each.
    by_id = {row[1]: row for row in rows}
    found = list(by_id.values())
    distances = measure_distances_m(
        origin, np.array([row[5] for row in found]), np.array([row[6] for row in found])
    ).tolist()
    day = today()
    measured = sorted(
        (
            (distance_m, row[1], row)
            for distance_m, row in zip(distances, found, strict=True)
            if (radius_m is None or distance_m <= radius_m) and not is_past(row[2], row[10], row[11], day)
        ),
        key=_BY_DISTANCE,
    )
    readable = [each for each in measured if each[2][9] in _PUBLIC][:limit]
    # Whoever was not read stands farther in Lambert-93 than every row; on the ground, by 0.4 % less at most.
    farthest_m = max(row[0] for row in rows)
    sure_m = float("inf") if is_all else farthest_m / LAMBERT_93_REACH - _ROUNDING_M
    if len(readable) == limit:
        if readable[-1][0] > sure_m:
            return None
        return readable, sum(each[2][9] not in _PUBLIC for each in measured[: measured.index(readable[-1])])
    if not is_all and (radius_m is None or radius_m > sure_m):
        return None
    return readable, len(measured) - len(readable)


def _make_nearby(
    distance_m: float, row: tuple[Any, ...], place: Place, telling: re.Pattern[str] | None
) -> Nearby:
    _, presence_id, kind, name, sectors, lon, lat, precision, commune, *_ = row
    return Nearby(
        NearbyPresence(
            presence_id,
            hide_personal_contacts(hide_place(name, telling)),
            _KINDS[kind],
            tuple(sectors),
            Position(lon=lon, lat=lat),
            _PRECISIONS[precision],
            commune,
            place.commune_name or None,
            place.epci,
            place.epci_name,
        ),
        distance_m,
    )

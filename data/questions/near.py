"""Who is near: the exact nearest presences, by sector, by kind, within a radius."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, select

from data.clock import today
from data.counts.status import read_status_counts
from data.errors import OutOfBoundsError
from data.hiding.fields import MAY_READ
from data.id_lists import is_one_of
from data.presences import SELECT_PRESENCES_BY_ID, make_presences, read_data_date, read_presences
from data.proximity.index import EVERY_SECTOR, SectorRange
from data.questions.far_away import find_far_candidates
from data.rows import in_batches
from data.session import Register, Session
from data.tables import presences
from geo.position import Position, measure_distances_m, to_lambert93
from geo.records import Kind, NearAnswer, Neighbour, Origin, Presence, Visibility

MOST_NEIGHBOURS = 1_000
"""How many answers one question may ask for."""

# Between these limits, Lambert-93 and the ellipsoid agree on who may be among the nearest: from a point of
# this box to a point of the region, planar over geodesic distance runs from 0.9995 to 1.0031 (400,000 random
# pairs), which `LAMBERT_93_REACH` covers. From farther away, everybody is measured.
_WEST_DEG, _EAST_DEG, _SOUTH_DEG, _NORTH_DEG = -1.0, 7.0, 47.5, 52.0


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A candidate whose exact distance is known."""

    distance_m: float
    row: Row[Any]
    is_readable: bool


def answer_near(
    register: Register,
    *,
    origin: Origin,
    sector: str | None = None,
    kind: Kind | None = None,
    radius_m: float | None = None,
    limit: int = 10,
    reader: Visibility = Visibility.PUBLIC,
) -> NearAnswer:
    """
    Find the nearest presences: exact geodesic order on the WGS84 ellipsoid, ties by id.

    Only what counts is answered (placed, or placed at its commune), as long as its source shows it and it is
    not over.

    Parameters
    ----------
    register
        The register asked.
    origin
        Where from; anywhere on Earth.
    sector
        Code of a sector: it and all that stands under it. None for all.
    kind
        One kind, None for all.
    radius_m
        Geodesic radius in metres, None for no limit.
    limit
        How many, 1 to 1,000.
    reader
        Who asks. `hidden` counts those that this reader may not read, up to the farthest answer (up to the
        radius when fewer than `limit` are answered).

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    OutOfBoundsError
        If the radius or the limit is impossible.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> from geo.records import Precision
    >>> lens = Origin(position=Position(lon=2.8319, lat=50.4289), label="Lens", precision=Precision.COMMUNE)
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     answer = answer_near(register, origin=lens, radius_m=20_000)
    ...     register.close()
    >>> answer.results
    ()
    """
    if not 1 <= limit <= MOST_NEIGHBOURS:
        raise OutOfBoundsError(name="limit", received=limit, expected=f"un nombre de 1 à {MOST_NEIGHBOURS}")
    if radius_m is not None and not (0 < radius_m < math.inf):
        raise OutOfBoundsError(name="radius_m", received=radius_m, expected="un nombre de mètres positif")
    with register.reading() as session:
        results, hidden = find_nearest(
            session,
            origin.position,
            sector=sector,
            kind=kind,
            radius_m=radius_m,
            limit=limit,
            reader=reader,
        )
        counts = read_status_counts(session, kind=kind, sector=sector)
        data_date = read_data_date(session)
    return NearAnswer(
        origin=origin,
        results=results,
        hidden=hidden,
        counts=counts,
        data_date=data_date,
        radius_m=radius_m,
        sector=sector,
        kind=kind,
    )


def find_nearest(
    session: Session,
    origin: Position,
    *,
    sector: str | None = None,
    sectors: Sequence[str] = (),
    kind: Kind | None = None,
    radius_m: float | None = None,
    limit: int = 10,
    reader: Visibility = Visibility.PUBLIC,
) -> tuple[tuple[Neighbour, ...], int]:
    """
    Give the nearest presences as `answer_near` does, and how many hidden ones stand no farther.

    With `sectors`, whoever has any of them (or what stands under it) answers.
    """
    asked = (*sectors, *([] if sector is None else [sector]))
    ranges = [session.register.sectors.id_range(code) for code in asked] or [EVERY_SECTOR]
    nearest, hidden = _rank(
        session, origin, ranges=ranges, kind=kind, radius_m=radius_m, limit=limit, reader=reader
    )
    presence_by_id = _read_answers(session, nearest, reader)
    found = tuple(
        Neighbour(presence=presence_by_id[each.row.id], distance_m=each.distance_m) for each in nearest
    )
    return found, hidden


def _read_answers(session: Session, nearest: Sequence[_Ranked], reader: Visibility) -> dict[int, Presence]:
    """Give the presences by id, from the rows at hand when they are whole."""
    if all(len(each.row) == _WHOLE_ROW for each in nearest):
        made = make_presences(session, [each.row for each in nearest], reader=reader)
        return {presence.id: presence for presence in made}
    return read_presences(session, [each.row.id for each in nearest], reader=reader)


def _rank(
    session: Session,
    origin: Position,
    *,
    ranges: Sequence[SectorRange],
    kind: Kind | None,
    radius_m: float | None,
    limit: int,
    reader: Visibility,
) -> tuple[list[_Ranked], int]:
    """Give the nearest that the reader may read, and how many hidden ones stand no farther."""
    wanted = limit
    while True:
        lists = [
            _find_candidates(session, origin, sectors=sectors, kind=kind, count=wanted, radius_m=radius_m)
            for sectors in ranges
        ]
        # The nearest of any sector are among the nearest of each.
        ids = lists[0] if len(lists) == 1 else list(dict.fromkeys(chain.from_iterable(lists)))
        is_everybody = all(len(found) < wanted for found in lists)
        # Beyond the `wanted` nearest, candidates are not all there.
        first = len(ids) if is_everybody else wanted
        certain = _measure(session, origin, ids, radius_m=radius_m, reader=reader, first=first)
        readable = [each for each in certain if each.is_readable][:limit]
        if len(readable) == limit:
            return readable, sum(not each.is_readable for each in certain[: certain.index(readable[-1])])
        if is_everybody:
            return readable, len(certain) - len(readable)
        wanted *= 4


def _find_candidates(
    session: Session,
    origin: Position,
    *,
    sectors: SectorRange,
    kind: Kind | None,
    count: int,
    radius_m: float | None,
) -> list[int]:
    index = session.register.proximity
    if is_far_away(origin):
        return find_far_candidates(
            session, origin, sectors=sectors, kind=kind, count=count, radius_m=radius_m
        )
    x_m, y_m = to_lambert93(origin.lon, origin.lat)
    return index.find_candidates(
        session.connection,
        x_m=float(x_m),
        y_m=float(y_m),
        sectors=sectors,
        kind=kind,
        count=count,
        reach_m=radius_m,
    )


def is_far_away(origin: Position) -> bool:
    """Say whether a point is too far from the region for Lambert-93 to tell who may be near it."""
    return not (_WEST_DEG <= origin.lon <= _EAST_DEG and _SOUTH_DEG <= origin.lat <= _NORTH_DEG)


_SELECT_POINTS_BY_ID: Select[Any] = select(
    presences.c.id,
    presences.c.lon,
    presences.c.lat,
    presences.c.visibility,
    presences.c.kind,
    presences.c.starts_on,
    presences.c.ends_on,
).where(is_one_of(presences.c.id, "ids"))
_WHOLE_ROW = len(SELECT_PRESENCES_BY_ID.selected_columns)

# Up to so many candidates, reading whole rows at once is faster than reading those answered a second time.
_READ_WHOLE = 100


def _measure(
    session: Session,
    origin: Position,
    ids: Sequence[int],
    *,
    radius_m: float | None,
    reader: Visibility,
    first: int,
) -> list[_Ranked]:
    """Measure candidates, keep the `first` nearest, then leave out what is too far or over."""
    statement = SELECT_PRESENCES_BY_ID if len(ids) <= _READ_WHOLE else _SELECT_POINTS_BY_ID
    rows = [row for batch in in_batches(ids) for row in session.connection.execute(statement, {"ids": batch})]
    distances = measure_distances_m(
        origin, np.array([row.lon for row in rows]), np.array([row.lat for row in rows])
    ).tolist()
    nearest = sorted(zip(distances, rows, strict=True), key=lambda each: (each[0], each[1].id))[:first]
    day = today()
    readable = MAY_READ[reader]
    return [
        _Ranked(distance, row, row.visibility in readable)
        for distance, row in nearest
        if (radius_m is None or distance <= radius_m) and not is_over(row, day)
    ]


def is_over(row: Row[Any], day: date) -> bool:
    """Say whether there is nothing left to go to; an event without a last day ends on its first."""
    return is_past(row.kind, row.starts_on, row.ends_on, day)


def is_past(kind: str, starts_on: date | None, ends_on: date | None, day: date) -> bool:
    """Say the same of a kind and two days."""
    last_day = starts_on if ends_on is None and kind == Kind.EVENT else ends_on
    return last_day is not None and last_day < day

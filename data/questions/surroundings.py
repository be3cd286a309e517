"""Who is in a place and around it: by code inside, by distance to its border outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import nsmallest
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Row, func, or_, select

from data.clock import today
from data.errors import OutOfBoundsError
from data.field_visibility import MAY_READ
from data.presences import is_shown, read_data_date, read_presences
from data.questions.near import MOST_NEIGHBOURS, find_nearest, is_over
from data.session import Register, Session
from data.status import make_status_counts, read_status_counts
from data.tables import presence_sector, presences
from data.territories import get_territory, read_membership
from geo.position import measure_distances_m
from geo.records import (
    COUNTED_STATUSES,
    Kind,
    Level,
    Neighbour,
    StatusCounts,
    Visibility,
)
from geo.surroundings import (
    Area,
    SearchPlace,
    SurroundingsAnswer,
    Within,
    list_inside,
    measure_to_contour_m,
)

# Contours are generalised: a presence may lie this far outside the contour of its own commune.
_CONTOUR_SLACK_M = 200.0
_M_PER_DEG_LAT = 111_000.0
_EVERYWHERE_M = 1_000_000.0

_POINT_COLUMNS = [
    presences.c[name]
    for name in ("id", "lon", "lat", "commune", "visibility", "kind", "starts_on", "ends_on", "search_text")
]


def answer_surroundings(
    register: Register,
    *,
    place: SearchPlace,
    sectors: Sequence[str] = (),
    kind: Kind | None = None,
    radius_m: float | None = None,
    within: str | None = None,
    limit: int = 200,
    reader: Visibility = Visibility.PUBLIC,
) -> SurroundingsAnswer:
    """
    Find who is in a place, then who is around it.

    Only what counts is answered (placed, or placed at its commune), as long as its source shows it and it is
    not over.

    Parameters
    ----------
    register
        The register asked.
    place
        Where from. With an area, all that sit in it by their commune's code come first, whatever the radius,
        and the radius runs from its border; without one, it runs from the origin.
    sectors
        Codes of sectors: any of them, with all that stands under it. Empty for all.
    kind
        One kind, None for all.
    radius_m
        Geodesic radius in metres, None for no limit; of no effect with `within`.
    within
        Code of a territory: keep what sits in it by its code.
    limit
        How many, 1 to 1,000; the counts are of all.
    reader
        Who asks.

    Raises
    ------
    UnknownSectorError, UnknownTerritoryError
        If a code is not known.
    OutOfBoundsError
        If the radius or the limit is impossible.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.questions.places import make_place
    >>> from data.session import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     answer = answer_surroundings(register, place=make_place(register, "62498"), radius_m=5_000)
    ...     register.close()
    >>> answer.results, answer.place.area.name
    ((), 'Lens')
    """
    if not 1 <= limit <= MOST_NEIGHBOURS:
        raise OutOfBoundsError(name="limit", received=limit, expected=f"un nombre de 1 à {MOST_NEIGHBOURS}")
    if radius_m is not None and not (0 < radius_m < math.inf):
        raise OutOfBoundsError(name="radius_m", received=radius_m, expected="un nombre de mètres positif")
    for code in sectors:
        register.sectors.get(code)
    bound = None if within is None else get_territory(register.referential, within)
    with register.reading() as session:
        if place.area is None and bound is None:
            found = _ask_index(session, place, sectors, kind, radius_m, limit, reader)
        else:
            codes = _list_communes(register, place, radius_m, within)
            rows = _read_points(session, codes, sectors, kind)
            reach_m = None if bound is not None else radius_m
            found = _rank(session, place, rows, reach_m=reach_m, limit=limit, reader=reader)
        counts = _count_statuses(session, sectors, kind)
        data_date = read_data_date(session)
    inside, around, inside_count, around_count, hidden = found
    return SurroundingsAnswer(
        place=place,
        inside=inside,
        around=around,
        inside_count=inside_count,
        around_count=around_count,
        hidden=hidden,
        counts=counts,
        data_date=data_date,
        sectors=tuple(sectors),
        kind=kind,
        radius_m=None if bound is not None else radius_m,
        within=None if bound is None else Within(code=bound.code, name=bound.name),
    )


_Found = tuple[tuple[Neighbour, ...], tuple[Neighbour, ...], int, int, int]


def _ask_index(
    session: Session,
    place: SearchPlace,
    sectors: Sequence[str],
    kind: Kind | None,
    radius_m: float | None,
    limit: int,
    reader: Visibility,
) -> _Found:
    """Ask the spatial index, which knows the nearest of a point whatever the size of the register."""
    results, hidden = find_nearest(
        session,
        place.origin.position,
        sectors=sectors,
        kind=kind,
        radius_m=radius_m,
        # One more than asked tells whether there are more.
        limit=min(limit + 1, MOST_NEIGHBOURS),
        reader=reader,
    )
    return (), results[:limit], 0, len(results), hidden


def _list_communes(
    register: Register, place: SearchPlace, radius_m: float | None, within: str | None
) -> list[str] | None:
    """List the communes where whoever answers may sit; None for all of them."""
    referential = register.referential
    if within is not None:
        bound = get_territory(referential, within)
        if bound.level is Level.REGION:
            return None
        membership = read_membership(referential, bound.level, referential.vintage)
        return [commune for commune, code in membership.items() if code == bound.code]
    if place.area is None or radius_m is None or radius_m >= _EVERYWHERE_M:
        return None
    reach_m = radius_m + _CONTOUR_SLACK_M
    west, south, east, north = place.area.contour.bounds
    tall = reach_m / _M_PER_DEG_LAT
    wide = tall / math.cos(math.radians(min(89.0, north + tall)))
    box = shapely.box(west - wide, south - tall, east + wide, north + tall)
    contours = referential.contours(Level.COMMUNE)
    codes, shapes = list(contours), np.array(list(contours.values()), dtype=object)
    near = shapely.intersects(box, shapes)
    return sorted({*(codes[rank] for rank in np.flatnonzero(near)), *place.area.commune_codes})


def _read_points(
    session: Session, codes: Sequence[str] | None, sectors: Sequence[str], kind: Kind | None
) -> list[Row[Any]]:
    """Read where everybody of some communes sits."""
    columns = presences.c
    statement = select(*_POINT_COLUMNS).where(
        is_shown(),
        columns.status.in_([status.value for status in COUNTED_STATUSES]),
        columns.lon.is_not(None),
    )
    if kind is not None:
        statement = statement.where(columns.kind == kind.value)
    if sectors:
        statement = statement.where(columns.id.in_(_with_sectors(session, sectors)))
    if codes is not None:
        statement = statement.where(columns.commune.in_(codes))
    return list(session.connection.execute(statement).all())


def _with_sectors(session: Session, sectors: Sequence[str]) -> Any:  # noqa: ANN401 (a subquery)
    ranges = [session.register.sectors.id_range(code) for code in sectors]
    within = (presence_sector.c.sector_id.between(*each) for each in ranges)
    return select(presence_sector.c.presence_id).where(or_(*within))


def _rank(
    session: Session,
    place: SearchPlace,
    rows: Sequence[Row[Any]],
    *,
    reach_m: float | None,
    limit: int,
    reader: Visibility,
) -> _Found:
    """Put those inside first, by name, then the others by distance; count what the reader may not read."""
    day, readable = today(), MAY_READ[reader]
    rows = [row for row in rows if not (_may_be_over(row) and is_over(row, day))]
    distances, is_inside = measure_from_place(place, rows)
    is_kept = is_inside | (distances <= (math.inf if reach_m is None else reach_m))
    is_readable = np.fromiter((row.visibility in readable for row in rows), dtype=np.bool_, count=len(rows))
    is_listed = is_kept & is_readable
    inside = [rows[rank] for rank in np.flatnonzero(is_listed & is_inside)]
    around = np.flatnonzero(is_listed & ~is_inside)
    listed_inside = nsmallest(limit, inside, key=lambda row: (row.search_text, row.id))
    listed_around = _list_nearest(rows, distances, around, limit - len(listed_inside))
    by_id = read_presences(
        session, [row.id for row in (*listed_inside, *(row for _, row in listed_around))], reader=reader
    )
    return (
        tuple(Neighbour(presence=by_id[row.id], distance_m=0.0) for row in listed_inside),
        tuple(Neighbour(presence=by_id[row.id], distance_m=distance) for distance, row in listed_around),
        len(inside),
        len(around),
        int((is_kept & ~is_readable).sum()),
    )


def _may_be_over(row: Row[Any]) -> bool:
    """Say whether a presence has a last day: most have none, and need no more thought."""
    return row.ends_on is not None or row.kind == Kind.EVENT


def _list_nearest(
    rows: Sequence[Row[Any]], distances: NDArray[np.float64], ranks: NDArray[np.intp], limit: int
) -> list[tuple[float, Row[Any]]]:
    """Give the nearest of some rows: by distance, then name, then id; only those at hand are sorted."""
    if limit < 1:
        return []
    if len(ranks) > limit:
        own = distances[ranks]
        # Whoever is as far as the last one listed is sorted with it.
        ranks = ranks[own <= np.partition(own, limit - 1)[limit - 1]]
    found = [(float(distances[rank]), rows[rank]) for rank in ranks]
    return sorted(found, key=lambda each: (each[0], each[1].search_text, each[1].id))[:limit]


def measure_from_place(
    place: SearchPlace, rows: Sequence[Any]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Measure rows with `lon`, `lat` and `commune` from a place, and tell which of them sit in its area."""
    lon = np.array([row.lon for row in rows], dtype=np.float64)
    lat = np.array([row.lat for row in rows], dtype=np.float64)
    area: Area | None = place.area
    if area is None:
        return measure_distances_m(place.origin.position, lon, lat), np.zeros(len(rows), dtype=np.bool_)
    is_inside = list_inside(area, [row.commune for row in rows])
    distances = np.zeros(len(rows))
    distances[~is_inside] = measure_to_contour_m(area.contour, lon[~is_inside], lat[~is_inside])
    return distances, is_inside


def _count_statuses(session: Session, sectors: Sequence[str], kind: Kind | None) -> StatusCounts:
    if len(sectors) < 2:
        return read_status_counts(session, kind=kind, sector=sectors[0] if sectors else None)

    def count() -> StatusCounts:
        columns = presences.c
        statement = (
            select(columns.status, func.count())
            .where(is_shown(), columns.id.in_(_with_sectors(session, sectors)))
            .group_by(columns.status)
        )
        if kind is not None:
            statement = statement.where(columns.kind == kind.value)
        rows = session.connection.execute(statement)
        return make_status_counts({row[0]: row[1] for row in rows})

    return session.remember(("statuses_of_sectors", tuple(sectors), kind), count)

"""Who is in a place and around it: by code inside, by distance to its border outside."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, or_, select

from data.clock import today
from data.counts.status import make_status_counts, read_status_counts
from data.errors import OutOfBoundsError
from data.hiding.fields import MAY_READ
from data.id_lists import is_one_of
from data.presences import is_not_over, is_shown, may_read, read_data_date, read_presences
from data.questions.near import MOST_NEIGHBOURS, find_nearest
from data.rows import in_batches
from data.session import Register, Session
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
    SearchPlace,
    SurroundingsAnswer,
    Within,
    measure_to_contour_m,
)

# Contours are generalised: a presence may lie this far outside the contour of its own commune.
_CONTOUR_SLACK_M = 200.0
_M_PER_DEG_LAT = 111_000.0
_EVERYWHERE_M = 1_000_000.0

_POINT_COLUMNS = [presences.c[name] for name in ("id", "lon", "lat", "visibility")]
_SELECT_NAMES_BY_ID = select(presences.c.id, presences.c.search_text).where(is_one_of(presences.c.id, "ids"))


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
    >>> from data.opening import open_register
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
            filters = _write_filters(session, codes, sectors, kind)
            reach_m = None if bound is not None else radius_m

            def rank() -> _Ranked:
                return _rank(session, place, filters, reach_m=reach_m, limit=limit, reader=reader)

            # The page and its map ask the same, one after the other.
            # A postcode may be the code of a commune elsewhere: an area is known by its communes.
            start = place.origin.position if place.area is None else place.area.commune_codes
            asked = ("surroundings", start, within, tuple(sectors), kind, radius_m, limit, reader, today())
            found = _read_ranked(session, session.remember(asked, rank), reader)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ranked:
    """Who answers, by id: those inside by name, the others with their distance; and how many there are."""

    inside: Sequence[int]
    around: Mapping[int, float]
    inside_count: int
    around_count: int
    hidden: int


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


def _write_filters(
    session: Session, codes: Sequence[str] | None, sectors: Sequence[str], kind: Kind | None
) -> list[ColumnElement[bool]]:
    """Say in SQL who may answer: counted, shown by its source, not over, in some communes."""
    columns = presences.c
    filters = [
        is_shown(),
        columns.status.in_([status.value for status in COUNTED_STATUSES]),
        columns.lon.is_not(None),
        is_not_over(today()),
    ]
    if kind is not None:
        filters.append(columns.kind == kind.value)
    if sectors:
        filters.append(columns.id.in_(_with_sectors(session, sectors)))
    if codes is not None:
        filters.append(columns.commune.in_(codes))
    return filters


def _with_sectors(session: Session, sectors: Sequence[str]) -> Any:  # noqa: ANN401 (a subquery)
    ranges = [session.register.sectors.id_range(code) for code in sectors]
    within = (presence_sector.c.sector_id.between(*each) for each in ranges)
    return select(presence_sector.c.presence_id).where(or_(*within))


def _rank(
    session: Session,
    place: SearchPlace,
    filters: Sequence[ColumnElement[bool]],
    *,
    reach_m: float | None,
    limit: int,
    reader: Visibility,
) -> _Ranked:
    """Put those inside first, by name, then the others by distance; count what the reader may not read."""
    inside, inside_count, hidden = _list_inside(session, place, filters, limit=limit, reader=reader)
    commune = presences.c.commune
    own = place.area.commune_codes if place.area is not None else ()
    # Only points are read of the others, who may be most of the register; names, of those at hand.
    rows = session.connection.execute(
        select(*_POINT_COLUMNS).where(*filters, or_(commune.is_(None), commune.not_in(own)))
    ).all()
    distances = measure_from_place(place, rows)
    is_kept = distances <= (math.inf if reach_m is None else reach_m)
    readable = MAY_READ[reader]
    is_readable = np.fromiter((row.visibility in readable for row in rows), dtype=np.bool_, count=len(rows))
    around = np.flatnonzero(is_kept & is_readable)
    ids = np.fromiter((row.id for row in rows), dtype=np.int64, count=len(rows))[around]
    nearest = _list_nearest(session, ids, distances[around], limit - len(inside))
    return _Ranked(
        inside=inside,
        around=nearest,
        inside_count=inside_count,
        around_count=len(around),
        hidden=hidden + int((is_kept & ~is_readable).sum()),
    )


def _read_ranked(session: Session, ranked: _Ranked, reader: Visibility) -> _Found:
    by_id = read_presences(session, [*ranked.inside, *ranked.around], reader=reader)
    return (
        tuple(Neighbour(presence=by_id[each], distance_m=0.0) for each in ranked.inside),
        tuple(Neighbour(presence=by_id[each], distance_m=metres) for each, metres in ranked.around.items()),
        ranked.inside_count,
        ranked.around_count,
        ranked.hidden,
    )


def _list_inside(
    session: Session,
    place: SearchPlace,
    filters: Sequence[ColumnElement[bool]],
    *,
    limit: int,
    reader: Visibility,
) -> tuple[list[int], int, int]:
    """List the first that sit in the area, by name; count all of them, and those that stay hidden."""
    if place.area is None:
        return [], 0, 0
    columns = presences.c
    within = [*filters, columns.commune.in_(place.area.commune_codes)]
    run = session.connection.execute
    listed = run(
        select(columns.id)
        .where(*within, may_read(reader))
        .order_by(columns.search_text, columns.id)
        .limit(limit)
    )
    counts = run(select(columns.visibility, func.count()).where(*within).group_by(columns.visibility))
    count_by_visibility = {row[0]: row[1] for row in counts}
    readable = MAY_READ[reader]
    hidden = sum(count for each, count in count_by_visibility.items() if each not in readable)
    return [row.id for row in listed], sum(count_by_visibility.values()) - hidden, hidden


def _list_nearest(
    session: Session, ids: NDArray[np.int64], distances: NDArray[np.float64], limit: int
) -> dict[int, float]:
    """Give the nearest and their distances: by distance, then name, then id; only those at hand are named."""
    if limit < 1:
        return {}
    if len(ids) > limit:
        # Whoever is as far as the last one listed is sorted with it.
        at_hand = distances <= np.partition(distances, limit - 1)[limit - 1]
        ids, distances = ids[at_hand], distances[at_hand]
    metres = dict(zip(ids.tolist(), distances.tolist(), strict=True))
    names = {
        row.id: row.search_text
        for batch in in_batches(list(metres))
        for row in session.connection.execute(_SELECT_NAMES_BY_ID, {"ids": batch})
    }
    return dict(sorted(metres.items(), key=lambda each: (each[1], names[each[0]], each[0]))[:limit])


def measure_from_place(place: SearchPlace, rows: Sequence[Any]) -> NDArray[np.float64]:
    """Measure rows with `lon` and `lat` from a place: from the border of its area, or from its point."""
    lon = np.array([row.lon for row in rows], dtype=np.float64)
    lat = np.array([row.lat for row in rows], dtype=np.float64)
    if place.area is None:
        return measure_distances_m(place.origin.position, lon, lat)
    return measure_to_contour_m(place.area.contour, lon, lat)


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

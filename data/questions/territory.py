"""What one territory has, what it lacks, and what is next to it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import case, func, select

from data.clock import today
from data.counts.kept import is_in_force
from data.coverage import count_territory
from data.presences import SELECT_PRESENCES, make_presences, may_read, read_data_date
from data.questions.near import find_nearest
from data.session import Register, Session
from data.tables import presence_sector, presences
from data.territories import find_communes, get_territory, list_touching
from geo.coverage.representation import bound_counts, expect_counts, find_significant_absences
from geo.records import (
    COUNTED_STATUSES,
    Kind,
    KindCount,
    Level,
    Neighbour,
    Presence,
    Territory,
    TerritorySheet,
    Visibility,
)

_PER_10K = 10_000

MOST_LISTED = 200
"""How many presences a sheet lists unless it is asked for more: a page of them, never the whole register."""


def describe_territory(
    register: Register,
    code: str,
    *,
    sector: str | None = None,
    reader: Visibility = Visibility.PUBLIC,
    limit: int = MOST_LISTED,
) -> TerritorySheet:
    """
    Describe a territory of today: who is there, against what its inhabitants would give, and what is around.

    Parameters
    ----------
    register
        The register asked.
    code
        Code of a territory of any level; a former commune leads to its successor.
    sector
        Code of a sector: count and list only it and all that stands under it.
    reader
        Who asks: counts are of everybody, `presences` of those that this reader may read.
    limit
        How many presences are listed at most; all of them are counted.

    Raises
    ------
    UnknownTerritoryError, UnknownSectorError
        If a code is not known.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     sheet = describe_territory(register, "62498")
    ...     register.close()
    >>> sheet.territory.name, len(sheet.presences), sheet.nearest_antenne
    ('Lens', 0, None)
    """
    referential = register.referential
    found = get_territory(referential, code)
    territory = replace(found, contour=referential.contours(found.level).get(found.code))
    book = register.sectors
    first, last = (1, len(book)) if sector is None else book.id_range(sector)
    day = today()
    with register.reading() as session:
        by_kind = {
            kind: count_territory(session, territory, kind=kind, sector=sector, day=day) for kind in Kind
        }
        listed, readable, hidden = _list_presences(session, territory, sector, reader, limit=limit)
        nearest_antenne = _find_antenne(session, territory, reader)
        data_date = read_data_date(session)
    _, _, actors_by_sector = by_kind[Kind.ACTOR]
    return TerritorySheet(
        territory=territory,
        sector=sector,
        counts=tuple(
            _compare(register, territory, kind, count, total) for kind, (count, total, _) in by_kind.items()
        ),
        count_by_sector={
            known.code: actors_by_sector.get(known.code, 0) for known in book.sectors[first - 1 : last]
        },
        presences=listed,
        hidden=hidden,
        neighbours=list_touching(referential, territory),
        nearest_antenne=nearest_antenne,
        data_date=data_date,
        presence_count=readable,
    )


def _compare(register: Register, territory: Territory, kind: Kind, count: int, total: int) -> KindCount:
    """Set a territory's count of a kind against what its inhabitants would give of the region's."""
    (region,) = register.referential.territories(Level.REGION)
    elsewhere = region.population - territory.population
    expected = float(expect_counts(total, [territory.population, elsewhere])[0])
    low, high = bound_counts([count])
    has_rate = total > 0 and territory.population > 0
    return KindCount(
        kind=kind,
        count=count,
        per_10k=count * _PER_10K / territory.population if has_rate else None,
        expected=expected if total else None,
        ratio=count / expected if has_rate else None,
        ratio_low=float(low[0]) / expected if has_rate else None,
        ratio_high=float(high[0]) / expected if has_rate else None,
        significant_absence=bool(find_significant_absences([count], [expected])[0]),
    )


def _list_presences(
    session: Session, territory: Territory, sector: str | None, reader: Visibility, *, limit: int
) -> tuple[tuple[Presence, ...], int, int]:
    """List the first of what counts in a territory by name; count what the reader may read, and may not."""
    columns = presences.c
    register = session.register
    filters = [
        columns.commune.in_(find_communes(register.referential, territory.code)),
        columns.status.in_([status.value for status in COUNTED_STATUSES]),
        is_in_force(today()),
    ]
    if territory.level is Level.REGION:
        # Its communes are too many to name, and everything that counts lies in one of them.
        filters = filters[1:]
    if sector is not None:
        first, last = register.sectors.id_range(sector)
        within = select(presence_sector.c.presence_id).where(presence_sector.c.sector_id.between(first, last))
        filters.append(columns.id.in_(within))
    rows = session.connection.execute(
        SELECT_PRESENCES.where(*filters, may_read(reader))
        .order_by(columns.search_text, columns.id)
        .limit(limit)
    )
    listed = make_presences(session, rows, reader=reader)
    counted = session.connection.execute(
        select(func.count(), func.count(case((may_read(reader), 1)))).select_from(presences).where(*filters)
    ).one()
    return tuple(listed), int(counted[1]), int(counted[0]) - int(counted[1])


def _find_antenne(session: Session, territory: Territory, reader: Visibility) -> Neighbour | None:
    """Find the antenne nearest to a territory's own point (its town hall, or that of its chief town)."""
    if territory.position is None:
        return None
    found, _ = find_nearest(session, territory.position, kind=Kind.ANTENNE, limit=1, reader=reader)
    return found[0] if found else None

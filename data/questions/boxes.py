"""What stands in a box: the question of a map that moves, and of every program that reads layers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, exists, or_, select

from data.contacts import hide_personal_contacts
from data.errors import InvalidCursorError, OutOfBoundsError
from data.home_texts import read_home_texts
from data.home_words import hide_place
from data.id_lists import is_one_of
from data.presences import is_shown, may_read, read_data_date
from data.proximity.index import EVERY_SECTOR, SectorRange
from data.session import Register, Session
from data.tables import presence_sector, presences
from geo.boxes import Box, PlacedPage, PlacedPresence
from geo.records import COUNTED_STATUSES, Kind, Precision, Visibility

Period = tuple[date | None, date | None]

MOST_IN_A_BOX = 10_000
"""How many presences one page may hold."""

# Up to so many, what stands in a box is looked up in the index and sorted; beyond, the box holds so much of
# the register that reading presences by id meets the next page soon.
_LOOKED_UP = 4_096

# The first look takes a few more ids than a page has: some of them stand in the enclosing rectangle only.
_SPARE = 1.25

_COLUMNS = tuple(
    presences.c[name] for name in ("id", "kind", "name", "sectors", "lon", "lat", "precision", "commune")
)
_KINDS = {kind.value: kind for kind in Kind}
_PRECISIONS: dict[str | None, Precision | None] = {precision.value: precision for precision in Precision}
_PRECISIONS[None] = None


def find_in_box(
    register: Register,
    *,
    box: Box,
    sector: str | None = None,
    kind: Kind | None = None,
    period: Period | None = None,
    limit: int = 200,
    cursor: str | None = None,
    reader: Visibility = Visibility.PUBLIC,
) -> PlacedPage:
    """
    Give what counts, is still shown by its source and stands in a box, by id, one page at a time.

    Parameters
    ----------
    register
        The register asked.
    box
        Where; its sides are included.
    sector
        Code of a sector: it and all that stands under it. None for all.
    kind
        One kind, None for all.
    period
        First and last day, None for « no bound »: keep what was, or will be, in force on any day between
        them, as far as its own dates say. One without dates always is.
    limit
        How many on a page, 1 to 10,000.
    cursor
        `next_cursor` of the page before, None for the first.
    reader
        Who asks.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    OutOfBoundsError, InvalidCursorError
        If the limit or the cursor is impossible.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.session import open_register
    >>> from data.settings import DatabaseSettings
    >>> lens = Box(west=2.7, south=50.3, east=2.9, north=50.5)
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     page = find_in_box(register, box=lens)
    ...     register.close()
    >>> page.items
    ()
    """
    if not 1 <= limit <= MOST_IN_A_BOX:
        raise OutOfBoundsError(name="limit", received=limit, expected=f"un nombre de 1 à {MOST_IN_A_BOX}")
    after = _read_cursor(cursor)
    sectors = EVERY_SECTOR if sector is None else register.sectors.id_range(sector)
    with register.reading() as session:
        rows = _read_rows(
            session,
            box,
            sectors=sectors,
            kind=kind,
            period=period,
            after=after,
            count=limit + 1,
            reader=reader,
        )
        data_date = read_data_date(session)
        data_version = session.data_version
        telling = {} if reader is Visibility.STAFF else read_home_texts(session)
    return PlacedPage(
        items=tuple(_make_placed(row, reader, telling) for row in rows[:limit]),
        next_cursor=str(rows[limit - 1][0]) if len(rows) > limit else None,
        data_date=data_date,
        data_version=data_version,
    )


def _read_rows(
    session: Session,
    box: Box,
    *,
    sectors: SectorRange,
    kind: Kind | None,
    period: Period | None,
    after: int,
    count: int,
    reader: Visibility,
) -> list[Row[Any]]:
    """Give the first rows by id after one, at most `count`."""
    in_box: dict[str, Any] = dict(zip(("west", "south", "east", "north"), box.sides(), strict=True))
    found_ids = session.register.proximity.find_in_rectangle(
        session.connection, box.enclose_in_lambert93(), sectors=sectors, kind=kind, most=_LOOKED_UP
    )
    if found_ids is None:
        bound = in_box | {"after": after, "count": count, "first": sectors[0], "last": sectors[1]}
        if kind is not None:
            bound["kind"] = kind.value
        statement = _SELECT_ONWARDS[reader, sectors != EVERY_SECTOR, kind is not None]
        if period is not None:
            statement = statement.where(*_is_within(period))
        return list(session.connection.execute(statement, bound).all())
    ids = sorted(presence_id for presence_id in found_ids if presence_id > after)
    selected = _SELECT_SOME[reader]
    if period is not None:
        selected = selected.where(*_is_within(period))
    rows: list[Row[Any]] = []
    step = int(count * _SPARE)
    for start in range(0, len(ids), step):
        some = in_box | {"ids": ids[start : start + step]}
        # All at once: one by one, each row would be a call of its own to the driver.
        rows += session.connection.execute(selected, some).all()
        if len(rows) >= count:
            break
    return rows[:count]


def _is_within(period: Period) -> list[ColumnElement[bool]]:
    """Say in SQL that the days of a presence, where it has any, meet a period."""
    columns = presences.c
    first, last = period
    bounds: list[ColumnElement[bool]] = []
    if first is not None:
        bounds.append(or_(columns.ends_on.is_(None), columns.ends_on >= first))
    if last is not None:
        bounds.append(or_(columns.starts_on.is_(None), columns.starts_on <= last))
    return bounds


def _select_in_box(reader: Visibility) -> Select[Any]:
    columns = presences.c
    return (
        select(*_COLUMNS)
        .where(
            columns.lon.between(bindparam("west"), bindparam("east")),
            columns.lat.between(bindparam("south"), bindparam("north")),
            may_read(reader),
        )
        .order_by(columns.id)
    )


def _select_onwards(reader: Visibility, *, has_sector: bool, has_kind: bool) -> Select[Any]:
    """Select whatever stands in a box, read by id from one on."""
    columns, of_sector = presences.c, presence_sector.c
    statement = (
        _select_in_box(reader)
        .where(
            columns.id > bindparam("after"),
            is_shown(),
            columns.status.in_([status.value for status in COUNTED_STATUSES]),
        )
        .limit(bindparam("count"))
    )
    if has_sector:
        statement = statement.where(
            exists().where(
                of_sector.presence_id == columns.id,
                of_sector.sector_id.between(bindparam("first"), bindparam("last")),
            )
        )
    return statement.where(columns.kind == bindparam("kind")) if has_kind else statement


# Built once, so that each is compiled and prepared once.
_SELECT_SOME = {
    reader: _select_in_box(reader).where(is_one_of(presences.c.id, "ids")) for reader in Visibility
}
_SELECT_ONWARDS = {
    (reader, has_sector, has_kind): _select_onwards(reader, has_sector=has_sector, has_kind=has_kind)
    for reader in Visibility
    for has_sector in (False, True)
    for has_kind in (False, True)
}


def _make_placed(
    row: Sequence[Any], reader: Visibility, telling: Mapping[int, re.Pattern[str]]
) -> PlacedPresence:
    presence_id, kind, name, sectors, lon, lat, precision, commune = row
    if presence_id in telling:
        name = hide_place(name, telling[presence_id])
    if reader is Visibility.PUBLIC or presence_id in telling:
        name = hide_personal_contacts(name)
    return PlacedPresence(
        presence_id, _KINDS[kind], name, tuple(sectors), lon, lat, _PRECISIONS[precision], commune
    )


def _read_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise InvalidCursorError(cursor=cursor)
    return int(cursor)

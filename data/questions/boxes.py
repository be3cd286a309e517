"""What stands in a box: the question of a map that moves, and of every program that reads layers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from data.driver import get_driver_connection
from data.errors import OutOfBoundsError
from data.hiding.contacts import hide_personal_contacts, may_hold_personal_contacts
from data.hiding.places import hide_place
from data.homes.texts import HOME_TEXTS, read_home_texts
from data.presences import read_data_date
from data.proximity import PostgisProximityIndex
from data.proximity.index import EVERY_SECTOR
from data.session import Register, Session
from data.strips.file import ask_for_box
from data.strips.question import BoxQuestion, Period, find_strips, read_cursor, write_cursor
from data.strips.server import write_box_question
from geo.boxes import Box, PlacedColumns, PlacedPage
from geo.records import Kind, Visibility

MOST_IN_A_BOX = 10_000
"""How many presences one page may hold."""

# Up to so many of a rare kind are looked up by their kind; beyond, the strips meet enough of them.
_LOOKED_UP = 4_096

# A longer page is read on a thread: it would make the others wait.
_MOST_AT_ONCE = 1_000

# Where a row holds its place in the order, and whether the page has to be asked with those of long names.
_KEY = 8
_MAY_MISS_SOME = 9


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
    Give what counts, is still shown by its source and stands in a box, one page at a time.

    Pages come strip by strip from the south, each from west to east: `data.strips.question`.

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
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> lens = Box(west=2.7, south=50.3, east=2.9, north=50.5)
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     page = find_in_box(register, box=lens)
    ...     register.close()
    >>> page.items
    ()
    """
    question = _make_question(
        register, box=box, sector=sector, kind=kind, period=period, limit=limit, cursor=cursor, reader=reader
    )
    with register.reading() as session:
        rows = _ask(session, question)
        data_date = read_data_date(session)
        data_version = session.data_version
        telling = {} if reader is Visibility.STAFF else read_home_texts(session)
    return _make_page(rows, question, telling, data_date=data_date, data_version=data_version)


async def find_in_box_soon(
    register: Register,
    *,
    box: Box,
    sector: str | None = None,
    kind: Kind | None = None,
    period: Period | None = None,
    limit: int = 200,
    cursor: str | None = None,
) -> PlacedPage | None:
    """
    Give what `find_in_box` gives to the public, without a thread, when one message to a server brings it.

    Parameters are those of `find_in_box`, which is to be asked when this gives None.

    Raises
    ------
    UnknownSectorError, OutOfBoundsError, InvalidCursorError
        As `find_in_box`.
    """
    question = _make_question(
        register,
        box=box,
        sector=sector,
        kind=kind,
        period=period,
        limit=limit,
        cursor=cursor,
        reader=Visibility.PUBLIC,
    )
    if limit > _MOST_AT_ONCE or kind not in {None, Kind.ACTOR}:
        return None
    statement, bound = write_box_question(question)
    rows = await register.ask_soon(statement, bound)
    if not rows or rows[0][_MAY_MISS_SOME]:
        return None
    version: int = rows[0][-1]
    rows = _leave_out_nobody(rows)
    data_date = register.find_remembered(version, "data_date")
    telling = register.find_remembered(version, HOME_TEXTS)
    if data_date is None or telling is None:
        return None
    return _make_page(rows, question, telling, data_date=data_date, data_version=version)


def _make_question(
    register: Register,
    *,
    box: Box,
    sector: str | None,
    kind: Kind | None,
    period: Period | None,
    limit: int,
    cursor: str | None,
    reader: Visibility,
) -> BoxQuestion:
    if not 1 <= limit <= MOST_IN_A_BOX:
        raise OutOfBoundsError(name="limit", received=limit, expected=f"un nombre de 1 à {MOST_IN_A_BOX}")
    sectors = EVERY_SECTOR if sector is None else register.sectors.id_range(sector)
    return BoxQuestion(
        box=box,
        sectors=sectors,
        kind=kind,
        period=period,
        reader=reader,
        after=read_cursor(cursor, find_strips(sectors)),
        count=limit + 1,
    )


def _ask(session: Session, question: BoxQuestion) -> list[tuple[Any, ...]]:
    """Give the rows of a page, in the order of the strips."""
    index, ids = session.register.proximity, None
    if question.kind not in {None, Kind.ACTOR}:
        # Nine presences in ten are actors: what else stands in a box is found sooner by its kind.
        ids = index.find_in_rectangle(
            session.connection,
            question.box.enclose_in_lambert93(),
            sectors=question.sectors,
            kind=question.kind,
            most=_LOOKED_UP,
        )
    if not isinstance(index, PostgisProximityIndex):
        return ask_for_box(session.connection, question, ids)
    with get_driver_connection(session.connection).cursor(binary=True) as cursor:
        rows = cursor.execute(*write_box_question(question, ids)).fetchall()
        if rows and rows[0][_MAY_MISS_SOME]:
            rows = cursor.execute(*write_box_question(question, ids, long_ones_too=True)).fetchall()
    return _leave_out_nobody(rows)


def _leave_out_nobody(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Leave out the row that only brings the version of the data, where nobody stands in the box."""
    return rows if rows and rows[0][0] is not None else []


def _make_page(
    rows: Sequence[tuple[Any, ...]],
    question: BoxQuestion,
    telling: Mapping[int, re.Pattern[str]],
    *,
    data_date: date | None,
    data_version: int,
) -> PlacedPage:
    limit = question.count - 1
    next_cursor = None
    if len(rows) > limit:
        last = rows[limit - 1]
        next_cursor = write_cursor((last[_KEY], last[0]))
    return PlacedPage(
        columns=_make_columns(rows[:limit], question.reader, telling),
        next_cursor=next_cursor,
        data_date=data_date,
        data_version=data_version,
    )


def _make_columns(
    rows: Sequence[tuple[Any, ...]], reader: Visibility, telling: Mapping[int, re.Pattern[str]]
) -> PlacedColumns:
    if not rows:
        return PlacedColumns()
    ids, kinds, names, sectors, lons, lats, precisions, communes, *_ = zip(*rows, strict=True)
    # One list of lists is read in a tenth of the time of many.
    lists = orjson.loads(f"[{','.join(sectors)}]")
    names = tuple(_hide(ids, names, reader, telling))
    return PlacedColumns(ids, kinds, names, tuple(lists), lons, lats, precisions, communes)


def _hide(
    ids: Sequence[int], names: Sequence[str], reader: Visibility, telling: Mapping[int, re.Pattern[str]]
) -> Sequence[str]:
    """Give the names as a reader may read them."""
    told = [] if reader is Visibility.STAFF else [rank for rank, each in enumerate(ids) if each in telling]
    if not told and (reader is not Visibility.PUBLIC or not may_hold_personal_contacts(names)):
        return names
    shown = list(names)
    for rank in told:
        shown[rank] = hide_place(shown[rank], telling[ids[rank]])
    hidden = range(len(shown)) if reader is Visibility.PUBLIC else told
    for rank in hidden:
        shown[rank] = hide_personal_contacts(shown[rank])
    return shown

"""Presences as lists and one by one: what the register holds, filtered, page by page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, func, or_, select

from data.counts.status import read_shown_counts, read_status_counts
from data.errors import InvalidCursorError, OutOfBoundsError
from data.intake.text import has_unwanted, shorten
from data.presences import (
    SELECT_PRESENCES,
    get_presence_record,
    is_shown,
    make_presences,
    may_read,
    read_data_date,
)
from data.rows import is_row_number
from data.search_text import LONGEST, fold_for_search
from data.session import Register, Session
from data.tables import memberships, presence_sector, presences
from data.territories import get_territory
from geo.records import Kind, Level, PlacementStatus, Presence, PresencePage, Visibility

MOST_ON_A_PAGE = 10_000
"""How many presences one page may hold."""


def find_presences(
    register: Register,
    *,
    kind: Kind | None = None,
    sector: str | None = None,
    sectors: Sequence[str] = (),
    territory: str | None = None,
    outside: str | None = None,
    status: PlacementStatus | None = None,
    text: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
    reader: Visibility = Visibility.PUBLIC,
) -> PresencePage:
    """
    List the presences that every filter keeps, by name, one page at a time.

    Whatever its status, a presence is listed as long as its source shows it.

    Parameters
    ----------
    register
        The register asked.
    kind, status
        Keep these only.
    sector
        Code of a sector: it and all that stands under it.
    sectors
        Codes of several: what has any of them.
    territory, outside
        Code of a territory of any level: keep what sits in it; keep what sits in the region but not in it.
    text
        Words that the name or the town holds, in any order, accents and capitals aside; of a name longer
        than `data.search_text.LONGEST`, its beginning is searched.
    limit
        How many on a page, 1 to 10,000.
    cursor
        `next_cursor` of the page before, None for the first.
    reader
        Who asks.

    Raises
    ------
    UnknownSectorError, UnknownTerritoryError
        If a code is not known.
    OutOfBoundsError, InvalidCursorError
        If the limit, the text or the cursor is impossible.
    """
    if not 1 <= limit <= MOST_ON_A_PAGE:
        raise OutOfBoundsError(name="limit", received=limit, expected=f"un nombre de 1 à {MOST_ON_A_PAGE}")
    codes = (*sectors, *([] if sector is None else [sector]))
    filters = write_filters(
        register, kind=kind, sectors=codes, territory=territory, outside=outside, status=status, text=text
    )
    page = SELECT_PRESENCES.add_columns(presences.c.search_text).where(*filters, may_read(reader))
    if cursor is not None:
        after_text, after_id = _read_cursor(cursor)
        key = presences.c.search_text
        page = page.where(or_(key > after_text, (key == after_text) & (presences.c.id > after_id)))
    page = page.order_by(presences.c.search_text, presences.c.id).limit(limit + 1)
    asked = (kind, codes, territory, outside, status, text, reader)
    with register.reading() as session:
        rows = session.connection.execute(page).all()
        items = make_presences(session, rows[:limit], reader=reader)
        if text is None and territory is None and outside is None and len(codes) <= 1:
            # Kept ready: nobody counts a million presences to list ten.
            total, hidden = read_shown_counts(session).count_readable(
                reader,
                sector_id=register.sectors.id_of(codes[0]) if codes else 0,
                kind=kind,
                status=status,
            )
        else:
            total, hidden = session.remember(
                ("presences", *asked), lambda: _count_readable(session, filters, reader)
            )
        counts = read_status_counts(session)
        data_date = read_data_date(session)
    return PresencePage(
        items=tuple(items),
        next_cursor=_write_cursor(rows[limit - 1]) if len(rows) > limit else None,
        total=total,
        hidden=hidden,
        counts=counts,
        data_date=data_date,
    )


def get_presence(register: Register, presence_id: int, *, reader: Visibility = Visibility.PUBLIC) -> Presence:
    """
    Give one presence by its id, even one that its source no longer shows.

    Raises
    ------
    UnknownPresenceError
        If no presence has this id, or the reader may not read it.
    """
    with register.reading() as session:
        return get_presence_record(session, presence_id, reader=reader)


def write_filters(
    register: Register,
    *,
    kind: Kind | None,
    sectors: Sequence[str],
    territory: str | None,
    outside: str | None,
    status: PlacementStatus | None,
    text: str | None,
) -> list[ColumnElement[bool]]:
    """Say in SQL what the filters of `find_presences` keep, whoever may read it."""
    columns = presences.c
    filters = [is_shown()]
    if kind is not None:
        filters.append(columns.kind == kind.value)
    if status is not None:
        filters.append(columns.status == status.value)
    if sectors:
        ranges = [register.sectors.id_range(code) for code in sectors]
        within = or_(*(presence_sector.c.sector_id.between(*each) for each in ranges))
        filters.append(columns.id.in_(select(presence_sector.c.presence_id).where(within)))
    if territory is not None:
        filters.append(_sits_in(register, territory))
    if outside is not None:
        filters.append(columns.commune.is_not(None) & ~_sits_in(register, outside))
    folded = fold_for_search(text or "")
    if len(folded) > LONGEST:
        raise OutOfBoundsError(
            name="text", received=shorten(folded), expected=f"{LONGEST} caractères au plus"
        )
    words = dict.fromkeys(folded.split())
    return filters + [columns.search_text.contains(word, autoescape=True) for word in words]


def _sits_in(register: Register, code: str) -> ColumnElement[bool]:
    """Say in SQL whether a presence sits in a territory of today."""
    wanted = get_territory(register.referential, code)
    if wanted.level is Level.COMMUNE:
        return presences.c.commune == wanted.code
    member = memberships.c
    return presences.c.commune.in_(
        select(member.commune).where(
            member.level == wanted.level.value,
            member.territory == wanted.code,
            member.vintage == register.referential.vintage,
        )
    )


def _count_readable(
    session: Session, filters: list[ColumnElement[bool]], reader: Visibility
) -> tuple[int, int]:
    """Count what the filters keep: what the reader may read, and what not."""
    readable = may_read(reader)
    rows = session.connection.execute(
        select(readable, func.count()).select_from(presences).where(*filters).group_by(readable)
    )
    counts = {bool(is_readable): count for is_readable, count in rows}
    return counts.get(True, 0), counts.get(False, 0)


def _write_cursor(row: Any) -> str:  # noqa: ANN401 (a row of the page's statement)
    mark = orjson.dumps([row.search_text, row.id])
    return base64.urlsafe_b64encode(mark).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[str, int]:
    try:
        text, presence_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidCursorError(cursor=cursor) from error
    # It came from outside: what no page gave could not even be asked of the engine.
    is_text = isinstance(text, str) and not has_unwanted(text)
    if not is_text or type(presence_id) is not int or not is_row_number(presence_id):
        raise InvalidCursorError(cursor=cursor)
    return text, presence_id

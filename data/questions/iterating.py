"""Every presence that filters keep, one after the other, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data.questions.presences import find_presences
from data.session import Register
from geo.records import Kind, Presence, Visibility

_PAGE = 2_000


def iterate_presences(
    register: Register,
    *,
    kind: Kind | None = None,
    sector: str | None = None,
    sectors: Sequence[str] = (),
    territory: str | None = None,
    outside: str | None = None,
    text: str | None = None,
    reader: Visibility = Visibility.PUBLIC,
) -> Iterator[Presence]:
    """
    Give what `find_presences` lists, page after page, in its order; one page stays in memory.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     found = list(iterate_presences(register, kind=Kind.ACTOR))
    ...     register.close()
    >>> found
    []
    """
    cursor: str | None = None
    while True:
        page = find_presences(
            register,
            kind=kind,
            sector=sector,
            sectors=sectors,
            territory=territory,
            outside=outside,
            text=text,
            reader=reader,
            limit=_PAGE,
            cursor=cursor,
        )
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return

"""How many presences each further choice would keep, and where those kept stand: what a filter panel says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Text, cast, func, select

from data.counts.status import make_status_counts
from data.presences import is_shown, may_read
from data.questions.presences import write_filters
from data.search_text import fold_for_search
from data.sectors import SectorBook
from data.session import Register, Session
from data.tables import presences
from geo.records import Kind, StatusCounts, Visibility

# Past this, a list of all words would weigh more than the search that it helps.
_MOST_NAMES_READ = 200_000
_SHORTEST_WORD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """
    Counts for a set of filters, of what the reader may read.

    `by_kind` keeps every filter but the kind, `by_sector` (by code, all that stands under it included) every
    filter but the sectors. `shown` counts those that all filters keep, by status; `hidden` those that they
    keep and that this reader may not read.
    """

    by_kind: Mapping[Kind, int]
    by_sector: Mapping[str, int]
    shown: StatusCounts
    hidden: int


def count_facets(
    register: Register,
    *,
    kind: Kind,
    sectors: Sequence[str] = (),
    territory: str | None = None,
    outside: str | None = None,
    text: str | None = None,
    reader: Visibility = Visibility.PUBLIC,
) -> Facets:
    """
    Count what each kind and each sector would keep, the other filters as they are.

    Parameters
    ----------
    register, kind, sectors, territory, outside, text, reader
        As `find_presences`.

    Raises
    ------
    UnknownSectorError, UnknownTerritoryError
        If a code is not known.
    """
    same = {"territory": territory, "outside": outside, "text": text}
    every = write_filters(register, kind=kind, sectors=tuple(sectors), status=None, **same)
    but_kind = write_filters(register, kind=None, sectors=tuple(sectors), status=None, **same)
    but_sector = write_filters(register, kind=kind, sectors=(), status=None, **same)
    columns = presences.c

    def count(session: Session) -> Facets:
        run = session.connection.execute
        readable = may_read(reader)
        kinds = run(select(columns.kind, func.count()).where(*but_kind, readable).group_by(columns.kind))
        statuses = run(select(columns.status, func.count()).where(*every, readable).group_by(columns.status))
        # Of the same sectors are many: one reading of the table, and as many rows as there are sets of them.
        sets = cast(columns.sectors, Text)
        by_set = run(select(sets, func.count()).where(*but_sector, readable).group_by(sets))
        hidden = run(select(func.count()).select_from(presences).where(*every, ~readable)).scalar_one()
        found = _as_counts(kinds)
        return Facets(
            by_kind={each: found.get(each.value, 0) for each in Kind},
            by_sector=_count_by_sector(register.sectors, by_set),
            shown=make_status_counts(_as_counts(statuses)),
            hidden=hidden,
        )

    key = ("facets", kind, tuple(sectors), territory, outside, text, reader)
    with register.reading() as session:
        return session.remember(key, lambda: count(session))


def _count_by_sector(book: SectorBook, rows: Iterable[Any]) -> dict[str, int]:
    """Count under each sector, and once under each above it, from rows of a set of codes and its count."""
    counts: Counter[str] = Counter()
    for codes, count in rows:
        held = {above for code in json.loads(codes) if code in book for above in book.lineage(code)}
        for code in held:
            counts[code] += count
    return dict(counts)


def _as_counts(rows: Iterable[Any]) -> dict[str, int]:
    """Read rows of two columns, a name and its count."""
    return {row[0]: row[1] for row in rows}


def find_spelling(register: Register, text: str, *, reader: Visibility = Visibility.PUBLIC) -> str | None:
    """
    Find what a misspelt search by name may mean: each unknown word becomes the nearest word of a name.

    Parameters
    ----------
    register
        The register whose names and towns are read, once per state of its data.
    text
        What was typed.
    reader
        Who types: only words that this reader may read are proposed.

    Returns
    -------
    str or None
        The words as they are folded for searching; None when there is nothing better to propose.
    """
    typed = fold_for_search(text).split()
    with register.reading() as session:
        words = session.remember(("words_of_names", reader), lambda: _read_words(session, reader))
    if not typed or not words:
        return None
    known = set(words)
    spelt = [
        word if word in known or len(word) < _SHORTEST_WORD else _find_near(word, words) for word in typed
    ]
    proposed = " ".join(spelt)
    return proposed if proposed != " ".join(typed) else None


def _read_words(session: Session, reader: Visibility) -> tuple[str, ...]:
    rows = session.connection.execute(
        select(presences.c.search_text).where(is_shown(), may_read(reader)).limit(_MOST_NAMES_READ)
    )
    return tuple(sorted({word for (text,) in rows for word in text.split() if len(word) >= _SHORTEST_WORD}))


def _find_near(word: str, words: Sequence[str]) -> str:
    allowed = 1 if len(word) < 6 else 2
    found = process.extractOne(word, words, scorer=OSA.distance, score_cutoff=allowed)
    return word if found is None else str(found[0])

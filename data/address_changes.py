"""Which presences were given another address by their source between two days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from data.session import Session
from data.tables import history, presences, source_rows, sources
from geo.records import Kind

# What the columns of an address fill: the rest is a complement (a building, a floor, « Mairie »).
_MAIN = frozenset({"full_address", "housenumber", "street"})

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChange:
    """
    The address on two days, as received.

    `is_complement_only` when the street and its number are written the same.
    """

    before: str
    after: str
    is_complement_only: bool


def read_address_changes(
    session: Session, *, kind: Kind, since: date, until: date
) -> dict[int, AddressChange]:
    """
    Give, by presence, the address that lists changed between two days, even in its writing only.

    Parameters
    ----------
    session
        Any session.
    kind
        Which presences.
    since, until
        The first day excluded, the second included, as lists speak of them.
    """
    shown = _read_shown_changes(session, since=since, until=until)
    roles = _read_roles(session, kind)
    changes: dict[int, AddressChange] = {}
    for key, (source, first, last) in _read_rows(session, kind=kind, since=since, until=until).items():
        street = roles.get(source, frozenset())
        if not street or not (street <= set(first) and street <= set(last)):
            is_same = key not in shown
        else:
            is_same = all(first[name] == last[name] for name in street)
        if not is_same or key in shown:
            written = tuple(
                ", ".join(str(row[name]) for name in sorted(street) if row.get(name)) for row in (first, last)
            )
            before, after = shown.get(key, written)
            changes[key] = AddressChange(before=before, after=after, is_complement_only=is_same)
    return changes


def _read_shown_changes(session: Session, *, since: date, until: date) -> dict[int, tuple[str, str]]:
    """Give, by presence, the displayed address before and after, where it changed."""
    columns = history.c
    rows = session.connection.execute(
        select(columns.presence_id, columns.before, columns.after)
        .where(
            columns.field == "address",
            columns.import_id.is_not(None),
            columns.as_of > since,
            columns.as_of <= until,
        )
        .order_by(columns.as_of, columns.id)
    )
    pairs: dict[int, tuple[str, str]] = {}
    for presence_id, before, after in rows:
        first = pairs[presence_id][0] if presence_id in pairs else str(before or "")
        pairs[presence_id] = (first, str(after or ""))
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _read_rows(session: Session, *, kind: Kind, since: date, until: date) -> dict[int, tuple[int, Row, Row]]:
    """Give, by presence whose row changed between two days, its source and its rows on both."""
    columns = source_rows.c
    changed = select(columns.presence_id).where(columns.as_of > since, columns.as_of <= until)
    rows = session.connection.execute(
        select(columns.presence_id, columns.as_of, columns.row, presences.c.source_id)
        .join(presences, presences.c.id == columns.presence_id)
        .where(
            presences.c.kind == kind.value,
            # Rows as received say where homes are: nobody is told that one moved, nor whence nor whither.
            ~presences.c.at_home,
            columns.presence_id.in_(changed),
            columns.as_of <= until,
        )
        .order_by(columns.as_of, columns.import_id)
    )
    first: dict[int, Row] = {}
    last: dict[int, Row] = {}
    source_of: dict[int, int] = {}
    for row in rows:
        if row.as_of <= since:
            first[row.presence_id] = row.row
        last[row.presence_id] = row.row
        source_of[row.presence_id] = row.source_id
    return {key: (source_of[key], first[key], last[key]) for key in first}


def _read_roles(session: Session, kind: Kind) -> dict[int, frozenset[str]]:
    """Give, by source, the columns of its lists that hold the street."""
    rows = session.connection.execute(select(sources.c.id, sources.c.mapping))
    return {
        source: frozenset(name for name, role in (mapping.get(kind.value) or {}).items() if role in _MAIN)
        for source, mapping in rows
    }

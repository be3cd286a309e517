"""A page of a box on SQLite: strip after strip, until the page is full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from data.hiding.fields import MAY_READ
from data.proximity.index import KIND_NUMBERS
from data.strips.question import OF_ALL, OF_SECTORS, STANDS, BoxQuestion

INDEX = "ix_presence_sector_strip"
INDEX_OF_ALL = "ix_presences_strip"

# As the indexes have them.
_KEY = f"(CAST(e.y / {OF_SECTORS.height} AS INTEGER) * {OF_SECTORS.width} + CAST(e.x AS INTEGER))"
_KEY_OF_ALL = (
    f"(CAST(p.lat / {OF_ALL.height} AS INTEGER) * {OF_ALL.width}"
    f" + CAST(p.lon / {OF_ALL.step:.5f} AS INTEGER))"
)

_ASK = (
    "SELECT {distinct} p.id, p.kind, p.name, p.sectors, p.lon, p.lat, p.precision, p.commune, {key}"
    " FROM {those} AND ({key}, {id}) > (:after, :after_id){of_kind}"
    " AND p.lon BETWEEN :west AND :east AND p.lat BETWEEN :south AND :north"
    " AND p.visibility IN ({readable}){period}"
    " ORDER BY {key}, {id} LIMIT :count"
)
_OF_ALL = f"presences AS p WHERE {STANDS}"
# CROSS JOIN: in this order and no other.
_OF_SECTORS = (
    "presence_sector AS e CROSS JOIN presences AS p ON p.id = e.presence_id"
    " WHERE e.x IS NOT NULL AND e.sector_id <> 0 AND e.sector_id IN ({sectors})"
)
_IN_STRIP = " AND {key} BETWEEN :low AND :high"
# Of a kind that is rare, what stands in the rectangle is known beforehand.
_AMONG = " AND p.id IN (SELECT value FROM json_each(:ids))"
_NOT_BEFORE = " AND (p.ends_on IS NULL OR p.ends_on >= :first_day)"
_NOT_AFTER = " AND (p.starts_on IS NULL OR p.starts_on <= :last_day)"

EXAMPLE = (
    "SELECT e.presence_id FROM presence_sector AS e"
    " WHERE e.sector_id = 1 AND e.sector_id <> 0 AND e.x IS NOT NULL"
    f" AND {_KEY} BETWEEN 29612490240 AND 29612500240 ORDER BY {_KEY}, e.presence_id"
)
"""A search in a strip of a sector with its values in it: what `maillage db check` has explained."""

EXAMPLE_OF_ALL = (
    f"SELECT p.name FROM presences AS p WHERE {STANDS}"
    f" AND {_KEY_OF_ALL} BETWEEN 677295292416 AND 677295392416 ORDER BY {_KEY_OF_ALL}, p.id"
)
"""A search in a strip of everybody with its values in it."""


def ask_for_box(
    connection: Connection, question: BoxQuestion, ids: Sequence[int] | None = None
) -> list[tuple[Any, ...]]:
    """
    Give the rows of a page: id, kind, name, sectors (JSON), lon, lat, precision, commune, place in order.

    Parameters
    ----------
    ids
        Those in the rectangle, of the sectors and of the kind asked, when they are known already.
    """
    bound = _bind(question)
    statement = _write(question, is_known=ids is not None)
    rows: list[tuple[Any, ...]] = []
    cursor = connection.connection.cursor()
    try:
        if ids is not None:
            bound |= {"ids": orjson.dumps(ids).decode(), "after": question.after[0]}
            bound |= {"after_id": question.after[1], "count": question.count}
            rows = cursor.execute(statement, bound).fetchall()
        else:
            for after, high in question.list_ranges():
                bound |= {"low": after[0], "high": high, "after": after[0], "after_id": after[1]}
                bound["count"] = question.count - len(rows)
                rows += cursor.execute(statement, bound).fetchall()
                if len(rows) == question.count:
                    break
    finally:
        cursor.close()
    return rows


def _bind(question: BoxQuestion) -> dict[str, Any]:
    bound: dict[str, Any] = dict(zip(("west", "south", "east", "north"), question.box.sides(), strict=True))
    first_day, last_day = question.period or (None, None)
    if first_day is not None:
        bound["first_day"] = first_day.isoformat()
    if last_day is not None:
        bound["last_day"] = last_day.isoformat()
    return bound


def _write(question: BoxQuestion, *, is_known: bool) -> str:
    first, last = question.sectors
    first_day, last_day = question.period or (None, None)
    if question.strips is OF_ALL:
        parts = {"those": _OF_ALL, "key": _KEY_OF_ALL, "id": "p.id", "of_kind": " AND p.kind = '{kind}'"}
    else:
        # Numbers of ours, written out: a list is looked up in the index, sector by sector.
        those = _OF_SECTORS.format(sectors=", ".join(str(sector) for sector in range(first, last + 1)))
        parts = {"those": those, "key": _KEY, "id": "e.presence_id", "of_kind": " AND e.kind = {number}"}
    parts["those"] += _AMONG if is_known else _IN_STRIP.format(key=parts["key"])
    kind = question.kind
    parts["of_kind"] = (
        "" if kind is None else parts["of_kind"].format(kind=kind.value, number=KIND_NUMBERS[kind])
    )
    return _ASK.format(
        # A presence of several sectors comes once.
        distinct="" if first == last else "DISTINCT",
        readable=", ".join(f"'{visibility.value}'" for visibility in MAY_READ[question.reader]),
        period=(_NOT_BEFORE if first_day else "") + (_NOT_AFTER if last_day else ""),
        **parts,
    )

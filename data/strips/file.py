"""A page of a box on SQLite: strip after strip, until the page is full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from data.field_visibility import MAY_READ
from data.proximity.index import KIND_NUMBERS
from data.strips.question import STRIP_M, STRIP_WIDTH, BoxQuestion

INDEX = "ix_presence_sector_strip"

# As the index has it.
_KEY = f"(CAST(e.y / {STRIP_M} AS INTEGER) * {STRIP_WIDTH} + CAST(e.x AS INTEGER))"

_ASK = (
    f"SELECT {{distinct}} p.id, p.kind, p.name, p.sectors, p.lon, p.lat, p.precision, p.commune, {_KEY}"
    # CROSS JOIN: in this order and no other.
    " FROM presence_sector AS e CROSS JOIN presences AS p ON p.id = e.presence_id"
    f" WHERE {{where}} AND e.x IS NOT NULL AND ({_KEY}, e.presence_id) > (:after, :after_id){{of_kind}}"
    " AND p.lon BETWEEN :west AND :east AND p.lat BETWEEN :south AND :north"
    " AND p.visibility IN ({readable}){period}"
    f" ORDER BY {_KEY}, e.presence_id LIMIT :count"
)
_IN_STRIP = f"e.sector_id IN ({{ids}}) AND {_KEY} BETWEEN :low AND :high"
# Of a kind that is rare, what stands in the rectangle is known beforehand.
_OF_SOME = "e.sector_id = 0 AND e.presence_id IN (SELECT value FROM json_each(:ids))"
_NOT_BEFORE = " AND (p.ends_on IS NULL OR p.ends_on >= :first_day)"
_NOT_AFTER = " AND (p.starts_on IS NULL OR p.starts_on <= :last_day)"

EXAMPLE = (
    f"SELECT e.presence_id FROM presence_sector AS e WHERE e.sector_id = 0 AND e.x IS NOT NULL"
    f" AND {_KEY} BETWEEN 29612490240 AND 29612500240 ORDER BY {_KEY}, e.presence_id"
)
"""A search in a strip with its values in it: what `maillage db check` has explained."""


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
    rows: list[tuple[Any, ...]] = []
    cursor = connection.connection.cursor()
    try:
        if ids is not None:
            bound |= {"ids": orjson.dumps(ids).decode(), "after": question.after[0]}
            bound |= {"after_id": question.after[1], "count": question.count}
            rows = cursor.execute(_write(question, _OF_SOME), bound).fetchall()
        else:
            first, last = question.sectors
            # Numbers of ours, written out: a list is looked up in the index, sector by sector.
            within = _IN_STRIP.format(ids=", ".join(str(sector) for sector in range(first, last + 1)))
            statement = _write(question, within)
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


def _write(question: BoxQuestion, where: str) -> str:
    first, last = question.sectors
    first_day, last_day = question.period or (None, None)
    return _ASK.format(
        # A presence of several sectors comes once.
        distinct="" if first == last else "DISTINCT",
        where=where,
        of_kind="" if question.kind is None else f" AND e.kind = {KIND_NUMBERS[question.kind]}",
        readable=", ".join(f"'{visibility.value}'" for visibility in MAY_READ[question.reader]),
        period=(_NOT_BEFORE if first_day else "") + (_NOT_AFTER if last_day else ""),
    )

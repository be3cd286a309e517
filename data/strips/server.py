"""A page of a box on PostgreSQL: one statement, which reads strip after strip until the page is full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.field_visibility import MAY_READ
from data.proximity.index import KIND_NUMBERS
from data.strips.question import MOST_ID, STRIP_M, STRIP_WIDTH, BoxQuestion

INDEX = "ix_presence_sector_strip"
"""The index that a page must be read from: `maillage db check` proves it."""

# As the index has it, to the letter: the database knows it by its words.
_KEY = f"(trunc(e.y / {STRIP_M}) * {STRIP_WIDTH} + trunc(e.x))::bigint"

_STRIPS = (
    f"(SELECT number * {STRIP_WIDTH} + %(west_m)s::bigint AS low,"
    f" number * {STRIP_WIDTH} + %(east_m)s::bigint AS high"
    " FROM generate_series(%(first_strip)s::bigint, %(last_strip)s::bigint) AS numbers(number)) AS strip"
)
# The lower bound is said twice, so that whichever the database begins with, it begins there.
_IN_STRIP = (
    f"{_KEY} BETWEEN GREATEST(strip.low, %(after)s::bigint) AND strip.high"
    f" AND ({_KEY}, e.presence_id) > (GREATEST(strip.low - 1, %(after)s::bigint),"
    f" CASE WHEN strip.low <= %(after)s::bigint THEN %(after_id)s::integer ELSE {MOST_ID} END)"
    " AND e.point IS NOT NULL AND e.y BETWEEN %(south_m)s::float8 AND %(north_m)s::float8"
)
_OF_ONE = (
    f"SELECT {_KEY} AS key, e.presence_id FROM presence_sector AS e"
    " WHERE e.sector_id = %(first)s::integer AND {in_strip}"
    f" ORDER BY {_KEY}, e.presence_id"
)
# A presence of several sectors comes once.
_OF_SEVERAL = (
    f"SELECT DISTINCT {_KEY} AS key, e.presence_id"
    " FROM generate_series(%(first)s::integer, %(last)s::integer) AS sectors(number)"
    " JOIN presence_sector AS e ON e.sector_id = sectors.number AND {in_strip}"
    " ORDER BY 1, 2"
)
# Of a kind that is rare, what stands in the rectangle is known beforehand.
_OF_SOME = (
    f"SELECT {_KEY} AS key, e.presence_id FROM unnest(%(ids)s::integer[]) AS ids(id)"
    " JOIN presence_sector AS e ON e.presence_id = ids.id AND e.sector_id = 0"
    f" WHERE ({_KEY}, e.presence_id) > (%(after)s::bigint, %(after_id)s::integer)"
    " ORDER BY 1, 2"
)
# OFFSET 0: each presence is looked up by its id, in this order, until the page is full.
_ASK = (
    # The version of the data comes with an empty page too.
    "SELECT found.*, state.data_version FROM register_state AS state LEFT JOIN ("
    "SELECT page.* FROM {strips} CROSS JOIN LATERAL ("
    "SELECT p.id, p.kind, p.name, p.sectors::text, p.lon, p.lat, p.precision, p.commune, standing.key"
    " FROM ({standing}) AS standing CROSS JOIN LATERAL"
    " (SELECT * FROM presences WHERE presences.id = standing.presence_id OFFSET 0) AS p"
    " WHERE p.lon BETWEEN %(west)s::float8 AND %(east)s::float8"
    " AND p.lat BETWEEN %(south)s::float8 AND %(north)s::float8"
    " AND p.visibility = ANY(%(readable)s::text[]){period}"
    " ORDER BY standing.key, standing.presence_id LIMIT %(count)s::integer"
    ") AS page LIMIT %(count)s::integer) AS found ON true"
)
_NOT_BEFORE = " AND (p.ends_on IS NULL OR p.ends_on >= %(first_day)s::date)"
_NOT_AFTER = " AND (p.starts_on IS NULL OR p.starts_on <= %(last_day)s::date)"

EXAMPLE = _OF_ONE.format(in_strip=f"{_KEY} BETWEEN 29612490240 AND 29612500240 AND e.point IS NOT NULL") % {
    "first": 0
}
"""A search in a strip with its values in it: what `maillage db check` has explained."""


def write_box_question(question: BoxQuestion, ids: Sequence[int] | None = None) -> tuple[str, dict[str, Any]]:
    """
    Write the statement that answers, and what it is bound to.

    Parameters
    ----------
    ids
        Those in the rectangle, of the sectors and of the kind asked, when they are known already.
    """
    first, last = question.sectors
    west_m, east_m = question.list_metres()
    first_strip, last_strip = question.list_strips()
    west, south, east, north = question.box.sides()
    bound: dict[str, Any] = {
        "first": first,
        "west_m": west_m,
        "east_m": east_m,
        "south_m": question.rectangle[1],
        "north_m": question.rectangle[3],
        "first_strip": first_strip,
        "last_strip": last_strip,
        "after": question.after[0],
        "after_id": question.after[1],
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "readable": [visibility.value for visibility in MAY_READ[question.reader]],
        "count": question.count,
    }
    if last != first:
        bound["last"] = last
    first_day, last_day = question.period or (None, None)
    if first_day is not None:
        bound["first_day"] = first_day
    if last_day is not None:
        bound["last_day"] = last_day
    period = (_NOT_BEFORE if first_day else "") + (_NOT_AFTER if last_day else "")
    if ids is not None:
        bound["ids"] = list(ids)
        return _ASK.format(strips="(SELECT) AS once", standing=_OF_SOME, period=period), bound
    in_strip = _IN_STRIP
    if question.kind is not None:
        # Written out, not bound: few different statements, each prepared once.
        in_strip += f" AND e.kind = {KIND_NUMBERS[question.kind]}::smallint"
    standing = (_OF_ONE if first == last else _OF_SEVERAL).format(in_strip=in_strip)
    return _ASK.format(strips=_STRIPS, standing=standing, period=period), bound

"""A page of a box on PostgreSQL: one statement, which reads strip after strip until the page is full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.hiding.fields import MAY_READ
from data.proximity.index import KIND_NUMBERS
from data.strips.question import MOST_ID, OF_ALL, OF_SECTORS, STANDS, BoxQuestion

INDEX = "ix_presence_sector_strip"
"""The index that a page of a sector must be read from: `maillage db check` proves it."""

INDEX_OF_ALL = "ix_presences_strip"
"""The index that a page of everybody must be read from, and from nothing else."""

# As the indexes have them, to the letter: the database knows them by their words.
_KEY = f"(trunc(e.y / {OF_SECTORS.height}) * {OF_SECTORS.width} + trunc(e.x))::bigint"
_KEY_OF_ALL = (
    f"(trunc(p.lat / {OF_ALL.height}::float8) * {OF_ALL.width}::float8"
    f" + trunc(p.lon / {OF_ALL.step:.5f}::float8))::bigint"
)
# An entry of an index takes 2,704 bytes at most: those of longer names are in an index of their own.
_IS_SHORT = "octet_length(name) + octet_length(sectors::text) <= 2000"
_IS_LONG = "octet_length(name) + octet_length(sectors::text) > 2000"
_SHOWN = "id, kind, name, sectors, lon, lat, precision, commune, visibility, starts_on, ends_on"
_THOSE_WHO_STAND = f"SELECT {_SHOWN} FROM presences WHERE {STANDS} AND"
_SHORT_ONES = f"({_THOSE_WHO_STAND} {_IS_SHORT}) AS p"
_EVERYBODY = f"({_THOSE_WHO_STAND} {_IS_SHORT} UNION ALL {_THOSE_WHO_STAND} {_IS_LONG}) AS p"

_STRIPS = (
    "(SELECT number * {width} + %(west_step)s::bigint AS low,"
    " number * {width} + %(east_step)s::bigint AS high"
    " FROM generate_series(%(first_strip)s::bigint, %(last_strip)s::bigint) AS numbers(number)) AS strip"
)
# The lower bound is said twice, so that whichever the database begins with, it begins there.
_IN_STRIP = (
    "{key} BETWEEN GREATEST(strip.low, %(after)s::bigint) AND strip.high"
    " AND ({key}, {id}) > (GREATEST(strip.low - 1, %(after)s::bigint),"
    f" CASE WHEN strip.low <= %(after)s::bigint THEN %(after_id)s::integer ELSE {MOST_ID} END)"
)
_IN_STRIP_OF_ALL = _IN_STRIP.format(key=_KEY_OF_ALL, id="p.id")
_IN_STRIP_OF_SECTOR = (
    f"{_IN_STRIP.format(key=_KEY, id='e.presence_id')}"
    " AND e.sector_id <> 0 AND e.point IS NOT NULL AND e.y BETWEEN %(lowest)s::float8 AND %(highest)s::float8"
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
_AFTER = "(%(after)s::bigint, %(after_id)s::integer)"
# Of a kind that is rare, what stands in the rectangle is known beforehand.
_SOME_OF_ALL = (
    "(SELECT presences.* FROM unnest(%(ids)s::integer[]) AS ids(id) JOIN presences USING (id)) AS p"
)
_SOME_OF_SECTOR = (
    f"SELECT {_KEY} AS key, e.presence_id FROM unnest(%(ids)s::integer[]) AS ids(id)"
    " JOIN presence_sector AS e ON e.presence_id = ids.id AND e.sector_id = 0"
    f" WHERE ({_KEY}, e.presence_id) > {_AFTER} ORDER BY 1, 2"
)
_ONCE = "(SELECT) AS once"
# OFFSET 0: each presence is looked up by its id, in this order, until the page is full.
_LOOKED_UP = (
    "({standing}) AS standing CROSS JOIN LATERAL"
    " (SELECT * FROM presences WHERE presences.id = standing.presence_id OFFSET 0) AS p"
)
_MAY_MISS_SOME = f"EXISTS (SELECT FROM presences WHERE {STANDS} AND {_IS_LONG})"
_ASK = (
    # The version of the data comes with an empty page too, and whether somebody may be missing.
    "SELECT found.*, {may_miss_some}, state.data_version FROM register_state AS state LEFT JOIN ("
    "SELECT page.* FROM {strips} CROSS JOIN LATERAL ("
    "SELECT p.id, p.kind, p.name, p.sectors::text, p.lon, p.lat, p.precision, p.commune, {key} AS key"
    " FROM {those} WHERE p.lon BETWEEN %(west)s::float8 AND %(east)s::float8"
    " AND p.lat BETWEEN %(south)s::float8 AND %(north)s::float8"
    " AND p.visibility = ANY(%(readable)s::text[]){others}"
    " ORDER BY {key}, {id} LIMIT %(count)s::integer"
    ") AS page LIMIT %(count)s::integer) AS found ON true"
)
_NOT_BEFORE = " AND (p.ends_on IS NULL OR p.ends_on >= %(first_day)s::date)"
_NOT_AFTER = " AND (p.starts_on IS NULL OR p.starts_on <= %(last_day)s::date)"

EXAMPLE = _OF_ONE.format(
    in_strip=f"e.sector_id <> 0 AND {_KEY} BETWEEN 29612490240 AND 29612500240 AND e.point IS NOT NULL"
) % {"first": 1}
"""A search in a strip of a sector with its values in it: what `maillage db check` has explained."""

EXAMPLE_OF_ALL = (
    f"SELECT p.name, p.sectors FROM {_SHORT_ONES} WHERE {_KEY_OF_ALL} BETWEEN 677295292416 AND 677295392416"
    f" ORDER BY {_KEY_OF_ALL}, p.id"
)
"""A search in a strip of everybody with its values in it."""


def write_box_question(
    question: BoxQuestion, ids: Sequence[int] | None = None, *, long_ones_too: bool = False
) -> tuple[str, dict[str, Any]]:
    """
    Write the statement that answers, and what it is bound to.

    Its rows hold id, kind, name, sectors (JSON), lon, lat, precision, commune, place in the order, whether it
    has to be asked again with `long_ones_too`, and the version of the data.

    Parameters
    ----------
    ids
        Those in the rectangle, of the sectors and of the kind asked, when they are known already.
    long_ones_too
        Read those whose name is too long for the index as well: it takes a third longer, and there are few
        registers that hold any.
    """
    write_parts = _write_of_all if question.strips is OF_ALL else _write_of_sector
    parts = write_parts(question, is_known=ids is not None, long_ones_too=long_ones_too)
    bound = _bind(question)
    if ids is None:
        parts["strips"] = _STRIPS.format(width=question.strips.width)
        bound |= question.make_frame()._asdict()
    else:
        parts["strips"] = _ONCE
        bound["ids"] = list(ids)
    first_day, last_day = question.period or (None, None)
    if first_day is not None:
        parts["others"] += _NOT_BEFORE
        bound["first_day"] = first_day
    if last_day is not None:
        parts["others"] += _NOT_AFTER
        bound["last_day"] = last_day
    return _ASK.format(**parts), bound


def _write_of_all(question: BoxQuestion, *, is_known: bool, long_ones_too: bool) -> dict[str, str]:
    parts = {"key": _KEY_OF_ALL, "id": "p.id", "may_miss_some": "false"}
    if is_known:
        return parts | {"those": _SOME_OF_ALL, "others": f" AND ({_KEY_OF_ALL}, p.id) > {_AFTER}"}
    # Kinds are written out, not bound: few different statements, each prepared once.
    of_kind = "" if question.kind is None else f" AND p.kind = '{question.kind.value}'"
    parts["others"] = f" AND {_IN_STRIP_OF_ALL}{of_kind}"
    if long_ones_too:
        return parts | {"those": _EVERYBODY}
    return parts | {"those": _SHORT_ONES, "may_miss_some": _MAY_MISS_SOME}


def _write_of_sector(question: BoxQuestion, *, is_known: bool, long_ones_too: bool) -> dict[str, str]:
    del long_ones_too
    of_kind = "" if question.kind is None else f" AND e.kind = {KIND_NUMBERS[question.kind]}::smallint"
    first, last = question.sectors
    standing = _SOME_OF_SECTOR
    if not is_known:
        standing = (_OF_ONE if first == last else _OF_SEVERAL).format(
            in_strip=f"{_IN_STRIP_OF_SECTOR}{of_kind}"
        )
    return {
        "those": _LOOKED_UP.format(standing=standing),
        "key": "standing.key",
        "id": "standing.presence_id",
        "others": "",
        "may_miss_some": "false",
    }


def _bind(question: BoxQuestion) -> dict[str, Any]:
    first, last = question.sectors
    west, south, east, north = question.box.sides()
    return {
        "first": first,
        "last": last,
        "after": question.after[0],
        "after_id": question.after[1],
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "readable": [visibility.value for visibility in MAY_READ[question.reader]],
        "count": question.count,
    }

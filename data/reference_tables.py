"""The tables of what ships with the program: dated territories and their memberships, and the sectors.

They are copies, kept equal to the referential and to the book of sectors, so that a query can join them.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import orjson
from sqlalchemy import Connection, delete, select, update

from data.contours import write_contours
from data.homes.places import RECIPE
from data.rows import insert_rows
from data.sectors import SectorBook
from data.tables import memberships, register_state, sectors, territories
from data.territories import read_membership, territories_at
from geo.records import Level
from geo.territories import Referential

GROUPED_LEVELS = tuple(level for level in Level if level is not Level.COMMUNE)


def is_reference_current(connection: Connection, referential: Referential, book: SectorBook) -> bool:
    """Say whether the tables hold what this program ships with."""
    state = register_state.c
    found = connection.execute(select(state.sectors_digest, state.territories_digest)).one()
    return tuple(found) == (_digest_sectors(book), _digest_ground(referential))


class ReferenceChange(NamedTuple):
    """What of the reference has changed; `of_index` if sectors did, which the index is made of."""

    of_ground: bool
    of_index: bool


def sync_reference_tables(
    connection: Connection, referential: Referential, book: SectorBook
) -> ReferenceChange | None:
    """
    Write what has changed, and say what did; None when nothing that indexes and summaries depend on has.

    A sector that has left the list keeps its code on the presences that bear it.
    """
    state = register_state.c
    sectors_digest, ground_digest = connection.execute(
        select(state.sectors_digest, state.territories_digest)
    ).one()
    # A migration that wants everything made again leaves the digest of the ground empty.
    change = ReferenceChange(
        of_ground=ground_digest != _digest_ground(referential),
        of_index=sectors_digest != _digest_sectors(book) or not ground_digest,
    )
    if not any(change):
        return None
    _write_sectors(connection, book)
    _write_territories(connection, referential)
    if connection.dialect.name == "postgresql":
        write_contours(connection, referential)
    connection.execute(
        update(register_state).values(
            sectors_digest=_digest_sectors(book), territories_digest=_digest_ground(referential)
        )
    )
    return change


def _write_sectors(connection: Connection, book: SectorBook) -> None:
    connection.execute(delete(sectors))
    rows = [
        (book.id_of(sector.code), sector.code, sector.label, sector.parent, book.id_range(sector.code)[1])
        for sector in book.sectors
    ]
    insert_rows(connection, sectors, ("id", "code", "label", "parent", "last_id"), rows)


def _write_territories(connection: Connection, referential: Referential) -> None:
    connection.execute(delete(memberships))
    connection.execute(delete(territories))
    rows = []
    belonging = []
    for vintage in referential.vintages:
        for level in Level:
            rows += [
                (vintage, level.value, territory.code, territory.name, territory.population)
                for territory in territories_at(referential, level, vintage)
            ]
        for level in GROUPED_LEVELS:
            belonging += [
                (vintage, commune, level.value, code)
                for commune, code in read_membership(referential, level, vintage).items()
            ]
    insert_rows(connection, territories, ("vintage", "level", "code", "name", "population"), rows)
    insert_rows(connection, memberships, ("vintage", "commune", "level", "territory"), belonging)


def _digest_sectors(book: SectorBook) -> str:
    return _digest([(sector.code, sector.label, sector.parent) for sector in book.sectors])


def _digest_ground(referential: Referential) -> str:
    """Digest the territories, and how homes are put at the town halls among them."""
    return _digest([RECIPE, _digest_territories(referential)])


def _digest_territories(referential: Referential) -> str:
    # The files' own digest saves reading 7,600 communes each time a command opens the register.
    return referential.fingerprint or _digest(
        [
            (vintage, commune.code, commune.name, commune.population, dict(commune.part_of))
            for vintage in referential.vintages
            for commune in referential.territories(Level.COMMUNE, vintage=vintage)
        ]
    )


def _digest(content: object) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()

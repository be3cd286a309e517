"""The whole fictional register, put together: about 300 rows of the five kinds, in the order of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from zlib import crc32

from data.sectors import SectorBook
from geo.records import Kind
from geo.territories import Referential
from scripts.samples.mess import read_mess_rows, spread_habits
from scripts.samples.places import Land
from scripts.samples.rows import Row
from scripts.samples.words import read_words
from scripts.samples.writer import RowWriter

COUNT_BY_KIND = {Kind.ANTENNE: 3, Kind.AMBASSADOR: 22, Kind.ACTOR: 215, Kind.PROJECT: 35, Kind.EVENT: 25}
"""How many rows of each kind, the messy ones among them."""


def build_rows(referential: Referential, sectors: SectorBook) -> list[Row]:
    """
    Build every row; the same referential and sectors give the same rows.

    Parameters
    ----------
    referential
        Where the invented presences are put.
    sectors
        What they may be about.

    Returns
    -------
    list
        The rows in the order of the file.
    """
    words = read_words()
    random = Random(words.seed)  # noqa: S311 -- the same rows each time is what is wanted
    mess = read_mess_rows()
    land = Land(referential, words, random)
    writer = RowWriter(words, sectors, land, random, taken=[row.cells["Nom"] for row in mess])

    def left(kind: Kind) -> int:
        return COUNT_BY_KIND[kind] - sum(1 for row in mess if row.kind is kind)

    antennes = writer.write_antennes()
    ambassadors = writer.write_ambassadors(left(Kind.AMBASSADOR))
    actors = writer.write_actors(left(Kind.ACTOR))
    projects = writer.write_projects(left(Kind.PROJECT), actors)
    events = writer.write_events(left(Kind.EVENT))
    messy_actors = spread_habits(actors, referential, sectors, random)
    rows = [*antennes, *ambassadors]
    for kind, invented in ((Kind.ACTOR, messy_actors), (Kind.PROJECT, projects), (Kind.EVENT, events)):
        rows += _scatter(invented, [row for row in mess if row.kind is kind], random)
    return [
        replace(row, cells={**row.cells, "Accepte de parrainer": _say_whether_willing(row)}) for row in rows
    ]


def _say_whether_willing(row: Row) -> str:
    """Let a third of the actors whose beginning is known be willing to sponsor; most say nothing."""
    if row.kind is not Kind.ACTOR or not row.cells.get("Début"):
        return ""
    # The name decides, so that nothing else of the register moves when somebody is added.
    return ("oui", "", "", "non", "oui", "")[crc32(row.cells["Nom"].encode()) % 6]


def _scatter(rows: Sequence[Row], among: Sequence[Row], random: Random) -> list[Row]:
    """Put some rows among others, at any place."""
    scattered = list(rows)
    for row in among:
        scattered.insert(random.randrange(len(scattered) + 1), row)
    return scattered

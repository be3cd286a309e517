"""The mess of real lists: rows written by hand in `mess.toml`, and habits put on some invented rows."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from data.sectors import SectorBook
from geo.records import Kind, Level, PlacementStatus
from geo.territories import Referential
from scripts.samples.cells import strip_accents
from scripts.samples.rows import Row

_FILE = Path(__file__).with_name("mess.toml")
_KIND_BY_WORD = {"acteur": Kind.ACTOR, "projet": Kind.PROJECT, "temps fort": Kind.EVENT}
_ABBREVIATIONS = (
    ("avenue ", "av. "),
    ("boulevard ", "bd "),
    ("place ", "pl. "),
    ("Saint-", "St "),
    ("Sainte-", "Ste "),
)

UPPER_CASE = "majuscules sans accents"
NO_POSTCODE = "code postal absent"
DECIMAL_COMMA = "virgule décimale dans les coordonnées"
ABBREVIATED = "rue ou commune abrégée (av., bd, pl., St)"
TWO_SECTORS = "deux filières dans une cellule"

HABIT_COUNTS = {UPPER_CASE: 20, NO_POSTCODE: 12, DECIMAL_COMMA: 8, ABBREVIATED: 10, TWO_SECTORS: 9}
"""How many invented actors take each habit."""


def read_mess_rows() -> list[Row]:
    """
    Read the rows written by hand.

    Examples
    --------
    >>> read_mess_rows()[0].mess
    'CEDEX et boîte postale'
    """
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))["rows"]
    return [
        Row(
            kind=_KIND_BY_WORD[table["cells"]["Type"].strip().lower()],
            cells=table["cells"],
            expects=PlacementStatus(table["expects"]),
            commune=table.get("commune"),
            mess=table["what"],
        )
        for table in tables
    ]


def spread_habits(
    actors: Sequence[Row], referential: Referential, sectors: SectorBook, random: Random
) -> list[Row]:
    """Give the habits of real lists to some actors, one a row at most, each still findable."""
    rows = list(actors)
    homonyms = _find_homonyms(referential)
    free = list(range(len(rows)))
    random.shuffle(free)
    for habit, count in HABIT_COUNTS.items():
        fitting = [index for index in free if _fits(rows[index], habit, homonyms)][:count]
        for index in fitting:
            free.remove(index)
            rows[index] = replace(
                rows[index], cells=_alter(rows[index].cells, habit, sectors, random), mess=habit
            )
    return rows


def _find_homonyms(referential: Referential) -> frozenset[str]:
    """Find the names that a postcode is needed to tell apart, in the region or elsewhere."""
    names = Counter(commune.name for commune in referential.territories(Level.COMMUNE))
    elsewhere = {commune.name for commune in referential.elsewhere}
    return frozenset(name for name, count in names.items() if count > 1) | elsewhere


def _fits(row: Row, habit: str, homonyms: frozenset[str]) -> bool:
    cells = row.cells
    if habit == NO_POSTCODE:
        return not cells["Latitude"] and cells["Commune"] not in homonyms
    if habit == DECIMAL_COMMA:
        return bool(cells["Latitude"])
    if habit == ABBREVIATED:
        # A town hall's address has to stay as published: it is what the row is placed by.
        return row.expects is PlacementStatus.COMMUNE and _abbreviate(cells) != cells
    if habit == TWO_SECTORS:
        return bool(cells["Filière"])
    return True


def _alter(cells: Mapping[str, str], habit: str, sectors: SectorBook, random: Random) -> Mapping[str, str]:
    if habit == UPPER_CASE:
        shouted = ("Nom", "Filière", "Adresse", "Commune")
        return {**cells, **{column: strip_accents(cells[column]).upper() for column in shouted}}
    if habit == NO_POSTCODE:
        return {**cells, "Code postal": ""}
    if habit == DECIMAL_COMMA:
        return {**cells, **{column: cells[column].replace(".", ",") for column in ("Latitude", "Longitude")}}
    if habit == ABBREVIATED:
        return _abbreviate(cells)
    other = random.choice([sector for sector in sectors.children() if "," not in sector.label])
    separator = random.choice([" ; ", " | ", " / "])
    return {**cells, "Filière": cells["Filière"] + separator + other.label}


def _abbreviate(cells: Mapping[str, str]) -> Mapping[str, str]:
    shorter = dict(cells)
    for column in ("Adresse", "Commune"):
        for long, short in _ABBREVIATIONS:
            shorter[column] = shorter[column].replace(long, short)
    return shorter

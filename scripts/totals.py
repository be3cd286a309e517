"""The line that every answer ends with: what was received, and where all of it stands."""

from __future__ import annotations

from geo.french import write_count, write_number
from geo.records import PlacementStatus, StatusCounts
from scripts.console import say

# Words that agree with nothing: the line speaks of rows (feminine) as of actors (masculine).
_WORDS = {
    PlacementStatus.PLACED: "à l'adresse",
    PlacementStatus.COMMUNE: "à la commune",
    PlacementStatus.TO_REVIEW: "à vérifier",
    PlacementStatus.UNPLACED: "à localiser",
    PlacementStatus.OUT_OF_REGION: "hors de la région",
}


def write_totals(counts: StatusCounts, one: str, many: str) -> str:
    """
    Write the totals as a sum that a reader can check.

    Examples
    --------
    >>> print(write_totals(StatusCounts(placed=3, commune=1, unplaced=1), "ligne", "lignes"))
    Reçu : 5 lignes = 3 à l'adresse + 1 à la commune + 0 à vérifier + 1 à localiser
    + 0 hors de la région.
    """
    parts = [f"{write_number(counts.by_status()[status.value])} {word}" for status, word in _WORDS.items()]
    return f"Reçu : {write_count(counts.received, one, many)} = {' + '.join(parts)}."


def say_totals(counts: StatusCounts, one: str, many: str) -> None:
    """Print the totals."""
    say(write_totals(counts, one, many))

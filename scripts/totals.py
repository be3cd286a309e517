"""The line that every answer ends with: what was received, and where all of it stands."""

from __future__ import annotations

from geo.french import STATUS_NAMES, write_number
from geo.records import PlacementStatus, StatusCounts
from scripts.console import say


def write_totals(counts: StatusCounts, what: str) -> str:
    """
    Write the totals as a sum that a reader can check.

    Examples
    --------
    >>> print(write_totals(StatusCounts(placed=3, commune=1, unplaced=1), "acteurs"))
    5 acteurs reçus = 3 placés à leur adresse + 1 placés à la commune + 0 à vérifier
    + 1 à localiser + 0 hors de la région.
    """
    parts = [
        f"{write_number(counts.by_status()[status.value])} {STATUS_NAMES[status]}"
        for status in PlacementStatus
    ]
    return f"{write_number(counts.received)} {what} reçus = {' + '.join(parts)}."


def say_totals(counts: StatusCounts, what: str) -> None:
    """Print the totals."""
    say(write_totals(counts, what))

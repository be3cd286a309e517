"""Where the column names stand in a sheet, and making them unique."""

from __future__ import annotations

from collections.abc import Container, Sequence

from data.intake.problems import ProblemLog
from data.intake.text import fold_header, replace_unwanted, squeeze

HEADER_SEARCH_ROWS = 20
"""Titles and notes above the names of columns take fewer lines than this."""


def count_known(cells: Sequence[str], known: Container[str]) -> int:
    """Count the cells of a row that are known names of columns."""
    return sum(1 for cell in cells if cell and len(cell) < 100 and fold_header(cell) in known)


def find_header(rows: Sequence[Sequence[str]], known: Container[str]) -> int | None:
    """
    Find which of the first rows holds the names of the columns.

    Parameters
    ----------
    rows
        The first rows, blank ones included.
    known
        Folded names that are known for columns.

    Returns
    -------
    int or None
        Its index, or None when every row is blank. Without any known name, the first row of two cells.

    Examples
    --------
    >>> find_header([["Nos adhérents 2026"], [], ["Nom", "Ville"], ["A", "Lens"]], {"nom", "ville"})
    2
    """
    candidates = rows[:HEADER_SEARCH_ROWS]
    known_counts = [count_known(row, known) for row in candidates]
    filled_counts = [sum(1 for cell in row if cell.strip()) for row in candidates]
    best = max(known_counts, default=0)
    if best >= 2 or (best == 1 and known_counts[0] == 1):
        return next(index for index, count in enumerate(known_counts) if count * 2 >= best and count > 0)
    for enough in (2, 1):
        for index, filled in enumerate(filled_counts):
            if filled >= enough:
                return index
    return None


def name_columns(cells: Sequence[str], line: int, log: ProblemLog) -> tuple[str, ...]:
    """
    Make the names of columns unique and non-empty, telling what was changed. Empty last names are dropped.

    Examples
    --------
    >>> name_columns(["Nom", "Adresse", "Adresse", ""], 1, ProblemLog())
    ('Nom', 'Adresse', 'Adresse (2)')
    """
    names = [squeeze(replace_unwanted(cell)) for cell in cells]
    while names and not names[-1]:
        names.pop()
    unique: list[str] = []
    taken: set[str] = set()
    for position, name in enumerate(names, start=1):
        chosen = name or f"(colonne {position})"
        rank = 2
        while chosen in taken:
            chosen = f"{name} ({rank})"
            rank += 1
        if name and chosen != name:
            log.tell(
                line, name, name, f"Deux colonnes portent ce nom : la suivante est gardée sous « {chosen} »."
            )
        elif not name:
            log.tell(line, chosen, "", f"Colonne sans nom : gardée sous « {chosen} ».")
        taken.add(chosen)
        unique.append(chosen)
    return tuple(unique)

"""Proposing what each column holds, from its name, and from its values where the name may mislead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from data.intake.fields import FIELD_LABELS, Field, find_field
from data.intake.problems import ProblemLog
from data.intake.table import Row, Table
from data.intake.values import is_empty_word, read_kind, read_radius_m, read_visibility


def propose_fields(table: Table, log: ProblemLog) -> dict[str, Field | None]:
    """Propose a field for each column from its name, and from its first values where the name may mislead."""
    uses: dict[str, Field | None] = {name: find_field(name) for name in table.columns}
    doubtful = {name for name, use in uses.items() if use in _CHECKS}
    if not doubtful:
        return uses
    preview = table.preview()
    for index, name in enumerate(table.columns):
        use = uses[name]
        if use is None or name not in doubtful:
            continue
        values = [row.cells[index] for row in preview if not is_empty_word(row.cells[index])]
        fits, otherwise = _CHECKS[use]
        if values and sum(map(fits, values)) * 2 < len(values):
            uses[name] = otherwise
            if otherwise is None:
                what = (
                    f"Le nom annonce « {FIELD_LABELS[use]} », les valeurs n'en sont pas : "
                    "colonne conservée telle quelle."
                )
                log.tell(None, name, values[0], what)
    return uses


def _looks_like_naf(text: str) -> bool:
    bare = text.replace(".", "").replace(" ", "")
    return 2 <= len(bare) <= 6 and bare[:2].isdecimal() and bare[2:4].isdecimal() | (len(bare) < 4)


def _looks_like_coordinates(text: str) -> bool:
    return sum(character.isdigit() for character in text) * 2 > len(text.replace(" ", ""))


_CHECKS: Mapping[Field, tuple[Callable[[str], bool], Field | None]] = {
    Field.KIND: (lambda text: read_kind(text).value is not None, None),
    Field.VISIBILITY: (lambda text: read_visibility(text).what is None, None),
    Field.NAF: (_looks_like_naf, Field.SECTOR),
    Field.COORDINATES: (_looks_like_coordinates, None),
    Field.ZONE_RADIUS_KM: (lambda text: read_radius_m(text).value is not None, None),
    Field.X: (_looks_like_coordinates, None),
    Field.Y: (_looks_like_coordinates, None),
}


def sample_columns(
    table: Table, rows: Sequence[Row], *, samples: int = 10
) -> list[tuple[str, float, tuple[str, ...]]]:
    """
    Describe each column for a person who checks a mapping: name, share of rows filled, distinct samples.

    Parameters
    ----------
    table
        The list.
    rows
        Its rows, or the first of them.
    samples
        How many distinct values to show.
    """
    described = []
    columns = zip(*(row.cells for row in rows), strict=True) if rows else ((),) * len(table.columns)
    for name, cells in zip(table.columns, columns, strict=True):
        filled = sum(map(bool, map(str.strip, cells)))
        distinct: dict[str, None] = {}
        for cell in cells:
            if cell and not cell.isspace():
                distinct[cell] = None
                if len(distinct) == samples:
                    break
        described.append((name, filled / len(rows) if rows else 0.0, tuple(distinct)))
    return described

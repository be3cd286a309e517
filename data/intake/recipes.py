"""How a field is filled from the cells of a row: one column, several joined, or a part of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from data.intake.errors import MappingError
from data.intake.fields import FIELD_LABELS, JOINED_FIELDS, UNITED_FIELDS, Field
from data.intake.problems import ProblemLog
from data.intake.text import fold_header

Filler = Callable[[Sequence[str]], str]
"""Fills a field from the cells of a row."""

LIST_SEPARATOR = " | "
"""What stands between the values of several columns of one field that holds a list."""

_VERBS = ("joindre", "dissocier", "valeur")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """
    How a field is filled: from the first column that is not empty, or from all of them joined.

    `part` keeps one piece of the text, cut at `separator`; `constant` needs no column.
    """

    columns: tuple[int, ...] = ()
    joint: str | None = None
    separator: str = ""
    part: int | None = None
    constant: str | None = None

    def fill(self, cells: Sequence[str]) -> str:
        """
        Fill the field for a row.

        Examples
        --------
        >>> Recipe(columns=(0, 1), joint=" ").fill(["12", " rue de Lille "])
        '12 rue de Lille'
        >>> Recipe(columns=(0,), separator=",", part=1).fill(["50.4, 2.8"])
        '2.8'
        """
        if self.constant is not None:
            return self.constant
        if self.joint is not None:
            parts = dict.fromkeys(text for index in self.columns if (text := cells[index].strip()))
            return self.joint.join(parts)
        text = next((text for index in self.columns if (text := cells[index].strip())), "")
        if self.part is None:
            return text
        pieces = text.split(self.separator)
        return pieces[self.part].strip() if -len(pieces) <= self.part < len(pieces) else ""

    def compile(self) -> Filler:
        """Give the quickest function that does what `fill` does: most fields are one column as it is."""
        if self.constant is None and self.part is None and len(self.columns) == 1:
            index = self.columns[0]
            return lambda cells: cells[index].strip()
        return self.fill


def read_verb(
    columns: Sequence[str], name: str, value: Mapping[str, object], log: ProblemLog, *, is_strict: bool
) -> Recipe | None:
    """Read `joindre`, `dissocier` or `valeur`; None when a remembered column has gone."""
    verb = next((verb for verb in _VERBS if verb in value), None)
    body = value.get(verb) if verb else None
    options = {**value, **body} if isinstance(body, Mapping) else dict(value)
    separator = str(options.get("séparateur", options.get("separateur", " " if verb == "joindre" else ",")))
    wanted: object = body
    if verb == "valeur":
        return Recipe(constant=str(body))
    if verb == "joindre":
        wanted = body.get("colonnes") if isinstance(body, Mapping) else body
    elif verb == "dissocier":
        wanted = [body.get("colonne")] if isinstance(body, Mapping) else None
    if not isinstance(wanted, list) or not wanted or not all(isinstance(column, str) for column in wanted):
        raise MappingError(
            f"« {name} » n'est pas compris.",
            'On attend {"joindre": ["A", "B"]}, {"valeur": "…"} ou '
            '{"dissocier": {"colonne": "A", "séparateur": ",", "partie": 0}}.',
        )
    indexes = []
    for column in wanted:
        found = find_column(columns, column)
        if found is None:
            tell_missing(columns, column, log, is_strict=is_strict)
            return None
        indexes.append(columns.index(found))
    if verb == "joindre":
        return Recipe(columns=tuple(indexes), joint=separator)
    part = options.get("partie", 0)
    if not isinstance(part, int):
        raise MappingError(f"la partie de « {name} » n'est pas un nombre.", "La première partie est 0.")
    return Recipe(columns=tuple(indexes), separator=separator or ",", part=part)


def make_recipes(
    columns: Sequence[str],
    uses: Mapping[str, Field | None],
    first: Sequence[str],
    made: Mapping[Field, Recipe],
    log: ProblemLog,
) -> dict[Field, Recipe]:
    """Put together the columns of each field; columns that a person named come first."""
    rank = {name: position for position, name in enumerate(first)}
    indexes: dict[Field, list[int]] = {}
    for index, name in enumerate(columns):
        use = uses[name]
        if use is not None and use not in made:
            indexes.setdefault(use, []).append(index)
    recipes = dict(made)
    for use, found in indexes.items():
        if use in JOINED_FIELDS:
            recipes[use] = Recipe(columns=tuple(found), joint=JOINED_FIELDS[use])
        elif use in UNITED_FIELDS:
            recipes[use] = Recipe(columns=tuple(found), joint=LIST_SEPARATOR)
        else:
            found.sort(key=lambda index: (rank.get(columns[index], len(columns)), index))
            recipes[use] = Recipe(columns=tuple(found))
            for index in found[1:]:
                what = (
                    f"Autre colonne pour « {FIELD_LABELS[use]} » : conservée, utilisée seulement là où "
                    f"« {columns[found[0]]} » est vide."
                )
                log.tell(None, columns[index], None, what)
    return recipes


def find_column(columns: Sequence[str], name: str) -> str | None:
    """Find the column that a mapping names, exactly else as people compare names."""
    if name in columns:
        return name
    folded = fold_header(name)
    return next((column for column in columns if fold_header(column) == folded), None)


def tell_missing(columns: Sequence[str], name: str, log: ProblemLog, *, is_strict: bool) -> None:
    """Refuse a column that the person named and the file has not; tell one that was only remembered."""
    if is_strict:
        shown = ", ".join(f"« {column} »" for column in columns[:40])
        raise MappingError(f"le fichier n'a pas de colonne « {name} ».", f"Colonnes du fichier : {shown}.")
    log.tell(None, name, None, "Colonne utilisée lors d'un import précédent et absente de ce fichier.")

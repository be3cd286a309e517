"""Which column fills which field: proposed from the columns' names, corrected by a person, remembered.

A mapping is what a person writes, and what the register remembers of a source, as JSON:

- `{"Raison sociale": "name", "Remarques": null}` gives a column its field, or none;
- `{"street": {"joindre": ["NUM_RUE", "NOM_RUE"], "séparateur": " "}}` fills a field from several columns;
- `{"latitude": {"dissocier": {"colonne": "geo", "séparateur": ",", "partie": 0}}}` from a part of one;
- `{"kind": {"valeur": "antenne"}}` gives every row the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data.intake.errors import MappingError
from data.intake.fields import FIELD_LABELS, Field, find_field
from data.intake.problems import ProblemLog
from data.intake.proposals import propose_fields
from data.intake.recipes import Filler, Recipe, find_column, make_recipes, read_verb, tell_missing
from data.intake.table import Table

MappingValue = str | None | Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """
    What every column of a table is used for.

    `uses` gives the field of each column, None where it is kept as it is. `to_remember` is the mapping to
    store with the source: next year's file is then read the same way.
    """

    columns: tuple[str, ...]
    uses: Mapping[str, Field | None]
    recipes: Mapping[Field, Recipe]
    to_remember: Mapping[str, MappingValue] = field(default_factory=dict)

    def column_of(self, wanted: Field) -> str:
        """Name the column to point a person to for a field."""
        recipe = self.recipes.get(wanted)
        return self.columns[recipe.columns[0]] if recipe and recipe.columns else FIELD_LABELS[wanted]

    def filler(self, wanted: Field) -> Filler | None:
        """Give the function that fills a field from a row's cells, None when no column does."""
        recipe = self.recipes.get(wanted)
        return recipe.compile() if recipe else None

    @property
    def kept_apart(self) -> tuple[int, ...]:
        """Index the columns that fill nothing, or only where another is empty: their cells stay beside."""
        used: set[int] = set()
        for recipe in self.recipes.values():
            used.update(recipe.columns if recipe.joint is not None else recipe.columns[:1])
        return tuple(index for index in range(len(self.columns)) if index not in used)


def load_mapping(path: Path) -> dict[str, MappingValue]:
    """
    Read a mapping file.

    Raises
    ------
    MappingError
        If it cannot be read, or is no JSON object.
    """
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise MappingError(
            f"« {path.name} » est illisible ({error}).", 'On attend du JSON : {"votre colonne": "name"}.'
        ) from error
    if not isinstance(content, dict):
        raise MappingError(
            f"« {path.name} » n'est pas un objet JSON.", 'On attend {"votre colonne": "name"}.'
        )
    return content


def plan_columns(
    table: Table,
    *,
    mapping: Mapping[str, MappingValue] | None = None,
    saved: Mapping[str, MappingValue] | None = None,
    log: ProblemLog | None = None,
) -> ColumnPlan:
    """
    Decide what every column is used for: the person's mapping, else the remembered one, else by name.

    Parameters
    ----------
    table
        The list; its first rows are looked at where a name alone may mean two things (« type », « public »).
    mapping
        What the person says now. A column or a field that does not exist is an error.
    saved
        What was remembered of the same source. A column that has gone since is told, not refused.
    log
        Where to tell of second columns for one field, and of columns that went.

    Raises
    ------
    MappingError
        If `mapping` names a column or a field that does not exist.
    """
    log = log if log is not None else ProblemLog()
    uses = propose_fields(table, log)
    chosen: dict[str, MappingValue] = {}
    made: dict[Field, Recipe] = {}
    first: list[str] = []
    for given, is_strict in ((saved or {}, False), (mapping or {}, True)):
        named: list[str] = []
        for name, value in given.items():
            if isinstance(value, Mapping):
                target = _find_target(name)
                recipe = read_verb(table.columns, name, value, log, is_strict=is_strict)
                if recipe is not None:
                    made[target] = recipe
                    chosen[name] = dict(value)
                continue
            column = find_column(table.columns, name)
            if column is None:
                tell_missing(table.columns, name, log, is_strict=is_strict)
                continue
            if value is not None and not isinstance(value, str):
                raise MappingError(f"la valeur de « {name} » n'est ni un champ ni null.", _name_fields())
            uses[column] = None if value is None else _find_target(value)
            chosen[column] = value
            named.append(column)
        first = [*named, *(column for column in first if column not in named)]
    for target, recipe in made.items():
        for index in recipe.columns:
            uses[table.columns[index]] = target
    recipes = make_recipes(table.columns, uses, first, made, log)
    remembered = {name: use.value for name, use in uses.items() if use is not None and use not in made}
    return ColumnPlan(columns=table.columns, uses=uses, recipes=recipes, to_remember={**remembered, **chosen})


def _find_target(word: str) -> Field:
    """Find the field that a mapping names, by its own word or by any known name of a column."""
    field_named = next((candidate for candidate in Field if candidate.value == word), None) or find_field(
        word
    )
    if field_named is None:
        raise MappingError(f"le champ « {word} » n'existe pas.", _name_fields())
    return field_named


def _name_fields() -> str:
    return f"Champs possibles : {', '.join(candidate.value for candidate in Field)}."

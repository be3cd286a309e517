"""A file opened: its columns, and its rows to come. Every reader gives this, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from data.intake.problems import ProblemLog


class Row(NamedTuple):
    """
    One row as received: `line` is the line a person sees (the first one, of a row written over several).

    `cells` has one text per column of the table; `overflow` the cells beyond the last column.
    """

    line: int
    cells: list[str]
    overflow: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Say whether nothing is written in it."""
        return not any(self.cells) and not any(self.overflow)


RowSource = Callable[[ProblemLog], Iterator[Row]]
"""Reads the rows from the first one, telling what it meets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    A list opened for reading.

    `columns` are unique. `format` is `csv`, `xlsx`, `ods`, `json`, `geojson` or `gogocarto`.
    `problems` holds what was met on opening (a wrong extension…); reading the rows tells the rest.
    """

    format: str
    columns: tuple[str, ...]
    source: RowSource
    problems: ProblemLog = field(default_factory=ProblemLog)
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None

    def rows(self, log: ProblemLog | None = None) -> Iterator[Row]:
        """Read the rows from the first, in order; may be called again. What is met is told to `log`."""
        return self.source(ProblemLog() if log is None else log)

    def preview(self, count: int = 200) -> list[Row]:
        """Read the first rows only."""
        return list(islice(self.rows(), count))

    def overflow_name(self, index: int) -> str:
        """
        Name the column of a cell beyond the last column.

        Examples
        --------
        >>> Table(format="csv", columns=("nom", "ville"), source=lambda log: iter(())).overflow_name(0)
        '(colonne 3)'
        """
        return f"(colonne {len(self.columns) + index + 1})"

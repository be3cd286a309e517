"""Reading one field of each row: made once a list, so that a field without a column costs rows nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from data.intake.fields import Field
from data.intake.mapping import ColumnPlan
from data.intake.problems import ProblemLog
from data.intake.recipes import Filler
from data.intake.text import squeeze
from data.intake.values import Reading, Value

Taken = TypeVar("Taken")

Taker = Callable[[int, Sequence[str], dict[str, str]], Taken]
"""Reads a field of a row: of its line, its cells, and what is kept beside."""


Found_co = TypeVar("Found_co", covariant=True)


class ValueTaker(Protocol[Found_co]):
    """Reads a field whose cell may be empty, or not to be read."""

    def __call__(self, line: int, cells: Sequence[str], extra: dict[str, str], /) -> Found_co | None:
        """Read the field of one row."""


class FieldTakers:
    """Makes what reads each field, by the columns of a plan."""

    def __init__(self, plan: ColumnPlan, log: ProblemLog) -> None:
        self._plan = plan
        self._log = log
        self.fillers: Mapping[Field, Filler] = {
            field: filler for field in Field if (filler := plan.filler(field)) is not None
        }

    def text(self, field: Field) -> Taker[str]:
        """Give what reads a field as it is written; the list has a column for it."""
        fill = self.fillers[field]
        return lambda _line, cells, _extra: fill(cells)

    def line(self, field: Field) -> Taker[str | None]:
        """Give what reads a field as one line, None when it is empty; the list has a column for it."""
        fill = self.fillers[field]
        return lambda _line, cells, _extra: squeeze(fill(cells)) or None

    def value(self, field: Field, read: Callable[[str], Reading[Value]]) -> ValueTaker[Value]:
        """
        Give what reads a field; it gives None for every row where the list has no column for it.

        What was done about a cell is told, and a cell that was not read stays beside.
        """
        if field not in self.fillers:
            return _take_nothing
        fill, column, gather = self.fillers[field], self._plan.column_of(field), self._log.gather

        def take(line: int, cells: Sequence[str], extra: dict[str, str]) -> Value | None:
            text = fill(cells)
            if not text:
                return None
            value, what = read(text)
            if what is not None:
                gather(line, column, text, what)
                extra[column] = text
            return value

        return take


def _take_nothing(_line: int, _cells: Sequence[str], _extra: dict[str, str]) -> None:
    return None

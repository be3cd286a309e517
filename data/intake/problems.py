"""What an import met on its way, gathered in the order it was met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data.intake.text import replace_unwanted
from geo.records import Problem

# A value is shown so that a person finds it again; a whole essay in a cell is cut, its row keeps it all.
_SHOWN_CHARACTERS = 300


class ProblemLog:
    """
    The problems met so far. Those of one wording about one value are told once, with their lines.

    Examples
    --------
    >>> log = ProblemLog()
    >>> log.tell(3, "SIRET", "123", "SIRET invalide : conservé tel quel.")
    >>> for line in (4, 5, 9):
    ...     log.gather(line, "Filière", "Cirque", "Filière inconnue : conservée, non classée")
    >>> [(p.line, p.value, p.what) for p in log.problems()]
    [(3, '123', 'SIRET invalide : conservé tel quel.'),
     (4, 'Cirque', 'Filière inconnue : conservée, non classée (3 lignes : 4, 5, 9).')]
    """

    def __init__(self) -> None:
        self._told: list[Problem] = []
        self._gathered: dict[tuple[str | None, str, str], list[int]] = {}

    def tell(self, line: int | None, column: str | None, value: str | None, what: str) -> None:
        """Tell one problem: where, the value as received, and what was done about it."""
        self._told.append(
            Problem(line=line, column=column, value=None if value is None else _show(value), what=what)
        )

    def gather(self, line: int, column: str | None, value: str, what: str) -> None:
        """Tell a problem that many rows share: one entry for each, with all its lines."""
        self._gathered.setdefault((column, value, what), []).append(line)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take in problems told elsewhere."""
        self._told.extend(problems)

    def problems(self) -> tuple[Problem, ...]:
        """Give all of them: those of the whole file first, then by line."""
        everything = [*self._told, *self._unfold()]
        return tuple(sorted(everything, key=lambda problem: (problem.line is not None, problem.line or 0)))

    def _unfold(self) -> Iterator[Problem]:
        for (column, value, what), lines in self._gathered.items():
            yield Problem(
                line=lines[0], column=column, value=_show(value), what=f"{what}{_write_lines(lines)}."
            )


def _show(value: str) -> str:
    shown = replace_unwanted(value)
    return shown if len(shown) <= _SHOWN_CHARACTERS else f"{shown[:_SHOWN_CHARACTERS]}…"


def _write_lines(lines: list[int]) -> str:
    if len(lines) == 1:
        return ""
    return f" ({len(lines)} lignes : {', '.join(map(str, lines))})"

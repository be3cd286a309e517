"""What is met on the way through a file of any size: told in full while it is little, counted beyond."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from data.intake.problems import ProblemLog
from geo.french import write_count
from geo.records import Problem

MOST_PROBLEMS = 10_000
"""A list of problems that a person may read; beyond, the columns of the answers tell them row by row."""

_MOST_VALUE_CHARACTERS = 400


class Remark(NamedTuple):
    """One thing told about one line, as it travels between processes and is kept on disk."""

    is_shared: bool
    line: int | None
    column: str | None
    value: str | None
    what: str


class SliceLog(ProblemLog):
    """Keeps what is told of one slice as remarks, to be told again in the order of the file."""

    def __init__(self, *, is_limited: bool = True) -> None:
        super().__init__()
        self._is_limited = is_limited
        self.remarks: list[Remark] = []
        self.untold = 0

    def tell(self, line: int | None, column: str | None, value: str | None, what: str) -> None:
        """Keep one problem."""
        shown = value if value is None else value[:_MOST_VALUE_CHARACTERS]
        self.keep(Remark(False, line, column, shown, what))

    def gather(self, line: int, column: str | None, value: str, what: str) -> None:
        """Keep a problem that many rows share."""
        self.keep(Remark(True, line, column, value[:_MOST_VALUE_CHARACTERS], what))

    def keep(self, remark: Remark) -> None:
        """Keep one remark, or count it once there are too many."""
        if not self._is_limited or len(self.remarks) < MOST_PROBLEMS:
            self.remarks.append(remark)
        else:
            self.untold += 1


class FileLog(ProblemLog):
    """The problems of a whole file: the first `MOST_PROBLEMS`, then how many more there are."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self.untold = 0

    def tell(self, line: int | None, column: str | None, value: str | None, what: str) -> None:
        """Tell one problem, or count it once there are too many."""
        if self._has_room():
            super().tell(line, column, value, what)

    def gather(self, line: int, column: str | None, value: str, what: str) -> None:
        """Tell a problem that many rows share, or count it once there are too many."""
        if self._has_room():
            super().gather(line, column, value, what)

    def _has_room(self) -> bool:
        self._count += 1
        if self._count > MOST_PROBLEMS:
            self.untold += 1
            return False
        return True

    def take(self, remarks: Iterable[Remark], untold: int) -> None:
        """Take in what was told of one slice."""
        for remark in remarks:
            if remark.is_shared and remark.line is not None:
                self.gather(remark.line, remark.column, remark.value or "", remark.what)
            else:
                self.tell(remark.line, remark.column, remark.value, remark.what)
        self.untold += untold

    def problems(self) -> tuple[Problem, ...]:
        """Give what was told; its first entry says how many others there are."""
        told = super().problems()
        if not self.untold:
            return told
        others = write_count(
            self.untold, "autre remarque n'est pas listée", "autres remarques ne sont pas listées"
        )
        what = f"{others} ici : les colonnes result_status et result_reasons les donnent ligne par ligne."
        return (Problem(line=None, column=None, value=None, what=what), *told)

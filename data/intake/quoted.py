"""Reading separated text as it really comes: quoted line ends, and quotes that nobody closed.

Python's csv reads what is well written, fast. What it reads by dropping quotes, or by swallowing the next
rows into one cell, is read again here by a stricter grammar: a cell is quoted only when its closing quote
stands before a separator or the end of the line; otherwise its quotes are part of it.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# A quoted cell runs over a few lines at most in a list that people wrote; a stray quote swallows the file.
_MAX_LINES_OF_ROW = 500
_WIDE = 6


class Record(NamedTuple):
    """Cells of one row, the physical line it starts on, and whether its quotes had to be mended."""

    line: int
    cells: list[str]
    is_mended: bool


class QuotedReader:
    """
    Rows of a separated text.

    Parameters
    ----------
    lines
        Physical lines with their ends, as `open(..., newline="")` gives them.
    separator
        One character.
    skip_space
        Whether a space after a separator does not count, as in `a, "b, c"`.
    width
        How many cells a row should have, once known: it decides between two readings of a doubtful row.
    """

    def __init__(
        self, lines: Iterable[str], *, separator: str, skip_space: bool = False, width: int | None = None
    ) -> None:
        self.width = width
        self._source = iter(lines)
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._line = 1
        self._separator = separator
        self._skip_space = skip_space
        escaped = re.escape(separator)
        blank = " *" if skip_space else ""
        self._cell = re.compile(rf'{blank}(?:"((?:[^"]|"")*)"(?={escaped}|[\r\n]|$)|([^{escaped}\r\n]*))')
        self._reader = self._open()

    def _open(self) -> Iterator[list[str]]:
        return csv.reader(
            self._feed(), delimiter=self._separator, strict=True, skipinitialspace=self._skip_space
        )

    def _feed(self) -> Iterator[str]:
        while True:
            line = self._waiting.popleft() if self._waiting else next(self._source, None)
            if line is None:
                return
            self._taken.append(line)
            if len(self._taken) > _MAX_LINES_OF_ROW:
                raise csv.Error("a quoted cell that does not end")
            yield line

    def __iter__(self) -> Iterator[Record]:
        while True:
            cells: list[str] | None
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                cells = None
            is_doubtful = cells is None or len(self._taken) > 1
            is_mended = False
            if is_doubtful:
                mended, used = self._mend()
                is_mended = mended != cells or used != len(self._taken)
                cells = mended
                self._waiting.extendleft(reversed(self._taken[used:]))
                del self._taken[used:]
                # A csv reader that raised inside a quote starts anew.
                self._reader = self._open()
            line, self._line = self._line, self._line + len(self._taken)
            self._taken.clear()
            yield Record(line, cells or [], is_mended)

    def _mend(self) -> tuple[list[str], int]:
        """Read the lines taken so far again; give the cells of the first row and how many lines it takes."""
        joined, end = self._read_row("".join(self._taken))
        used = _count_lines(self._taken, end)
        if used > 1 and self.width is not None:
            alone = [self._read_row(line)[0] for line in self._taken[:used]]
            # Two stray quotes several rows apart look like one quoted cell; the rows between give them away,
            # each being whole. Lines of a text that happen to hold as many separators are only likely in
            # narrow lists, where the quotes are believed.
            is_likely = self.width >= _WIDE or len(joined) != self.width
            if is_likely and all(len(cells) == self.width for cells in alone):
                return alone[0], 1
        return joined, used

    def _read_row(self, text: str) -> tuple[list[str], int]:
        """Read one row from the start of a text by the stricter grammar; give its cells and where it ends."""
        cells: list[str] = []
        position = 0
        while True:
            match = self._cell.match(text, position)
            if match is None:  # the second alternative matches anything, the empty text included
                return cells, position
            quoted, bare = match.group(1), match.group(2)
            cells.append(quoted.replace('""', '"') if quoted is not None else bare)
            position = match.end()
            if position < len(text) and text[position] == self._separator:
                position += 1
                continue
            return cells, position


def _count_lines(lines: list[str], end: int) -> int:
    """Count how many of the lines a row takes that ends at character `end` of their whole."""
    reached = 0
    for count, line in enumerate(lines, start=1):
        reached += len(line)
        if end < reached:
            return count
    return len(lines)

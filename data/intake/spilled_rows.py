"""Rows and texts kept on disk while a list is read, so that its length costs no memory."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from weakref import finalize

import orjson

_READ_BYTES = 1 << 18
_WRITTEN_ROWS = 1_000
_REMEMBERED_TEXTS = 20_000


def _open_file(owner: object) -> Any:  # noqa: ANN401 (the type of a file differs by system)
    """Open a file that has no name, and closes with its owner."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as its owner)
    finalize(owner, file.close)
    return file


class SpilledSheet:
    """
    A sheet whose rows are texts in a file that nobody else sees, read from the first as often as wanted.

    Parameters
    ----------
    name
        The name that people see.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.height = 0
        self._file = _open_file(self)
        self._waiting: list[bytes] = []
        self._first_column: int | None = None
        self._width = 0

    @property
    def start(self) -> tuple[int, int] | None:
        """Give the first row, and the first column with anything in it; None for an empty sheet."""
        return None if self._first_column is None else (0, self._first_column)

    def add(self, number: int, cells: list[str], *, copies: int = 1) -> None:
        """Add the row of this number, from 0, after the others; the blank ones between two are known."""
        first = next((position for position, cell in enumerate(cells) if cell), None)
        if first is None:
            return
        if self._first_column is None or first < self._first_column:
            self._first_column = first
        self._width = max(self._width, len(cells))
        for _ in range(number - self.height):
            self._write(b"[]\n")
        # A lone surrogate is no character; what it stood for cannot be read.
        line = orjson.dumps([cell.encode("utf-8", "replace").decode() for cell in cells]) + b"\n"
        for _ in range(copies):
            self._write(line)
        self.height = max(number, self.height) + copies

    def close(self) -> None:
        """Put what waits in the file."""
        self._file.write(b"".join(self._waiting))
        self._file.flush()
        self._waiting.clear()

    def iter_rows(self) -> Iterator[list[str]]:
        """Give the rows from the first, all of one width, from the first column with anything in it."""
        first, width = self._first_column or 0, self._width
        # Each reader has a place of its own in the file.
        place, rest = 0, b""
        while chunk := os.pread(self._file.fileno(), _READ_BYTES, place):
            place += len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                cells: list[str] = orjson.loads(line)
                yield cells[first:] + [""] * (width - max(first, len(cells)))

    def _write(self, line: bytes) -> None:
        self._waiting.append(line)
        if len(self._waiting) >= _WRITTEN_ROWS:
            self.close()


class SpilledTexts:
    """Texts in a file that nobody else sees, found by their rank: eight bytes of memory for each."""

    def __init__(self) -> None:
        self._file = _open_file(self)
        self._ends = array("Q", [0])
        self.find = lru_cache(_REMEMBERED_TEXTS)(self._read)

    def add(self, text: str) -> None:
        """Add a text after the others."""
        content = text.encode("utf-8", "replace")
        self._file.write(content)
        self._ends.append(self._ends[-1] + len(content))

    def close(self) -> None:
        """Put all texts in the file."""
        self._file.flush()

    def _read(self, rank: int) -> str:
        if not 0 <= rank < len(self._ends) - 1:
            return ""
        start, end = self._ends[rank], self._ends[rank + 1]
        content: bytes = os.pread(self._file.fileno(), end - start, start)
        return content.decode()

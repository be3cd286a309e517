"""A CSV cut into slices by its bytes, without reading its rows: they are read where they are placed.

Only for text that has one reading: a row on each line, quotes only around whole cells, no cell beyond the
last column, one encoding. Whatever is otherwise is read row by row, by the reader of `data.intake`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np

from data.intake.csv_file import MAX_CELL_CHARACTERS, read_records
from data.intake.encoding import TextSurvey
from data.intake.problems import ProblemLog
from data.intake.quoted import Record
from data.intake.table import Table
from data.intake.text import has_unwanted

ENCODINGS = frozenset({"utf-8", "utf-8-sig", "cp1252", "mac_roman", "cp850"})
"""Encodings in which a byte of ASCII is nothing else than its character."""

_BLOCK_BYTES = 1 << 20
_NEWLINE, _RETURN, _QUOTE = b"\n"[0], b"\r"[0], b'"'[0]

_Numbers = np.ndarray[Any, np.dtype[np.int64]]
_Bytes = np.ndarray[Any, np.dtype[np.uint8]]


class Piece(NamedTuple):
    """Some lines of a file that follow each other: where its bytes are, and its first line from 1."""

    number: int
    start: int
    end: int
    line: int


class PlainRows(NamedTuple):
    """Rows that were read: their lines, their cells, and the text of those that can be copied as it is."""

    lines: Sequence[int]
    cells: list[list[str]]
    texts: Sequence[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainCsv:
    """A CSV whose every line is a row: its slices, and how many rows they hold."""

    path: Path
    encoding: str
    separator: str
    columns: tuple[str, ...]
    pieces: tuple[Piece, ...]
    rows: int

    def read(self, piece: Piece, log: ProblemLog) -> PlainRows:
        """Read the rows of a slice, telling what is met; those with nothing to tell keep their text."""
        with self.path.open("rb") as file:
            file.seek(piece.start)
            content = file.read(piece.end - piece.start)
        text = content.decode(self.encoding.removesuffix("-sig"), errors="replace")
        texts = text.removesuffix("\n").split("\n")
        if b"\r" in content:
            texts = [line.removesuffix("\r") for line in texts]
        cells = list(csv.reader(texts, delimiter=self.separator))
        lines = range(piece.line, piece.line + len(texts))
        if set(map(len, cells)) == {len(self.columns)} and not has_unwanted(text):
            return PlainRows(lines, cells, texts)
        return self._mend(lines, cells, texts, log)

    def _mend(
        self, lines: Sequence[int], cut: list[list[str]], texts: list[str], log: ProblemLog
    ) -> PlainRows:
        """Make rows of lines of which some are blank, too short, or hold what cannot be read."""
        survey = TextSurvey(encoding=self.encoding)
        width = len(self.columns)
        kept: list[tuple[int, list[str], str | None]] = []
        for line, cells, text in zip(lines, cut, texts, strict=True):
            if len(cells) == width and not has_unwanted(text):
                kept.append((line, cells, text))
                continue
            record = Record(line, cells, is_mended=False)
            rows = read_records(self.path, [record], 0, self.columns, survey, log)
            kept += [(row.line, row.cells, None) for row in rows]
        return PlainRows(
            [line for line, _, _ in kept], [cells for _, cells, _ in kept], [text for *_, text in kept]
        )


def cut_plain_csv(path: Path, table: Table, *, lines_of_slice: int) -> PlainCsv | None:
    """
    Cut a CSV into slices of so many lines; None if it has to be read row by row.

    Parameters
    ----------
    path
        The file.
    table
        The same, opened: its encoding, its separator, its columns, the line of its first row.
    lines_of_slice
        How many lines a slice has, the last one excepted.
    """
    if table.encoding not in ENCODINGS or table.separator is None:
        return None
    first = next(table.rows(), None)
    if first is None:
        return None
    survey = _Survey(table.encoding, table.separator, len(table.columns), first.line, lines_of_slice)
    with path.open("rb") as file:
        head = b"".join(islice(file, first.line - 1))
        if head.count(b"\r") != head.count(b"\r\n") or survey.may_skip_spaces(head):
            return None
        file.seek(len(head))
        for block in _read_blocks(file):
            if not survey.take(block):
                return None
    return PlainCsv(
        path=path,
        encoding=table.encoding,
        separator=table.separator,
        columns=table.columns,
        pieces=survey.finish(),
        rows=survey.rows,
    )


def _read_blocks(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Read whole lines, about a megabyte at a time, and where they begin."""
    start, rest = file.tell(), b""
    while read := file.read(_BLOCK_BYTES):
        block, newline, after = (rest + read).rpartition(b"\n")
        if newline:
            yield start, block + newline
            start += len(block) + 1
        rest = after
        if len(rest) > MAX_CELL_CHARACTERS:
            break
    if rest:
        yield start, rest + b"\n"


class _Survey:
    """Goes through the blocks of a file: where its slices begin, and whether it is as plain as hoped."""

    def __init__(
        self, encoding: str, separator: str, width: int, first_line: int, lines_of_slice: int
    ) -> None:
        self.rows = 0
        self._encoding = encoding.removesuffix("-sig")
        self._separator = ord(separator)
        self._width = width
        self._first_line = first_line
        self._lines_of_slice = lines_of_slice
        self._lines = 0
        self._starts: list[int] = []
        self._end = 0

    def take(self, placed: tuple[int, bytes]) -> bool:
        """Take in a block; False if it is not plain."""
        start, block = placed
        returns = block.count(b"\r")
        if returns != block.count(b"\r\n") or self.may_skip_spaces(block) or not self._is_readable(block):
            return False
        codes = np.frombuffer(block, dtype=np.uint8)
        ends = np.flatnonzero(codes == _NEWLINE)
        separators = np.flatnonzero(codes == self._separator)
        if b'"' in block:
            quotes = np.flatnonzero(codes == _QUOTE)
            if not self._is_well_quoted(codes, quotes, ends):
                return False
            separators = separators[np.searchsorted(quotes, separators) % 2 == 0]
        begins = np.concatenate(([0], ends[:-1] + 1))
        lengths = ends - begins
        cells = np.diff(np.searchsorted(separators, ends), prepend=0) + 1
        if int(lengths.max()) > MAX_CELL_CHARACTERS or int(cells.max()) > self._width:
            return False
        if returns:
            lengths = lengths - (codes[np.maximum(ends - 1, 0)] == _RETURN)
        self.rows += int(np.count_nonzero(lengths))
        skipped = -self._lines % self._lines_of_slice
        self._starts += (begins[skipped :: self._lines_of_slice] + start).tolist()
        self._lines += len(ends)
        self._end = start + len(block)
        return True

    def may_skip_spaces(self, block: bytes) -> bool:
        """Say whether a space after a separator may not count, as in `a; "b"`: a reader has to decide."""
        return bytes([self._separator]) + b' "' in block

    def _is_readable(self, block: bytes) -> bool:
        try:
            block.decode(self._encoding)
        except UnicodeDecodeError:
            return False
        return True

    def _is_well_quoted(self, codes: _Bytes, quotes: _Numbers, ends: _Numbers) -> bool:
        """Say whether quotes stand only around whole cells, or doubled in them, and no cell spans lines."""
        if len(quotes) % 2 or np.any(np.searchsorted(quotes, ends) % 2):
            return False
        opening, closing = quotes[0::2], quotes[1::2]
        before = codes[np.maximum(opening - 1, 0)]
        opens = (opening == 0) | np.isin(before, (self._separator, _NEWLINE, _QUOTE))
        after = codes[closing + 1]
        closes = np.isin(after, (self._separator, _NEWLINE, _RETURN, _QUOTE))
        return bool(opens.all() and closes.all())

    def finish(self) -> tuple[Piece, ...]:
        """Give the slices."""
        bounds = [*self._starts, self._end]
        return tuple(
            Piece(number, start, end, self._first_line + number * self._lines_of_slice)
            for number, (start, end) in enumerate(pairwise(bounds))
        )

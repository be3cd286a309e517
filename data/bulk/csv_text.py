"""Rows written as CSV: joined where nothing has to be quoted, which is nearly always."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

_ROW_END: Final = "\r\n"
"""Python quotes a cell for the characters that end a row, no others: a lone return splits a row too."""


class CsvText:
    """
    Writes rows with one separator.

    Parameters
    ----------
    separator
        One character.

    Examples
    --------
    >>> CsvText(";").join(["12 rue de Lille", "", "Lens"]), CsvText(",").join(["Lens, Liévin", "62"])
    ('12 rue de Lille;;Lens', '"Lens, Liévin",62')
    """

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self._buffer = io.StringIO(newline="")
        self._writer = csv.writer(self._buffer, delimiter=separator, lineterminator=_ROW_END)

    def join(self, cells: Sequence[str]) -> str:
        """Write one row, without its end."""
        text = self._separator.join(cells)
        is_plain = text.count(self._separator) == len(cells) - 1 and text
        if is_plain and '"' not in text and "\n" not in text and "\r" not in text:
            return text
        self._buffer.seek(0)
        self._buffer.truncate()
        self._writer.writerow(cells)
        return self._buffer.getvalue().removesuffix(_ROW_END)

"""What PostgreSQL's COPY reads: blocks of text made column by column, and fixed-width rows made by NumPy.

Formats: PostgreSQL's documentation of COPY, « Text Format » and « Binary Format ».
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_NULL = r"\N"

BINARY_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""What a binary COPY begins with: its signature, no flag, no extension."""

BINARY_END = b"\xff\xff"
"""What a binary COPY ends with: a row of -1 fields."""


def write_text_block(columns: Sequence[Sequence[Any]]) -> str:
    r"""
    Write rows, given column by column, as COPY reads them in its text format.

    Parameters
    ----------
    columns
        Text, numbers, truth values or None; all of one length.

    Examples
    --------
    >>> write_text_block([[1, 2], ["a\tb", None], [True, 0.5]])
    '1\ta\\tb\tt\n2\t\\N\t0.5\n'
    """
    rows = zip(*map(_write_column, columns), strict=True)
    block = "\n".join(map("\t".join, rows))
    return f"{block}\n" if block else ""


def _write_column(values: Sequence[Any]) -> Sequence[str]:
    if not values:
        return []
    # Many columns hold the same in every row: nothing most often.
    if values.count(values[0]) == len(values):
        return [_write_value(values[0])] * len(values)
    types = set(map(type, values))
    if types == {str}:
        # Few texts hold anything that has to be escaped: one search says so of all of them.
        return values if _SPECIAL.search("".join(values)) is None else list(map(_write_value, values))
    if types in ({float}, {int}):
        return list(map(repr, values))
    return list(map(_write_value, values))


def _write_value(value: object) -> str:
    if value is None:
        return _NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).translate(_ESCAPED) if isinstance(value, str) else str(value)


def write_binary_rows(columns: Sequence[NDArray[Any]]) -> bytes:
    """
    Write rows of numbers, given column by column, as COPY reads them in its binary format.

    Parameters
    ----------
    columns
        Of one length; each of the very type of its column in the database (`int2`, `int4`, `float8`).

    Examples
    --------
    >>> write_binary_rows([np.array([7], dtype=np.int16)]).hex(" ")
    '00 01 00 00 00 02 00 07'
    """
    layout: list[tuple[str, str]] = [("fields", ">i2")]
    for rank, column in enumerate(columns):
        layout += [(f"length{rank}", ">i4"), (f"value{rank}", column.dtype.newbyteorder(">").str)]
    rows = np.empty(len(columns[0]), dtype=layout)
    rows["fields"] = len(columns)
    for rank, column in enumerate(columns):
        rows[f"length{rank}"] = column.dtype.itemsize
        rows[f"value{rank}"] = column
    return rows.tobytes()

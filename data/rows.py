"""Many rows in one go, through the driver: ten times faster than one object each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, Table

from data.copying import write_text_block
from data.driver import copy_rows

# Under SQLite's bound on variables (32,766), far under PostgreSQL's.
_IDS_PER_STATEMENT = 10_000

ROWS_AT_ONCE = 2_000
"""Few enough that what is made for them is gone before the garbage collector looks at it."""


_MOST_ID = 2**31 - 1

Columns = Sequence[Sequence[Any]]
"""Rows given column by column, all of one length."""


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """
    Insert rows whose values are already what the database stores: ISO dates, JSON text, numbers, text.

    Parameters
    ----------
    connection
        A connection inside a writing transaction.
    table, columns
        Where the values of each row go, in order.
    rows
        Values as many as `columns`, taken one row at a time; no row is no error.
    """
    coming = iter(rows)

    def make_blocks() -> Iterator[Columns]:
        while some := list(islice(coming, ROWS_AT_ONCE)):
            yield list(zip(*some, strict=True))

    insert_columns(connection, table, columns, make_blocks())


def insert_columns(
    connection: Connection, table: Table, columns: Sequence[str], blocks: Iterable[Columns]
) -> None:
    """
    Insert the same, given as blocks of rows column by column: what costs least to make for many rows.

    On PostgreSQL the server stores a block while the next one is being made.
    """
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(column) for column in columns)
    if connection.dialect.name == "postgresql":
        statement = f"COPY {quote(table.name)} ({names}) FROM STDIN"
        with copy_rows(connection, statement) as copy:
            for block in blocks:
                copy.write(write_text_block(block))
        return
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"
    for block in blocks:
        if rows := list(zip(*block, strict=True)):
            connection.exec_driver_sql(statement, rows)


def write_json(value: object) -> str:
    """Write a value as compact JSON text."""
    return orjson.dumps(value).decode()


def write_json_or_none(value: object) -> str | None:
    """Write a value as JSON text, nothing as SQL's null."""
    return None if value is None else orjson.dumps(value).decode()


def write_day(day: date | None) -> str | None:
    """Write a day as the database stores it."""
    return None if day is None else day.isoformat()


def in_batches(ids: Iterable[int], size: int = _IDS_PER_STATEMENT) -> Iterator[list[int]]:
    """
    Cut ids into lists that one statement may bind.

    Examples
    --------
    >>> list(in_batches([1, 2, 3], size=2))
    [[1, 2], [3]]
    """
    held = list(ids)
    for start in range(0, len(held), size):
        yield held[start : start + size]


def in_blocks(ids: range, size: int = ROWS_AT_ONCE) -> Iterator[range]:
    """
    Cut a range into ranges of as many rows as are written at once.

    Examples
    --------
    >>> list(in_blocks(range(1, 4), size=2))
    [range(1, 3), range(3, 4)]
    """
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def is_row_number(number: int) -> bool:
    """Say whether a row may have this number: each engine fails when asked about what it cannot hold."""
    return 0 < number <= _MOST_ID

"""Writing tables whose rows are counts: all of them anew, or what is to be added to some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Integer, Table, delete

from data.driver import get_driver_connection
from data.rows import insert_columns

Key = tuple[str | int, ...]
"""The values of every column of a row but the last, which is the count."""


def replace_counts(connection: Connection, table: Table, counts: Mapping[Key, int]) -> None:
    """Put counts in the place of what a table holds; its last column is the count."""
    connection.execute(delete(table))
    if counts:
        insert_columns(
            connection, table, table.columns.keys(), [[*zip(*counts, strict=True), [*counts.values()]]]
        )


def add_counts(connection: Connection, table: Table, differences: Mapping[Key, int]) -> None:
    """
    Add to the counts of some keys, in one message; a count that comes to zero leaves the table.

    Parameters
    ----------
    connection
        A connection inside a writing transaction.
    table
        Its primary key is every column but the last, `count`.
    differences
        What to add, by key; none is zero.
    """
    if not differences:
        return
    *keys, _count = table.columns.keys()
    rows = [(*key, difference) for key, difference in differences.items()]
    less = [key for key, difference in differences.items() if difference < 0]
    if connection.dialect.name == "postgresql":
        _add_on_server(connection, table, keys, rows)
        _drop_zeros_on_server(connection, table, keys, less)
        return
    marks = ", ".join("?" * len(table.columns))
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({_list(keys)}, count) VALUES ({marks})"
        f" ON CONFLICT ({_list(keys)}) DO UPDATE SET count = count + excluded.count",
        rows,
    )
    if less:
        where = " AND ".join(f"{key} = ?" for key in keys)
        connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE {where} AND count = 0", less)


def _add_on_server(connection: Connection, table: Table, keys: Sequence[str], rows: Sequence[Key]) -> None:
    arrays = [list(column) for column in zip(*rows, strict=True)]
    get_driver_connection(connection).execute(
        f"INSERT INTO {table.name} AS held ({_list(keys)}, count) SELECT * FROM unnest({_bind(table)})"
        f" ON CONFLICT ({_list(keys)}) DO UPDATE SET count = held.count + excluded.count",
        arrays,
    )


def _drop_zeros_on_server(
    connection: Connection, table: Table, keys: Sequence[str], less: Sequence[Key]
) -> None:
    if not less:
        return
    same = " AND ".join(f"held.{key} = gone.{key}" for key in keys)
    get_driver_connection(connection).execute(
        f"DELETE FROM {table.name} AS held USING unnest({_bind(table, keys)}) AS gone ({_list(keys)})"
        f" WHERE {same} AND held.count = 0",
        [list(column) for column in zip(*less, strict=True)],
    )


def _bind(table: Table, names: Sequence[str] | None = None) -> str:
    wanted = table.columns.keys() if names is None else names
    types = ("int" if isinstance(table.columns[name].type, Integer) else "text" for name in wanted)
    return ", ".join(f"%s::{name}[]" for name in types)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)

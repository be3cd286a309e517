"""Filling an empty register on a server: its indexes and references are made after the rows, not row by row.

Three times faster for 100,000 presences. It locks the tables until the transaction ends, so it is only done
while they are empty: later lists are written beside readers, who wait for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, text

# Below, making the indexes again costs more than it spares.
_LOADED_FROM = 2_000

_TABLES = ("presences", "presence_sector", "presence_periods", "source_rows")

_READ_REFERENCES = text(
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND conrelid = ANY(CAST(:tables AS regclass[])) ORDER BY conname"
)
_READ_INDEXES = text(
    "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
    " WHERE NOT indisunique AND indrelid = ANY(CAST(:tables AS regclass[])) ORDER BY 1"
)


@contextmanager
def make_indexes_after(connection: Connection, row_count: int) -> Iterator[None]:
    """Let many rows be written into an empty register without its indexes, and make them at the end."""
    is_first = (
        row_count >= _LOADED_FROM
        and not connection.exec_driver_sql("SELECT EXISTS (SELECT FROM presences)").scalar_one()
    )
    if not is_first:
        yield
        return
    tables = {"tables": list(_TABLES)}
    references = [tuple(row) for row in connection.execute(_READ_REFERENCES, tables)]
    indexes = [tuple(row) for row in connection.execute(_READ_INDEXES, tables)]
    for table, name, _ in references:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    _make(connection, [definition for _, definition in indexes])
    _make(
        connection,
        [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in references],
    )


def _make(connection: Connection, statements: Sequence[str]) -> None:
    # For this transaction only: room to sort a million entries in memory.
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
    for statement in statements:
        connection.exec_driver_sql(statement)

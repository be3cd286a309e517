"""The driver's own connection, for what SQLAlchemy does not do (COPY) or would slow down (who is near)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection

if TYPE_CHECKING:
    import psycopg


def get_driver_connection(connection: Connection) -> psycopg.Connection[tuple[Any, ...]]:
    """Give psycopg's connection of a connection to PostgreSQL; the transaction is the same."""
    return cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)


@contextmanager
def copy_rows(connection: Connection, statement: str) -> Iterator[psycopg.Copy]:
    """
    Begin a COPY … FROM STDIN whose blocks are sent by a thread of their own.

    The server then stores one block while the next one is being made: each has a core. At most 128 MB wait.
    """
    from psycopg.copy import QueuedLibpqWriter  # noqa: PLC0415 (installed with the server only)

    with (
        get_driver_connection(connection).cursor() as cursor,
        cursor.copy(statement, writer=QueuedLibpqWriter(cursor)) as copy,
    ):
        yield copy

"""The driver's own connection, for what SQLAlchemy does not do (COPY) or would slow down (who is near)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection

if TYPE_CHECKING:
    import psycopg


def get_driver_connection(connection: Connection) -> psycopg.Connection[tuple[Any, ...]]:
    """Give psycopg's connection of a connection to PostgreSQL; the transaction is the same."""
    return cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)

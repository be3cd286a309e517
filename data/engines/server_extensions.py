"""The extensions of PostgreSQL that the register needs, made where the server and its rights allow."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from data.engines.server import name_server
from data.errors import MissingExtensionError

EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")
"""Geometry; an index of sector and point together; an index of parts of words."""


def create_extensions(connection: Connection) -> None:
    """
    Create the extensions that the database lacks, inside the caller's transaction.

    Raises
    ------
    MissingExtensionError
        If the server does not have them, or the user may not create them.
    """
    present = set(connection.exec_driver_sql("SELECT extname FROM pg_extension").scalars())
    missing = [name for name in EXTENSIONS if name not in present]
    if not missing:
        return
    where = name_server(connection.engine.url)
    offered = set(connection.exec_driver_sql("SELECT name FROM pg_available_extensions").scalars())
    absent = [name for name in missing if name not in offered]
    if absent:
        raise MissingExtensionError(
            where=where, extensions=absent, reason="ces extensions ne sont pas installées sur le serveur"
        )
    try:
        for name in missing:
            connection.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {name}")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":
            raise
        raise MissingExtensionError(
            where=where, extensions=missing, reason="cet utilisateur n'a pas le droit de créer ces extensions"
        ) from error

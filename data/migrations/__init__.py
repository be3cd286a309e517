"""The history of the register's tables (Alembic), and how the program brings a register up to date."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

CURRENT_REVISION = "0010"
"""The level of the tables that this program knows. Revisions are numbered, so that they can be compared."""

FOLDER = Path(__file__).parent


def read_revision(connection: Connection) -> str | None:
    """Give the level of a register's tables, None when it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def run_migrations(connection: Connection, revision: str = "head", *, down: bool = False) -> None:
    """
    Bring the tables to a revision, inside the caller's transaction.

    Parameters
    ----------
    connection
        A connection inside a writing transaction; the caller commits.
    revision
        Where to go.
    down
        True to go back.
    """
    # Alembic takes 0.3 s to import: only a register to be created or upgraded pays for it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, revision)

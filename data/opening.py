"""Opening a register: made when there is none, brought to the tables and territories of this program."""

from __future__ import annotations

from data.clock import today
from data.counts.kept import rebuild_summary_tables
from data.errors import NewerRegisterError, OutdatedRegisterError
from data.homes.places import republish_homes
from data.migrations import CURRENT_REVISION, read_revision, run_migrations
from data.presence_index import rebuild_index, refresh_index
from data.reference_tables import is_reference_current, sync_reference_tables
from data.sectors import SectorBook
from data.session import Register
from data.settings import DatabaseSettings
from geo.territories import Referential


def open_register(
    settings: DatabaseSettings | None = None,
    *,
    referential: Referential | None = None,
    sectors: SectorBook | None = None,
) -> Register:
    """
    Open the register, and create it when there is none.

    Parameters
    ----------
    settings
        Where it lives; by default, what the environment says.
    referential, sectors
        The territories and the sectors; by default, those that ship with the service.

    Raises
    ------
    NotARegisterError
        If the file is something else, or damaged; it is left as it is.
    NewerRegisterError, OutdatedRegisterError
        If another version of the program wrote it; it is left as it is.
    RegisterUnavailableError
        If it cannot be opened now.
    UnsupportedDatabaseError
        If the address names another kind of database.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     with register.reading() as session:
    ...         version = session.data_version
    ...     register.close()
    >>> version
    1
    """
    register = Register(settings or DatabaseSettings(), referential=referential, sectors=sectors)
    try:
        _make_ready(register)
    except BaseException:
        register.close()
        raise
    return register


def _make_ready(register: Register) -> None:
    is_new = register.storage.prepare()
    if is_new:
        _migrate(register)
    else:
        with register.reading() as session:
            found = read_revision(session.connection)
        if found is None:
            _migrate(register)
        elif found != CURRENT_REVISION:
            error = OutdatedRegisterError if found < CURRENT_REVISION else NewerRegisterError
            raise error(where=register.where, found=found, expected=CURRENT_REVISION)
    _sync_reference(register)


def upgrade_register(settings: DatabaseSettings | None = None) -> None:
    """
    Bring the register's tables to what this program knows; nothing happens when they are.

    Raises
    ------
    NewerRegisterError
        If a newer program wrote it.
    NotARegisterError, RegisterUnavailableError
        As `open_register`.
    """
    register = Register(settings or DatabaseSettings())
    try:
        register.storage.prepare()
        _migrate(register)
        _sync_reference(register)
    finally:
        register.close()


def _migrate(register: Register) -> None:
    with register.writing(changes_answers=False) as session:
        found = read_revision(session.connection)
        if found is not None and found > CURRENT_REVISION:
            raise NewerRegisterError(where=register.where, found=found, expected=CURRENT_REVISION)
        if found != CURRENT_REVISION:
            run_migrations(session.connection)


def _sync_reference(register: Register) -> None:
    """Bring the tables of territories and sectors to what this program holds, when they differ."""
    with register.reading() as session:
        if is_reference_current(session.connection, register.referential, register.sectors):
            return
    with register.writing() as session:
        connection = session.connection
        change = sync_reference_tables(connection, register.referential, register.sectors)
        if change is None:
            return
        moved = republish_homes(connection, register.referential)
        if change.of_index:
            rebuild_index(connection, register.proximity, register.id_by_sector)
        else:
            # Of a million presences, the index takes minutes to write again: few of them are homes.
            refresh_index(connection, register.proximity, register.id_by_sector, moved)
        rebuild_summary_tables(connection, register.referential, day=today())

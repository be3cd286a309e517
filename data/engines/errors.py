"""The one place where errors of the database become errors of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from data.engines.server_errors import find_server_errors, translate_server_error
from data.errors import (
    DiskFullError,
    NotARegisterError,
    RegisterBusyError,
    RegisterNotReachedError,
    RegisterReadOnlyError,
)
from geo.errors import MaillageError

# SQLite's extended result codes keep the primary one in their low byte (sqlite.org/rescode.html).
_PRIMARY_CODE = 0xFF


@contextmanager
def translate_database_error(where: str) -> Iterator[None]:
    """
    Turn what the database says into what a person can act on; an error of the program goes through.

    Parameters
    ----------
    where
        The database, as the message names it.

    Raises
    ------
    RegisterUnavailableError
        If the register is busy, read-only, out of disk or out of reach.
    NotARegisterError
        If the file is damaged or something else.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise RegisterBusyError(where=where) from error
    except DBAPIError as error:
        known = _translate(error.orig, where)
        if known is not None:
            raise known from error
        raise
    except _find_driver_errors() as error:
        known = _translate(error, where)
        if known is not None:
            raise known from error
        raise


def _find_driver_errors() -> tuple[type[Exception], ...]:
    """Give the errors of the drivers themselves: raised where SQLAlchemy is not in between."""
    return (sqlite3.Error, *find_server_errors())


def _translate(error: BaseException | None, where: str) -> MaillageError | None:
    if isinstance(error, sqlite3.Error):
        return _translate_file_error(error, where)
    return None if error is None else translate_server_error(error, where)


def _translate_file_error(error: sqlite3.Error, where: str) -> MaillageError | None:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return RegisterBusyError(where=where)
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
        return RegisterReadOnlyError(where=where)
    if code == sqlite3.SQLITE_FULL:
        return DiskFullError(where=where)
    if code == sqlite3.SQLITE_NOTADB:
        return NotARegisterError(where=where)
    if code == sqlite3.SQLITE_CORRUPT:
        return NotARegisterError(where=where, reason="le fichier est abîmé")
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}:
        return RegisterNotReachedError(where=where, reason=str(error))
    return None

"""The one place where errors of the database become errors of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

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
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            known = _translate(error.orig, where)
            if known is not None:
                raise known from error
        raise
    except sqlite3.Error as error:
        known = _translate(error, where)
        if known is not None:
            raise known from error
        raise


def _translate(error: sqlite3.Error, where: str) -> MaillageError | None:
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

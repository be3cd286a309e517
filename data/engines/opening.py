"""From an address to the storage engine that it names."""

from __future__ import annotations

import re

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from data.engines.file import FileStorage
from data.engines.server import ServerStorage
from data.engines.storage import Storage
from data.errors import UnsupportedDatabaseError
from data.settings import DatabaseSettings

# As much as may be one: up to the last « @ », since a password may hold any sign.
_PASSWORD = re.compile(r"(://[^/@:]*:).*(?=@)|((?:\?|&)password=)[^&]*")
_SERVER_NAMES = frozenset({"postgresql", "postgres"})


def hide_password(text: str) -> str:
    """
    Give a database's address without its password, whether or not it can be read as an address.

    Examples
    --------
    >>> hide_password("postgresql://maillage:s3cr@t@hôte:port/base")
    'postgresql://maillage:***@hôte:port/base'
    >>> hide_password("postgresql://hôte/base?password=s3cret&sslmode=require")
    'postgresql://hôte/base?password=***&sslmode=require'
    >>> hide_password("sqlite:////srv/maillage/registre.sqlite3")
    'sqlite:////srv/maillage/registre.sqlite3'
    """
    return _PASSWORD.sub(r"\1\2***", text)


def read_url(settings: DatabaseSettings) -> URL:
    """
    Read the address of the register.

    Raises
    ------
    UnsupportedDatabaseError
        If it names another kind of database, or none.
    """
    try:
        url = make_url(settings.url)
    except (ArgumentError, ValueError):
        # Without its cause, which names the whole address.
        raise UnsupportedDatabaseError(url=hide_password(settings.url)) from None
    name, _, driver = url.drivername.partition("+")
    if name in _SERVER_NAMES and driver in {"", "psycopg"} and url.database:
        return url.set(drivername="postgresql+psycopg")
    if name == "sqlite":
        return url
    raise UnsupportedDatabaseError(url=url.render_as_string(hide_password=True))


def open_storage(settings: DatabaseSettings) -> Storage:
    """
    Give the storage engine of the register; nothing is opened yet.

    Raises
    ------
    UnsupportedDatabaseError
        If the address names another kind of database.
    MissingDriverError
        If it names a server, and what speaks to servers is not installed.
    """
    url = read_url(settings)
    if url.get_backend_name() == "sqlite":
        return FileStorage(url, settings)
    return ServerStorage(url, settings)

"""From an address to the storage engine that it names."""

from __future__ import annotations

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from data.errors import UnsupportedDatabaseError
from data.register_file import FileStorage
from data.register_server import ServerStorage
from data.settings import DatabaseSettings
from data.storage import Storage

_SERVER_NAMES = frozenset({"postgresql", "postgres"})


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
    except (ArgumentError, ValueError) as error:
        raise UnsupportedDatabaseError(url=settings.url) from error
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

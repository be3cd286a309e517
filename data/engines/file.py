"""The register's file: which address, which connections, and whether a file is a register at all."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from data.engines.asking import Asker
from data.engines.errors import translate_database_error
from data.engines.storage import WRITING
from data.errors import NotARegisterError, RegisterNotReachedError, UnsupportedDatabaseError
from data.proximity import ProximityIndex, SqliteProximityIndex
from data.settings import DatabaseSettings

_LOGGER = logging.getLogger(__name__)

_APPLICATION_ID = 0x4D41494C
"""« MAIL » in the header of the file: this SQLite file is a register, and not another program's."""

_HEADER_LENGTH = 100
_APPLICATION_ID_OFFSET = 68

_CACHE_KIB = 65_536

_RETRY_PAUSE_S = 0.02


class FileStorage:
    """
    A register in one SQLite file.

    Parameters
    ----------
    url
        The file's address.
    settings
        How long to wait for another writer.

    Raises
    ------
    UnsupportedDatabaseError
        If the address names no file.
    """

    def __init__(self, url: URL, settings: DatabaseSettings) -> None:
        if not url.database or url.database == ":memory:":
            raise UnsupportedDatabaseError(url=url.render_as_string(hide_password=True))
        self.url = url
        self.where = url.database
        self.settings = settings
        self.engine = _create_engine(_open_as_allowed(url), settings)
        self.proximity: ProximityIndex = SqliteProximityIndex()
        self.asker: Asker | None = None

    def prepare(self) -> bool:
        """Refuse what is not a register, begin the file when there is none, and say whether it was begun."""
        return _prepare_file(self.url, self.settings)

    def ask_once(self, _statement: str, _bound: Mapping[str, Any]) -> list[tuple[Any, ...]] | None:
        """Give None: a file is asked in a session, which costs no message to anybody."""
        return None

    def count_writes(self, connection: Connection) -> int:
        """Count the rows that this connection has ever written."""
        return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())

    def loading(self, connection: Connection, row_count: int) -> AbstractContextManager[None]:  # noqa: ARG002
        """Do nothing: SQLite adds to its indexes as fast as it makes them."""
        return nullcontext()

    def settle(self, row_count: int) -> None:
        """Do nothing: SQLite reads what was just written as fast as what is old."""


def _open_as_allowed(url: URL) -> URL:
    """
    Give the address itself, or one that only reads where the folder may not be written.

    Even a reader of a WAL file writes beside it, unless SQLite is told that nobody changes the file. That is
    not true of a file whose log still holds something: it is then opened as it is, and refused.
    """
    path = Path(url.database or "")
    if url.query or not path.is_file() or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return url
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        return url
    _LOGGER.warning("Le registre %s ne peut pas être écrit : il est ouvert en lecture seule.", path)
    return url.set(database=f"file:{quote(str(path))}", query={"mode": "ro", "immutable": "1", "uri": "true"})


def _create_engine(url: URL, settings: DatabaseSettings) -> Engine:
    """Create the engine of a register: its connections wait for a writer, and check references."""
    engine = create_engine(
        url,
        # Errors name statements, never the personal data that they carry.
        hide_parameters=True,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=_read_json,
        connect_args={"timeout": settings.busy_timeout_s, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _record: object) -> None:
        # The driver begins nothing on its own: `begin` below decides between reading and writing.
        raw.isolation_level = None
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        raw.execute("PRAGMA temp_store = MEMORY")
        # Commits are rare and must survive a power cut.
        raw.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")

    return engine


def _read_json(held: str | float) -> Any:  # noqa: ANN401 (JSON is any)
    """Read what a JSON column holds: SQLite makes a number of a text that is one."""
    return orjson.loads(held) if isinstance(held, str) else held


def _prepare_file(url: URL, settings: DatabaseSettings) -> bool:
    """
    Refuse what is not a register, begin the file when there is none, and say whether it was begun now.

    Raises
    ------
    NotARegisterError
        If the file is something else; it is left as it is.
    RegisterUnavailableError
        If the file or its folder cannot be read or made.
    """
    if url.query:
        # An address with options (a read-only URI) is read as it is.
        return False
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        header = _read_header(path)
    except OSError as error:
        raise RegisterNotReachedError(where=str(path), reason=error.strerror or str(error)) from error
    if header:
        _check_header(header, str(path))
        return False
    with translate_database_error(str(path)):
        _begin_file(path, settings.busy_timeout_s)
    return True


def _begin_file(path: Path, busy_timeout_s: float) -> None:
    """
    Write the first page of a register, with its mark.

    SQLite does not wait for its turn to change the journal: of several programs that begin one file, those
    that come too early are told so at once, and try again here.
    """
    deadline = time.monotonic() + busy_timeout_s
    while True:
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as raw:
                raw.execute(f"PRAGMA busy_timeout = {int(busy_timeout_s * 1_000)}")
                # Before WAL, so that the mark stands in the file itself.
                raw.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_PAUSE_S)
        else:
            return


def _read_header(path: Path) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        return file.read(_HEADER_LENGTH)


def _check_header(header: bytes, where: str) -> None:
    """Read SQLite's file header (sqlite.org/fileformat.html, §1.3) without opening the database."""
    if not header.startswith(b"SQLite format 3\x00") or len(header) < _HEADER_LENGTH:
        raise NotARegisterError(where=where)
    application_id = int.from_bytes(header[_APPLICATION_ID_OFFSET : _APPLICATION_ID_OFFSET + 4], "big")
    if application_id != _APPLICATION_ID:
        raise NotARegisterError(where=where, reason="c'est la base d'un autre programme")

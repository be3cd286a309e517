"""What a storage engine has to offer for a register to live on it: one file of code per engine behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from data.engines.asking import Asker
from data.proximity import ProximityIndex

WRITING = "maillage_writing"
"""The execution option of a connection that may write."""


class Storage(Protocol):
    """Where a register lives. Each engine begins a transaction its own way, when SQLAlchemy begins one."""

    url: URL
    where: str
    """The register as messages name it: never with a password."""

    engine: Engine
    proximity: ProximityIndex
    asker: Asker | None
    """What asks without a thread; None where there is nothing to wait for."""

    def prepare(self) -> bool:
        """Refuse what is not a register, begin one where there is none, and say whether it was begun now."""
        ...

    def count_writes(self, connection: Connection) -> int:
        """Give a number that differs from before once the transaction has written a row."""
        ...

    def ask_once(self, statement: str, bound: Mapping[str, Any]) -> list[tuple[Any, ...]] | None:
        """Ask one statement outside any transaction; None where a session has to be asked instead."""
        ...

    def loading(self, connection: Connection, row_count: int) -> AbstractContextManager[None]:
        """Make ready for many new presences, and put everything in order once they are written."""
        ...

    def settle(self, row_count: int) -> None:
        """Leave the tables as readers find them quickest, once so many new presences are committed."""
        ...


@contextmanager
def begin_session(engine: Engine, *, is_writing: bool) -> Iterator[Connection]:
    """
    Begin a transaction, commit it at the end, leave no trace of it when anything is raised.

    A connection that the server dropped since it was last used (it was restarted) is replaced once: nothing
    has been read or written on it yet.
    """
    try:
        connection = _begin(engine, is_writing=is_writing)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        connection = _begin(engine, is_writing=is_writing)
    with connection:
        transaction = connection.get_transaction()
        if transaction is None:  # pragma: no cover (begun above)
            message = "The transaction was not begun."
            raise RuntimeError(message)
        with transaction:
            yield connection


def _begin(engine: Engine, *, is_writing: bool) -> Connection:
    connection = engine.connect()
    try:
        if is_writing:
            connection = connection.execution_options(**{WRITING: True})
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection

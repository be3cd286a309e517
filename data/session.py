"""The register as one thing to open, read and write; the only place that commits.

`reading()` sees one state of the register from its first statement to its last. `writing()` is all or
nothing: it holds the register's only right to write, commits at the end, and leaves no trace when anything is
raised or the program is killed. Errors of the database become errors of ours here, and nowhere else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, select, update

from data.engines.errors import translate_database_error
from data.engines.opening import open_storage
from data.engines.storage import begin_session
from data.reference import load_referential
from data.sectors import SectorBook, load_sectors
from data.settings import DatabaseSettings
from data.tables import register_state
from geo.territories import Referential

_ANSWERS_REMEMBERED = 256

Answer = TypeVar("Answer")


class Session:
    """
    One transaction on a register: what the queries and the questions are handed.

    Parameters
    ----------
    register
        The register that it is on.
    connection
        The connection that it holds.
    is_writing
        Whether it may write.
    """

    def __init__(self, register: Register, connection: Connection, *, is_writing: bool) -> None:
        self.register = register
        self.connection = connection
        self.is_writing = is_writing
        self.loaded = 0

    @contextmanager
    def loading(self, row_count: int) -> Iterator[None]:
        """Write many new presences inside the block: the storage makes ready for them, and settles after."""
        with self.register.storage.loading(self.connection, row_count):
            yield
        self.loaded += row_count

    @cached_property
    def data_version(self) -> int:
        """Give the number that grows with each transaction that changes the register."""
        return int(self.connection.execute(_READ_DATA_VERSION).scalar_one())

    def remember(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """
        Give what `compute` gives, computed once for a state of the register.

        Parameters
        ----------
        key
            What the answer depends on, apart from the register's content.
        compute
            Called when this state has not been asked that yet; its answer must not be changed by callers.
            A writing session always computes: what it sees is nobody else's yet.
        """
        if self.is_writing:
            return compute()
        return self.register.remembered(self.data_version, key, compute)


class Register:
    """
    A register that is open: `open_register` gives one. Safe to share between threads.

    Parameters
    ----------
    settings
        Where it lives.
    referential, sectors
        The territories and the sectors that it speaks of.
    """

    def __init__(
        self,
        settings: DatabaseSettings,
        *,
        referential: Referential | None = None,
        sectors: SectorBook | None = None,
    ) -> None:
        self.settings = settings
        self.storage = open_storage(settings)
        self.url = self.storage.url
        self.where = self.storage.where
        self.engine = self.storage.engine
        self.proximity = self.storage.proximity
        self._referential = referential
        self._sectors = sectors
        self._remembered: dict[Hashable, Any] = {}
        self._remembered_version = -1
        self._lock = threading.Lock()

    @cached_property
    def referential(self) -> Referential:
        """The territories."""
        return self._referential or load_referential()

    @cached_property
    def sectors(self) -> SectorBook:
        """The sectors."""
        return self._sectors or load_sectors()

    @cached_property
    def id_by_sector(self) -> dict[str, int]:
        """The id of each sector's code."""
        return {sector.code: self.sectors.id_of(sector.code) for sector in self.sectors.sectors}

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """
        Read one state of the register, whatever others write meanwhile.

        Raises
        ------
        RegisterUnavailableError
            If the register cannot be read now.
        NotARegisterError
            If the file is damaged.
        """
        with (
            translate_database_error(self.where),
            begin_session(self.engine, is_writing=False) as connection,
        ):
            yield Session(self, connection, is_writing=False)

    @contextmanager
    def writing(self, *, changes_answers: bool = True) -> Iterator[Session]:
        """
        Write all or nothing; the data version grows if anything was written.

        Parameters
        ----------
        changes_answers
            False for what no answer depends on (a cache): the data version then stays.

        Raises
        ------
        RegisterUnavailableError
            If another program writes for too long, or the file is read-only, or the disk full.
        NotARegisterError
            If the file is damaged.
        """
        with (
            translate_database_error(self.where),
            begin_session(self.engine, is_writing=True) as connection,
        ):
            before = self.storage.count_writes(connection)
            session = Session(self, connection, is_writing=True)
            yield session
            if changes_answers and self.storage.count_writes(connection) != before:
                connection.execute(_BUMP_DATA_VERSION)
        if session.loaded:
            self.storage.settle(session.loaded)

    @property
    def can_be_asked_soon(self) -> bool:
        """Say whether `ask_soon` may answer: a register on a server."""
        return self.storage.asker is not None

    async def ask_soon(self, statement: str, bound: Mapping[str, Any]) -> list[tuple[Any, ...]] | None:
        """
        Ask one statement outside any transaction, from the event loop itself.

        None where a session has to be asked instead (`data.engines.asking`). Who asked closes with
        `end_asking`.
        """
        asker = self.storage.asker
        return None if asker is None else await asker.ask(statement, bound)

    async def end_asking(self) -> None:
        """Close the connections of the running event loop."""
        if self.storage.asker is not None:
            await self.storage.asker.close()

    def peek_version(self) -> int | None:
        """
        Give the data version in one message to the server, None where that takes a session.

        What was remembered at this version may be answered as it is.
        """
        rows = self.storage.ask_once(_PEEK_DATA_VERSION, {})
        return int(rows[0][0]) if rows else None

    async def peek_version_soon(self) -> int | None:
        """Give what `peek_version` gives, from the event loop itself; see `ask_soon`."""
        rows = await self.ask_soon(_PEEK_DATA_VERSION, {})
        return int(rows[0][0]) if rows else None

    def find_remembered(self, data_version: int, key: Hashable) -> Any:  # noqa: ANN401 (whatever was remembered)
        """Give an answer that was remembered at this data version, None when there is none."""
        with self._lock:
            return self._remembered.get(key) if self._remembered_version == data_version else None

    def remembered(self, data_version: int, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """Give an answer that was computed at this data version, or compute it."""
        with self._lock:
            if self._remembered_version == data_version and key in self._remembered:
                return cast("Answer", self._remembered[key])
        answer = compute()
        with self._lock:
            if data_version > self._remembered_version:
                self._remembered.clear()
                self._remembered_version = data_version
            if data_version == self._remembered_version:
                while len(self._remembered) >= _ANSWERS_REMEMBERED:
                    del self._remembered[next(iter(self._remembered))]
                self._remembered[key] = answer
        return answer

    def close(self) -> None:
        """Close every connection; the register may be opened again."""
        self.engine.dispose()


_PEEK_DATA_VERSION = "SELECT data_version FROM register_state"
_READ_DATA_VERSION = select(register_state.c.data_version)
_BUMP_DATA_VERSION = update(register_state).values(data_version=register_state.c.data_version + 1)

"""The register on a PostgreSQL server with PostGIS: which connections, and who may write when.

A reader's transaction is REPEATABLE READ: one state of the register from its first statement to its last. A
writer's takes one lock of the whole register (an advisory lock, given back when the transaction ends however
it ends): one writer at a time, as on SQLite, and readers wait for nobody.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from data.engines.asking import Asker
from data.engines.server_loading import make_indexes_after, sweep
from data.engines.storage import WRITING
from data.errors import MissingDriverError
from data.proximity import PostgisProximityIndex, ProximityIndex
from data.settings import DatabaseSettings

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import Buffer
    from psycopg.adapt import Loader

_LOGGER = logging.getLogger(__name__)

_WRITER_LOCK = 0x4D41494C
"""« MAIL »: the advisory lock that one writer holds; advisory locks are the database's own."""

_BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

# READ COMMITTED: what is read after the lock was waited for is what the writer before has committed.
_BEGIN_WRITING = (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = {timeout_ms};"
    # There is one writer: it may count a million rows in memory.
    " SET LOCAL work_mem = '128MB';"
    " SELECT pg_advisory_xact_lock({lock})"
)

_CONNECT_TIMEOUT_S = 5

# What takes half a millisecond keeps two cores of PostgreSQL busy with a few connections.
_MOST_ASKING = 6

# A connection is tried again by the operating system's keepalives: a writer whose machine has gone would hold
# the lock until then (TCP gives up after two hours otherwise).
_KEEPALIVES = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}

# JIT pays from a second on; our longest questions take a tenth of one, and compiling takes as long.
_SERVER_OPTIONS = "-c jit=off -c timezone=UTC -c client_min_messages=warning"


def name_server(url: URL) -> str:
    """Write a server's address without its password nor options: what messages show."""
    shown = URL.create(
        "postgresql", username=url.username, host=url.host, port=url.port, database=url.database
    )
    return shown.render_as_string()


class ServerStorage:
    """
    A register in one database of a PostgreSQL server.

    Parameters
    ----------
    url
        The database's address.
    settings
        How many connections, how long to wait.

    Raises
    ------
    MissingDriverError
        If psycopg is not installed.
    """

    def __init__(self, url: URL, settings: DatabaseSettings) -> None:
        if importlib.util.find_spec("psycopg") is None:
            raise MissingDriverError(package="psycopg", extra="server")
        self.url = url
        self.where = name_server(url)
        self.engine = _create_engine(url, settings)
        # What is asked once is asked thousands of times: it is planned once too. Elsewhere a plan that knows
        # the values (a rare sector, a long word) is worth its fifth of a millisecond.
        # Nobody is looked up twice in one question: what was looked up is not kept either.
        options = f"{_SERVER_OPTIONS} -c plan_cache_mode=force_generic_plan -c enable_memoize=off"
        # None in a rush: opening a connection takes ten times as long as waiting for one of these.
        most = min(settings.pool_size, _MOST_ASKING)
        few = settings.model_copy(update={"pool_size": most, "pool_overflow": 0})
        self._asking = _create_engine(url, few, options)
        self.asker: Asker | None = Asker(
            url.set(drivername="postgresql").render_as_string(hide_password=False),
            _make_connect_arguments(options),
            most=most,
        )
        event.listen(self.engine, "engine_disposed", lambda _engine: self._asking.dispose())
        self.proximity: ProximityIndex = PostgisProximityIndex()

    def prepare(self) -> bool:
        """Say that the database is there already: a server's databases are created by its administrator."""
        return False

    def count_writes(self, connection: Connection) -> int:
        """
        Say whether this transaction has written: it has a number of its own from its first write on.

        The number is given to whoever inserts, updates or deletes a row, and to nobody who only reads.
        """
        found = connection.exec_driver_sql("SELECT pg_current_xact_id_if_assigned() IS NOT NULL").scalar_one()
        return int(found)

    def ask_once(self, statement: str, bound: Mapping[str, Any]) -> list[tuple[Any, ...]] | None:
        """
        Ask one statement outside any transaction: it sees one state of the register by itself.

        It spares two of three messages to the server. None when the connection had to be given up (the
        server was restarted, or is not there): whoever asks then asks in a session, which says what is wrong.
        """
        import psycopg  # noqa: PLC0415 (installed with the server only)

        try:
            borrowed = self._asking.raw_connection()
        except (SQLAlchemyError, psycopg.Error):
            return None
        try:
            driver = cast("psycopg.Connection[tuple[Any, ...]]", borrowed.driver_connection)
            return driver.execute(statement, bound).fetchall()
        except psycopg.OperationalError:
            borrowed.invalidate()
            return None
        finally:
            borrowed.close()

    def loading(self, connection: Connection, row_count: int) -> AbstractContextManager[None]:
        """Make the indexes after the rows, when these are the first and many."""
        return make_indexes_after(connection, row_count)

    def settle(self, row_count: int) -> None:
        """
        Sweep the tables after a large load, outside any transaction: no reader then checks each row's author.

        The server would do it by itself, minutes later and beside the first readers. What is committed is
        safe either way: that the sweep cannot be done is noted, and no more.
        """
        import psycopg  # noqa: PLC0415 (installed with the server only)

        try:
            borrowed = self.engine.raw_connection()
        except (SQLAlchemyError, psycopg.Error):
            return
        try:
            sweep(cast("psycopg.Connection[tuple[Any, ...]]", borrowed.driver_connection), row_count)
        except psycopg.Error as error:
            _LOGGER.warning("Les tables de %s n'ont pas pu être balayées : %s", self.where, error)
            borrowed.invalidate()
        finally:
            borrowed.close()


def _make_connect_arguments(options: str) -> dict[str, Any]:
    return {
        "connect_timeout": _CONNECT_TIMEOUT_S,
        "application_name": "maillage",
        "options": options,
        # Transactions are begun by the engine, in one message with what they need; the driver begins none.
        "autocommit": True,
        # Prepared on the second use: nearly every statement here is asked thousands of times.
        "prepare_threshold": 1,
        **_KEEPALIVES,
    }


def _create_engine(url: URL, settings: DatabaseSettings, options: str = _SERVER_OPTIONS) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_timeout=settings.busy_timeout_s,
        # The connection used last is given first: the others age, and a quiet service keeps few of them warm.
        pool_use_lifo=True,
        connect_args=_make_connect_arguments(options),
    )
    begin_writing = _BEGIN_WRITING.format(
        timeout_ms=max(1, int(settings.busy_timeout_s * 1_000)), lock=_WRITER_LOCK
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        is_writing = connection.get_execution_options().get(WRITING, False)
        # Without parameters, several statements travel as one message.
        connection.exec_driver_sql(
            begin_writing if is_writing else _BEGIN_READING, execution_options={"no_parameters": True}
        )

    @event.listens_for(engine, "connect")
    def prepare(raw: psycopg.Connection[Any], _record: object) -> None:
        raw.adapters.register_loader("timestamptz", _make_instant_loader())

    return engine


@cache
def _make_instant_loader() -> type[Loader]:
    """Make what reads instants as SQLite gives them: UTC, without saying so."""
    from psycopg.adapt import Loader  # noqa: PLC0415 (installed with the server only)

    class InstantLoader(Loader):
        def load(self, data: Buffer) -> datetime:
            # The session's time zone is UTC: the text always ends with « +00 ».
            return datetime.fromisoformat(bytes(data).decode()).replace(tzinfo=None)

    return InstantLoader

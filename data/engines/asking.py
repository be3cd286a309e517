"""Asking a server short questions without a thread: as many wait for the database as the event loop likes.

A question that takes half a millisecond in the database takes as long again to hand over to a thread and
back. Here it is sent from the event loop of the site, on one of a few connections that belong to that loop;
more than those only make PostgreSQL share its cores. Statements are prepared at their second use.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Asker:
    """
    A few connections of one event loop; they are opened when they are first needed.

    Parameters
    ----------
    address
        What psycopg connects to.
    given
        Its other arguments.
    most
        How many connections at most.
    """

    def __init__(self, address: str, given: Mapping[str, Any], *, most: int) -> None:
        self._address = address
        self._given = dict(given)
        self._most = most
        self._opened = 0
        self._idle: list[Connection] = []
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def ask(self, statement: str, bound: Mapping[str, Any]) -> list[tuple[Any, ...]] | None:
        """
        Ask one statement outside any transaction: it sees one state of the register by itself.

        None when the connection had to be given up (the server was restarted, or is not there), or when the
        connections are those of another event loop: whoever asks then asks in a session, which says what is
        wrong.
        """
        import psycopg  # noqa: PLC0415 (installed with the server only)

        if not self._is_ours():
            return None
        try:
            connection = await self._borrow()
        except psycopg.Error:
            return None
        try:
            cursor = await connection.execute(statement, bound, binary=True)
            rows = await cursor.fetchall()
        except psycopg.OperationalError:
            await self._give_up(connection)
            return None
        except BaseException:
            # Whatever is still under way there is nobody's any more.
            await self._give_up(connection)
            raise
        self._give_back(connection)
        return rows

    async def close(self) -> None:
        """Close the connections, when they are those of the running event loop; any loop may then begin."""
        if not self._is_ours():
            return
        self._loop = None
        while self._idle:
            await self._give_up(self._idle.pop())

    def _is_ours(self) -> bool:
        running = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = running
        return self._loop is running

    async def _borrow(self) -> Connection:
        # The connection used last is given first: a quiet service keeps few of them warm.
        while not self._idle:
            if self._opened < self._most:
                return await self._connect()
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn
            except asyncio.CancelledError:
                if turn.done() and not turn.cancelled():
                    self._call_next()
                raise
        return self._idle.pop()

    async def _connect(self) -> Connection:
        import psycopg  # noqa: PLC0415 (installed with the server only)
        from psycopg.types.json import set_json_loads  # noqa: PLC0415 (the same)

        self._opened += 1
        try:
            connection = await psycopg.AsyncConnection.connect(self._address, **self._given)
        except BaseException:
            self._opened -= 1
            self._call_next()
            raise
        set_json_loads(orjson.loads, connection)
        return connection

    def _give_back(self, connection: Connection) -> None:
        self._idle.append(connection)
        self._call_next()

    async def _give_up(self, connection: Connection) -> None:
        self._opened -= 1
        self._call_next()
        with suppress(Exception):
            await connection.close()

    def _call_next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

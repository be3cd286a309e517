"""The questions that are asked a thousand times a second, answered from the event loop itself.

Who is near a point, what stands in a box, a tile that has been drawn already: these take half a
millisecond of a server's time or less. The usual way to an answer (dependencies resolved, a thread, a
connection borrowed) takes more than that again. Here an ordinary question of the public is read, asked
and written without leaving the event loop. Whatever is not ordinary (a parameter that is refused, a
reader who gave a token, an answer that one message does not prove, a register in a file) goes the usual
way, which answers the same and says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import Request, Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from data.session import Register

QuickAnswer = Callable[[Request, Register], Awaitable[Response | None]]
"""What answers a request from the event loop, or gives None to have it go the usual way."""

# A token, or an answer that the caller has already: the usual way knows what to do.
_NOT_ORDINARY = frozenset({b"cookie", b"if-none-match", b"authorization"})


class QuickAnswers:
    """
    Answer some paths from the event loop, and pass everything else on.

    Parameters
    ----------
    app
        What answers the usual way.
    answers
        By the template of a path (`/tiles/{z}`), what answers quickly.
    """

    def __init__(self, app: ASGIApp, *, answers: Mapping[str, QuickAnswer]) -> None:
        self._app = app
        self._routes = [_Route(path, compile_path(path)[0], answer) for path, answer in answers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer quickly where that is possible."""
        if scope["type"] == "http" and scope["method"] == "GET":
            for route in self._routes:
                found = route.pattern.match(scope["path"])
                if found is None:
                    continue
                register = _find_register(scope)
                if register is None:
                    break
                request = Request({**scope, "path_params": found.groupdict()})
                response = await route.answer(request, register)
                if response is None:
                    break
                # What is counted carries the name of its route.
                scope["route"] = route
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


@dataclass(frozen=True, slots=True)
class _Route:
    """What answers under a path; `api.metrics` counts it by the template."""

    path: str
    pattern: re.Pattern[str]
    answer: QuickAnswer


def _find_register(scope: Scope) -> Register | None:
    """Give the register that may be asked from here; None for a request that is not ordinary."""
    state = scope["app"].state
    if not state.is_asking or any(name in _NOT_ORDINARY for name, _ in scope["headers"]):
        return None
    register: Register | None = state.keeper.find_opened()
    return register if register is not None and register.can_be_asked_soon else None

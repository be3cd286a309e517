"""Who reads: the public, unless the request carries the cookie of somebody who gave a token."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from api.dependencies import get_register
from data.people.signing import is_signed, sign
from data.people.tokens import SESSION_LIFE, close_session, find_session
from geo.people import Bearer
from geo.records import Visibility

COOKIE = "maillage_session"
"""The only cookie of the site: set when a token is given at `/equipe`, and never on a public page."""

_SECURE_COOKIE = f"__Host-{COOKIE}"


def find_bearer(request: Request) -> Bearer | None:
    """Find who a request speaks for; the register is asked once, and only when there is a cookie."""
    cookie = read_cookie(request)
    if cookie is None:
        return None
    if not hasattr(request.state, "bearer"):
        request.state.bearer = find_session(get_register(request), cookie)
    bearer: Bearer | None = request.state.bearer
    return bearer


def get_reader(request: Request) -> Visibility:
    """Give what the reader of this request may read."""
    bearer = find_bearer(request)
    return Visibility.PUBLIC if bearer is None else bearer.role.reads


def read_cookie(request: Request) -> str | None:
    """Give the session's secret, None when there is none."""
    if "cookie" not in request.headers:
        return None
    return request.cookies.get(_name_cookie(request)) or None


def set_cookie(request: Request, response: Response, secret: str) -> None:
    """Let a browser in: a cookie that no script reads, that no other site sends, gone with the session."""
    response.set_cookie(
        _name_cookie(request),
        secret,
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="strict",
    )


def drop_cookie(request: Request, response: Response) -> None:
    """Let a browser out."""
    response.delete_cookie(
        _name_cookie(request), path="/", secure=_is_https(request), httponly=True, samesite="strict"
    )


def close(request: Request) -> None:
    """End the session of a request, so that its cookie opens nothing wherever it was copied."""
    cookie = read_cookie(request)
    if cookie is not None:
        close_session(get_register(request), cookie)


def write_form_key(request: Request) -> str:
    """Write what every form of a session carries, so that no other site can send one in its name."""
    return sign((read_cookie(request) or "").encode(), "form")


def is_form_key(request: Request, received: str) -> bool:
    """Say whether a form was written for this session."""
    cookie = read_cookie(request)
    return cookie is not None and is_signed(cookie.encode(), "form", received)


def _is_https(request: Request) -> bool:
    return bool(request.scope["scheme"] == "https")


def _name_cookie(request: Request) -> str:
    return _SECURE_COOKIE if _is_https(request) else COOKIE


ReaderDep = Annotated[Visibility, Depends(get_reader)]

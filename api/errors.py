"""Errors on their way out: the table says which problem each of ours is, and one place writes it.

Under `/api/` the answer is always `application/problem+json`; elsewhere a browser gets a page that says it.
What the fault of the service reveals (a path, a database's address) goes to the log, not to the caller.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_table import find_problem_kind
from api.problems import (
    BAD_REQUEST,
    INTERNAL,
    INVALID_QUERY,
    METHOD_NOT_ALLOWED,
    OUTSIDE_SERVICE,
    PAGE_NOT_FOUND,
    UNAVAILABLE,
    WRONG_INSTALLATION,
    Fault,
    ProblemDetails,
)
from api.refusals import (
    AmbiguousPlaceError,
    InvalidParameterError,
    PlaceNotFoundError,
    describe_faults,
    list_candidates,
    show_received,
    write_faults,
)
from api.rendering import PageRenderer
from api.responses import write_json
from data.errors import InvalidCursorError, OutOfBoundsError
from data.sectors import UnknownSectorError
from geo.errors import MaillageError

PROBLEM_MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 30

_KIND_BY_STATUS = {404: PAGE_NOT_FOUND, 405: METHOD_NOT_ALLOWED, 503: UNAVAILABLE}
_DETAIL_BY_KIND = {
    PAGE_NOT_FOUND: "Cette adresse ne mène à rien. Elle a peut-être été mal recopiée.",
    METHOD_NOT_ALLOWED: "Cette adresse existe, mais pas pour cette méthode.",
    BAD_REQUEST: "La demande n'a pas pu être lue.",
    UNAVAILABLE: "Le registre ne répond pas. Rien n'a été modifié : réessayez dans une minute.",
    OUTSIDE_SERVICE: "Un service dont nous dépendons ne répond pas bien. Réessayez plus tard.",
    WRONG_INSTALLATION: "Le service ne peut pas lire son registre. Rien n'a été modifié.",
    INTERNAL: "Une erreur imprévue s'est produite. Rien n'a été modifié, et l'erreur est consignée.",
}

_log = logging.getLogger(__name__)


def describe_error(error: MaillageError) -> ProblemDetails:
    """Turn one of our errors into what the caller is told."""
    kind = find_problem_kind(type(error)) or INTERNAL
    if kind.status >= 500:
        _log.error("%s: %s", type(error).__name__, error)
        return ProblemDetails(kind=kind, detail=_DETAIL_BY_KIND[kind])
    extra: dict[str, Any] = {}
    if isinstance(error, PlaceNotFoundError | AmbiguousPlaceError):
        extra = {
            "reasons": [reason.value for reason in error.answer.reasons],
            "candidates": list_candidates(error.answer),
        }
    return ProblemDetails(
        kind=kind, detail=show_received(str(error), 600), faults=_find_faults(error), extra=extra
    )


def _find_faults(error: MaillageError) -> tuple[Fault, ...]:
    """Name the parameter at fault, where the error knows it."""
    match error:
        case InvalidParameterError():
            return error.faults
        case UnknownSectorError():
            expected = "le code d'une filière (voir /api/v1/sectors)"
            return (Fault(parameter="sector", expected=expected, received=show_received(error.code)),)
        case InvalidCursorError():
            expected = "la valeur « next_cursor » de la page précédente"
            return (Fault(parameter="cursor", expected=expected, received=show_received(error.cursor)),)
        case OutOfBoundsError():
            return (
                Fault(parameter=error.name, expected=error.expected, received=show_received(error.received)),
            )
        case _:
            return ()


def install_error_answers(app: FastAPI) -> None:
    """Let every error of the application be answered by this module."""

    async def answer_ours(request: Request, error: Exception) -> Response:
        return write_problem(request, describe_error(cast("MaillageError", error)))

    async def answer_malformed(request: Request, error: Exception) -> Response:
        faults = describe_faults(cast("RequestValidationError", error).errors())
        return write_problem(
            request, ProblemDetails(kind=INVALID_QUERY, detail=write_faults(faults), faults=faults)
        )

    async def answer_http(request: Request, error: Exception) -> Response:
        refusal = cast("HTTPException", error)
        kind = _KIND_BY_STATUS.get(
            refusal.status_code, BAD_REQUEST if refusal.status_code < 500 else INTERNAL
        )
        details = ProblemDetails(kind=kind, detail=_DETAIL_BY_KIND[kind])
        return write_problem(request, details, headers=refusal.headers)

    app.add_exception_handler(MaillageError, answer_ours)
    app.add_exception_handler(RequestValidationError, answer_malformed)
    app.add_exception_handler(HTTPException, answer_http)


class UnforeseenErrors:
    """Answer what nobody foresaw with a problem like any other, and log it whole: the fault is ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an answer that has begun cannot be taken back, and is cut."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def send_noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception:
            if has_begun:
                raise
            _log.exception("Unforeseen error on %s", scope["path"])
            details = ProblemDetails(kind=INTERNAL, detail=_DETAIL_BY_KIND[INTERNAL])
            await write_problem(Request(scope), details)(scope, receive, send)


def write_problem(
    request: Request, details: ProblemDetails, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Write a problem as a page for a browser, as problem details for everyone else."""
    all_headers = {"cache-control": "no-store", **(headers or {})}
    if details.kind.status == 503:
        all_headers["retry-after"] = str(RETRY_AFTER_S)
    if _wants_page(request):
        renderer: PageRenderer = request.app.state.renderer
        page = renderer.render("problem.html", site=None, problem=details)
        return Response(page, details.kind.status, all_headers, "text/html")
    body = write_json(details.as_json(request.url.path))
    return Response(body, details.kind.status, all_headers, PROBLEM_MEDIA_TYPE)


def _wants_page(request: Request) -> bool:
    path = request.url.path
    if path.startswith(("/api/", "/ogc", "/tiles/", "/assets/", "/healthz", "/readyz", "/openapi.json")):
        return False
    accept = request.headers.get("accept", "")
    if "text/html" in accept:
        return True
    return "json" not in accept and getattr(request.state, "is_page", False)

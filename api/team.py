"""What the pages of the team share: who may see them, how their forms are checked, how they are rendered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from api.data_version import make_notice
from api.dependencies import get_register, get_renderer
from api.readers import find_bearer, is_form_key, write_form_key
from api.refusals import NotAllowedError
from geo.people import Bearer, Role

NEVER_KEPT = {"cache-control": "no-store", "x-robots-tag": "noindex"}


class NotStaffError(NotAllowedError):
    """A page of the team asked for by somebody else: a token opens it."""

    def __init__(self) -> None:
        super().__init__("Cette page est celle de l'équipe : entrez d'abord par /equipe avec votre jeton.")


def get_staff(request: Request) -> Bearer:
    """
    Give who of the staff asks.

    Raises
    ------
    NotStaffError
        If nobody of the staff does.
    """
    bearer = find_bearer(request)
    if bearer is None or bearer.role is not Role.STAFF:
        raise NotStaffError
    return bearer


def check_form(request: Request, texts: Mapping[str, str]) -> Bearer:
    """
    Check that a form of the team was sent by the staff, from a page of ours.

    Raises
    ------
    NotStaffError, NotAllowedError
        If it was not; nothing is then done.
    """
    bearer = get_staff(request)
    if not is_form_key(request, texts.get("form_key", "")):
        raise NotAllowedError("Ce formulaire n'est plus valable. Rouvrez la page, puis recommencez.")
    return bearer


def render_team(
    request: Request,
    template: str,
    *,
    status: int = 200,
    room: str = "",
    **values: Any,  # noqa: ANN401 (a template takes anything)
) -> Response:
    """Render a page of the team: kept by nobody; `room` is the address of its section in the team's menu."""
    bearer = find_bearer(request)
    page = get_renderer(request).render(
        template,
        site=make_notice(request, get_register(request)),
        here="/equipe",
        room=room,
        bearer=bearer,
        form_key=write_form_key(request) if bearer else "",
        **values,
    )
    return Response(page, status, NEVER_KEPT, "text/html")


def go_to(address: str) -> Response:
    """Send the browser on to a page, after a form."""
    return RedirectResponse(address, 303, NEVER_KEPT)


def name_person(bearer: Bearer) -> str:
    """Name who decides, for the history."""
    return f"{bearer.label or 'équipe'} (jeton {bearer.token_id})"

"""`/territoires`: the sheet of a territory, and the index to find one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import get_register
from api.drawing import draw_territory
from api.forms import TerritoriesForm
from api.pages import answer_map, answer_page, mark_page
from api.places import get_named_territory
from api.territory_view import describe_sheet, describe_territories

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])

Code = Annotated[str, Path()]


@router.get("/territoires")
def show_territories(request: Request, form: Annotated[TerritoriesForm, Query()]) -> Response:
    """Show the index of the territories."""
    register = get_register(request)
    return answer_page(
        request,
        register,
        "territories.html",
        lambda: describe_territories(register, form.q),
        here="/territoires",
    )


@router.get("/territoires/{code}")
def show_territory(request: Request, code: Code) -> Response:
    """Show the sheet of a territory; an old code leads to its successor."""
    register = get_register(request)
    territory = get_named_territory(register, code)
    if territory.code != code:
        return RedirectResponse(f"/territoires/{territory.code}", 301)
    return answer_page(
        request, register, "territory.html", lambda: describe_sheet(register, code), here="/territoires"
    )


@router.get("/territoires/{code}/plan")
def show_territory_map(request: Request, code: Code) -> Response:
    """Show the map of a territory."""
    register = get_register(request)
    territory = get_named_territory(register, code)
    return answer_map(
        request, register, ("territory", territory.code), lambda: draw_territory(register, territory.code)
    )

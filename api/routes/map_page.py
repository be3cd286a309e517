"""`/carte`: the whole register on a map, filtered, with the same result as a list."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.dependencies import get_register, get_settings
from api.drawing import draw_map
from api.forms import MapForm
from api.map_view import describe_map
from api.pages import answer_map, answer_page, mark_page

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])


@router.get("/carte")
def show_map(request: Request, form: Annotated[MapForm, Query()]) -> Response:
    """Show the list, and the map beside it."""
    register = get_register(request)
    return answer_page(request, register, "map.html", lambda: describe_map(register, form), here="/carte")


@router.get("/carte/plan")
def show_map_alone(request: Request, form: Annotated[MapForm, Query()]) -> Response:
    """Show the map of everything that the filters keep."""
    register = get_register(request)
    limit = get_settings(request).map_presences
    question = form.model_copy(update={"cursor": None})
    return answer_map(request, register, ("map", question), lambda: draw_map(register, question, limit=limit))

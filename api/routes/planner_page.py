"""`/rencontres`: where a themed event would reach most of the members not yet reached."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.dependencies import get_register
from api.drawing import ASSET_URL
from api.forms import PlanForm
from api.pages import answer_map, answer_page, mark_page
from api.planner_view import describe_plan, picture_plan
from api.readers import ReaderDep

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])


@router.get("/rencontres")
def show_plan(request: Request, form: Annotated[PlanForm, Query()], reader: ReaderDep) -> Response:
    """Show where events are worth holding."""
    register = get_register(request)
    return answer_page(
        request,
        register,
        "planner.html",
        lambda: describe_plan(register, form, reader=reader),
        here="/rencontres",
    )


@router.get("/rencontres/plan")
def show_plan_map(request: Request, form: Annotated[PlanForm, Query()], reader: ReaderDep) -> Response:
    """Show the same plan as a map."""
    register = get_register(request)
    return answer_map(
        request,
        register,
        ("plan", form, reader),
        lambda: picture_plan(register, form, asset_url=ASSET_URL, reader=reader),
    )

"""`/couverture`: where the network is, in proportion to the inhabitants."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.coverage_view import describe_coverage
from api.dependencies import get_register
from api.drawing import draw_coverage
from api.forms import CoverageForm
from api.pages import answer_map, answer_page, mark_page

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])


@router.get("/couverture")
def show_coverage(request: Request, form: Annotated[CoverageForm, Query()]) -> Response:
    """Show the findings, the map and the table."""
    register = get_register(request)
    return answer_page(
        request, register, "coverage.html", lambda: describe_coverage(register, form), here="/couverture"
    )


@router.get("/couverture/plan")
def show_coverage_map(request: Request, form: Annotated[CoverageForm, Query()]) -> Response:
    """Show the coverage as a map."""
    register = get_register(request)
    question = form.model_copy(update={"sort": CoverageForm().sort, "order": None, "page": 1})
    return answer_map(request, register, ("coverage", question), lambda: draw_coverage(register, question))

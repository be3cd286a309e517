"""`/`: one field, three doors, three figures."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.dependencies import get_register
from api.home_view import describe_home
from api.pages import answer_page, mark_page

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])


@router.get("/")
def show_home(request: Request) -> Response:
    """Show the first page."""
    register = get_register(request)
    return answer_page(request, register, "home.html", lambda: describe_home(register), here="/")

"""`/proche`: who is near a place, as sentences and a ranked list, with the map beside."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.data_version import make_etag
from api.dependencies import get_register
from api.drawing import draw_near
from api.forms import NearForm
from api.near_view import describe_near
from api.pages import answer_map, answer_page_with_status, mark_page
from api.readers import ReaderDep
from api.responses import is_known_to_caller

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])


@router.get("/proche")
def show_near(request: Request, form: Annotated[NearForm, Query()], reader: ReaderDep) -> Response:
    """Show who is near."""
    register = get_register(request)
    etag = make_etag(request, register)
    if is_known_to_caller(request, etag):
        return Response(status_code=304, headers={"etag": etag, "cache-control": "no-cache"})
    status, values = describe_near(register, form, reader=reader)
    return answer_page_with_status(request, register, "near.html", status, values, here="/proche")


@router.get("/proche/plan")
def show_near_map(request: Request, form: Annotated[NearForm, Query()], reader: ReaderDep) -> Response:
    """Show the same answer as a map."""
    register = get_register(request)
    return answer_map(
        request, register, ("near", form, reader), lambda: draw_near(register, form, reader=reader)
    )

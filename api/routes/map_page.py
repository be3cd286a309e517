"""`/carte`: the whole register on a map, filtered, with the same result as a list, in files and on paper."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from api.data_version import make_etag
from api.dependencies import get_register, get_settings, get_tiles
from api.drawing import draw_map
from api.forms import MapForm, PrintForm
from api.map_printing import MEDIA_TYPES, describe_print, draw_map_on_paper, export_map, name_export
from api.map_view import describe_map
from api.pages import answer_map, answer_page, mark_page
from api.readers import ReaderDep
from api.responses import answer_bytes, answer_file

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])

Form = Annotated[MapForm, Query()]


@router.get("/carte")
def show_map(request: Request, form: Form, reader: ReaderDep) -> Response:
    """Show the list, and the map beside it."""
    register = get_register(request)
    return answer_page(
        request, register, "map.html", lambda: describe_map(register, form, reader=reader), here="/carte"
    )


@router.get("/carte/plan")
def show_map_alone(request: Request, form: Form, reader: ReaderDep) -> Response:
    """Show the map of everything that the filters keep."""
    register = get_register(request)
    limit = get_settings(request).map_presences
    question = form.model_copy(update={"cursor": None})
    tiles = get_tiles(request)
    return answer_map(
        request,
        register,
        ("map", question, reader),
        lambda: draw_map(register, question, limit=limit, tiles=tiles, reader=reader),
    )


@router.get("/carte/imprimer")
def show_print(request: Request, form: Annotated[PrintForm, Query()], reader: ReaderDep) -> Response:
    """Show the page to print: the map with its legend, then the whole list."""
    register = get_register(request)
    return answer_page(
        request,
        register,
        "map_print.html",
        lambda: describe_print(register, form, reader=reader),
        here="/carte",
    )


@router.get("/carte/imprimer.svg")
def send_drawing(request: Request, form: Form, reader: ReaderDep) -> Response:
    """Send the map of the page to print."""
    register = get_register(request)
    return answer_bytes(
        request,
        make_etag(request, register),
        lambda: draw_map_on_paper(register, form, reader=reader),
        media_type="image/svg+xml",
        headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; font-src data:"},
    )


@router.get("/carte/export.{name}")
def send_export(request: Request, name: str, form: Form, reader: ReaderDep) -> Response:
    """Send exactly what the filters keep as a file."""
    export_format = next((each for each in MEDIA_TYPES if each.value == name), None)
    if export_format is None:
        raise HTTPException(404)
    register = get_register(request)
    name = name_export(register, form, export_format)
    return answer_file(
        request,
        make_etag(request, register),
        lambda folder: export_map(register, form, export_format, folder, reader=reader),
        media_type=MEDIA_TYPES[export_format],
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )

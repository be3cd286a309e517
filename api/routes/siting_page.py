"""`/couverture/antennes`: access today, the next antenne, and a choice to try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.data_version import make_etag
from api.dependencies import get_register
from api.drawing import ASSET_URL
from api.pages import answer_map, answer_page, mark_page
from api.responses import answer_bytes
from api.siting_forms import SitingForm
from api.siting_pictures import picture_siting
from api.siting_view import describe_siting
from data.exports.access import table_access, table_siting
from data.questions import answer_access, answer_siting
from data.session import Register

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])


@router.get("/couverture/antennes")
def show_siting(request: Request, form: Annotated[SitingForm, Query()]) -> Response:
    """Show access, the ranking, and what the reader's choice changes."""
    register = get_register(request)
    return answer_page(
        request, register, "siting.html", lambda: describe_siting(register, form), here="/couverture"
    )


@router.get("/couverture/antennes/plan")
def show_siting_map(request: Request, form: Annotated[SitingForm, Query()]) -> Response:
    """Show who is gained, on a map: by the reader's choice, else by the best plan."""
    register = get_register(request)
    return answer_map(
        request,
        register,
        ("siting", form.model_dump_json()),
        lambda: picture_siting(
            register,
            communes=form.commune,
            count=form.count,
            minutes=form.minutes,
            kind=form.kind,
            is_weighted=form.equity,
            asset_url=ASSET_URL,
        ),
    )


@router.get("/couverture/antennes.csv")
def download_siting(request: Request, form: Annotated[SitingForm, Query()]) -> Response:
    """Send the ranking of all the candidates as a table."""
    register = get_register(request)
    return _send_table(
        request,
        register,
        "antennes.csv",
        lambda: table_siting(
            answer_siting(
                register,
                count=form.count,
                minutes=form.minutes,
                kind=form.kind,
                is_weighted=form.equity,
            )
        ),
    )


@router.get("/couverture/antennes/acces.csv")
def download_access(request: Request, form: Annotated[SitingForm, Query()]) -> Response:
    """Send every commune's minutes to an antenne as a table."""
    register = get_register(request)
    return _send_table(
        request,
        register,
        "acces.csv",
        lambda: table_access(answer_access(register, minutes=form.minutes), register.referential),
    )


def _send_table(request: Request, register: Register, name: str, write: Callable[[], str]) -> Response:
    return answer_bytes(
        request,
        make_etag(request, register),
        lambda: write().encode(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )

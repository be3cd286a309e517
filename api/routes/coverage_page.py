"""`/couverture`: where the network is, in proportion to the inhabitants, and every figure to take away."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response

from api.coverage_form import CoverageForm
from api.coverage_pictures import draw_coverage_page_map
from api.coverage_view import ask_change, ask_study, describe_coverage, list_figures, write_question
from api.data_version import make_etag, read_summary, summary_as_json
from api.dependencies import get_register
from api.figures import Figure, figure_as_json, find_figure, write_figure_archive, write_figure_csv
from api.forms import Sort
from api.pages import answer_map, answer_page, mark_page
from api.responses import JSON, answer_bytes, write_json
from data.session import Register
from maps.charts import stand_alone

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])

Form = Annotated[CoverageForm, Query()]
Ending = Literal["csv", "json", "svg", "zip"]
_MEDIA = {"csv": "text/csv; charset=utf-8", "json": JSON, "svg": "image/svg+xml", "zip": "application/zip"}


@router.get("/couverture")
def show_coverage(request: Request, form: Form) -> Response:
    """Show the findings, the map, the table and the figures."""
    register = get_register(request)
    return answer_page(
        request, register, "coverage.html", lambda: describe_coverage(register, form), here="/couverture"
    )


@router.get("/couverture/plan")
def show_coverage_map(request: Request, form: Form) -> Response:
    """Show the coverage as a map."""
    register = get_register(request)
    plain = {"sort": Sort.POPULATION, "order": None, "page": 1, "since": None}
    question = form.model_copy(update=plain)
    return answer_map(
        request,
        register,
        ("coverage", question.model_dump_json()),
        lambda: draw_coverage_page_map(register, question),
    )


@router.get("/couverture/donnees/{name}.{ending}")
def download_figure(
    request: Request, form: Form, name: Annotated[str, Path(max_length=40)], ending: Ending
) -> Response:
    """Give a figure to take away: rows (CSV), chart (SVG), both with the method (ZIP), or all as JSON."""
    register = get_register(request)
    figure = _get_figure(register, form, name)
    if ending == "svg" and figure.svg is None:
        raise HTTPException(404)

    def produce() -> bytes:
        if ending == "csv":
            return write_figure_csv(figure)
        if ending == "zip":
            return write_figure_archive(figure, write_question(register, form))
        if figure.svg is not None and ending == "svg":
            return stand_alone(figure.svg()).encode()
        asked = form.model_dump(mode="json", exclude={"page"})
        return write_json(
            {**figure_as_json(figure), "asked": asked, **summary_as_json(read_summary(register))}
        )

    headers = {"content-disposition": f'attachment; filename="couverture-{name}.{ending}"'}
    return answer_bytes(
        request, make_etag(request, register), produce, media_type=_MEDIA[ending], headers=headers
    )


def _get_figure(register: Register, form: CoverageForm, name: str) -> Figure:
    study = ask_study(register, form)
    change = ask_change(register, form, study)
    figure = find_figure(list_figures(register, form, study, change), name)
    if figure is None:
        raise HTTPException(404)
    return figure

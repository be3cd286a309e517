"""Pages to print: the sheet of a territory, the board's pages, the papers, and maps as PDF, SVG or PNG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.coverage_form import CoverageForm
from api.data_version import make_etag
from api.dependencies import get_register
from api.forms import MapForm
from api.pages import mark_page
from api.places import check_territory, get_named_territory
from api.print_shelf import PrintShelf
from api.printing import (
    print_actors,
    print_board,
    print_coverage,
    print_network_kit,
    print_sector_kit,
    print_sheet,
    print_territory_kit,
)
from api.responses import answer_bytes
from maps.print.page import Page
from maps.print.pdf import write_pdf
from maps.print.png import write_png
from maps.print.svg import write_svg

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])

PDF, PNG, SVG = "application/pdf", "image/png", "image/svg+xml"
Code = Annotated[str, Path(max_length=40)]
Form = Annotated[CoverageForm, Query()]
Draw = Callable[[], Sequence[Page]]


@router.get("/territoires/{code}/fiche.pdf")
def print_territory_sheet(request: Request, code: Code) -> Response:
    """Give the one-page sheet of a territory; an old code leads to its successor."""
    register = get_register(request)
    territory = get_named_territory(register, code)
    if territory.code != code:
        return RedirectResponse(f"/territoires/{territory.code}/fiche.pdf", 301)
    return _answer_pdf(request, f"fiche-{code}", lambda: print_sheet(register, code))


@router.get("/territoires/{code}/plaidoyer.pdf")
def print_territory_paper(request: Request, code: Code) -> Response:
    """Give the two pages on a territory, to hand to an elected official."""
    register = get_register(request)
    territory = get_named_territory(register, code)
    return _answer_pdf(
        request, f"plaidoyer-{territory.code}", lambda: print_territory_kit(register, territory.code)
    )


@router.get("/filieres/{code}/plaidoyer.pdf")
def print_sector_paper(request: Request, code: Code) -> Response:
    """Give the two pages on a sector, to hand to an elected official."""
    register = get_register(request)
    sector = register.sectors.get(code)
    return _answer_pdf(request, f"filiere-{sector.code}", lambda: print_sector_kit(register, sector.code))


@router.get("/apes.pdf")
def print_network_paper(request: Request) -> Response:
    """Give the two pages that present the Apes."""
    register = get_register(request)
    return _answer_pdf(request, "apes", lambda: print_network_kit(register))


@router.get("/couverture.pdf")
def print_coverage_pages(request: Request) -> Response:
    """Give the board's two pages."""
    register = get_register(request)
    return _answer_pdf(request, "collectif", lambda: print_board(register))


@router.get("/couverture/carte.{ending}")
def print_coverage_map(request: Request, form: Form, ending: Literal["pdf", "svg", "png"]) -> Response:
    """Give the coverage map that the page shows, to print."""
    register = get_register(request)
    for code in form.outside:
        check_territory(register, "outside", code)

    def draw() -> Sequence[Page]:
        return print_coverage(register, **form.ask(), measure=form.measure)

    return _answer(request, f"couverture-{form.level.value}", draw, ending)


@router.get("/carte.pdf")
def print_map(request: Request, form: Annotated[MapForm, Query()]) -> Response:
    """Give what the filters of `/carte` keep, on one page."""
    register = get_register(request)
    check_territory(register, "territory", form.territory)
    check_territory(register, "outside", form.outside)
    return _answer_pdf(
        request,
        f"carte-{form.kind.value}",
        lambda: print_actors(
            register,
            kind=form.kind,
            sectors=form.sector,
            territory=form.territory,
            outside=form.outside,
            text=form.text,
        ),
    )


def _answer_pdf(request: Request, name: str, draw: Draw) -> Response:
    return _answer(request, name, draw, "pdf")


def _answer(request: Request, name: str, draw: Draw, ending: Literal["pdf", "svg", "png"]) -> Response:
    """Answer pages as a file to keep, drawn only for who does not have it yet."""
    etag = make_etag(request, get_register(request))

    def render() -> bytes:
        pages = draw()
        if ending == "svg":
            return write_svg(pages[0])
        return write_png(pages[0]) if ending == "png" else write_pdf(pages, title=pages[0].title)

    def produce() -> bytes:
        return _find_shelf(request).get((etag, request.url.path, request.url.query), render)

    media_type = {"pdf": PDF, "svg": SVG, "png": PNG}[ending]
    headers = {"content-disposition": f'inline; filename="{name}.{ending}"'}
    return answer_bytes(request, etag, produce, media_type=media_type, headers=headers)


def _find_shelf(request: Request) -> PrintShelf:
    """Give the shelf of this application, made at the first page."""
    state = request.app.state
    if not hasattr(state, "print_shelf"):
        state.print_shelf = PrintShelf()
    shelf: PrintShelf = state.print_shelf
    return shelf

"""How a page is answered: the same frame, the same ETag, nothing computed for who already has it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from fastapi import Request, Response

from api.data_version import make_etag, make_notice
from api.dependencies import get_renderer
from api.map_shelf import MapShelf
from api.responses import answer_bytes, is_known_to_caller
from data.session import Register

HTML = "text/html"


async def mark_page(request: Request) -> None:
    """Remember that this address is a page: its errors are then pages too."""
    request.state.is_page = True


def answer_page(
    request: Request,
    register: Register,
    template: str,
    describe: Callable[[], dict[str, Any]],
    *,
    here: str = "",
) -> Response:
    """
    Answer a page.

    Parameters
    ----------
    describe
        Gives the template's values; called only when the caller does not have this page yet.
    here
        The address of its section in the menu.
    """

    def produce() -> bytes:
        site = make_notice(request, register)
        return get_renderer(request).render(template, site=site, here=here, **describe())

    return answer_bytes(request, make_etag(request, register), produce, media_type=HTML)


def answer_page_with_status(
    request: Request,
    register: Register,
    template: str,
    status: int,
    values: dict[str, Any],
    *,
    here: str = "",
) -> Response:
    """Answer a page whose status depends on what was found; only a success may be kept."""
    page = get_renderer(request).render(template, site=make_notice(request, register), here=here, **values)
    kept = {"etag": make_etag(request, register), "cache-control": "no-cache"}
    return Response(page, status, kept if status == 200 else {"cache-control": "no-store"}, HTML)


def _frame(request: Request, html: str) -> str:
    """Leave only the map: the page around it says the rest, and a reader hears nothing twice."""
    style = f'<link rel="stylesheet" href="{request.app.state.assets.address("framed-map.css")}">\n</head>'
    return html.replace("</head>", style, 1).replace('class="mm-page"', 'class="mm-page mm-framed"', 1)


def answer_map(request: Request, register: Register, question: Hashable, draw: Callable[[], str]) -> Response:
    """
    Answer a drawn map, kept on the shelf under the state of the data and the question.

    Parameters
    ----------
    question
        What the map depends on besides the data.
    draw
        Draws the page; called only when the shelf does not have it.
    """
    etag = make_etag(request, register)
    if is_known_to_caller(request, etag):
        return Response(status_code=304, headers={"etag": etag, "cache-control": "no-cache"})
    shelf: MapShelf = request.app.state.map_shelf
    is_framed = request.query_params.get("cadre") == "1"
    drawn = shelf.get((etag, question, is_framed), (lambda: _frame(request, draw())) if is_framed else draw)
    headers = {"etag": etag, "cache-control": "no-cache", "content-security-policy": drawn.policy}
    return Response(drawn.body, media_type=HTML, headers=headers)

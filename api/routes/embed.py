"""`/embed`: a map for a member's own site. Only the framed map itself may stand in other sites' pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.data_version import make_etag
from api.dependencies import get_register, get_settings, get_tiles
from api.embed_view import COMPONENT, FRAMED, EmbedForm, describe_embed, draw_framed_map
from api.pages import HTML, answer_page, mark_page
from api.responses import is_known_to_caller
from api.security import let_others_frame

router = APIRouter(include_in_schema=False)

Form = Annotated[EmbedForm, Query()]

# A page that isolates itself (COEP) may hold the frame too.
_FOR_OTHERS = {
    "cross-origin-resource-policy": "cross-origin",
    "cross-origin-embedder-policy": "credentialless",
    "cross-origin-opener-policy": "unsafe-none",
}
_AN_HOUR_S = 3_600


@router.get("/embed", dependencies=[Depends(mark_page)])
def show_configurator(request: Request, form: Form) -> Response:
    """Show what may be chosen, the codes to paste and what they give."""
    register = get_register(request)
    site_url = str(request.base_url).rstrip("/")
    return answer_page(
        request,
        register,
        "embed.html",
        lambda: describe_embed(register, form, site_url=site_url),
        here="/carte",
    )


@router.get(FRAMED, dependencies=[Depends(mark_page)])
def show_framed_map(request: Request, form: Form) -> Response:
    """Show the map for another site's page: the same for everybody, whatever cookie comes along."""
    register = get_register(request)
    etag = make_etag(request, register)
    headers = {"etag": etag, "cache-control": "no-cache", **_FOR_OTHERS}
    if is_known_to_caller(request, etag):
        return Response(status_code=304, headers=headers)
    question = form.model_copy(update={"cursor": None, "text": None, "height": 480})
    drawn = request.app.state.map_shelf.get(
        (etag, "embed", question),
        lambda: draw_framed_map(
            register,
            question,
            limit=get_settings(request).map_presences,
            tiles=get_tiles(request),
            style_url=request.app.state.assets.address("embed-map.css"),
        ),
    )
    headers["content-security-policy"] = let_others_frame(drawn.policy)
    return Response(drawn.body, media_type=HTML, headers=headers)


@router.get(COMPONENT)
def send_component(request: Request) -> Response:
    """Send the web component under an address that never changes, since others have it in their pages."""
    script = request.app.state.assets.find("embed-component.js")
    etag = f'W/"{script.digest}"'
    headers = {
        "etag": etag,
        "cache-control": f"public, max-age={_AN_HOUR_S}",
        "cross-origin-resource-policy": "cross-origin",
        "access-control-allow-origin": "*",
    }
    if is_known_to_caller(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(script.body, media_type="text/javascript", headers=headers)

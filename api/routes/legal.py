"""`/mentions-legales` and `/donnees-personnelles`: who publishes, and what is done with people's data."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from api.data_version import make_notice
from api.dependencies import get_register, get_renderer
from api.legal_settings import LegalSettings
from api.pages import mark_page

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])


@router.get("/mentions-legales")
def show_notices(request: Request) -> Response:
    """Show who publishes and hosts the site."""
    return _show(request, "legal_notices.html")


@router.get("/donnees-personnelles")
def show_data_protection(request: Request) -> Response:
    """Show what personal data are held, why, for how long, and what rights people have."""
    return _show(request, "legal_data.html")


def _show(request: Request, template: str) -> Response:
    legal: LegalSettings = request.app.state.legal
    site = make_notice(request, get_register(request))
    page = get_renderer(request).render(template, site=site, legal=legal)
    return Response(page, headers={"cache-control": "no-cache"}, media_type="text/html")

"""The application: what is wired to what. Nothing happens when this module is imported."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api import assets
from api.attempts import AttemptLimiter
from api.compression import CompressedAnswers
from api.dependencies import RegisterKeeper
from api.errors import UnforeseenErrors, install_error_answers
from api.legal_settings import LegalSettings
from api.map_shelf import MapShelf
from api.metrics import CountedAnswers, RequestCounts
from api.openapi import describe_api
from api.quick_answers import QuickAnswers
from api.rendering import PageRenderer
from api.routes import (
    address_service,
    coverage_page,
    documentation,
    embed,
    geocode_csv,
    health,
    home_page,
    legal,
    map_page,
    meeting_data,
    near_page,
    offline,
    ogc_features,
    open_data,
    planner_page,
    presence_files,
    presence_pages,
    print_files,
    proposals,
    siting_data,
    siting_page,
    team_lists,
    team_pages,
    territory_pages,
    tiles,
)
from api.security import SecurityHeaders
from api.settings import ApiSettings
from api.tiles_ahead import TilesAhead
from data.session import Register


def create_served_app() -> FastAPI:
    """
    Make the site as `maillage serve` runs it: with what it prepares before anybody asks.

    Examples
    --------
    >>> create_served_app().title
    'Maillage'
    """
    app = create_app()
    settings: ApiSettings = app.state.settings
    app.state.tiles_ahead = TilesAhead(app.state.keeper, from_count=settings.map_presences)
    return app


def create_app(settings: ApiSettings | None = None, *, register: Register | None = None) -> FastAPI:
    """
    Make the site and the API.

    Parameters
    ----------
    settings
        The site's settings; by default, what the environment says.
    register
        The register to answer from; by default, the one that the environment names, opened at the first
        question. One that is handed in is left open at the end.

    Examples
    --------
    >>> create_app(ApiSettings()).title
    'Maillage'
    """
    app = FastAPI(
        title="Maillage",
        version=_find_version(),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_live,
        redirect_slashes=True,
    )
    app.state.settings = settings or ApiSettings()
    app.state.keeper = RegisterKeeper(register)
    app.state.legal = LegalSettings()
    app.state.attempts = AttemptLimiter()
    app.state.assets = assets.AssetLibrary()
    app.state.renderer = PageRenderer(app.state.assets)
    app.state.counts = RequestCounts()
    app.state.map_shelf = MapShelf(app.state.settings.map_cache_entries)
    app.state.program_digest = _digest_program(app.version, app.state.assets.digest)
    install_error_answers(app)
    app.state.is_asking = False
    app.state.tiles_ahead = None
    app.add_middleware(
        QuickAnswers,
        answers={
            "/api/v1/near": open_data.answer_near_quickly,
            f"/ogc{ogc_features.ITEMS}": ogc_features.answer_items_quickly,
            f"/tiles{tiles.TILE}": tiles.answer_tile_quickly,
        },
    )
    app.add_middleware(UnforeseenErrors)
    app.add_middleware(CompressedAnswers)
    app.add_middleware(CountedAnswers, counts=app.state.counts)
    app.add_middleware(SecurityHeaders)
    for room in (
        open_data,
        presence_files,
        meeting_data,
        siting_data,
        address_service,
        geocode_csv,
        tiles,
        ogc_features,
        health,
        home_page,
        near_page,
        map_page,
        embed,
        presence_pages,
        planner_page,
        siting_page,
        coverage_page,
        territory_pages,
        print_files,
        proposals,
        team_pages,
        team_lists,
        legal,
        documentation,
        offline,
        assets,
    ):
        app.include_router(room.router)
    app.openapi = lambda: describe_api(app)  # type: ignore[method-assign]  # the way FastAPI documents
    return app


@asynccontextmanager
async def _live(app: FastAPI) -> AsyncIterator[None]:
    # Only an application that ends may open connections of its event loop: it closes them.
    app.state.is_asking = True
    ahead: TilesAhead | None = app.state.tiles_ahead
    if ahead is not None:
        ahead.start()
    yield
    app.state.is_asking = False
    if ahead is not None:
        await run_in_threadpool(ahead.stop)
    register = app.state.keeper.find_opened()
    if register is not None:
        await register.end_asking()
    app.state.keeper.close()


def _find_version() -> str:
    try:
        return version("maillage")
    except PackageNotFoundError:
        return "0"


def _digest_program(program_version: str, assets_digest: str) -> str:
    """Digest what a page is made of besides the data: a new template makes a new page."""
    digest = hashlib.sha256(f"{program_version} {assets_digest}".encode())
    for template in sorted(files("api").joinpath("templates").iterdir(), key=lambda entry: entry.name):
        if template.is_file():
            digest.update(template.read_bytes())
    return digest.hexdigest()[:10]

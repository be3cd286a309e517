"""What a phone keeps: the manifest, the worker that holds the last search, the page without network."""

from __future__ import annotations

import json

from fastapi import APIRouter, Depends, Request, Response

from api.assets import AssetLibrary
from api.dependencies import get_renderer
from api.pages import HTML, mark_page
from api.responses import answer_bytes, write_json

router = APIRouter(include_in_schema=False)

OFFLINE = "/hors-connexion"
_SHELL = ("site.css", "site.js", "icon.svg", "meeting.css", "meeting.js")
# A worker asks its own site for what it keeps, and nobody else for anything.
_WORKER_POLICY = "default-src 'none'; connect-src 'self'; script-src 'self'"
_FRAME = "#12434d"
_PAPER = "#faf7f0"


@router.get("/manifest.webmanifest")
def send_manifest(request: Request) -> Response:
    """Send the manifest, by which a phone puts the site among its applications."""
    assets: AssetLibrary = request.app.state.assets
    icons = [
        ("icon.svg", "any", "image/svg+xml", "any"),
        ("icon-192.png", "192x192", "image/png", "any"),
        ("icon-512.png", "512x512", "image/png", "any"),
        ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
    ]
    manifest = {
        "id": "/",
        "name": "Maillage : l’économie solidaire en Hauts-de-France",
        "short_name": "Maillage",
        "description": "Trouver près de chez soi les acteurs de l’économie sociale et solidaire.",
        "lang": "fr",
        "dir": "ltr",
        "start_url": "/proche",
        "scope": "/",
        "display": "minimal-ui",
        "theme_color": _FRAME,
        "background_color": _PAPER,
        "icons": [
            {"src": assets.address(name), "sizes": sizes, "type": media_type, "purpose": purpose}
            for name, sizes, media_type, purpose in icons
        ],
    }
    etag = f'W/"{request.app.state.program_digest}"'
    return answer_bytes(request, etag, lambda: write_json(manifest), media_type="application/manifest+json")


@router.get("/sw.js")
def send_worker(request: Request) -> Response:
    """Send the worker; another program is another worker, which forgets what the one before kept."""
    assets: AssetLibrary = request.app.state.assets
    digest: str = request.app.state.program_digest
    told = {"VERSION": digest, "SHELL": [assets.address(name) for name in _SHELL], "OFFLINE": OFFLINE}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in told.items())
    worker = assets.find("offline-worker.js")
    body = b"" if worker is None else worker.body
    return answer_bytes(
        request,
        f'W/"{digest}"',
        lambda: head.encode() + body,
        media_type="text/javascript",
        headers={"content-security-policy": _WORKER_POLICY},
    )


@router.get(OFFLINE, dependencies=[Depends(mark_page)])
def show_offline(request: Request) -> Response:
    """Show what can still be read without network; it says nothing of the data, which may have changed."""
    page = get_renderer(request).render("offline.html", site=None)
    etag = f'W/"{request.app.state.program_digest}"'
    return answer_bytes(request, etag, lambda: page, media_type=HTML)

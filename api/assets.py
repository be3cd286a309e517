"""Style sheets, scripts and map libraries under `/assets/`, read once from this machine and nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePath

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from api.responses import is_known_to_caller

_A_YEAR_S = 31_536_000
_SHORTEST_DIGEST = 8
_SOURCES = (("api", "static"), ("maps", "assets"))
"""Where assets come from, the first winning: the site's own, then the maps' libraries."""

# Written out: the system's own table differs from one machine to the next.
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to be sent."""

    body: bytes
    media_type: str
    digest: str


class AssetLibrary:
    """
    Every asset in memory, by its path under `/assets/`.

    Examples
    --------
    >>> AssetLibrary().address("site.css").startswith("/assets/site.css?v=")
    True
    """

    def __init__(self) -> None:
        self._assets: dict[str, Asset] = {}
        for package, folder in _SOURCES:
            self._read(files(package).joinpath(folder), "")

    def _read(self, folder: Traversable, prefix: str) -> None:
        for entry in folder.iterdir():
            if entry.is_dir():
                self._read(entry, f"{prefix}{entry.name}/")
            elif not entry.name.startswith((".", "__")):
                body = entry.read_bytes()
                media_type = _MEDIA_TYPES.get(PurePath(entry.name).suffix, "application/octet-stream")
                asset = Asset(body, media_type, hashlib.sha256(body).hexdigest()[:16])
                self._assets.setdefault(f"{prefix}{entry.name}", asset)

    @property
    def digest(self) -> str:
        """Give one digest of all of them: pages change with their style."""
        return hashlib.sha256("".join(sorted(a.digest for a in self._assets.values())).encode()).hexdigest()[
            :12
        ]

    def find(self, path: str) -> Asset | None:
        """Find an asset by its path under `/assets/`."""
        return self._assets.get(path)

    def address(self, path: str) -> str:
        """Give the address of an asset, with its digest: a changed file has another address."""
        return f"/assets/{path}?v={self._assets[path].digest}"


@router.get("/favicon.ico")
def read_icon(request: Request) -> Response:
    """Send the site's icon to a browser that asks for it by its old name."""
    return read_asset("icon.svg", request)


@router.get("/assets/{path:path}")
def read_asset(path: str, request: Request) -> Response:
    """Send an asset; one asked with its digest never changes."""
    asset = request.app.state.assets.find(path)
    if asset is None:
        raise HTTPException(404)
    version = request.query_params.get("v", "")
    age_s = request.app.state.settings.asset_max_age_s
    # The maps shorten the digest in their own way: a beginning long enough names the content as well.
    is_named = len(version) >= _SHORTEST_DIGEST and asset.digest.startswith(version)
    lasting = f"public, max-age={_A_YEAR_S}, immutable" if is_named else f"public, max-age={age_s}"
    etag = f'W/"{asset.digest}"'
    headers = {"cache-control": lasting, "etag": etag}
    if is_known_to_caller(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(asset.body, media_type=asset.media_type, headers=headers)

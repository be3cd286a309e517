"""The headers that every answer carries, and what a page may load: nothing from anywhere but this site."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maps.style import TILE_SOURCES

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

NOT_MODIFIED = 304

_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
}
_RAW_HEADERS = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
_SESSION_COOKIE = b"maillage_session="
_FRAMED_BY_OTHERS = "/embed/carte"
"""The one page that other sites may show in a frame."""
# Blocks of data (`text/plain`) never run: they need no leave.
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\b(?:src|type)=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)


def _name_host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


_TILE_HOSTS = " ".join(_name_host(source.url) for source in TILE_SOURCES)
"""Where a map may take images from once its reader has switched a base map on; nothing else."""


def write_map_policy(html: str) -> str:
    """
    Write the policy of a drawn map: the inline scripts that it was drawn with run, and no other.

    A script that a name smuggled into the page after drawing has no hash here. Leaflet places its tiles and
    panes through the style objects of its elements, which no policy restricts: no style is written in a page.

    Examples
    --------
    >>> "'sha256-" in write_map_policy("<script>draw()</script>")
    True
    """
    hashes = {
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in _INLINE_SCRIPT.findall(html)
    }
    sources = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in sorted(hashes))])
    return (
        f"default-src 'none'; script-src {sources}; style-src 'self'; "
        f"img-src 'self' data: blob: {_TILE_HOSTS}; font-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def let_others_frame(policy: str) -> str:
    """
    Let any site hold a page in a frame: only for what is made to stand in other sites' pages.

    Examples
    --------
    >>> let_others_frame("default-src 'none'; frame-ancestors 'self'")
    "default-src 'none'; frame-ancestors *"
    """
    return policy.replace("frame-ancestors 'self'", "frame-ancestors *")


# Its refusals are read in the frame too.
_FRAMED_POLICY = let_others_frame(PAGE_POLICY)


class SecurityHeaders:
    """Add the headers to every answer, and answer HEAD as GET without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        if is_head:
            scope = {**scope, "method": "GET"}
        has_session = any(name == b"cookie" and _SESSION_COOKIE in value for name, value in scope["headers"])
        is_for_others = scope["path"] == _FRAMED_BY_OTHERS
        is_open_data = scope["path"].startswith(("/api/", "/tiles/", "/ogc"))

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                present = {name for name, _ in message["headers"]}
                message["headers"].extend(pair for pair in _RAW_HEADERS if pair[0] not in present)
                if is_for_others:
                    # The old header knows no « any site »; the policy's `frame-ancestors` says it.
                    del headers["x-frame-options"]
                is_page = headers.get("content-type", "").startswith("text/html")
                # « Not modified » has no content: a policy here would replace that of the page kept.
                if message["status"] != NOT_MODIFIED:
                    page_policy = _FRAMED_POLICY if is_for_others else PAGE_POLICY
                    headers.setdefault("content-security-policy", page_policy if is_page else DATA_POLICY)
                if has_session:
                    # Not for anybody else's eyes: no cache between here and this browser keeps it.
                    headers["cache-control"] = headers.get("cache-control", "no-cache") + ", private"
                    headers.add_vary_header("Cookie")
                if is_open_data:
                    # Public data without a cookie: any site may read it.
                    headers.setdefault("access-control-allow-origin", "*")
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, send_completed)

"""The scripts and styles that a map page carries, and the two ways of carrying them.

Inlined, everything stands in the page, packed: one file to mail or to open from a disk, with the network off.
Linked, the page names files under one address of our own server, so that a strict content policy holds.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from maps.packing import pack

ASSETS_FOLDER = Path(__file__).resolve().parent / "assets"
"""What a server has to serve under the `asset_url` that it gives."""

# The loader comes first and alone: it unpacks the others.
LOADER = "maillage/loader.js"
SCRIPTS = (
    "leaflet/leaflet.js",
    "maillage/topology.js",
    "maillage/cards.js",
    "maillage/talk.js",
    "maillage/ground.js",
    "maillage/clusters.js",
    "maillage/counts.js",
    "maillage/points.js",
    "maillage/sorting.js",
    "maillage/areas.js",
    "maillage/near.js",
    "maillage/plan.js",
    "maillage/panels.js",
    "maillage/page.js",
)
# What a map of tiles needs besides.
TILE_SCRIPTS = ("pbf/pbf.js", "maillage/tiles.js")
# Leaflet's own comes first: ours adapts it.
STYLES = ("leaflet/leaflet.css", "maillage/maillage.css")
# Nowhere in our style sheet do these spaces mean anything.
_IDLE_SPACES = {": ": ":", "; ": ";", ", ": ",", " {": "{", "{ ": "{", ";}": "}", " }": "}"}
_LICENCES = ("leaflet/LICENSE",)


@cache
def read_asset(name: str) -> str:
    """Read an asset's text by its path under `ASSETS_FOLDER`."""
    return (ASSETS_FOLDER / name).read_text(encoding="utf-8")


@cache
def link_asset(name: str, asset_url: str) -> str:
    """Give an asset's address, with a mark of its content so that a browser may keep it for ever."""
    mark = hashlib.sha256((ASSETS_FOLDER / name).read_bytes()).hexdigest()[:16]
    return f"{asset_url.rstrip('/')}/{name}?v={mark}"


@cache
def join_scripts() -> str:
    """Join every script but the loader, Leaflet's styles and licence with them, as the page's one script."""
    licences = "\n".join(f"/*!\n{read_asset(name)}\n*/" for name in _LICENCES)
    styling = f"document.head.prepend(Maillage.element('style', '', {json.dumps(read_leaflet_styles())}));"
    scripts = "\n;\n".join(_read_script(name) for name in SCRIPTS)
    return f"{licences}\n{scripts}\n;{styling}"


@cache
def pack_scripts() -> str:
    """Pack `join_scripts`."""
    return pack(join_scripts().encode())


@cache
def read_leaflet_styles() -> str:
    """Read Leaflet's style sheet without its comments."""
    return _shorten(read_asset(STYLES[0]))


@cache
def read_styles() -> str:
    """Read the style sheet that a page needs at once, without its comments and idle spaces."""
    sheet = _shorten(read_asset(STYLES[1]))
    for wide, narrow in _IDLE_SPACES.items():
        sheet = sheet.replace(wide, narrow)
    return sheet.replace("\n", "")


def _read_script(name: str) -> str:
    # Leaflet comes minified; what looks like a comment in it may not be one.
    return read_asset(name) if name.startswith("leaflet/") else _shorten(read_asset(name))


def _shorten(source: str) -> str:
    """Drop indents, and comments that are whole lines or stand in `/* */`: our sources allow it."""
    pieces = source.split("/*")
    bare = pieces[0] + "".join(piece.partition("*/")[2] for piece in pieces[1:])
    lines = (line.strip() for line in bare.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))

"""A map as a page: Folium holds the map and its layers, this room's templates hold the words around it.

The same input gives the same bytes: Folium's random names are replaced by numbers in order. The page's values
travel as one packed block; no value of a record ever stands in a script.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import folium
from branca.element import Element, Figure
from markupsafe import Markup

from geo.position import Position
from geo.records import Kind, StatusCounts
from maps import style
from maps.layers import DataLayer
from maps.packing import pack, pack_values
from maps.popup import clean_text, render
from maps.vendored import (
    LOADER,
    SCRIPTS,
    STYLES,
    join_scripts,
    link_asset,
    pack_scripts,
    read_asset,
    read_leaflet_styles,
    read_styles,
)
from maps.wording import CREDIT, FICTIONAL_BANNER, write_data_date, write_totals

# With this policy a page cannot ask anybody for anything, but for the images of a base map once switched on,
# and runs no script and no style but its own: each by its digest.
_POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; "
    "img-src data: https://data.geopf.fr https://*.tile.openstreetmap.fr; base-uri 'none'; form-action 'none'"
)
_INLINE = {
    tag: re.compile(rf"<{tag}(?![^>]*\bsrc=)[^>]*>(.*?)</{tag}>", re.DOTALL | re.IGNORECASE)
    for tag in ("script", "style")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What every map says: title, source, date, totals and credits, and whether its presences are real."""

    title: str
    lead: Sequence[str]
    counts: StatusCounts
    kind: Kind | None
    data_date: date | None
    source: str
    credit: str = CREDIT
    is_fictional: bool = False

    @property
    def source_line(self) -> str:
        """Write the source and the date of the data."""
        source = clean_text(self.source)
        return (
            f"Source : {source}. {write_data_date(self.data_date)}."
            if source
            else f"{write_data_date(self.data_date)}."
        )

    @property
    def totals_line(self) -> str:
        """Write where every row received stands."""
        return write_totals(self.counts, self.kind)


class RegionMap(folium.Map):
    """
    A Folium map of the region without tiles, drawn by our own scripts.

    Any Folium element may be added to it. Elements of this room describe themselves; others render as Folium
    does, once our scripts have drawn theirs.

    Parameters
    ----------
    bounds
        South-west and north-east corners of the first view, latitude first; the region when None.
    """

    # Folium's own lists name about ten files on five foreign hosts.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012  Folium declares it so
    default_css: list[tuple[str, str]] = []  # noqa: RUF012  same

    def __init__(self, *, name: str = "carte", bounds: list[list[float]] | None = None) -> None:
        south_west, north_east = style.REGION_BOUNDS
        middle = Position(
            lon=(south_west.lon + north_east.lon) / 2, lat=round((south_west.lat + north_east.lat) / 2, 4)
        )
        super().__init__(
            location=middle.lat_lon(),
            zoom_start=8,
            tiles=None,
            # Without tiles nobody else tells Leaflet how far to zoom. Folium keeps `max_zoom` for itself.
            minZoom=style.MIN_ZOOM,
            maxZoom=style.MAX_ZOOM,
            zoomSnap=0.25,
        )
        self._id = name
        self.first_view = bounds or [list(south_west.lat_lon()), list(north_east.lat_lon())]

    def describe(self) -> dict[str, Any]:
        """Give what the scripts need: the map's options and its layers, in order."""
        return {
            "name": self.get_name(),
            "center": self.location,
            "options": self.options,
            "bounds": self.first_view,
            "ink": style.INK,
            "layers": [child.values for child in self._children.values() if isinstance(child, DataLayer)],
        }

    def render(self, **kwargs: object) -> str:
        """Let the elements that are not ours write themselves into the page's figure; write nothing here."""
        for child in self._children.values():
            if not isinstance(child, DataLayer):
                child.render(**kwargs)
        return ""


class MapPage(Figure):
    """
    A page around a map.

    Parameters
    ----------
    region_map
        The map, with its layers.
    notice
        What every map says.
    side
        Legend, list or table: HTML from a template of this room.
    asset_url
        Where `maps.vendored.ASSETS_FOLDER` is served; None to carry everything in the page.
    layout
        A word for the style sheet: `actors`, `coverage` or `near`.
    tools
        HTML above the map (a search field).
    more_scripts
        Scripts that this map needs besides those of all maps; only linked, never carried in the page.
    """

    def __init__(
        self,
        region_map: RegionMap,
        notice: Notice,
        *,
        side: Markup,
        layout: str,
        asset_url: str | None = None,
        tools: Markup | None = None,
        more_scripts: Sequence[str] = (),
    ) -> None:
        super().__init__(title=clean_text(notice.title))
        self.region_map = region_map
        self.notice = notice
        self.side = side
        self.tools = tools
        self.layout = layout
        self.asset_url = asset_url
        self.more_scripts = more_scripts
        self.add_child(region_map)

    def render(self, **kwargs: object) -> str:
        """Write the whole page."""
        for number, element in enumerate(_walk(self.region_map)):
            # Folium names its elements at random; a page must not change by itself.
            element._id = f"{number:03d}"  # noqa: SLF001  branca has no other way to say it
        self.region_map.render(**kwargs)
        others = {part: _render_all(getattr(self, part), **kwargs) for part in ("header", "html", "script")}
        is_linked = self.asset_url is not None
        return str(
            render(
                "page.html",
                title=self.title,
                policy=None if is_linked else _write_policy(others["header"], others["script"]),
                links=self._link_assets() if is_linked else [],
                styles=None if is_linked else _own(read_styles()),
                packed_scripts=None if is_linked else _own(pack_scripts()),
                loader=None if is_linked else _own(read_asset(LOADER)),
                packed=_own(pack_values(self.region_map.describe())),
                others_head=_own(others["header"]),
                others_html=_own(others["html"]),
                others_script=_own(pack(others["script"].encode())) if others["script"].strip() else None,
                banner=FICTIONAL_BANNER if self.notice.is_fictional else None,
                layout=self.layout,
                notice=self.notice,
                map_id=self.region_map.get_name(),
                tools=self.tools,
                side=self.side,
                tile_sources=style.TILE_SOURCES,
            )
        )

    def _link_assets(self) -> list[tuple[str, str]]:
        """Link styles, then scripts, the loader last: each with its kind."""
        asset_url = self.asset_url or ""
        return [
            *(("style", link_asset(name, asset_url)) for name in STYLES),
            *(("script", link_asset(name, asset_url)) for name in (*SCRIPTS, *self.more_scripts, LOADER)),
        ]


def _write_policy(others_head: str, others_script: str) -> str:
    """Write what a page that carries everything may run: our own, and what Folium elements wrote."""
    scripts = [read_asset(LOADER), join_scripts(), others_script, *_INLINE["script"].findall(others_head)]
    styles = [read_styles(), read_leaflet_styles(), *_INLINE["style"].findall(others_head)]
    return _POLICY.format(scripts=_digest_each(scripts), styles=_digest_each(styles))


def _digest_each(texts: Sequence[str]) -> str:
    digests = (hashlib.sha256(text.encode()).digest() for text in texts if text.strip())
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def _own(text: str) -> Markup:
    """Let through what this room or Folium wrote, as it stands: never a value of a record."""
    return Markup(text)  # noqa: S704  see the line above


def _render_all(element: Element, **kwargs: object) -> str:
    children = element._children.items()  # noqa: SLF001  branca has no other way to read them
    return "".join(child.render(**kwargs) for name, child in children if name != "meta_http")


def _walk(element: Element) -> Iterator[Element]:
    for child in element._children.values():  # noqa: SLF001  same
        yield child
        yield from _walk(child)

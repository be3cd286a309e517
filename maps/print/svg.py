"""A page as an SVG whose texts are texts: it carries its letters, and keeps its widths without them."""

from __future__ import annotations

import base64
from functools import cache
from html import escape

from maps.print.page import Page
from maps.print.shapes import MM_PER_POINT, Area, Box, Disc, Face, Lines, Link, Points, Shape, Stroke, Words
from maps.vendored import ASSETS_FOLDER

_FONT_FOLDER = ASSETS_FOLDER / "@fontsource" / "source-sans-3"
_FAMILY = "Source Sans 3"
_HALO_MM = 0.56


def write_svg(page: Page) -> bytes:
    """
    Write a page as an SVG file.

    Examples
    --------
    >>> write_svg(Page(title="Lens", key="lens")).startswith(b"<?xml")
    True
    """
    faces = sorted({words.face for words in page.words})
    width, height = _number(page.width_mm), _number(page.height_mm)
    size = f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
    letters = "".join(_declare(face) for face in faces)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} lang="fr">',
        f"<title>{escape(page.title)}</title>",
        f"<style>{letters}text{{font-family:'{_FAMILY}',sans-serif;white-space:pre}}</style>",
        *(_draw(shape) for shape in page.shapes),
        "</svg>",
        "",
    ]
    return "\n".join(part for part in parts if part is not None).encode()


@cache
def _declare(face: Face) -> str:
    letters = base64.b64encode((_FONT_FOLDER / f"{face.value}.woff2").read_bytes()).decode()
    weight = 600 if face is Face.SEMIBOLD else 400
    slope = "italic" if face is Face.ITALIC else "normal"
    return (
        f"@font-face{{font-family:'{_FAMILY}';font-weight:{weight};font-style:{slope};"
        f"src:url(data:font/woff2;base64,{letters})format('woff2')}}"
    )


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _paint(fill: str | None, stroke: Stroke | None) -> str:
    paint = f'fill="{fill or "none"}"'
    if stroke:
        paint += (
            f' stroke="{stroke.colour}" stroke-width="{_number(stroke.width_mm)}" stroke-linejoin="round"'
        )
        if stroke.dash_mm:
            paint += f' stroke-dasharray="{" ".join(_number(dash) for dash in stroke.dash_mm)}"'
    return paint


def _trace(corners: Points, *, is_closed: bool) -> str:
    places = " ".join(f"{_number(float(x))},{_number(float(y))}" for x, y in corners)
    return f"M{places}{'z' if is_closed else ''}"


def _draw(shape: Shape) -> str | None:
    if isinstance(shape, Words):
        return _draw_words(shape)
    if isinstance(shape, Area):
        rings = "".join(_trace(ring, is_closed=True) for ring in shape.rings)
        return f'<path d="{rings}" fill-rule="evenodd" {_paint(shape.fill, shape.stroke)}/>'
    if isinstance(shape, Lines):
        lines = "".join(_trace(path, is_closed=False) for path in shape.paths)
        return f'<path d="{lines}" {_paint(None, shape.stroke)}/>' if lines else None
    if isinstance(shape, Disc):
        opacity = f' fill-opacity="{_number(shape.opacity)}"' if shape.opacity < 1 else ""
        centre = f'cx="{_number(shape.x)}" cy="{_number(shape.y)}" r="{_number(shape.radius_mm)}"'
        return f"<circle {centre} {_paint(shape.fill, shape.stroke)}{opacity}/>"
    if isinstance(shape, Box):
        place = f'x="{_number(shape.x)}" y="{_number(shape.y)}"'
        size = (
            f'width="{_number(shape.width)}" height="{_number(shape.height)}" rx="{_number(shape.radius_mm)}"'
        )
        return f"<rect {place} {size} {_paint(shape.fill, shape.stroke)}/>"
    return _draw_link(shape)


def _draw_words(words: Words) -> str:
    style = f'font-size="{_number(words.size_pt * MM_PER_POINT)}" fill="{words.colour}"'
    if words.face is Face.SEMIBOLD:
        style += ' font-weight="600"'
    elif words.face is Face.ITALIC:
        style += ' font-style="italic"'
    if words.halo:
        style += (
            f' stroke="{words.halo}" stroke-width="{_number(_HALO_MM)}" stroke-linejoin="round" '
            'paint-order="stroke"'
        )
    # The width is given, so that another font, where ours is not read, still leaves no text cut.
    place = f'x="{_number(words.x)}" y="{_number(words.y)}" textLength="{_number(words.width)}"'
    return f'<text {place} lengthAdjust="spacingAndGlyphs" {style}>{escape(words.text)}</text>'


def _draw_link(link: Link) -> str | None:
    if "://" not in link.target:
        return None
    place = f'x="{_number(link.x)}" y="{_number(link.y)}"'
    size = f'width="{_number(link.width)}" height="{_number(link.height)}"'
    return f'<a href="{escape(link.target)}"><rect {place} {size} fill="none" pointer-events="all"/></a>'

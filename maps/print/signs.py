"""Signs of sectors and of antennes, drawn around the origin in millimetres: the shapes of the site's maps."""

from __future__ import annotations

from functools import cache

import numpy as np

from maps import style
from maps.print.shapes import Area, Disc, Points, Shape, Stroke

_EDGE = Stroke(colour="#ffffff", width_mm=0.2)

# The corners of `style.SHAPES`, whose box of 20 by 20 has its middle at 10, 10.
_CORNERS = {
    "square": ((3.5, 3.5), (16.5, 3.5), (16.5, 16.5), (3.5, 16.5)),
    "triangle": ((10, 2), (18.5, 17), (1.5, 17)),
    "diamond": ((10, 1), (19, 10), (10, 19), (1, 10)),
    "wedge": ((10, 18), (18.5, 3), (1.5, 3)),
    "cross": (
        (7, 2), (13, 2), (13, 7), (18, 7), (18, 13), (13, 13),
        (13, 18), (7, 18), (7, 13), (2, 13), (2, 7), (7, 7),
    ),
}  # fmt: skip


def draw_sign(shape: str, colour: str, size_mm: float, *, edge: Stroke | None = _EDGE) -> tuple[Shape, ...]:
    """
    Draw the sign of a sector, `size_mm` across.

    Examples
    --------
    >>> [type(part).__name__ for part in draw_sign("triangle", "#000000", 2.0)]
    ['Area']
    """
    if shape == "circle":
        return (Disc(x=0, y=0, radius_mm=size_mm * 7.5 / 20, fill=colour, stroke=edge),)
    return (Area(rings=(_corners(shape) * size_mm,), fill=colour, stroke=edge),)


@cache
def _corners(shape: str) -> Points:
    return (np.array(_CORNERS[shape], dtype=float) - 10) / 20


def draw_antenne(size_mm: float = 3.4) -> tuple[Shape, ...]:
    """Draw the mark of an antenne: a brick house in a white ring."""
    corners = np.array(
        [[0, -1], [0.95, -0.1], [0.6, -0.1], [0.6, 0.85], [-0.6, 0.85], [-0.6, -0.1], [-0.95, -0.1]]
    )
    return (
        Area(
            rings=(corners * size_mm / 2,), fill=style.BRICK, stroke=Stroke(colour="#ffffff", width_mm=0.35)
        ),
    )

"""The land and the signs on it: what every map of presences has in common."""

from __future__ import annotations

from collections.abc import Sequence

from geo.records import (
    MEL_CODE,
    Precision,
    Presence,
)
from maps import style
from maps.print.ground import (
    Ground,
    View,
    draw_area,
    draw_edges,
    draw_lines,
    project_position,
)
from maps.print.legend import move
from maps.print.page import Page
from maps.print.shapes import Shape, Stroke
from maps.print.signs import draw_sign
from maps.sector_classes import SectorClass, SectorClasses

LAND_LINE = Stroke(colour=style.HAIRLINE, width_mm=0.15)


HEAVY_LINE = Stroke(colour=style.BORDER, width_mm=0.3)


MEL_LINE = Stroke(colour=style.FRAME, width_mm=0.45)


def draw_land(
    page: Page, view: View, ground: Ground, departements: Ground, *, has_outline: bool = True
) -> None:
    """Draw the land: EPCI in hairlines, départements heavier, the MEL outlined if wanted."""
    page.add(*draw_area(view, view.cut(departements.whole), fill=style.LAND))
    page.add(*draw_lines(view, ground.borders, LAND_LINE))
    page.add(*draw_lines(view, departements.borders, HEAVY_LINE))
    if has_outline and MEL_CODE in ground.contours:
        page.add(*draw_edges(view, {MEL_CODE: ground.contours[MEL_CODE]}, MEL_LINE))


def choose_sign_mm(count: int) -> float:
    """
    Choose the size of signs, so that thousands still leave the map readable.

    Examples
    --------
    >>> choose_sign_mm(200), choose_sign_mm(5_000)
    (2.4, 1.2)
    """
    return 2.4 if count <= 300 else 1.8 if count <= 1_200 else 1.2


def draw_signs(page: Page, view: View, presences: Sequence[Presence], classes: SectorClasses) -> None:
    """Draw each presence's sign, those of the north first so that signs overlap one way."""
    size = choose_sign_mm(len(presences))
    placed = [(presence, presence.position) for presence in presences if presence.position is not None]
    placed.sort(key=lambda pair: (-pair[1].lat, pair[1].lon, pair[0].id))
    left, top, right, bottom = view.frame.x, view.frame.y, view.frame.right, view.frame.bottom
    for presence, position in placed:
        x, y = view.place(*project_position(position))
        if left < x < right and top < y < bottom:
            mark = classes.classes[classes.find(presence.sectors)[0]]
            is_exact = presence.precision is not Precision.COMMUNE
            page.add(*(move(shape, x, y) for shape in make_sign(mark, size, is_exact=is_exact)))


def make_sign(mark: SectorClass, size_mm: float, *, is_exact: bool = True) -> tuple[Shape, ...]:
    """Make a sector's sign, empty when the place is only that of the commune."""
    if is_exact:
        return draw_sign(mark.shape, mark.colour, size_mm)
    return draw_sign(
        mark.shape, "#ffffff", size_mm * 0.9, edge=Stroke(colour=mark.colour, width_mm=size_mm * 0.16)
    )

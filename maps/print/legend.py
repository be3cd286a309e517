"""The legend of a printed map: classes with how many territories are in each, circles, lines, symbols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geo.french import write_number
from maps import style
from maps.print.ground import View, dot, hatch
from maps.print.page import Frame, Page, measure_block
from maps.print.shapes import Area, Box, Disc, Face, Lines, Shape, Stroke

SWATCH_WIDTH_MM = 7.0
SWATCH_HEIGHT_MM = 4.2
ROW_MM = 5.6
_SIZE_PT = 7.5
EDGE = Stroke(colour=style.BORDER, width_mm=0.15)
ZERO_STROKE = Stroke(colour=style.ZERO_LINES, width_mm=0.18)
ABSENCE_STROKE = Stroke(colour=style.ABSENCE_LINES, width_mm=0.35)
ABSENCE_EDGE = Stroke(colour=style.ABSENCE_LINES, width_mm=0.5)
OUTLINE = Stroke(colour=style.INK, width_mm=0.6)
ZERO_SPACING_MM = 1.3
ABSENCE_SPACING_MM = 1.3
UNDER_SPACING_MM = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """
    A class: its fill, its words, how many territories are in it.

    `pattern` is what tells it apart without colour: that of zero, absence, missing, or of less than expected.
    """

    label: str
    fill: str
    count: int
    pattern: str = ""

    @property
    def is_apart(self) -> bool:
        """Say whether the class stands beside the scale: zero, absence, missing."""
        return self.pattern in {"zero", "absence", "missing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleRow:
    """A circle of a round value."""

    label: str
    radius_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRow:
    """A sign and what it stands for; `shapes` are drawn around the origin."""

    label: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """Everything that a legend says, from top to bottom."""

    title: str
    classes: tuple[ClassRow, ...] = ()
    count_label: str = ""
    circles: tuple[CircleRow, ...] = ()
    signs: tuple[SignRow, ...] = ()
    method: str = ""


def draw_legend(page: Page, legend: Legend, frame: Frame) -> float:
    """Draw a legend from the top of a frame, as wide as it, and give the y under it."""
    y = frame.y
    if legend.title:
        y = page.write_block(frame.x, y, legend.title, frame.width, face=Face.SEMIBOLD, size_pt=8.5) + 1.5
    y = _draw_circles(page, legend.circles, frame, y)
    if legend.classes and legend.count_label:
        page.write(frame.right, y + 2, legend.count_label, size_pt=6.5, colour=style.SOFT_INK, anchor="end")
        y += 3
    for row in legend.classes:
        y = _draw_class(page, row, frame, y)
    for sign in legend.signs:
        y = _draw_sign(page, sign, frame, y)
    if legend.method:
        y = page.write_block(
            frame.x, y + 1.2, legend.method, frame.width, size_pt=6.8, face=Face.ITALIC, colour=style.SOFT_INK
        )
    return y


def measure_legend(legend: Legend, width: float) -> float:
    """Give the height that a legend will take."""
    return draw_legend(Page(title="", key=""), legend, Frame(x=0, y=0, width=width, height=0))


def _draw_class(page: Page, row: ClassRow, frame: Frame, y: float) -> float:
    label_width = frame.width - SWATCH_WIDTH_MM - 2 - 7
    height = max(SWATCH_HEIGHT_MM, measure_block(row.label, label_width, size_pt=_SIZE_PT, leading=1.15))
    draw_swatch(page, row, frame.x, y)
    page.write_block(
        frame.x + SWATCH_WIDTH_MM + 2, y + 0.6, row.label, label_width, size_pt=_SIZE_PT, leading=1.15
    )
    page.write(frame.right, y + 3, write_number(row.count), size_pt=_SIZE_PT, anchor="end")
    return y + height + ROW_MM - SWATCH_HEIGHT_MM


def draw_swatch(page: Page, row: ClassRow, x: float, y: float) -> None:
    """Draw the sample of a class, hatched as on the map."""
    page.add(Box(x=x, y=y, width=SWATCH_WIDTH_MM, height=SWATCH_HEIGHT_MM, fill=row.fill))
    box = shapely.box(x, -y - SWATCH_HEIGHT_MM, x + SWATCH_WIDTH_MM, -y)
    corner = Frame(x=x, y=y, width=SWATCH_WIDTH_MM, height=SWATCH_HEIGHT_MM)
    view = View(corner, (x, -y - SWATCH_HEIGHT_MM, x + SWATCH_WIDTH_MM, -y))
    page.add(*draw_pattern(view, box, row.pattern, row.fill))
    edge = ABSENCE_EDGE if row.pattern == "absence" else EDGE
    page.add(Box(x=x, y=y, width=SWATCH_WIDTH_MM, height=SWATCH_HEIGHT_MM, stroke=edge))


def draw_pattern(
    view: View, contour: shapely.Geometry, pattern: str, fill: str = ""
) -> Sequence[Lines | Disc]:
    """
    Draw the hatching of « zero » or « absence », the dots of « missing », the level lines of « under ».

    Level lines tell what is under the neutral value from what is over it on a grey print; their ink is the
    next class's, so that in colour they hardly show.
    """
    if pattern == "under":
        dark, middle, _ = style.DIVERGING_UNDER
        ink = dark if fill == middle else middle
        return hatch(view, contour, Stroke(colour=ink, width_mm=0.1), spacing_mm=UNDER_SPACING_MM, slope=0.0)
    if pattern == "missing":
        return dot(view, contour, style.MISSING_DOTS)
    if pattern == "zero":
        return hatch(view, contour, ZERO_STROKE, spacing_mm=ZERO_SPACING_MM)
    if pattern == "absence":
        return hatch(view, contour, ABSENCE_STROKE, spacing_mm=ABSENCE_SPACING_MM, slope=-1.0)
    return []


def _draw_circles(page: Page, circles: Sequence[CircleRow], frame: Frame, y: float) -> float:
    """Draw circles of round values inside one another, each with its value beside."""
    if not circles:
        return y
    largest = max(circle.radius_mm for circle in circles)
    bottom = y + 2 * largest + 0.5
    x = frame.x + largest
    label_y = bottom + 10.0
    for circle in sorted(circles, key=lambda circle: circle.radius_mm):
        top = bottom - 2 * circle.radius_mm
        page.add(
            Disc(
                x=x,
                y=bottom - circle.radius_mm,
                radius_mm=circle.radius_mm,
                stroke=Stroke(colour=style.CIRCLE_FILL, width_mm=0.35),
            )
        )
        # Small circles lie close: their labels step up to stay apart.
        label_y = min(label_y - 3.2, top + 0.9)
        line = np.array([[x, top], [frame.x + 2 * largest + 2, label_y - 0.9]])
        page.add(Lines(paths=(line,), stroke=Stroke(colour=style.SOFT_INK, width_mm=0.15)))
        page.write(frame.x + 2 * largest + 3, label_y, circle.label, size_pt=_SIZE_PT)
    return bottom + 3


def _draw_sign(page: Page, sign: SignRow, frame: Frame, y: float) -> float:
    label_width = frame.width - SWATCH_WIDTH_MM - 2
    page.add(*(move(shape, frame.x + SWATCH_WIDTH_MM / 2, y + SWATCH_HEIGHT_MM / 2) for shape in sign.shapes))
    bottom = page.write_block(
        frame.x + SWATCH_WIDTH_MM + 2, y + 0.6, sign.label, label_width, size_pt=_SIZE_PT, leading=1.15
    )
    return max(y + ROW_MM, bottom + 1.2)


def move(shape: Shape, x: float, y: float) -> Shape:
    """Move a sign drawn around the origin."""
    shift = np.array([x, y])
    if isinstance(shape, Area):
        return Area(rings=tuple(ring + shift for ring in shape.rings), fill=shape.fill, stroke=shape.stroke)
    if isinstance(shape, Lines):
        return Lines(paths=tuple(path + shift for path in shape.paths), stroke=shape.stroke)
    if isinstance(shape, Disc):
        return Disc(
            x=shape.x + x, y=shape.y + y, radius_mm=shape.radius_mm,
            fill=shape.fill, stroke=shape.stroke, opacity=shape.opacity,
        )  # fmt: skip
    message = f"{type(shape).__name__} is no sign"
    raise TypeError(message)

"""A page being composed: shapes are added in the order in which ink is laid down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from maps import style
from maps.print.letters import Run, join_words, measure_mm, prepare, wrap
from maps.print.shapes import MM_PER_POINT, Anchor, Box, Face, Lines, Shape, Stroke, Words
from maps.print.shapes import Link as LinkShape

A4_WIDTH_MM = 210.0
A4_HEIGHT_MM = 297.0
MARGIN_MM = 14.0
# What printers may leave white.
SAFE_MM = 6.0
LEADING = 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A rectangle of the page, in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Give the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Give the lower edge."""
        return self.y + self.height


@dataclass(slots=True, kw_only=True)
class Page:
    """
    One page, A4 upright.

    `title` is its bookmark, under that of its `part` if it has one; `key` names it within a file, so that
    links can lead to it.
    """

    title: str
    key: str
    part: str = ""
    shapes: list[Shape] = field(default_factory=list)
    width_mm: float = A4_WIDTH_MM
    height_mm: float = A4_HEIGHT_MM

    def add(self, *shapes: Shape) -> None:
        """Lay shapes over what is there."""
        self.shapes.extend(shapes)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        face: Face = Face.REGULAR,
        size_pt: float = 9,
        colour: str = style.INK,
        anchor: Anchor = "start",
        halo: str | None = None,
    ) -> float:
        """Write one line on the baseline `y` and give its width."""
        ready = prepare(text)
        width = measure_mm(ready, face, size_pt)
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        if ready:
            self.add(
                Words(
                    x=left, y=y, text=ready, width=width, face=face, size_pt=size_pt, colour=colour, halo=halo
                )
            )
        return width

    def write_block(
        self,
        x: float,
        top: float,
        text: str | Sequence[Run],
        width: float,
        *,
        face: Face = Face.REGULAR,
        size_pt: float = 9,
        colour: str = style.INK,
        leading: float = LEADING,
    ) -> float:
        """Write a paragraph under `top` and give the y under its last line."""
        lines = wrap(text, width, face=face, size_pt=size_pt)
        step = measure_leading(size_pt, leading)
        for place, line in enumerate(lines):
            baseline = top + place * step + 0.78 * size_pt * MM_PER_POINT
            for piece in join_words(line):
                self.add(
                    Words(
                        x=x + piece.offset_mm, y=baseline, text=piece.text, width=piece.width_mm,
                        face=piece.face, size_pt=size_pt, colour=piece.colour or colour,
                    )
                )  # fmt: skip
        return top + len(lines) * step

    def rule(self, x: float, y: float, width: float, *, stroke: Stroke | None = None) -> None:
        """Draw a horizontal hairline."""
        line = np.array([[x, y], [x + width, y]], dtype=float)
        self.add(Lines(paths=(line,), stroke=stroke or Stroke(colour=style.HAIRLINE, width_mm=0.2)))

    def link(self, frame: Frame, target: str) -> None:
        """Make a rectangle lead somewhere."""
        self.add(LinkShape(x=frame.x, y=frame.y, width=frame.width, height=frame.height, target=target))

    def fill(self, frame: Frame, colour: str, *, radius_mm: float = 0, stroke: Stroke | None = None) -> None:
        """Fill a rectangle."""
        self.add(
            Box(
                x=frame.x, y=frame.y, width=frame.width, height=frame.height,
                fill=colour, radius_mm=radius_mm, stroke=stroke,
            )
        )  # fmt: skip

    @property
    def words(self) -> list[Words]:
        """List the texts of the page, in the order in which they were written."""
        return [shape for shape in self.shapes if isinstance(shape, Words)]


def measure_leading(size_pt: float, leading: float = LEADING) -> float:
    """Give the distance between two baselines, in millimetres."""
    return size_pt * leading * MM_PER_POINT


def measure_block(
    text: str | Sequence[Run],
    width: float,
    *,
    face: Face = Face.REGULAR,
    size_pt: float = 9,
    leading: float = LEADING,
) -> float:
    """Give the height that a paragraph will take."""
    return len(wrap(text, width, face=face, size_pt=size_pt)) * measure_leading(size_pt, leading)


def find_faults(page: Page) -> list[str]:
    """
    List the texts that leave the paper's safe part, and the pairs that overlap.

    Examples
    --------
    >>> page = Page(title="Essai", key="essai")
    >>> _ = page.write(20, 20, "Lille"), page.write(22, 20, "Lens"), page.write(200, 50, "Valenciennes")
    >>> find_faults(page)
    ['« Valenciennes » sort de la page', '« Lille » et « Lens » se chevauchent']
    """
    faults = []
    for words in page.words:
        left, top, right, bottom = words.box
        inside = left >= SAFE_MM and top >= SAFE_MM
        if not (inside and right <= page.width_mm - SAFE_MM and bottom <= page.height_mm - SAFE_MM):
            faults.append(f"« {words.text} » sort de la page")
    for one, other in combinations(page.words, 2):
        if are_overlapping(one.box, other.box):
            faults.append(f"« {one.text} » et « {other.text} » se chevauchent")
    return faults


def are_overlapping(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float], slack_mm: float = 0.05
) -> bool:
    """Tell whether two rectangles (left, top, right, bottom) share more than a hair."""
    return (
        one[0] < other[2] - slack_mm
        and other[0] < one[2] - slack_mm
        and one[1] < other[3] - slack_mm
        and other[1] < one[3] - slack_mm
    )

"""The parts of a page: a heading with its line, a note that stands out."""

from __future__ import annotations

from collections.abc import Sequence

from maps import style
from maps.print.letters import Run
from maps.print.page import Frame, Page, measure_block
from maps.print.shapes import Face, Stroke


def write_heading(page: Page, text: str, x: float, y: float, width: float) -> float:
    """Write the heading of a part with a line under it, and give the y under it."""
    page.write(x, y + 3.2, text, face=Face.SEMIBOLD, size_pt=10.5, colour=style.FRAME)
    page.rule(x, y + 5.0, width, stroke=Stroke(colour=style.HAIRLINE, width_mm=0.25))
    return y + 7.0


def write_note(page: Page, frame: Frame, text: str | Sequence[Run], *, size_pt: float = 8.5) -> float:
    """Write a paragraph in a pale box with a brick edge, and give the y under it."""
    height = measure_block(text, frame.width - 7, size_pt=size_pt) + 4
    page.fill(Frame(x=frame.x, y=frame.y, width=frame.width, height=height), style.PAPER)
    page.fill(Frame(x=frame.x, y=frame.y, width=1.1, height=height), style.BRICK)
    page.write_block(frame.x + 4, frame.y + 2, text, frame.width - 7, size_pt=size_pt)
    return frame.y + height

"""What a printed page is made of. Millimetres from the top left corner, y downwards; type sizes in points."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Corners in millimetres, shape (n, 2)."""

MM_PER_POINT = 25.4 / 72


class Face(StrEnum):
    """A face of the one family that pages are set in."""

    REGULAR = "regular"
    SEMIBOLD = "semibold"
    ITALIC = "italic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line's colour, width and dashes (lengths of ink and gap)."""

    colour: str
    width_mm: float = 0.2
    dash_mm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A surface with its holes: every ring is closed, an odd number of rings around a point is inside."""

    rings: tuple[Points, ...]
    fill: str | None = None
    stroke: Stroke | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Open lines that share one stroke."""

    paths: tuple[Points, ...]
    stroke: Stroke


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A circle; `opacity` 0 to 1 is that of its fill."""

    x: float
    y: float
    radius_mm: float
    fill: str | None = None
    stroke: Stroke | None = None
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle, its corners rounded by `radius_mm`."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    stroke: Stroke | None = None
    radius_mm: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text: `y` is its baseline, `width` what it measures, `halo` the colour of its outline."""

    x: float
    y: float
    text: str
    width: float
    face: Face = Face.REGULAR
    size_pt: float = 9.0
    colour: str = "#000000"
    halo: str | None = None

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Give left, top, right, bottom of the letters, capitals and descenders included."""
        size = self.size_pt * MM_PER_POINT
        return self.x, self.y - 0.7 * size, self.x + self.width, self.y + 0.22 * size


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A rectangle that leads somewhere: a web address, or the bookmark of another page of the same file."""

    x: float
    y: float
    width: float
    height: float
    target: str


Shape = Area | Lines | Disc | Box | Words | Link
Anchor = Literal["start", "middle", "end"]

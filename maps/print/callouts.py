"""Names of the points of a chart: each clear of every line and point, led back to its own where it is far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from maps import style
from maps.print.letters import measure_mm, prepare
from maps.print.page import Frame, Page
from maps.print.shapes import MM_PER_POINT, Face, Lines, Points, Stroke

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom, in millimetres."""

_LEADER = Stroke(colour=style.SOFT_INK, width_mm=0.15)
_GAPS_MM = (1.6, 2.6, 4.0, 6.0, 8.0, 11.0, 14.0, 18.0, 22.0, 27.0, 32.0)
_DIRECTIONS = 24
_LEADING = 1.15
# What a name of two lines, and a leader that crosses a curve, weigh against being a millimetre farther.
_TWO_LINES_MM, _CROSSING_MM = 1.5, 5.0
# Air around a name, and between two steps of a leader that is tried.
_AIR_MM, _STEP_MM = 0.35, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Try:
    """One way to write a name: its lines, its box, where its leader starts and ends, what it weighs."""

    lines: tuple[str, ...]
    box: Rectangle
    leader: Points
    weight: float


@dataclass(slots=True)
class Callouts:
    """
    The names of a chart's points.

    `spots` are rectangles that neither a name nor its leader may touch: points, names; `curves` are those
    that no name may touch, and that a leader crosses only where it must.
    """

    page: Page
    frame: Frame
    size_pt: float = 6.5
    spots: list[Rectangle] = field(default_factory=list)
    curves: list[Rectangle] = field(default_factory=list)

    def keep_point(self, x: float, y: float, radius_mm: float) -> None:
        """Keep names off a point."""
        self.spots.append((x - radius_mm, y - radius_mm, x + radius_mm, y + radius_mm))

    def keep_lines(self, lines: Lines) -> None:
        """Keep names off a line: off a small rectangle around each of its steps."""
        for path in lines.paths:
            for (x, y), (after_x, after_y) in pairwise(path.tolist()):
                low, high = sorted((y, after_y))
                self.curves.append((min(x, after_x), low - 0.15, max(x, after_x), high + 0.15))

    def write(self, x: float, y: float, text: str) -> bool:
        """
        Write the name of a point as near as there is room, on one line or two; False if there is none.

        Examples
        --------
        >>> page = Page(title="Essai", key="essai")
        >>> names = Callouts(page, Frame(x=0, y=0, width=80, height=60))
        >>> names.write(40, 30, "Lens"), names.write(40, 30, "un nom bien trop long pour " * 9)
        (True, False)
        """
        spots, curves = np.array(self.spots).reshape(-1, 4), np.array(self.curves).reshape(-1, 4)
        own = (spots[:, 0] <= x) & (x <= spots[:, 2]) & (spots[:, 1] <= y) & (y <= spots[:, 3])
        others = spots[~own]
        best: _Try | None = None
        for each in self._list_tries(x, y, prepare(text)):
            if not self._has_room(each.box, np.concatenate([spots, curves])):
                continue
            if _crosses(each.leader, others):
                continue
            weight = each.weight + _CROSSING_MM * _crosses(each.leader, curves)
            if best is None or weight < best.weight:
                best = _Try(lines=each.lines, box=each.box, leader=each.leader, weight=weight)
        if best is None:
            return False
        self._lay(best)
        return True

    def _lay(self, name: _Try) -> None:
        left, top, right, _bottom = name.box
        size = self.size_pt * MM_PER_POINT
        if np.hypot(*(name.leader[1] - name.leader[0])) > _GAPS_MM[0]:
            self.page.add(Lines(paths=(name.leader,), stroke=_LEADER))
        is_left = name.leader[0][0] > right - 0.1
        for place, line in enumerate(name.lines):
            baseline = top + 0.7 * size + place * _LEADING * size
            at, anchor = (right, "end") if is_left else (left, "start")
            self.page.write(at, baseline, line, size_pt=self.size_pt, anchor=anchor, halo="#ffffff")  # type: ignore[arg-type]
        self.spots.append(name.box)

    def _list_tries(self, x: float, y: float, text: str) -> Iterator[_Try]:
        """List where a name may be, around its point and farther and farther from it."""
        size = self.size_pt * MM_PER_POINT
        for lines in _list_foldings(text, self.size_pt):
            width = max(measure_mm(line, Face.REGULAR, self.size_pt) for line in lines)
            height = 0.92 * size + (len(lines) - 1) * _LEADING * size
            for gap in _GAPS_MM:
                for angle in np.arange(_DIRECTIONS) * 2 * np.pi / _DIRECTIONS:
                    across, down = float(np.cos(angle)), float(np.sin(angle))
                    # The name's middle, pushed until its box only touches its leader's end; in the frame.
                    middle_x = x + gap * across + width / 2 * _push(across)
                    middle_y = y + gap * down + height / 2 * _push(down)
                    middle_x = _keep_within(middle_x, width, self.frame.x, self.frame.right)
                    middle_y = _keep_within(middle_y, height, self.frame.y, self.frame.bottom)
                    box = (
                        middle_x - width / 2, middle_y - height / 2,
                        middle_x + width / 2, middle_y + height / 2,
                    )  # fmt: skip
                    end = (float(np.clip(x, box[0], box[2])), float(np.clip(y, box[1], box[3])))
                    reach = float(np.hypot(end[0] - x, end[1] - y))
                    weight = reach + _TWO_LINES_MM * (len(lines) - 1) + 0.2 * abs(down)
                    yield _Try(lines=lines, box=box, leader=np.array([(x, y), end]), weight=weight)

    def _has_room(self, box: Rectangle, taken: Points) -> bool:
        frame = self.frame
        is_inside = box[0] >= frame.x and box[2] <= frame.right and box[1] >= frame.y
        touching = (
            (taken[:, 0] < box[2] + _AIR_MM) & (box[0] - _AIR_MM < taken[:, 2])
            & (taken[:, 1] < box[3] + _AIR_MM) & (box[1] - _AIR_MM < taken[:, 3])
        )  # fmt: skip
        return is_inside and not touching.any()


def _push(part: float) -> float:
    """Give how far to push a name along an axis: not at all across a leader that hardly leans that way."""
    return float(np.clip(part * 1.6, -1.0, 1.0))


def _keep_within(middle: float, size: float, start: float, end: float) -> float:
    """Move the middle of a box so that it ends within two bounds; one too large begins before the first."""
    return min(max(middle, start + _AIR_MM + size / 2), end - _AIR_MM - size / 2)


def _crosses(leader: Points, taken: Points) -> bool:
    """Tell whether a leader touches any of some rectangles, tried step by step."""
    steps = max(2, int(np.hypot(*(leader[1] - leader[0])) / _STEP_MM))
    along = leader[0] + np.linspace(0, 1, steps)[:, None] * (leader[1] - leader[0])
    x, y = along[:, :1], along[:, 1:]
    touched = (taken[:, 0] <= x) & (x <= taken[:, 2]) & (taken[:, 1] <= y) & (y <= taken[:, 3])
    return bool(touched.any())


def _list_foldings(text: str, size_pt: float) -> Iterator[tuple[str, ...]]:
    """Give a name whole, then cut in two lines as equal as its words let them be."""
    yield (text,)
    words = text.split(" ")
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    if cuts:
        yield min(cuts, key=lambda pair: max(measure_mm(line, Face.REGULAR, size_pt) for line in pair))

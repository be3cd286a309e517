"""Names on a map: each where it hides nothing that was written before it, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from geo.french import write_number
from geo.position import Position
from maps import style
from maps.print.ground import View, project_position
from maps.print.letters import measure_mm, prepare
from maps.print.page import Frame, Page, are_overlapping
from maps.print.shapes import MM_PER_POINT, Disc, Face, Points

Rectangle = tuple[float, float, float, float]


@dataclass(slots=True)
class Labels:
    """
    What is written on a map so far.

    `taken` holds rectangles (left, top, right, bottom) that nothing may cover; `edge` the points, shape
    (n, 2), of a line that names cross only where there is no other room; `names` the rectangles written so
    far.
    """

    page: Page
    frame: Frame
    taken: list[Rectangle] = field(default_factory=list)
    edge: Points = field(default_factory=lambda: np.empty((0, 2)))
    names: list[Rectangle] = field(default_factory=list)

    def reserve(self, frame: Frame) -> None:
        """Keep a rectangle free of names."""
        self.taken.append((frame.x, frame.y, frame.right, frame.bottom))

    def write_beside(
        self,
        x: float,
        y: float,
        text: str,
        *,
        gap_mm: float = 1.0,
        size_pt: float = 7.5,
        face: Face = Face.REGULAR,
        colour: str = style.INK,
        halo: str = style.LAND,
    ) -> bool:
        """
        Write a name right of a point, else left, above, below or at a corner; False if there is no room.

        Of the places where there is room, the first that is off the edge, else that which hides least of it.
        """
        ready = prepare(text)
        width, size = measure_mm(ready, face, size_pt), size_pt * MM_PER_POINT
        places = (
            (x + gap_mm, y + 0.25 * size),
            (x - gap_mm - width, y + 0.25 * size),
            (x - width / 2, y - gap_mm - 0.1 * size),
            (x - width / 2, y + gap_mm + 0.75 * size),
            *((left, baseline) for left in (x + 0.5 * gap_mm, x - 0.5 * gap_mm - width)
              for baseline in (y - 0.6 * gap_mm, y + 0.6 * gap_mm + 0.7 * size)),
        )  # fmt: skip
        boxes = [(left, base - 0.7 * size, left + width, base + 0.22 * size) for left, base in places]
        free = [place for place, box in enumerate(boxes) if self._is_free(box)]
        if not free:
            return False
        chosen = min(free, key=lambda place: self._count_hidden(boxes[place]))
        left, baseline = places[chosen]
        self.taken.append(boxes[chosen])
        self.names.append(boxes[chosen])
        self.page.write(left, baseline, ready, face=face, size_pt=size_pt, colour=colour, halo=halo)
        return True

    def _count_hidden(self, box: Rectangle) -> int:
        """Count the points of the edge under a name."""
        x, y = self.edge[:, 0], self.edge[:, 1]
        return int(((box[0] <= x) & (x <= box[2]) & (box[1] <= y) & (y <= box[3])).sum())

    def _is_free(self, box: Rectangle) -> bool:
        frame = self.frame
        inside = box[0] >= frame.x + 0.5 and box[2] <= frame.right - 0.5
        inside = inside and box[1] >= frame.y + 0.5 and box[3] <= frame.bottom - 0.5
        return inside and not any(are_overlapping(box, other, -0.3) for other in self.taken)


@dataclass(frozen=True, slots=True)
class Place:
    """A town to name: `rank` 1 is written first, and larger."""

    name: str
    position: Position
    rank: int = 2


REGION_TOWNS = tuple(Place(town.name, town.position, town.rank) for town in style.TOWNS)
_SIZE_PT = {1: 8.0, 2: 7.0, 3: 6.5}


def write_towns(
    labels: Labels, view: View, towns: Iterable[Place], *, most: int = 40, gap_mm: float = 1.1
) -> None:
    """Mark towns and write their names, the highest rank first, as long as there is room."""
    written = 0
    for town in sorted(towns, key=lambda town: town.rank):
        if written >= most:
            return
        x, y = view.place(*project_position(town.position))
        if not (view.frame.x < x < view.frame.right and view.frame.y < y < view.frame.bottom):
            continue
        spot = (x - 0.6, y - 0.6, x + 0.6, y + 0.6)
        if any(are_overlapping(spot, name) for name in labels.names):
            continue  # Its mark would be read as a letter of another name.
        labels.taken.append(spot)
        if labels.write_beside(x, y, town.name, size_pt=_SIZE_PT[min(3, town.rank)], gap_mm=gap_mm):
            labels.page.add(Disc(x=x, y=y, radius_mm=0.45, fill=style.INK))
            written += 1
        else:
            labels.taken.remove(spot)


def list_fitting(names: Sequence[str], most: int) -> tuple[list[str], int]:
    """
    Keep the first names and count the others; one alone is not replaced by « 1 autre ».

    Examples
    --------
    >>> list_fitting(["a", "b", "c"], 2), list_fitting(["a", "b", "c"], 3)
    ((['a'], 2), (['a', 'b', 'c'], 0))
    """
    if len(names) <= most:
        return list(names), 0
    kept = max(0, most - 1)
    return list(names[:kept]), len(names) - kept


def write_rest(count: int) -> str:
    """
    Write how many are not listed.

    Examples
    --------
    >>> write_rest(1), write_rest(12)
    ('… et 1 autre', '… et 12 autres')
    """
    return f"… et {write_number(count)} autre{'s' if count > 1 else ''}"

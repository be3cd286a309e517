"""A page of a box: where it begins, where it ends, and in which order.

The land is cut in strips, from the south; in each, presences are read from west to east, step by step, then
by id. Both databases have indexes in this order: a page is read from where the page before ended, and what
follows it is not read at all. There are two, each with strips of its own: of everybody, an index of degrees,
which on a server holds all that a page shows (`OF_ALL`); of each sector, one of Lambert-93 metres
(`OF_SECTORS`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from data.errors import InvalidCursorError
from data.proximity.index import EVERY_SECTOR, KindFilter, SectorRange
from geo.boxes import Box, Sides
from geo.records import COUNTED_STATUSES, Visibility

Period = tuple[date | None, date | None]

Place = tuple[int, int]
"""Where a presence comes in the order: strip and step as one number, then its id."""

MOST_ID = 2_147_483_647
"""No id is larger."""

_COUNTED = " OR ".join(f"status = '{status.value}'" for status in COUNTED_STATUSES)
STANDS = f"({_COUNTED}) AND absent_from_source_since IS NULL AND lon IS NOT NULL"
"""Who stands in the index of everybody, as its own condition says it."""

_LONGEST_CURSOR = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Strips:
    """
    How an index cuts the land; the migrations write these numbers into it.

    `height` is that of a strip, `step` the width of what is not told apart in it, `width` how many steps lie
    between the beginnings of two strips. All that counts stands within the four sides.
    """

    height: float
    step: float
    width: int
    west: float
    south: float
    east: float
    north: float

    def find_place(self, x: float, y: float, presence_id: int) -> Place:
        """
        Give the place of a presence in the order of pages, as the indexes of both databases compute it.

        Examples
        --------
        >>> OF_SECTORS.find_place(704_000.7, 7_060_250.0, 12)
        (29612490240, 12)
        """
        return int(y / self.height) * self.width + int(x / self.step), presence_id

    def may_hold(self, place: Place) -> bool:
        """Say whether a page may end at a place; west of step 0 it is numbered with the strip before."""
        strip = place[0] // self.width
        return int(self.south / self.height) - 1 <= strip <= int(self.north / self.height)


# Half a kilometre high, steps of a metre or less, from a hundred kilometres south of the region to as many
# north of it. The widths are powers of two beyond the easternmost step.
OF_SECTORS = Strips(
    height=500, step=1, width=2_097_152, west=0, south=6_760_000, east=2_097_151, north=7_230_000
)
"""Strips of Lambert-93 metres."""

OF_ALL = Strips(height=0.005, step=0.00001, width=67_108_864, west=-180, south=47.9, east=180, north=52.2)
"""Strips of WGS84 degrees."""


def find_strips(sectors: SectorRange) -> Strips:
    """Give the strips that a page of these sectors is read from."""
    return OF_ALL if sectors == EVERY_SECTOR else OF_SECTORS


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxQuestion:
    """
    What is asked of the database: `count` presences of a box after a place, None for the first ones.

    `sectors`, `kind` and `period` keep some of them; `reader` is who asks.
    """

    box: Box
    sectors: SectorRange
    kind: KindFilter
    period: Period | None
    reader: Visibility
    after: Place
    count: int

    @property
    def strips(self) -> Strips:
        """Give the strips that the page is read from."""
        return find_strips(self.sectors)

    def find_sides(self) -> Sides:
        """Give what holds the box in the unit of the strips: west, south, east, north."""
        return self.box.sides() if self.strips is OF_ALL else self.box.enclose_in_lambert93()

    def list_ranges(self) -> Iterator[tuple[Place, int]]:
        """Give, strip by strip, the place after which answers come, and the number that ends them."""
        frame = self.make_frame()
        for strip in range(frame.first_strip, frame.last_strip + 1):
            low, high = (
                strip * self.strips.width + frame.west_step,
                strip * self.strips.width + frame.east_step,
            )
            yield max(self.after, (low - 1, MOST_ID)), high

    def make_frame(self) -> Frame:
        """Give where in the strips an answer may stand; the last strip before the first when none may."""
        strips = self.strips
        west, south, east, north = self.find_sides()
        first = int(max(south, strips.south) / strips.height)
        return Frame(
            first_strip=max(first, self.after[0] // strips.width),
            last_strip=int(min(north, strips.north) / strips.height),
            west_step=int(max(west, strips.west) / strips.step),
            east_step=int(min(east, strips.east) / strips.step),
            lowest=south,
            highest=north,
        )


class Frame(NamedTuple):
    """
    What of the strips may hold an answer.

    The first strip and the last, the first step of each and the last, and from where to where northwards, in
    the unit of the strips.
    """

    first_strip: int
    last_strip: int
    west_step: int
    east_step: int
    lowest: float
    highest: float


FIRST: Place = (-1, 0)
"""Before every place."""


def write_cursor(place: Place) -> str:
    """Write where a page ends."""
    return f"{place[0]}-{place[1]}"


def read_cursor(cursor: str | None, strips: Strips) -> Place:
    """
    Read where the page before ended.

    Raises
    ------
    InvalidCursorError
        If no page of these strips ends there.

    Examples
    --------
    >>> read_cursor(write_cursor((29612490240, 12)), OF_SECTORS)
    (29612490240, 12)
    """
    if cursor is None:
        return FIRST
    number, dash, presence_id = cursor.partition("-")
    is_written_by_us = cursor.isascii() and number.isdigit() and presence_id.isdigit() and dash
    if not is_written_by_us or len(cursor) > _LONGEST_CURSOR:
        raise InvalidCursorError(cursor=cursor)
    place = int(number), int(presence_id)
    if place[1] > MOST_ID or not strips.may_hold(place):
        raise InvalidCursorError(cursor=cursor)
    return place

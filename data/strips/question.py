"""A page of a box: where it begins, where it ends, and in which order.

The land is cut in strips of 500 m, from the south; in each, presences are read from west to east, to the
metre, then by id. Both databases have an index in this order (`ix_presence_sector_strip`), for everybody and
for each sector: a page is read from where the page before ended, and what follows it is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from data.errors import InvalidCursorError
from data.proximity.index import KindFilter, SectorRange
from geo.boxes import Box
from geo.records import Visibility

Period = tuple[date | None, date | None]

STRIP_M = 500
"""How high a strip is; the migrations write it into the index."""

STRIP_WIDTH = 2_097_152
"""Where the next strip begins: a power of two beyond the easternmost metre of Lambert-93 in France."""

# The region from south to north in Lambert-93, with a hundred kilometres on either side: all that counts.
_SOUTH_M, _NORTH_M = 6_760_000, 7_230_000

Place = tuple[int, int]
"""Where a presence comes in the order: strip and metre as one number, then its id."""

FIRST: Place = (-1, 0)
_LONGEST_CURSOR = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxQuestion:
    """
    What is asked of the database: `count` presences of a box after a place.

    `sectors`, `kind` and `period` keep some of them; `reader` is who asks.
    """

    box: Box
    rectangle: tuple[float, float, float, float]
    sectors: SectorRange
    kind: KindFilter
    period: Period | None
    reader: Visibility
    after: Place
    count: int

    def list_strips(self) -> tuple[int, int]:
        """Give the first strip that may hold an answer, and the last: before the first when none may."""
        _, y_low, _, y_high = self.rectangle
        first, last = max(y_low, _SOUTH_M), min(y_high, _NORTH_M)
        return max(int(first // STRIP_M), self.after[0] // STRIP_WIDTH), int(last // STRIP_M)

    def list_metres(self) -> tuple[int, int]:
        """Give the first metre of a strip that may hold an answer, and the last."""
        x_low, _, x_high, _ = self.rectangle
        return int(max(x_low, 0)), int(min(x_high, STRIP_WIDTH - 1))

    def list_ranges(self) -> Iterator[tuple[Place, int]]:
        """Give, strip by strip, the place after which answers come, and the number that ends them."""
        west, east = self.list_metres()
        first, last = self.list_strips()
        for strip in range(first, last + 1):
            low, high = strip * STRIP_WIDTH + west, strip * STRIP_WIDTH + east
            yield max(self.after, (low - 1, MOST_ID)), high


MOST_ID = 2_147_483_647
"""No id is larger."""


def find_place(x_m: float, y_m: float, presence_id: int) -> Place:
    """
    Give the place of a presence in the order of pages, as the indexes of both databases compute it.

    Examples
    --------
    >>> find_place(704_000.7, 7_060_250.0, 12)
    (29612490240, 12)
    """
    return int(y_m / STRIP_M) * STRIP_WIDTH + int(x_m), presence_id


def write_cursor(place: Place) -> str:
    """Write where a page ends."""
    return f"{place[0]}-{place[1]}"


def read_cursor(cursor: str | None) -> Place:
    """
    Read where the page before ended.

    Raises
    ------
    InvalidCursorError
        If no page ends there.

    Examples
    --------
    >>> read_cursor(write_cursor((29612490240, 12)))
    (29612490240, 12)
    """
    if cursor is None:
        return FIRST
    number, dash, presence_id = cursor.partition("-")
    is_written_by_us = cursor.isascii() and number.isdigit() and presence_id.isdigit() and dash
    if not is_written_by_us or len(cursor) > _LONGEST_CURSOR or int(presence_id) > MOST_ID:
        raise InvalidCursorError(cursor=cursor)
    if int(number) >= 2**62:
        raise InvalidCursorError(cursor=cursor)
    return int(number), int(presence_id)

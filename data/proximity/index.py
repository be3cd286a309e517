"""What every storage engine must offer for « who is near »."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection

from geo.records import Kind

SectorRange = tuple[int, int]
"""First and last sector id, both included; (0, 0) is every presence once."""

KindFilter = Kind | None
"""One kind, or None for all of them."""

EVERY_SECTOR: SectorRange = (0, 0)


class ProximityIndex(Protocol):
    """
    The spatial index of one storage engine.

    It reads `presence_sector` (Lambert-93 metres) and must stay equal to it: whoever writes that table calls
    `add` and `remove` in the same transaction.
    """

    def add(self, connection: Connection, entries: Sequence[tuple[int, int, int, float, float]]) -> None:
        """
        Add entries (presence id, sector id, kind number, x, y).

        Kind numbers are those of `KIND_NUMBERS`; x and y are Lambert-93 metres.
        """

    def remove(self, connection: Connection, keys: Sequence[tuple[int, int]]) -> None:
        """Remove entries by (presence id, sector id); a key that is not there is no error."""

    def rebuild(self, connection: Connection) -> None:
        """Fill the index again from `presence_sector`: what many entries at once call for."""

    def count(self, connection: Connection) -> int:
        """Count the entries, to check the index against its table."""

    def find_candidates(
        self,
        connection: Connection,
        *,
        x_m: float,
        y_m: float,
        sectors: SectorRange,
        kind: KindFilter,
        count: int,
        reach_m: float | None,
    ) -> list[int]:
        """
        Give the ids of presences among which the `count` geodesically nearest are certain to be.

        Parameters
        ----------
        x_m, y_m
            The origin in Lambert-93 metres, in or around the region.
        sectors, kind
            What to keep.
        count
            How many are wanted; fewer ids come back only when fewer exist within reach.
        reach_m
            Geodesic radius in metres, None for no limit. Some candidates may lie a little beyond it.

        Returns
        -------
        list
            Distinct ids, nearest first in Lambert-93.
        """
        ...

    def find_in_rectangle(
        self,
        connection: Connection,
        rectangle: tuple[float, float, float, float],
        *,
        sectors: SectorRange,
        kind: KindFilter,
        most: int,
    ) -> list[int] | None:
        """
        Give the distinct ids of what stands in a rectangle, in no order; None when more than `most` do.

        Parameters
        ----------
        rectangle
            Lowest x and y, highest x and y: Lambert-93 metres, its sides included. What stands less than a
            metre outside may come too.
        sectors, kind
            What to keep.
        most
            How many entries to read at most: a presence may have several in a range of sectors.
        """
        ...

    def find_all(self, connection: Connection, *, sectors: SectorRange, kind: KindFilter) -> list[int]:
        """Give every indexed id, for an origin so far away that Lambert-93 cannot rank."""
        ...


KIND_NUMBERS = {kind: number for number, kind in enumerate(Kind)}
"""The number that stands for a kind inside an index."""

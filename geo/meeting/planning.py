"""Where a themed event would bring together most of the members that none has reached yet.

A member is reached by an event of its sector that took place, since some months, in its intercommunalité or
within some kilometres of it. Territories are then taken one after the other, each time the one that reaches
most of those left: the usual greedy cover, never under 63 % of the best choice (Nemhauser, Wolsey and Fisher
1978).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Spots:
    """
    Things at places: Lambert-93 metres, and the code of the EPCI of each (an empty text where unknown).

    Attributes
    ----------
    x_m, y_m
        Arrays of shape (n,).
    epci
        Codes, of length n.
    """

    x_m: Floats
    y_m: Floats
    epci: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.epci)

    @cached_property
    def codes(self) -> NDArray[np.str_]:
        """The codes as an array, to compare them all at once."""
        return np.array(self.epci, dtype=np.str_)


@dataclass(frozen=True, slots=True)
class Stop:
    """A territory where an event is worth holding: its rank in the venues, and the members it would reach."""

    venue: int
    members: tuple[int, ...]


def reach(venue_x_m: float, venue_y_m: float, venue_epci: str, members: Spots, *, reach_m: float) -> Bools:
    """
    Tell which members an event reaches: those of its EPCI, and those within a distance of it.

    Examples
    --------
    >>> members = Spots(np.array([0.0, 9_000.0]), np.zeros(2), ("a", "b"))
    >>> reach(0.0, 0.0, "b", members, reach_m=1_000).tolist()
    [True, True]
    """
    near: Bools = np.hypot(members.x_m - venue_x_m, members.y_m - venue_y_m) <= reach_m
    if not venue_epci:
        return near
    same: Bools = members.codes == venue_epci
    return near | same


def find_reached(members: Spots, events: Spots, *, reach_m: float) -> Bools:
    """Tell which members at least one of the events has reached."""
    reached = np.zeros(len(members), dtype=np.bool_)
    for x_m, y_m, epci in zip(events.x_m, events.y_m, events.epci, strict=True):
        reached |= reach(float(x_m), float(y_m), epci, members, reach_m=reach_m)
    return reached


def plan_stops(
    members: Spots, venues: Spots, *, already: Bools, reach_m: float, count: int, fewest: int = 1
) -> list[Stop]:
    """
    Choose territories one after the other, each reaching most of the members left.

    Parameters
    ----------
    members
        Those of one sector.
    venues
        The territories' main places.
    already
        Which members are reached; shape (n,).
    reach_m
        How far an event reaches, metres.
    count
        How many territories at most.
    fewest
        Stop when no territory would reach so many.

    Examples
    --------
    >>> members = Spots(np.array([0.0, 100.0, 9_000.0]), np.zeros(3), ("a", "a", "b"))
    >>> venues = Spots(np.array([0.0, 9_000.0]), np.zeros(2), ("a", "b"))
    >>> none_yet = np.zeros(3, dtype=bool)
    >>> [stop.venue for stop in plan_stops(members, venues, already=none_yet, reach_m=500, count=5)]
    [0, 1]
    """
    left = ~already
    covers = [
        reach(float(x_m), float(y_m), epci, members, reach_m=reach_m)
        for x_m, y_m, epci in zip(venues.x_m, venues.y_m, venues.epci, strict=True)
    ]
    stops: list[Stop] = []
    while len(stops) < count and covers:
        gains = [int(np.count_nonzero(cover & left)) for cover in covers]
        best = int(np.argmax(gains))
        if gains[best] < max(1, fewest):
            break
        gained = covers[best] & left
        stops.append(Stop(best, tuple(np.flatnonzero(gained).tolist())))
        left &= ~gained
    return stops

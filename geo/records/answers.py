"""What is answered of presences: who is near, pages of them, what a territory has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from geo.position import Position
from geo.records.presences import Presence, StatusCounts
from geo.records.territories import Territory
from geo.records.words import Kind, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a proximity question starts from, and how exactly that is known."""

    position: Position
    label: str
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A presence and its geodesic distance from the origin, in metres."""

    presence: Presence
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NearAnswer:
    """Who is near: nearest first, ties by id. `hidden` counts what visibility keeps from this reader."""

    origin: Origin
    results: tuple[Neighbour, ...]
    hidden: int
    counts: StatusCounts
    data_date: date | None
    radius_m: float | None = None
    sector: str | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresencePage:
    """
    One page of a list of presences, by name.

    `total` counts everything the filters keep that this reader may read, over all pages; `hidden` what they
    keep that this reader may not read; `counts` is of the whole register, whatever the filters. `next_cursor`
    asks for the page after this one, None on the last.
    """

    items: tuple[Presence, ...]
    next_cursor: str | None
    total: int
    hidden: int
    counts: StatusCounts
    data_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many presences of one kind a territory has, against what its population would give."""

    kind: Kind
    count: int
    per_10k: float | None
    expected: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    significant_absence: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritorySheet:
    """
    What one territory has, and what is next to it.

    `counts` has every kind in the order of `Kind`; `count_by_sector` counts actors in every sector of the
    list, zero included (an actor counts once in each of its sectors and in those above). `presences` are
    the first of those counted there that the reader may read, by name, `presence_count` is how many these
    are in all; `hidden` counts the others. `nearest_antenne` is None when there is none.
    """

    territory: Territory
    sector: str | None
    counts: tuple[KindCount, ...]
    count_by_sector: Mapping[str, int]
    presences: tuple[Presence, ...]
    hidden: int
    neighbours: tuple[Territory, ...]
    nearest_antenne: Neighbour | None
    data_date: date | None
    presence_count: int = 0

    @property
    def sectors_present(self) -> tuple[str, ...]:
        """List the codes of the sectors that are there."""
        return tuple(code for code, count in self.count_by_sector.items() if count)

    @property
    def sectors_absent(self) -> tuple[str, ...]:
        """List the codes of the sectors that nobody stands for."""
        return tuple(code for code, count in self.count_by_sector.items() if not count)

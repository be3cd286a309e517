"""What is answered of coverage: presences against inhabitants, inside and outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from geo.records.presences import StatusCounts
from geo.records.territories import Level
from geo.records.words import Kind

Basis = Literal["seat", "zone"]
"""What puts a presence in a territory: where it sits, or its zone of action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denominator:
    """
    What presences may be counted against besides the inhabitants: establishments, jobs.

    `level` is that of the file it came from; `territory_count` how many of its territories have a value.
    """

    name: str
    unit: str
    level: Level
    source: str
    year: int | None
    total: float
    territory_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """
    One territory's presence against its population.

    `expected` is the count if presence followed population; `ratio` is count over expected with its exact
    Poisson interval. On an empty register rates and ratios are None. `base` is what stands in for the
    inhabitants when another denominator was asked for: `per_10k`, `expected` and `ratio` are then against it.
    By zone of action a presence counts in several territories: no interval then holds, so `ratio_low` and
    `ratio_high` are None beside a `ratio`, and no absence is called significant.
    `smoothed_per_10k` is the rate drawn back to the mean, `reliability` the weight (0 to 1) of its own rate;
    None where no difference between territories can be shown.
    """

    code: str
    name: str
    population: int
    count: int
    per_10k: float | None
    expected: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    significant_absence: bool
    count_by_sector: Mapping[str, int] = field(default_factory=dict)
    base: float | None = None
    smoothed_per_10k: float | None = None
    reliability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideShare:
    """
    What share of the presence lies outside a territory: the complement question.

    `gap` is how many more presences outside would make their share that of the inhabitants, the total kept
    (negative when outside is over-represented). The interval is Wilson's at 95 %; `p_value` is that of the
    exact binomial test. By zone of action (`basis`), what acts on both sides counts outside, which swells the
    share: it is not tested and has no gap. A group of territories has several `codes`, joined by commas in
    `code`.
    """

    code: str
    name: str
    count_inside: int
    count_outside: int
    share_outside: float | None
    share_low: float | None
    share_high: float | None
    population_share_outside: float
    ratio: float | None
    gap: float | None
    p_value: float | None = None
    codes: tuple[str, ...] = ()
    basis: Basis = "seat"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageAnswer:
    """
    Where the network is, per territory of one level, and outside one territory.

    On the basis of the seat, the rows' counts sum to `totals.counted`. On the basis of the zone of action, a
    presence counts once in each territory where it acts, once in `totals`, and outside if it acts there at
    all; the expected counts then sum to those of the rows, and nothing is tested: `empty_expected_by_chance`
    is None.
    """

    level: Level
    kind: Kind
    sector: str | None
    at: date
    vintage: int
    rows: tuple[CoverageRow, ...]
    outside: OutsideShare
    totals: StatusCounts
    data_date: date | None
    empty_expected_by_chance: float | None = None
    basis: Basis = "seat"
    denominator: Denominator | None = None

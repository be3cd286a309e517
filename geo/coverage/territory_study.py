"""A territory against others: the record that its page and its sheet read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geo.coverage.comparable import DensityClass
from geo.coverage.flows import NetChange, TerritoryFlow
from geo.records import Kind, Territory, TerritorySheet


@dataclass(frozen=True, slots=True, kw_only=True)
class KindComparison:
    """
    Presences per 10,000 inhabitants: here, in the region, in the MEL, in the comparable EPCI together.

    None where nobody is counted in the region, or there is nothing comparable.
    """

    kind: Kind
    count: int
    here: float | None
    region: float | None
    mel: float | None
    comparable: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AntenneAccess:
    """
    How far the inhabitants live from the nearest antenne.

    `share` (0 to 1) of them within `minutes`, between `share_low` and `share_high` where times are estimates;
    `mean_min` is their mean time. `caption` says where times come from.
    """

    minutes: float
    share: float
    share_low: float
    share_high: float
    mean_min: float
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearChange:
    """What moved in a territory between two days; `reaches_back` when a list speaks of the first."""

    since: date
    at: date
    flow: TerritoryFlow | None
    net: NetChange
    reaches_back: bool
    first_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryStudy:
    """
    A sheet with what it is compared to.

    `density_per_km2`, `density` and `comparable` are for EPCI only: None and empty for other levels. `access`
    is None without any antenne; `year` is None on an empty register, and for communes.
    """

    sheet: TerritorySheet
    density_per_km2: float | None
    density: DensityClass | None
    comparable: tuple[Territory, ...]
    comparisons: tuple[KindComparison, ...]
    access: AntenneAccess | None
    year: YearChange | None

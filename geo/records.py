"""The records that every room shares: what `data` answers, `maps` draws, `api` and `scripts` render.

All are frozen. Units stand in the names; a share is 0 to 1; positions are WGS84. Sectors and territories are
named by their codes; labels are beside them only where a reader needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from shapely import MultiPolygon

from geo.position import Position

MEL_CODE = "200093201"
"""SIREN of the Métropole Européenne de Lille, the territory that « hors MEL » leaves out."""


class Kind(StrEnum):
    """What a presence is. Counts per kind are never added together."""

    ACTOR = "actor"
    PROJECT = "project"
    EVENT = "event"
    ANTENNE = "antenne"
    AMBASSADOR = "ambassador"


class Precision(StrEnum):
    """How exact a position is, best first after `MANUAL`."""

    MANUAL = "manual"
    GIVEN = "given"
    HOUSENUMBER = "housenumber"
    INTERPOLATED = "interpolated"
    STREET = "street"
    LOCALITY = "locality"
    COMMUNE = "commune"


class PlacementStatus(StrEnum):
    """Where a received row stands; every row has exactly one, so that totals reconcile."""

    PLACED = "placed"
    COMMUNE = "commune"
    TO_REVIEW = "to_review"
    UNPLACED = "unplaced"
    OUT_OF_REGION = "out_of_region"


COUNTED_STATUSES = (PlacementStatus.PLACED, PlacementStatus.COMMUNE)
"""What coverage counts. A presence still to review never counts."""


class Visibility(StrEnum):
    """Who may read a record or a field."""

    PUBLIC = "public"
    MEMBERS = "members"
    STAFF = "staff"


class Level(StrEnum):
    """A level of territory."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    ZONE_EMPLOI = "zone_emploi"
    BASSIN_VIE = "bassin_vie"
    REGION = "region"


Basis = Literal["seat", "zone"]
"""What puts a presence in a territory: where it sits, or its zone of action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A sector (*filière*): `parent` is the code of the sector above, None at the top."""

    code: str
    label: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """
    Something of the network on the territory, as displayed: the source row overlaid by people's corrections.

    `commune`, `epci` and `departement` are codes of today's membership; `zone` holds the codes of the
    territories where it acts, distinct from where it sits. A presence `at_home` stands at its commune's town
    hall here, whoever reads. `email` and `phone` are None unless the reader may see them.
    """

    id: int
    kind: Kind
    name: str
    status: PlacementStatus
    sectors: tuple[str, ...] = ()
    summary: str = ""
    legal_form: str | None = None
    siret: str | None = None
    rna: str | None = None
    website: str | None = None
    address: str = ""
    postcode: str | None = None
    city: str | None = None
    position: Position | None = None
    precision: Precision | None = None
    confidence: float | None = None
    provider: str | None = None
    reasons: tuple[str, ...] = ()
    commune: str | None = None
    commune_name: str | None = None
    epci: str | None = None
    epci_name: str | None = None
    departement: str | None = None
    zone: tuple[str, ...] = ()
    zone_radius_m: float | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    visibility: Visibility = Visibility.PUBLIC
    source: str = ""
    source_key: str = ""
    absent_from_source_since: date | None = None
    stage: str | None = None
    amount_sought_eur: float | None = None
    amount_granted_eur: float | None = None
    partners: tuple[str, ...] = ()
    is_fictional: bool = False
    at_home: bool = False
    willing_to_sponsor: bool | None = None
    confirmed_on: date | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCounts:
    """How many rows stand in each placement status; `received` is always their sum."""

    placed: int = 0
    commune: int = 0
    to_review: int = 0
    unplaced: int = 0
    out_of_region: int = 0

    @property
    def received(self) -> int:
        """
        Sum the statuses: nothing is ever outside of them.

        Examples
        --------
        >>> StatusCounts(placed=3, commune=1, unplaced=1).received
        5
        """
        return self.placed + self.commune + self.to_review + self.unplaced + self.out_of_region

    @property
    def counted(self) -> int:
        """Sum what coverage counts: placed, and placed at town level."""
        return self.placed + self.commune

    def by_status(self) -> dict[str, int]:
        """Give the counts by the status's contract name, in the order of the contract."""
        return {status.value: getattr(self, status.value) for status in PlacementStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """
    A territory at a vintage.

    `contour` is WGS84, shared edges identical with the neighbours', and None where it was not asked for.
    `part_of` maps a level's value to the code of the territory above (for a commune: its EPCI, …).
    """

    level: Level
    code: str
    name: str
    population: int
    vintage: int
    position: Position | None = None
    contour: MultiPolygon | None = None
    part_of: Mapping[str, str] = field(default_factory=dict)
    commune_codes: tuple[str, ...] = ()
    note: str | None = None


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
    exact binomial test. A group of territories has several `codes`, joined by commas in `code`.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageAnswer:
    """
    Where the network is, per territory of one level, and outside one territory.

    On the basis of the seat, the rows' counts sum to `totals.counted`. On the basis of the zone of action, a
    presence counts once in each territory where it acts, once in `totals`, and outside if it acts there at
    all.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSummary:
    """Where presences come from: `as_of` is the day that its newest list speaks of."""

    name: str
    received: int
    as_of: date | None
    is_fictional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestAddition:
    """A presence that has lately come into the register, and the EPCI that it came into."""

    presence: Presence
    seen_since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSummary:
    """
    What is true of the whole register.

    Counts are of the rows that their source still shows, whoever may read them; `hidden` is how many of them
    this reader may not read, `absent` how many rows their source no longer shows. `data_date` is the newest
    as-of day of an import, None on an empty register; `data_version` grows with each change.
    """

    counts: StatusCounts
    counts_by_kind: Mapping[Kind, StatusCounts]
    hidden: int
    absent: int
    data_date: date | None
    data_version: int
    register_id: str
    is_fictional: bool
    sources: tuple[SourceSummary, ...]
    latest_additions: tuple[LatestAddition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """
    One change of one field of a presence.

    `as_of` is the day from which it holds, `recorded_at` the instant at which it was written down. `who` and
    `why` are filled when a person made it; `source` and `file` when an import did.
    """

    presence_id: int
    field: str
    before: str | None
    after: str | None
    as_of: date
    recorded_at: datetime
    who: str | None = None
    why: str | None = None
    source: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing an import met: where it stands in the file, what was there, what was done about it."""

    line: int | None
    column: str | None
    value: str | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of one presence that an import changes."""

    presence: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """
    What a column of an imported file was used for.

    `field` is None where it is kept as it is; `filled_share` is the share of its cells with something in
    them.
    """

    name: str
    field: str | None
    filled_share: float
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """
    What an import did, or would do (`dry_run`). `counts.received` is the number of data rows of the file.

    `mapping` gives, per column of the file, the field it fills or None where it is kept as it is;
    `identity_keys` counts the rows by the key that told them apart (`id`, `siret`, `rna`, `name_address`).
    `blank_rows` are no data rows; `reappeared` counts, among the changed, those that had been absent.
    """

    file: str
    source: str
    kind: Kind
    as_of: date
    dry_run: bool
    counts: StatusCounts
    new: int
    changed: int
    unchanged: int
    absent: int
    problems: tuple[Problem, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    identity_keys: Mapping[str, int] = field(default_factory=dict)
    encoding: str | None = None
    separator: str | None = None
    format: str | None = None
    sheet: str | None = None
    columns: tuple[ColumnUse, ...] = ()
    blank_rows: int = 0
    reappeared: int = 0
    by_kind: Mapping[str, StatusCounts] = field(default_factory=dict)

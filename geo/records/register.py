"""What is true of the whole register, and what changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from geo.records.presences import Presence, StatusCounts
from geo.records.words import Kind


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

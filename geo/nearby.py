"""Who is near, as a list or a map shows it: the few facts that each answer carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geo.position import Position
from geo.records import Kind, Origin, Precision, StatusCounts


@dataclass(frozen=True, slots=True)
class NearbyPresence:
    """What a list shows of a presence; names as in `geo.records.Presence`."""

    id: int
    name: str
    kind: Kind
    sectors: tuple[str, ...]
    position: Position
    precision: Precision | None
    commune: str | None
    commune_name: str | None
    epci: str | None
    epci_name: str | None


@dataclass(frozen=True, slots=True)
class Nearby:
    """A presence and its geodesic distance from the origin, in metres."""

    presence: NearbyPresence
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NearbyAnswer:
    """Who is near: nearest first, ties by id; `hidden` counts what visibility keeps from the public."""

    origin: Origin
    results: tuple[Nearby, ...]
    hidden: int
    counts: StatusCounts
    data_date: date | None
    data_version: int

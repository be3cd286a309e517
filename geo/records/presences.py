"""What stands on the territory, in which sectors, and how many rows stand in each placement status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geo.position import Position
from geo.records.words import Kind, PlacementStatus, Precision, Visibility


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

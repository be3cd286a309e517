"""What the service knows of people: who may open what, and what they suggest about a presence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from geo.position import Position
from geo.records import PlacementStatus, Precision, Visibility


class Role(StrEnum):
    """What a token opens."""

    STAFF = "staff"
    MEMBER = "member"
    COLLECTIF = "collectif"

    @property
    def reads(self) -> Visibility:
        """Give what the bearer may read."""
        return Visibility.STAFF if self is Role.STAFF else Visibility.MEMBERS


ROLE_NAMES: Mapping[Role, str] = {
    Role.STAFF: "équipe",
    Role.MEMBER: "membre",
    Role.COLLECTIF: "collectif",
}
"""What a French reader calls each role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it may be listed: never its secret. With `presence_id`, it is about that presence only."""

    id: int
    role: Role
    label: str
    presence_id: int | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None

    def is_valid(self, now: datetime) -> bool:
        """Say whether it still opens anything."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Who a request speaks for: the token that was given."""

    token_id: int
    role: Role
    label: str
    presence_id: int | None


class ProposalKind(StrEnum):
    """What somebody suggests."""

    ADDITION = "addition"
    CORRECTION = "correction"
    HIDE = "hide"


class ProposalState(StrEnum):
    """Where a suggestion stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A suggestion: `payload` holds the proposed text of each field, by the name of the field."""

    id: int
    kind: ProposalKind
    presence_id: int | None
    payload: Mapping[str, str]
    message: str
    reply_to: str | None
    state: ProposalState
    submitted_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message to somebody who left an address: not sent as long as `sent_at` is None."""

    id: int
    recipient: str
    subject: str
    body: str
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivatePlace:
    """Where a presence at someone's home truly is: for staff only."""

    address: str
    postcode: str | None
    city: str | None
    status: PlacementStatus
    position: Position | None
    precision: Precision | None

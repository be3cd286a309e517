"""What an import hands to the register: rows that have been read, understood and placed, not yet stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from geo.geocoding.answer import GeocodedAddress
from geo.quick_record import quick_record
from geo.records import Kind, Visibility


@quick_record
class PresenceFields:
    """
    The typed fields of a presence, read from its source row; absent is None or empty, never guessed.

    `field_visibility` says who may read a contact field (`website`, `address`, `siret`, `rna`, `email`,
    `phone`) that fewer people may read than the rest. `at_home` is None when the row does not say.
    """

    name: str
    summary: str = ""
    sectors: tuple[str, ...] = ()
    legal_form: str | None = None
    siret: str | None = None
    rna: str | None = None
    website: str | None = None
    address: str = ""
    postcode: str | None = None
    city: str | None = None
    zone: tuple[str, ...] = ()
    zone_radius_m: float | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    visibility: Visibility = Visibility.PUBLIC
    field_visibility: Mapping[str, Visibility] = field(default_factory=dict)
    stage: str | None = None
    amount_sought_eur: float | None = None
    amount_granted_eur: float | None = None
    partners: tuple[str, ...] = ()
    at_home: bool | None = None
    willing_to_sponsor: bool | None = None
    email: str | None = None
    phone: str | None = None


@quick_record
class IncomingPresence:
    """
    One row of a file, ready to be stored.

    `row` is the source row as received, every cell of it. `key` identifies it inside its source and kind
    (`key_kind` says from what: `id`, `siret`, `rna`, `name_address`); rows may share a key. `fingerprint` is
    a digest of `row`: equal fingerprints are equal rows.
    """

    line: int
    kind: Kind
    key: str
    key_kind: str
    fingerprint: str
    row: Mapping[str, str]
    fields: PresenceFields
    placement: GeocodedAddress
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_at_home(self) -> bool:
        """Say whether it is at someone's home: what the row says, else whether it is an ambassador."""
        said = self.fields.at_home
        return self.kind is Kind.AMBASSADOR if said is None else said


@quick_record
class StoredRow:
    """A row that the register already holds from the same source: what an incoming row is compared with."""

    presence_id: int
    kind: Kind
    key: str
    fingerprint: str
    is_absent: bool

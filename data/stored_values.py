"""Which columns a presence is stored in, and how an incoming row fills them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from data.hiding.contacts import hide_personal_contacts
from data.hiding.places import find_telling, hide_place
from data.incoming import IncomingPresence
from data.rows import write_day, write_json
from data.search_text import fold_for_search, join_for_search
from geo.geocoding.answer import GeocodedAddress
from geo.position import Position
from geo.records import PlacementStatus, Precision

TEXT_COLUMNS = (
    "name",
    "summary",
    "legal_form",
    "siret",
    "rna",
    "website",
    "address",
    "postcode",
    "city",
    "visibility",
    "stage",
    "email",
    "phone",
)
NUMBER_COLUMNS = ("zone_radius_m", "amount_sought_eur", "amount_granted_eur")
LIST_COLUMNS = ("sectors", "zone", "partners")
DAY_COLUMNS = ("starts_on", "ends_on")
FLAG_COLUMNS = ("at_home", "willing_to_sponsor")
PLACEMENT_COLUMNS = (
    "status",
    "lon",
    "lat",
    "precision",
    "confidence",
    "provider",
    "reasons",
    "commune",
)
"""What geocoding, or a person placing a point, decides; always changed together."""

CONTENT_COLUMNS = (
    *TEXT_COLUMNS,
    *NUMBER_COLUMNS,
    *LIST_COLUMNS,
    *DAY_COLUMNS,
    *FLAG_COLUMNS,
    *PLACEMENT_COLUMNS,
    "extra",
    "field_visibility",
)
"""What a source row says of a presence: the columns that imports fill and corrections overlay."""

# Most lists and most notes beside a row are empty.
_ENCODERS: Mapping[str, Callable[[Any], str | None]] = {
    **dict.fromkeys((*LIST_COLUMNS, "reasons"), lambda values: write_json(values) if values else "[]"),
    **dict.fromkeys(("extra", "field_visibility"), lambda held: write_json(held) if held else "{}"),
    **dict.fromkeys(DAY_COLUMNS, write_day),
}
_ENCODED_RANKS = tuple(
    (rank, _ENCODERS[column]) for rank, column in enumerate(CONTENT_COLUMNS) if column in _ENCODERS
)


def read_content(incoming: IncomingPresence) -> tuple[Any, ...]:
    """Give the true values of `CONTENT_COLUMNS` for a row, as Python values; of a home, not what is shown."""
    fields = incoming.fields
    placement = incoming.placement
    position = placement.position
    status = placement.status
    return (
        fields.name,
        fields.summary,
        fields.legal_form,
        fields.siret,
        fields.rna,
        fields.website,
        fields.address,
        fields.postcode,
        fields.city,
        fields.visibility.value,
        fields.stage,
        fields.email,
        fields.phone,
        fields.zone_radius_m,
        fields.amount_sought_eur,
        fields.amount_granted_eur,
        list(fields.sectors),
        list(fields.zone),
        list(fields.partners),
        fields.starts_on,
        fields.ends_on,
        incoming.is_at_home,
        fields.willing_to_sponsor,
        status.value,
        position.lon if position else None,
        position.lat if position else None,
        placement.precision.value if placement.precision else None,
        placement.confidence,
        placement.provider,
        [reason.value for reason in placement.reasons],
        find_commune(placement),
        dict(incoming.extra),
        {name: visibility.value for name, visibility in fields.field_visibility.items()},
    )


def find_commune(placement: GeocodedAddress) -> str | None:
    """Give the commune that a placement puts a presence in: none outside the region."""
    return None if placement.status is PlacementStatus.OUT_OF_REGION else placement.citycode


def encode_contents(contents: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Turn values of `CONTENT_COLUMNS`, row by row, into what the database stores, column by column."""
    encoded: list[Sequence[Any]] = list(zip(*contents, strict=True))
    for rank, encode in _ENCODED_RANKS:
        encoded[rank] = [encode(value) for value in encoded[rank]]
    return encoded


def write_search_text(name: str, city: str | None, true: Mapping[str, Any] | None = None) -> str:
    """
    Write what a search by name compares: no number nor mailbox of a person, and nothing of a home's address.

    Parameters
    ----------
    name, city
        As shown, the name as received.
    true
        The true columns of a home, None for what is no home.
    """
    if true is not None and true["at_home"]:
        name = hide_place(name, find_telling(true, [name], commune_name=city), instead=" ")
    name = hide_personal_contacts(name, instead=" ")
    return join_for_search(fold_for_search(name), fold_for_search(city or ""))


def place_by_hand(position: Position, commune: str | None, *, precision: Precision) -> dict[str, Any]:
    """
    Give the `PLACEMENT_COLUMNS` of a presence that a person placed.

    Parameters
    ----------
    position
        Where it is.
    commune
        Code of the commune that holds the point, None outside the region.
    precision
        `MANUAL` for a point on the map, `COMMUNE` when only the commune is known.
    """
    if commune is None:
        status = PlacementStatus.OUT_OF_REGION
    else:
        status = PlacementStatus.COMMUNE if precision is Precision.COMMUNE else PlacementStatus.PLACED
    return {
        "status": status.value,
        "lon": position.lon,
        "lat": position.lat,
        "precision": precision.value,
        "confidence": 1.0,
        "provider": "manual",
        "reasons": ["human_correction"],
        "commune": commune,
    }


def write_for_people(value: object) -> str | None:
    """
    Write a stored value as a change shows it.

    Examples
    --------
    >>> write_for_people(["velo", "mobilite"]), write_for_people(None), write_for_people(12_500.0)
    ('velo, mobilite', None, '12500')
    >>> write_for_people({"ville": "Lens", "cp": "62300"})
    'cp : 62300 ; ville : Lens'
    """
    if value is None or value in ([], {}, ""):
        return None
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, dict):
        # JSONB keeps no order of names: theirs is the same whatever the engine.
        return " ; ".join(f"{name} : {part}" for name, part in sorted(value.items()))
    if isinstance(value, float) and value.is_integer():
        # SQLite gives a whole number of a JSON back without its decimals.
        return str(int(value))
    return str(value)

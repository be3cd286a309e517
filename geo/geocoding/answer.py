"""What goes into geocoding and what comes out: one answer per query, and « not found » is an answer.

Match confidence (is it the right result?) and positional precision (is the point right?) are two figures.
"""

from __future__ import annotations

from enum import StrEnum

from geo.position import Position
from geo.quick_record import quick_record
from geo.records import PlacementStatus, Precision


class Reason(StrEnum):
    """Why an answer is what it is, as codes that scripts can trust."""

    COORDINATES_GIVEN = "coordinates_given"
    COORDINATES_SWAPPED = "coordinates_swapped"
    COORDINATES_LAMBERT93 = "coordinates_lambert93"
    COORDINATES_NULL = "coordinates_null"
    COORDINATES_UNREADABLE = "coordinates_unreadable"
    COORDINATES_OUT_OF_REGION = "coordinates_out_of_region"
    COMMUNE_MISMATCH = "commune_mismatch"
    HUMAN_CORRECTION = "human_correction"
    CACHED = "cached"
    COMMUNE_FROM_INSEE = "commune_from_insee"
    COMMUNE_FROM_POSTCODE_AND_NAME = "commune_from_postcode_and_name"
    COMMUNE_FROM_NAME = "commune_from_name"
    COMMUNE_FROM_POSTCODE = "commune_from_postcode"
    COMMUNE_NEAR = "commune_near"
    COMMUNE_FUZZY = "commune_fuzzy"
    COMMUNE_ALIAS = "commune_alias"
    POSTCODE_MISMATCH = "postcode_mismatch"
    INSEE_MISMATCH = "insee_mismatch"
    AMBIGUOUS_COMMUNE = "ambiguous_commune"
    COMMUNE_NOT_FOUND = "commune_not_found"
    CEDEX = "cedex"
    TOWN_HALL_ADDRESS = "town_hall_address"
    STREET_NOT_FOUND = "street_not_found"
    STREET_FUZZY = "street_fuzzy"
    STREET_TYPE_MISMATCH = "street_type_mismatch"
    AMBIGUOUS_STREET = "ambiguous_street"
    NUMBER_MISSING = "number_missing"
    NUMBER_UNKNOWN = "number_unknown"
    NUMBER_INTERPOLATED = "number_interpolated"
    SUFFIX_UNKNOWN = "suffix_unknown"
    OUT_OF_REGION = "out_of_region"
    EMPTY = "empty"
    INPUT_TRUNCATED = "input_truncated"
    NO_ADDRESS_BASE = "no_address_base"
    SERVICE_UNAVAILABLE = "service_unavailable"


@quick_record
class AddressQuery:
    """
    An address as received: any part may be empty, and `text` may hold all of it in any order.

    `lon`, `lat` and `x`, `y` are kept as received text (decimal comma included): reading them is part of
    the work, and what could not be read is said. `near` is no coordinate of the address but a point that it
    is looked for around, when nothing names its commune or several could be meant.
    """

    id: str = ""
    text: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    code_insee: str = ""
    lon: str = ""
    lat: str = ""
    x: str = ""
    y: str = ""
    near: Position | None = None


@quick_record
class Candidate:
    """A commune (or an address in it) that the query may mean, best first in any list of them."""

    label: str
    citycode: str
    score: float
    position: Position | None = None


@quick_record
class Step:
    """One step of the cascade, for `maillage explain`: what it saw and decided, in French."""

    name: str
    seen: str
    outcome: str


@quick_record
class GeocodedAddress:
    """
    The answer to one query.

    `score` is text similarity, 0 to 1, as the national service's; `confidence` is the probability that the
    result is the right one. `citycode` is None for what lies outside the region. `result_type` is the
    national service's word: `housenumber`, `street`, `locality` or `municipality`.
    """

    id: str
    status: PlacementStatus
    position: Position | None = None
    precision: Precision | None = None
    score: float = 0.0
    confidence: float = 0.0
    label: str = ""
    result_type: str = ""
    housenumber: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    citycode: str | None = None
    provider: str = ""
    reasons: tuple[Reason, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    steps: tuple[Step, ...] = ()

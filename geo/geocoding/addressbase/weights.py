"""What a street found says: for its commune, in points, and for itself, as a probability and a similarity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.geocoding.addressbase.base import AddressBase
from geo.geocoding.addressbase.numbers import NumberPlace
from geo.geocoding.answer import Reason
from geo.geocoding.readings import StreetReading
from geo.records import Precision


@dataclass(slots=True, init=False)
class StreetFound:
    """
    A street that fits a reading: how many edits away, of another type, or with words left out.

    `is_far` marks a name that is rather another one than misspelt.
    """

    street: int
    reading: StreetReading
    edits: int
    is_other_type: bool
    is_cut: bool
    has_rival: bool
    is_far: bool

    def __init__(
        self,
        street: int,
        reading: StreetReading,
        edits: int = 0,
        is_other_type: bool = False,
        is_cut: bool = False,
        has_rival: bool = False,
        is_far: bool = False,
    ) -> None:
        self.street = street
        self.reading = reading
        self.edits = edits
        self.is_other_type = is_other_type
        self.is_cut = is_cut
        self.has_rival = has_rival
        self.is_far = is_far


# Shares of right answers by kind of evidence: see geo.geocoding.confidence.
_EXACT: Final = 0.998
_OTHER_TYPE: Final = 0.996
_CUT: Final = 0.93
_BY_EDITS = (1.0, 0.996, 0.994, 0.96)
_FAR: Final = 0.79  # right in the draws, but in real lists mostly another street that the base lacks
_HOUSENUMBER: Final = Precision.HOUSENUMBER  # see geo.geocoding.hypotheses
_SUFFIX_UNKNOWN: Final = Reason.SUFFIX_UNKNOWN
_RIVAL: Final = 0.93
AMBIGUOUS: Final = 0.55
_BY_NUMBER: Final = {
    Reason.NUMBER_UNKNOWN: 0.86,  # the number may be that of a street of another type
    Reason.NUMBER_INTERPOLATED: 0.88,
    Reason.SUFFIX_UNKNOWN: 0.996,
}


def estimate_street(found: StreetFound, place: NumberPlace, *, is_alone: bool) -> float:
    """Estimate the probability that street and number are the right ones if the commune is."""
    sure = _OTHER_TYPE if found.is_other_type else _CUT if found.is_cut else _EXACT
    sure *= _FAR if found.is_far else _BY_EDITS[found.edits]
    if found.edits and found.has_rival:
        sure *= _RIVAL
    for reason in place.reasons:
        sure *= _BY_NUMBER.get(reason, 1.0)
    return sure if is_alone else sure * AMBIGUOUS


def weigh_street(found: StreetFound, place: NumberPlace, *, is_alone: bool) -> float:
    """Weigh what a street found in a commune says for that commune, on the scale of hypotheses."""
    without_number = 4.5 if found.reading.number is None else 2.5
    worth = 5.0 if place.precision is _HOUSENUMBER else without_number
    if found.is_other_type or found.is_cut:
        worth -= 1.5
    if _SUFFIX_UNKNOWN in place.reasons:
        worth -= 1.0
    return max(0.5, worth - found.edits - (0.0 if is_alone else 0.5))


def measure_similarity(found: StreetFound, base: AddressBase) -> float:
    """Measure how near what was written is to the street's canonical name, 0 to 1."""
    if found.is_other_type or found.is_cut:
        return 0.9
    if not found.edits:
        return 1.0
    return max(0.0, 1 - found.edits / max(len(base.key_of(found.street)), len(found.reading.key)))

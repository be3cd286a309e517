"""Which of two answers to one address is the better, and which needs nobody else's."""

from __future__ import annotations

from geo.geocoding.answer import GeocodedAddress, Reason
from geo.geocoding.confidence import SURE_ENOUGH
from geo.records import PlacementStatus, Precision

_STATUS_RANK = {
    PlacementStatus.UNPLACED: 0,
    PlacementStatus.TO_REVIEW: 1,
    PlacementStatus.COMMUNE: 2,
    PlacementStatus.OUT_OF_REGION: 3,
    PlacementStatus.PLACED: 3,
}
_PRECISION_RANK = {precision: -rank for rank, precision in enumerate(Precision)}
_TOWN_ONLY_THOUGH_A_STREET = frozenset((Reason.STREET_NOT_FOUND, Reason.NO_ADDRESS_BASE))
NEVER_ASKED = frozenset(
    (Reason.HUMAN_CORRECTION, Reason.COORDINATES_GIVEN, Reason.EMPTY, Reason.OUT_OF_REGION)
)
"""Reasons of answers that no service is asked to better."""


def is_sure(answer: GeocodedAddress) -> bool:
    """
    Tell whether an answer needs nobody else's: placed, given, refused, or at town level for want of a street.

    Examples
    --------
    >>> is_sure(GeocodedAddress(id="1", status=PlacementStatus.COMMUNE, confidence=0.99))
    True
    >>> is_sure(GeocodedAddress(id="1", status=PlacementStatus.COMMUNE, reasons=(Reason.STREET_NOT_FOUND,)))
    False
    """
    if NEVER_ASKED & set(answer.reasons) or answer.precision in (Precision.MANUAL, Precision.GIVEN):
        return True
    if answer.status is PlacementStatus.COMMUNE:
        return not _TOWN_ONLY_THOUGH_A_STREET & set(answer.reasons)
    return answer.status is PlacementStatus.PLACED and answer.confidence >= SURE_ENOUGH


def choose_better(known: GeocodedAddress, other: GeocodedAddress) -> GeocodedAddress:
    """
    Choose between what is known of an address and another answer: the known one unless the other is better.

    A person's answer is always the better one. Then comes what can be counted: placed before town level,
    before what a person has to review; then the more precise, then the surer.

    Examples
    --------
    >>> town = GeocodedAddress(id="1", status=PlacementStatus.COMMUNE, confidence=0.99)
    >>> street = GeocodedAddress(id="1", status=PlacementStatus.PLACED, precision=Precision.STREET)
    >>> choose_better(town, street) is street, choose_better(street, town) is street
    (True, True)
    """
    return other if _weigh(other) > _weigh(known) else known


def _weigh(answer: GeocodedAddress) -> tuple[bool, int, int, float]:
    is_human = Reason.HUMAN_CORRECTION in answer.reasons or answer.precision is Precision.MANUAL
    precision = _PRECISION_RANK[answer.precision] if answer.precision else -len(Precision)
    return is_human, _STATUS_RANK[answer.status], precision, answer.confidence

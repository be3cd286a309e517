"""A house number in a street: exact, without its suffix, between its neighbours, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo.geocoding.addressbase.base import AddressBase
from geo.geocoding.answer import Reason
from geo.geocoding.parse import HouseNumber
from geo.position import Position
from geo.records import Precision

WIDEST_GAP: Final = 40
"""Numbers further apart say nothing about where one between them stands."""

FURTHEST_BEYOND: Final = 6
"""A number up to this far past the last one of a street stands close to it."""

_HOUSENUMBER: Final = Precision.HOUSENUMBER  # see geo.geocoding.hypotheses
_WITHOUT_SUFFIX: Final = (Reason.SUFFIX_UNKNOWN,)
_SHORT_SUFFIXES: Final = {"b": "bis", "t": "ter", "q": "quater"}


@dataclass(slots=True, init=False)
class NumberPlace:
    """Where a number stands: `housenumber` is what the base knows, empty when only the street is known."""

    position: Position
    precision: Precision
    housenumber: str
    postcode: str
    reasons: tuple[Reason, ...]

    def __init__(
        self,
        position: Position,
        precision: Precision,
        housenumber: str,
        postcode: str,
        reasons: tuple[Reason, ...] = (),
    ) -> None:
        self.position = position
        self.precision = precision
        self.housenumber = housenumber
        self.postcode = postcode
        self.reasons = reasons

    @property
    def is_known(self) -> bool:
        """Whether the base knows the number, with or without its suffix."""
        return self.precision is _HOUSENUMBER


def place_number(base: AddressBase, street: int, wanted: HouseNumber | None) -> NumberPlace:
    """
    Place a number in a street.

    Parameters
    ----------
    base
        The addresses.
    street
        The street's rank in the base.
    wanted
        The number, None where the address gives none.
    """
    if wanted is None:
        return _at_street(base, street, Reason.NUMBER_MISSING)
    entries = base.find_numbers(street, wanted.number)
    if entries:
        return _at_number(base, street, entries, wanted)
    between = _between_neighbours(base, street, wanted.number)
    if between is None:
        return _at_street(base, street, Reason.NUMBER_UNKNOWN)
    return NumberPlace(
        between, Precision.INTERPOLATED, str(wanted), base.postcode_of(street), (Reason.NUMBER_INTERPOLATED,)
    )


def _at_street(base: AddressBase, street: int, reason: Reason) -> NumberPlace:
    precision = Precision.LOCALITY if base.is_locality(street) else Precision.STREET
    return NumberPlace(base.middle_of(street), precision, "", base.postcode_of(street), (reason,))


def _at_number(base: AddressBase, street: int, entries: range, wanted: HouseNumber) -> NumberPlace:
    """Give the entry with the right suffix, else the number's own point."""
    chosen = entries[0]
    reasons: tuple[Reason, ...] = ()
    suffix = base.suffix_of(chosen)
    if suffix != wanted.suffix:  # the plain number is the first
        suffixes = [base.suffix_of(rank) for rank in entries]
        for written in (wanted.suffix, _SHORT_SUFFIXES.get(wanted.suffix)):
            if written is not None and written in suffixes:
                chosen, suffix = entries[suffixes.index(written)], written
                break
        else:
            reasons = _WITHOUT_SUFFIX
    position, postcode = base.read_point(street, chosen)
    housenumber = f"{wanted.number} {suffix}" if suffix else str(wanted.number)
    return NumberPlace(position, _HOUSENUMBER, housenumber, postcode, reasons)


def _between_neighbours(base: AddressBase, street: int, number: int) -> Position | None:
    """Place a number between the nearest known ones, those of its side of the street if both are there."""
    ranks = base.numbers_of(street)
    low, high = ranks.start, ranks.stop
    while low < high:
        middle = (low + high) // 2
        if base.value_of(middle) < number:
            low = middle + 1
        else:
            high = middle
    below = _nearest(base, range(low - 1, ranks.start - 1, -1), number)
    above = _nearest(base, range(low, ranks.stop), number)
    if below is not None and above is not None:
        one, two = base.read_number(street, below), base.read_number(street, above)
        share = (number - one.number) / (two.number - one.number)
        return Position(
            lon=one.position.lon + share * (two.position.lon - one.position.lon),
            lat=one.position.lat + share * (two.position.lat - one.position.lat),
        )
    only = below if below is not None else above
    if only is not None and abs(base.value_of(only) - number) <= FURTHEST_BEYOND:
        return base.read_number(street, only).position
    return None


def _nearest(base: AddressBase, ranks: range, number: int) -> int | None:
    """Give the nearest entry on one side of a number, of the same parity if one is not much further."""
    nearest = None
    for rank in ranks:
        value = base.value_of(rank)
        if value == 0 or abs(value - number) > WIDEST_GAP:
            break
        if value % 2 == number % 2:
            return rank
        if nearest is None:
            nearest = rank
    return nearest

"""The town halls' own addresses: the one street of each commune that is known without an address base."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from geo.geocoding.answer import Reason
from geo.geocoding.hypotheses import Hypothesis
from geo.geocoding.parse import HouseNumber, ParsedAddress
from geo.geocoding.provider import AddressMatch, WantedAddress
from geo.geocoding.readings import StreetReading, list_free_runs, read_streets
from geo.geocoding.streets import StreetName, compare_streets, read_street_name
from geo.geocoding.vocabulary import SMALL_WORDS
from geo.records import Precision
from geo.territories import Referential, TownHall

# One address in a commune says little about which commune is meant: less than the margin of ambiguity.
_STREET_POINTS: Final = 0.5
_NUMBER_POINTS: Final = 1.0

NAME: Final = "town_halls"
"""What its answers say they come from."""

_CALLED: Final = frozenset((("mairie",), ("hotel", "ville")))

_NUMBER: Final = re.compile(r"(\d+) ?([a-z]*)")


class TownHallAddresses:
    """
    A provider that knows each commune's town hall, and nothing else.

    Parameters
    ----------
    referential
        Where the town halls come from.
    """

    name = NAME
    is_exhaustive = False
    is_remote = False

    def __init__(self, referential: Referential) -> None:
        self.version = str(referential.vintage)
        self._halls = referential.town_halls
        self._parts = referential.parts
        self._read_street = lru_cache(maxsize=4_096)(read_street_name)

    def find(self, wanted: WantedAddress) -> list[AddressMatch]:
        """Give the town halls that the address calls by that name, or whose street it names."""
        matches = []
        for commune in wanted.communes:
            if is_called(wanted.parsed, commune.span):
                hall = self._find_its_own(commune)
                matches += [_match_itself(commune, hall)] if hall is not None else []
                continue
            readings = read_streets(wanted.parsed, commune.span)
            for hall in self._halls_of(commune):
                street = self._read_street(hall.street)
                found = (_match(commune, hall, street, reading) for reading in readings)
                match = next((match for match in found if match is not None), None)
                if match is not None:
                    matches.append(match)
                    break
        return matches

    def _find_its_own(self, commune: Hypothesis) -> TownHall | None:
        """Find the town hall of what was named: « mairie d'Hellemmes » is not Lille's."""
        part = self._parts.get(commune.part) if commune.part else None
        if commune.part and (part is None or part.town_hall is None):
            return None
        return next(iter(self._halls_of(commune)), None)

    def _halls_of(self, commune: Hypothesis) -> list[TownHall]:
        """Give the town hall of a commune, after that of the former commune which was named."""
        part = self._parts.get(commune.part) if commune.part else None
        halls = (part.town_hall if part else None, self._halls.get(commune.code))
        return [hall for hall in halls if hall is not None and hall.street and hall.position is not None]


def is_called(parsed: ParsedAddress, name_span: tuple[int, int] | None) -> bool:
    """
    Tell whether an address is the name of a town hall and no more, as lists write it: « Mairie de Lens ».

    Examples
    --------
    >>> from geo.geocoding.answer import AddressQuery
    >>> from geo.geocoding.parse import parse_address
    >>> is_called(parse_address(AddressQuery(text="Mairie, 62300 Lens")), (3, 4))
    True
    >>> is_called(parse_address(AddressQuery(text="Rue de la Mairie, Lens")), (5, 6))
    False
    """
    words = parsed.words
    if "mairie" not in words and "hotel" not in words:
        return False
    return (
        tuple(word for run in list_free_runs(parsed, name_span) for word in run if word not in SMALL_WORDS)
        in _CALLED
    )


def _match_itself(commune: Hypothesis, hall: TownHall) -> AddressMatch:
    if hall.position is None:  # pragma: no cover  (those are left out before)
        raise ValueError
    return AddressMatch(
        provider=NAME,
        commune=commune,
        street=hall.street,
        housenumber=hall.housenumber,
        postcode=hall.postcode,
        position=hall.position,
        precision=Precision.HOUSENUMBER if hall.housenumber else Precision.STREET,
        similarity=1.0,
        confidence=0.99,
        points=_STREET_POINTS,
        reasons=(Reason.TOWN_HALL_ADDRESS,),
        explanation=_tell(hall),
    )


def _tell(hall: TownHall) -> str:
    return f"l'adresse de la mairie est « {hall.housenumber} {hall.street} »".replace("«  ", "« ")


def _match(
    commune: Hypothesis, hall: TownHall, street: StreetName, reading: StreetReading
) -> AddressMatch | None:
    compared = compare_streets(reading.words, reading.key, street)
    if compared is None or hall.position is None:
        return None
    known = _read_number(hall.housenumber)
    reasons = (Reason.TOWN_HALL_ADDRESS, *compared.reasons)
    is_number = known is not None and reading.number is not None and known.number == reading.number.number
    if is_number and known is not None and reading.number is not None:
        if known.suffix != reading.number.suffix:
            reasons += (Reason.SUFFIX_UNKNOWN,)
    elif reading.number is None:
        reasons += (Reason.NUMBER_MISSING,)
    else:
        reasons += (Reason.NUMBER_UNKNOWN,)
    return AddressMatch(
        provider=NAME,
        commune=commune,
        street=hall.street,
        housenumber=hall.housenumber if is_number else "",
        postcode=hall.postcode,
        position=hall.position,
        precision=Precision.HOUSENUMBER if is_number else Precision.STREET,
        similarity=compared.similarity,
        confidence=0.99 if compared.similarity == 1 else 0.95,
        points=_NUMBER_POINTS if is_number else _STREET_POINTS,
        reasons=reasons,
        explanation=_tell(hall),
    )


def _read_number(text: str) -> HouseNumber | None:
    found = _NUMBER.match(text.lower())
    if found is None:
        return None
    return HouseNumber(int(found.group(1)), found.group(2))

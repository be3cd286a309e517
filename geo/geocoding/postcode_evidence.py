"""What the postcodes and the département of an address say of a commune."""

from __future__ import annotations

from typing import Final

from geo.geocoding import hypotheses as points
from geo.geocoding.elsewhere import Elsewhere
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.hypotheses import (
    AGREES,
    NO_EVIDENCE,
    OF_CEDEX,
    OF_ELSEWHERE,
    SAME_DEPARTEMENT,
    PostcodeEvidence,
)
from geo.geocoding.parse import ParsedAddress
from geo.geocoding.vocabulary import REGION_DEPARTEMENTS

POSTCODE_POINTS: Final = {
    NO_EVIDENCE: 0.0,
    AGREES: points.POSTCODE_AGREES,
    SAME_DEPARTEMENT: points.POSTCODE_OF_SAME_DEPARTEMENT,
    OF_CEDEX: points.CEDEX_SAME_DEPARTEMENT,
    OF_ELSEWHERE: points.POSTCODE_OF_OTHER_DEPARTEMENT,
}


DISAGREEMENTS: Final = frozenset((SAME_DEPARTEMENT, OF_ELSEWHERE))


def is_french(postcode: str) -> bool:
    """Tell whether five figures may be a French postcode."""
    return "01" <= postcode[:2] <= "98"


class WrittenPostcodes:
    """
    The postcodes of one address.

    Parameters
    ----------
    gazetteer
        Which commune each serves.
    parsed
        The address.
    """

    def __init__(self, gazetteer: Gazetteer, parsed: ParsedAddress) -> None:
        self._gazetteer = gazetteer
        self._parsed = parsed
        self.postcodes = [parsed.words[i] for i in parsed.postcodes]
        self._departements = {postcode[:2] for postcode in self.postcodes}
        self._is_of_region = not self._departements.isdisjoint(REGION_DEPARTEMENTS)
        self._figures: list[str] | None = None

    def weigh(self, code: str) -> PostcodeEvidence:
        """Say how what is written stands to a commune of the region."""
        if not self.postcodes:
            return self._weigh_departement(code[:2])
        served = self._gazetteer.postcodes_by_commune[code]
        for postcode in self.postcodes:
            if postcode in served:
                return AGREES
        departements = self._departements
        same = code[:2] in departements or any(postcode[:2] in departements for postcode in served)
        unknown = all(postcode not in self._gazetteer.postcodes for postcode in self.postcodes)
        if same:
            return OF_CEDEX if self._parsed.has_cedex or unknown else SAME_DEPARTEMENT
        if all(not is_french(postcode) for postcode in self.postcodes):
            return NO_EVIDENCE
        return OF_ELSEWHERE

    def weigh_elsewhere(self, other: Elsewhere) -> PostcodeEvidence:
        """Say how what is written stands to a commune outside the region."""
        if self._figures is None:  # a Belgian postcode has four
            self._figures = [word for word in self._parsed.words if len(word) in (4, 5) and word.isdigit()]
        for figures in self._figures:
            if figures in other.postcodes:
                return AGREES
        if other.departement in self._departements:
            return OF_CEDEX
        if self._is_of_region:
            return OF_ELSEWHERE
        return self._weigh_departement(other.departement)

    def _weigh_departement(self, departement: str) -> PostcodeEvidence:
        """Weigh « Montreuil (93) », where no postcode is written."""
        written = self._parsed.departement
        if not written:
            return NO_EVIDENCE
        return OF_CEDEX if written == departement else OF_ELSEWHERE

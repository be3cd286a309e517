"""What the postcodes and the département of an address say of a commune."""

from __future__ import annotations

from geo.geocoding import hypotheses as points
from geo.geocoding.elsewhere import Elsewhere
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.hypotheses import PostcodeEvidence
from geo.geocoding.parse import ParsedAddress
from geo.geocoding.vocabulary import REGION_DEPARTEMENTS

POSTCODE_POINTS = {
    PostcodeEvidence.NONE: 0.0,
    PostcodeEvidence.AGREES: points.POSTCODE_AGREES,
    PostcodeEvidence.SAME_DEPARTEMENT: points.POSTCODE_OF_SAME_DEPARTEMENT,
    PostcodeEvidence.CEDEX: points.CEDEX_SAME_DEPARTEMENT,
    PostcodeEvidence.ELSEWHERE: points.POSTCODE_OF_OTHER_DEPARTEMENT,
}


DISAGREEMENTS = frozenset((PostcodeEvidence.SAME_DEPARTEMENT, PostcodeEvidence.ELSEWHERE))


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

    def weigh(self, code: str) -> PostcodeEvidence:
        """Say how what is written stands to a commune of the region."""
        if not self.postcodes:
            return self._weigh_departement(code[:2])
        served = self._gazetteer.postcodes_by_commune[code]
        if any(postcode in served for postcode in self.postcodes):
            return PostcodeEvidence.AGREES
        departements = {postcode[:2] for postcode in self.postcodes}
        same = code[:2] in departements or any(postcode[:2] in departements for postcode in served)
        unknown = all(postcode not in self._gazetteer.postcodes for postcode in self.postcodes)
        if same:
            return (
                PostcodeEvidence.CEDEX
                if self._parsed.has_cedex or unknown
                else PostcodeEvidence.SAME_DEPARTEMENT
            )
        if all(not is_french(postcode) for postcode in self.postcodes):
            return PostcodeEvidence.NONE
        return PostcodeEvidence.ELSEWHERE

    def weigh_elsewhere(self, other: Elsewhere) -> PostcodeEvidence:
        """Say how what is written stands to a commune outside the region."""
        written = (word for word in self._parsed.words if word.isdigit() and len(word) in (4, 5))
        if any(postcode in other.postcodes for postcode in written):  # a Belgian one has four figures
            return PostcodeEvidence.AGREES
        if any(postcode[:2] == other.departement for postcode in self.postcodes):
            return PostcodeEvidence.CEDEX
        if any(postcode[:2] in REGION_DEPARTEMENTS for postcode in self.postcodes):
            return PostcodeEvidence.ELSEWHERE
        return self._weigh_departement(other.departement)

    def _weigh_departement(self, departement: str) -> PostcodeEvidence:
        """Weigh « Montreuil (93) », where no postcode is written."""
        written = self._parsed.departement
        if not written:
            return PostcodeEvidence.NONE
        return PostcodeEvidence.CEDEX if written == departement else PostcodeEvidence.ELSEWHERE

"""Which commune an address means: every reading of it, best first.

The INSEE code beats the postcode; a postcode and a name that agree beat either alone; a name is looked for
everywhere, and counts by where it stands (after the postcode, alone between commas, at the end) and not when
it is inside a street's name. A CEDEX postcode decides nothing.
"""

from __future__ import annotations

from typing import Final

from geo.geocoding.commune_reading import LONGEST_NAME, CommuneReading
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.hypotheses import ACCEPTED_POINTS, AGREES, BY_INSEE, BY_NAME, Hypothesis
from geo.geocoding.parse import ParsedAddress
from geo.geocoding.standing import find_run_end
from geo.geocoding.text import BOUNDARY, join_words
from geo.geocoding.vocabulary import REGION_DEPARTEMENTS

DECIDED: Final = 20.0
"""Points of a reading that nothing else can overtake."""


class CommuneFinder:
    """
    Finds the communes an address may mean.

    Parameters
    ----------
    gazetteer
        The names to look up.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def find(self, parsed: ParsedAddress) -> list[Hypothesis]:
        """Give the readings of an address, one a commune, best first; empty when nothing names a place."""
        agreed = self._find_agreed(parsed)
        found = [agreed] if agreed is not None else CommuneReading(self._gazetteer, parsed).weigh()
        declared = self._find_by_code(parsed) if parsed.code_insee else None
        return found if declared is None else [self._complete(declared, found)]

    def find_namesakes(self, parsed: ParsedAddress, of: Hypothesis) -> list[Hypothesis]:
        """Give the communes whose name is one edit from a name that was read as another commune's."""
        if of.span is None:
            return []
        near = self._gazetteer.find_near(join_words(parsed.words[slice(*of.span)]))
        return [
            Hypothesis(name.code, name.name, BY_NAME, of.points, of.span, distance, name.is_alias)
            for distance, name in near
            if distance
        ]

    def _find_by_code(self, parsed: ParsedAddress) -> Hypothesis | None:
        code = parsed.code_insee
        today = self._gazetteer.referential.successor(code)
        if today is not None:
            name = self._gazetteer.communes[today].name
            part = code if today != code else None
            return Hypothesis(today, name, BY_INSEE, DECIDED, is_alias=today != code, part=part)
        if len(code) == 5 and code[:2] not in REGION_DEPARTEMENTS and code[2:].isdigit():
            return Hypothesis("", f"commune {code}", BY_INSEE, DECIDED)
        return None

    def _complete(self, declared: Hypothesis, found: list[Hypothesis]) -> Hypothesis:
        """Add to a commune given by its code where its name stands, and whether name or postcode disagree."""
        for hypothesis in found:
            if hypothesis.code == declared.code and not hypothesis.in_street:
                declared.span = hypothesis.span
                declared.distance = hypothesis.distance
                declared.postcode = hypothesis.postcode
                declared.is_alias = declared.is_alias or hypothesis.is_alias
                declared.part = declared.part or hypothesis.part
                return declared
        best = found[0] if found and found[0].points >= ACCEPTED_POINTS else None
        if best is not None and best.source is BY_NAME:
            declared.names_disagree = True
            declared.span = best.span
        return declared

    def _find_agreed(self, parsed: ParsedAddress) -> Hypothesis | None:
        """Read the usual form at once: a postcode followed by the name of a commune that it serves."""
        words, gazetteer = parsed.words, self._gazetteer
        for at in parsed.postcodes:
            codes = gazetteer.postcodes.get(words[at])
            if codes is None:
                continue
            start = at + 1
            if start < len(words) and words[start] == BOUNDARY:
                start += 1
            end = min(find_run_end(words, start), start + LONGEST_NAME)
            for stop in range(end, start, -1):
                named = gazetteer.find_named(join_words(words[start:stop]))
                served = [name for name in named if name.code in codes]
                if named and not served:
                    break  # a longer name of another commune: « 02130 Fresnes-sous-Coucy » is not Fresnes
                if len(served) == 1 or (served and not served[0].is_alias and served[1].is_alias):
                    return Hypothesis(
                        served[0].code, served[0].name, BY_NAME, DECIDED, (start, stop),
                        is_alias=served[0].is_alias, part=served[0].old_code,
                        postcode=AGREES,
                    )  # fmt: skip
        return None

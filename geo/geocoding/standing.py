"""Where a name stands in an address, which tells a city from the end of a street's name."""

from __future__ import annotations

from typing import Final

from geo.geocoding import hypotheses as points
from geo.geocoding.parse import ParsedAddress
from geo.geocoding.text import BOUNDARY
from geo.geocoding.vocabulary import (
    FORENAMES_AND_TITLES,
    PREPOSITIONS,
    QUALIFIERS,
    SMALL_WORDS,
    STREET_TYPES,
    TITLES,
)

Span = tuple[int, int]
"""A stretch of words: the index of its first, and that after its last."""

OF: Final = frozenset(("d", "de", "des", "du"))


def find_run_end(words: list[str], start: int) -> int:
    """Give the end of the run of words from here: a boundary or a postcode ends it."""
    for i in range(start, len(words)):
        if words[i] == BOUNDARY or (len(words[i]) == 5 and words[i].isdigit()):
            return i
    return len(words)


def split_runs(words: list[str]) -> list[Span]:
    """Split words at boundaries and postcodes: a name never runs over either."""
    runs, start = [], 0
    for i, word in enumerate(words):
        if word == BOUNDARY or (len(word) == 5 and word.isdigit()):
            if i > start:
                runs.append((start, i))
            start = i + 1
    if start < len(words):
        runs.append((start, len(words)))
    return runs


class Standing:
    """
    Weighs where names stand in one address.

    Parameters
    ----------
    parsed
        The address.
    """

    def __init__(self, parsed: ParsedAddress) -> None:
        self._parsed = parsed
        self._words = parsed.words
        self._street_names: set[Span] = set()
        self.runs = split_runs(parsed.words)

    def weigh(self, span: Span, run: Span, key: str) -> tuple[float, bool]:
        """Weigh where a name stands: give its points, and whether that is inside the name of a street."""
        words, (start, end) = self._words, span
        worth = 0.0
        before = start - 1 - (start > 1 and words[start - 1] == BOUNDARY)
        after_postcode = before >= 0 and before in self._parsed.postcodes
        in_street = False
        if self._parsed.city_span is not None and start >= self._parsed.city_span[0]:
            worth += points.CITY_FIELD
        elif after_postcode:
            worth += points.AFTER_POSTCODE
        else:
            in_street = self._is_in_street(span, run[0])
            if in_street:
                self._street_names.add(span)
                worth += points.IN_STREET_NAME
            elif start > run[0] and words[start - 1] in PREPOSITIONS:
                worth += points.AFTER_SMALL_WORD
            if end in self._parsed.postcodes and not in_street:
                worth += points.BEFORE_POSTCODE
        if end == run[1]:
            worth += points.END_OF_RUN + (points.WHOLE_RUN if start == run[0] else 0.0)
            worth += points.END_OF_TEXT if run == self.runs[-1] else 0.0
        elif not after_postcode and start != run[0]:
            worth += points.MIDDLE_OF_RUN
        if len(key) < 3 or key in STREET_TYPES:
            worth += points.COMMON_WORD
        elif len(key) == 3:
            worth += points.SHORT_NAME
        return worth, in_street

    def stands_alone(self, span: Span, run: Span) -> bool:
        """Tell whether nothing but a postcode or a boundary stands before a name."""
        return span == run and not (span[1] in self._parsed.postcodes and len(self.runs) == 1)

    def _is_in_street(self, span: Span, run_start: int) -> bool:
        """Tell whether a name goes on from the word that opens a street: « rue de Lille », « place Lens »."""
        words, (start, end) = self._words, span
        at = start - 1
        if any(a < start and end <= b for a, b in self._street_names):
            return True
        while at >= run_start and words[at] in SMALL_WORDS:
            at -= 1
        if at < run_start:
            return False
        if self._is_a_surname(start, run_start) or self._is_qualified(start, run_start):
            return True
        if words[at] not in STREET_TYPES:
            # « place de l'Hôtel de Ville 60400 », where a commune is called Ville
            follows_of = words[start - 1] in OF and end in self._parsed.postcodes
            return follows_of and any(word in STREET_TYPES for word in words[run_start:at])
        if at < start - 1:
            return True
        # « Grand'Rue Ronchin », « rue du Hameau Nogent »: that street's name is already whole.
        return at == run_start or not (
            words[at - 1] in ("grand", "grande") or any(word in STREET_TYPES for word in words[run_start:at])
        )

    def _is_qualified(self, start: int, run_start: int) -> bool:
        """Tell whether a name follows an article and an adjective: « rue du Beau Marais »."""
        words, at = self._words, start - 2
        if words[start - 1] not in QUALIFIERS or at <= run_start or words[at] not in SMALL_WORDS:
            return False
        while at > run_start and words[at] in SMALL_WORDS:
            at -= 1
        return words[at] in STREET_TYPES

    def _is_a_surname(self, start: int, run_start: int) -> bool:
        """Tell whether a name follows a lone forename or title: « rue Jean Moulin », « général Douay »."""
        words, at = self._words, start - 1
        if words[at] not in FORENAMES_AND_TITLES:
            return False
        has_title = words[at] in TITLES  # « rue de l'abbé Lemire », but « rue d'Albert » leads to a town
        at -= 1
        while has_title and at >= run_start and words[at] in SMALL_WORDS:
            at -= 1
        return at >= run_start and words[at] in STREET_TYPES

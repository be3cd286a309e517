"""An address as received, read into canonical words, in whatever order they come.

Reading decides nothing about places: it drops what says nothing about where (see `geo.geocoding.noise`),
remembers what it dropped, and marks which words are postcodes and declared city.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from geo.geocoding.answer import AddressQuery
from geo.geocoding.noise import drop_noise
from geo.geocoding.text import BOUNDARY, canonical_words, fold
from geo.geocoding.vocabulary import FOREIGN_COUNTRIES, REGION_DEPARTEMENTS, SMALL_WORDS, STREET_TYPES

_DEPARTEMENT: Final = re.compile(r"\((\d\d)\)")

MAX_CHARACTERS: Final = 300
"""Longest field that is read, in characters: twice the longest address of the real lists."""


@dataclass(slots=True, init=False)
class ParsedAddress:
    """
    The words of an address and what reading them showed.

    `words` holds every word in order, `BOUNDARY` between what the writer parted. `postcodes` are indexes into
    it. `city_span` is where the declared city stands when it came in a field of its own; `departement` is the
    number in « Lens (62) ».
    """

    words: list[str]
    postcodes: list[int]
    city_span: tuple[int, int] | None
    code_insee: str
    departement: str
    has_cedex: bool
    is_foreign: bool
    is_truncated: bool
    dropped: list[str]

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.postcodes = []
        self.city_span = None
        self.code_insee = self.departement = ""
        self.has_cedex = self.is_foreign = self.is_truncated = False
        self.dropped = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing that could name a place is left."""
        return not self.words and not self.code_insee


def parse_address(query: AddressQuery) -> ParsedAddress:
    """
    Read a query's text and fields into words.

    Examples
    --------
    >>> parsed = parse_address(AddressQuery(text="12 bis, rue d'Arras BP 30 - 62307 LENS CEDEX"))
    >>> parsed.words, parsed.has_cedex
    (['12', 'bis', ',', 'rue', 'd', 'arras', ',', '62307', 'lens'], True)
    """
    parsed = ParsedAddress([])
    if query.code_insee:
        parsed.code_insee = _clean_code(query.code_insee)
    if query.text:
        _add_text(parsed, query.text)
    if query.street:
        _add_text(parsed, query.street)
    if query.postcode:
        _add_text(parsed, _clean_postcode(query.postcode))
    if query.city:
        if parsed.words and not query.postcode:
            parsed.words.append(BOUNDARY)
        start = len(parsed.words)
        _add_text(parsed, query.city, parted=False)
        parsed.city_span = _city_span(parsed.words, start)
    words = parsed.words
    _drop_country(parsed)
    parsed.postcodes = _find_postcodes(words)
    if not parsed.postcodes and _join_spaced_postcode(words):
        parsed.postcodes = _find_postcodes(words)
    if parsed.city_span is not None and parsed.city_span[1] > len(words):
        parsed.city_span = _city_span(words, min(parsed.city_span[0], len(words)))
    return parsed


def _add_text(parsed: ParsedAddress, text: str, *, parted: bool = True) -> None:
    if not text or text.isspace():
        return
    if len(text) > MAX_CHARACTERS:
        text = text[:MAX_CHARACTERS]
        parsed.is_truncated = True
    folded = fold(text)
    if "(" in folded:
        found = _DEPARTEMENT.search(folded)
        parsed.departement = found.group(1) if found else parsed.departement
    words = canonical_words(folded)
    quiet = drop_noise(folded, words, parsed.dropped)
    if quiet is not folded:
        parsed.has_cedex = parsed.has_cedex or "cedex" in words
        words = canonical_words(quiet)
    if not parsed.words:
        parsed.words = words
        return
    if parted and words:
        parsed.words.append(BOUNDARY)
    parsed.words += words


def _city_span(words: list[str], start: int) -> tuple[int, int] | None:
    """Leave a postcode and boundaries out of the declared city."""
    while start < len(words) and (words[start] == BOUNDARY or words[start].isdigit()):
        start += 1
    return (start, len(words)) if start < len(words) else None


def _clean_postcode(text: str) -> str:
    """Give back the zero that a spreadsheet took, and drop the decimals that it added."""
    text = text.strip().removesuffix(".0")
    return text.zfill(5) if text.isdigit() and len(text) == 4 else text


def _clean_code(text: str) -> str:
    code = text.strip().upper().removesuffix(".0")
    return code.zfill(5) if code.isdigit() and len(code) == 4 else code


def _find_postcodes(words: list[str]) -> list[int]:
    return [i for i, word in enumerate(words) if len(word) == 5 and word.isdigit()]


def _join_spaced_postcode(words: list[str]) -> bool:
    """Read « 59 000 » as one postcode, where no other is written."""
    for i in range(len(words) - 1):
        if words[i] in REGION_DEPARTEMENTS and len(words[i + 1]) == 3 and words[i + 1].isdigit():
            words[i : i + 2] = [words[i] + words[i + 1]]
            return True
    return False


def _drop_country(parsed: ParsedAddress) -> None:
    """Drop « France » where it names the country, and notice another country."""
    words = parsed.words
    if not words:
        return
    last = words[-1]
    before = words[-2] if len(words) > 1 else BOUNDARY
    named = before not in SMALL_WORDS and before not in STREET_TYPES
    if last == "france" and _follows_a_city(words):
        words.pop()
    elif "france" in words and f"{BOUNDARY} france {BOUNDARY}" in " ".join(words):
        words.remove("france")
    elif named and (last in FOREIGN_COUNTRIES or (len(words) > 1 and before + last in FOREIGN_COUNTRIES)):
        parsed.is_foreign = len(words) > 1
    while words and words[-1] == BOUNDARY:
        words.pop()


def _follows_a_city(words: list[str]) -> bool:
    """Tell « 59000 Lille France » from « rue Anatole France »."""
    for word in reversed(words[:-1]):
        if word == BOUNDARY:
            return words[-2] == BOUNDARY
        if len(word) == 5 and word.isdigit():
            return True
        if word.isdigit() or word in STREET_TYPES:
            return False
    return False


@dataclass(slots=True, init=False)
class HouseNumber:
    """A house number: `number` as an integer, `suffix` spelt out (`bis`, `a`) or empty."""

    number: int
    suffix: str

    def __init__(
        self,
        number: int,
        suffix: str = "",
    ) -> None:
        self.number = number
        self.suffix = suffix

    def __str__(self) -> str:
        return f"{self.number} {self.suffix}" if self.suffix else str(self.number)

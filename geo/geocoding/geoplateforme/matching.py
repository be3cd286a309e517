"""Whether what the service answered is what was asked: its commune, its street, its number, its point.

The service always prefers an answer to none: a street that nobody has comes back as another one, an address
outside the region as one inside it. Its score does not tell (right answers were seen at 0.33, wrong ones at
0.94), so its words are compared with those of the address, and its score only breaks ties between communes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA
from shapely import Point

from geo.geocoding.answer import Reason
from geo.geocoding.geoplateforme.address import ServiceAddress
from geo.geocoding.parse import HouseNumber
from geo.geocoding.provider import AddressMatch, WantedAddress
from geo.geocoding.readings import StreetReading, read_streets
from geo.geocoding.streets import StreetName, compare_streets, find_core
from geo.geocoding.text import join_words, split_words
from geo.geocoding.vocabulary import SMALL_WORDS, STREET_TYPES
from geo.records import Level, Precision
from geo.territories import Referential

PROVIDER_NAME = "geoplateforme"

CLEAR_GAP = 0.1
"""Of two scores, the share of the text that a commune's name is worth."""

_STREET_POINTS, _NUMBER_POINTS, _TIED_POINTS = 2.5, 3.0, 0.5
"""A street that the service found in one commune only settles an ambiguity; a tie does not."""

_EXACT, _OTHER_TYPE, _MISSPELT, _SHORTENED, _FAR_MISSPELT, _DOUBTFUL = 0.97, 0.93, 0.92, 0.9, 0.87, 0.75
"""Confidence by how the street's name agrees; the last is for a person to review."""

_BORDER_DEG = 0.01
"""About a kilometre: contours are simplified, streets leave their commune; a wrong point is farther off."""

_TIED_TYPES = 0.05
"""Scores this near, for a street of another type: « rue » and « place » of one name, neither was asked."""

_LETTERS_AN_EDIT, _MOST_EDITS, _MOST_OF_A_NAME = 4, 3, 0.3

_KINDS = {"housenumber": Precision.HOUSENUMBER, "street": Precision.STREET, "locality": Precision.LOCALITY}
_SUFFIXES = {"b": "bis", "t": "ter", "q": "quater"}
_NUMBER = re.compile(r"(\d+)\s*([a-z]*)")
_TITLES = frozenset(
    (
        "abbe", "amiral", "capitaine", "colonel", "commandant", "docteur", "general", "lieutenant", "madame",
        "marechal", "monseigneur", "president", "professeur", "sergent",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer is worth: a match, or none and why (in French)."""

    match: AddressMatch | None
    why: str


@dataclass(frozen=True, slots=True)
class _Agreement:
    """How a street's name agrees with one reading of the address."""

    reading: StreetReading
    similarity: float
    confidence: float
    reasons: tuple[Reason, ...] = ()


def judge(
    address: ServiceAddress, wanted: WantedAddress, referential: Referential, *, gap: float
) -> Judgement:
    """
    Compare an answer of the service with what was asked.

    Parameters
    ----------
    address
        The answer.
    wanted
        What was asked, and the communes it may lie in.
    referential
        Today's communes and their contours.
    gap
        How much higher its score is than the best in another commune.
    """
    precision = _KINDS.get(address.kind)
    if precision is None:
        return Judgement(None, f"« {address.label} » n'est pas une adresse, seulement une commune")
    code = referential.successor(address.citycode)
    if code is None:
        return Judgement(None, f"« {address.label} » est hors de la région")
    commune = next((commune for commune in wanted.communes if commune.code == code), None)
    if commune is None:
        return Judgement(None, f"« {address.label} » est dans une autre commune que celle de l'adresse")
    agreement = _find_agreement(address, read_streets(wanted.parsed, commune.span))
    if agreement is None:
        return Judgement(None, f"« {address.label} » n'est pas la voie demandée")
    placed, housenumber, reasons = _compare_number(address, precision, agreement.reading.number)
    confidence = agreement.confidence
    if not lies_in(address, code, referential):
        reasons += (Reason.COMMUNE_MISMATCH,)
        confidence = min(confidence, _DOUBTFUL)
    points = _NUMBER_POINTS if placed is Precision.HOUSENUMBER else _STREET_POINTS
    points = points if gap >= CLEAR_GAP else _TIED_POINTS
    match = AddressMatch(
        provider=PROVIDER_NAME,
        commune=commune,
        street=address.street,
        housenumber=housenumber,
        postcode=address.postcode,
        position=address.position,
        precision=placed,
        similarity=agreement.similarity,
        confidence=confidence,
        points=points,
        points_elsewhere=min(points, _TIED_POINTS),
        reasons=agreement.reasons + reasons,
    )
    return Judgement(match, f"« {address.label} »")


def lies_in(address: ServiceAddress, code: str, referential: Referential) -> bool:
    """Tell whether an answer's point lies in its commune, its border included."""
    lon, lat = address.position.lon_lat()
    if referential.locate(np.array([lon]), np.array([lat]))[0] == code:
        return True
    contour = referential.contours(Level.COMMUNE).get(code)
    return contour is not None and bool(contour.distance(Point(lon, lat)) <= _BORDER_DEG)


def _find_agreement(address: ServiceAddress, readings: Sequence[StreetReading]) -> _Agreement | None:
    """Give the reading of the address that agrees best with the name of a street."""
    words = split_words(address.street)
    if not words:
        return None
    name = StreetName(join_words(words), find_core(words))
    agreements = [
        agreement
        for reading in readings
        if (agreement := _compare(address, reading, words, name)) is not None
    ]
    return max(agreements, key=lambda agreement: agreement.confidence, default=None)


def _compare(
    address: ServiceAddress, reading: StreetReading, words: Sequence[str], name: StreetName
) -> _Agreement | None:
    strict = compare_streets(reading.words, reading.key, name)
    if strict is None:
        return _compare_further(address, reading, words, name)
    confidence = _EXACT
    if Reason.STREET_TYPE_MISMATCH in strict.reasons:
        is_tied = address.score - (address.score_next or 0.0) < _TIED_TYPES
        confidence = _OTHER_TYPE if _has_number(address, reading) and not is_tied else _DOUBTFUL
    elif Reason.STREET_FUZZY in strict.reasons:
        confidence = _MISSPELT
    return _Agreement(reading, strict.similarity, confidence, strict.reasons)


def _compare_further(
    address: ServiceAddress, reading: StreetReading, words: Sequence[str], name: StreetName
) -> _Agreement | None:
    """Compare names that differ by more letters than one slip, or by words: the number has to be there."""
    confidence = compare_shortened(reading.words, words)
    shorter, longer = sorted((len(reading.key), len(name.key)))
    similarity = shorter / longer
    edits = count_edits(reading.key, find_core(reading.words), name)
    if edits is not None and confidence < _FAR_MISSPELT:
        confidence = _FAR_MISSPELT if _has_number(address, reading) else _DOUBTFUL
        similarity = 1 - edits / longer
    if not confidence:
        return None
    return _Agreement(reading, similarity, confidence, (Reason.STREET_FUZZY,))


def count_edits(key: str, core: str, name: StreetName) -> int | None:
    """
    Count the edits between what was written and a street's name; None where they are too many for it.

    The service chose this street among all those of the commune, so more is allowed than without such a list;
    but a name that opens with another letter, or has other figures, is another street.

    Examples
    --------
    >>> count_edits("ruedelapoteure", "poteure", StreetName("ruedelapoterie", "poterie"))
    2
    >>> count_edits("ruedelecluse", "ecluse", StreetName("ruedeleglise", "eglise"))
    """
    if core[:1] != name.core[:1] or _figures(key) != _figures(name.key):
        return None
    allowed = min(_MOST_EDITS, -(-len(name.core) // _LETTERS_AN_EDIT))
    edits = OSA.distance(key, name.key, score_cutoff=allowed)
    similar = edits <= allowed and edits / max(len(core), len(name.core)) <= _MOST_OF_A_NAME
    return edits if similar else None


def _figures(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _has_number(address: ServiceAddress, reading: StreetReading) -> bool:
    known = _read_number(address.housenumber)
    return known is not None and reading.number is not None and known.number == reading.number.number


def compare_shortened(one: Sequence[str], other: Sequence[str]) -> float:
    """
    Compare two names of streets of which one leaves words out; 0 where they are two streets.

    « rue Leclerc » is surely « rue du Général Leclerc », « rue Salengro » probably « rue Roger Salengro »:
    the last word, the surname, has to be the same, and so have the figures.

    Examples
    --------
    >>> compare_shortened(["rue", "leclerc"], ["rue", "du", "general", "leclerc"])
    0.9
    >>> compare_shortened(["rue", "r", "salengro"], ["rue", "roger", "salengro"])
    0.9
    >>> compare_shortened(["rue", "de", "paris"], ["rue", "du", "faubourg", "de", "paris"])
    0.75
    >>> compare_shortened(["rue", "du", "general", "foch"], ["rue", "du", "marechal", "foch"])
    0.0
    """
    (one_type, one_words), (other_type, other_words) = _split_type(one), _split_type(other)
    short, long = sorted((one_words, other_words), key=len)
    if not short or short[-1] != long[-1] or (one_type and other_type and one_type != other_type):
        return 0.0
    if [w for w in short if w.isdigit()] != [w for w in long if w.isdigit()]:
        return 0.0
    left_out: list[str] = []
    rest = list(long)
    for word in short:
        while rest and not _stands_for(word, rest[0]):
            left_out.append(rest.pop(0))
        if not rest:
            return 0.0
        rest.pop(0)
    return _SHORTENED if _TITLES.issuperset(left_out) else _DOUBTFUL


def _split_type(words: Sequence[str]) -> tuple[str, list[str]]:
    kept = [word for word in words if word not in SMALL_WORDS]
    return (kept[0], kept[1:]) if kept and kept[0] in STREET_TYPES else ("", kept)


def _stands_for(word: str, whole: str) -> bool:
    return word == whole or (len(word) == 1 and word.isalpha() and whole.startswith(word))


def _compare_number(
    address: ServiceAddress, precision: Precision, asked: HouseNumber | None
) -> tuple[Precision, str, tuple[Reason, ...]]:
    """Give the precision that an answer's number deserves, the number to keep, what is to be said of it."""
    if asked is None:
        # A number that nobody wrote is not the address: its street is.
        kept = Precision.STREET if precision is Precision.HOUSENUMBER else precision
        return kept, "", (Reason.NUMBER_MISSING,)
    known = _read_number(address.housenumber) if precision is Precision.HOUSENUMBER else None
    if known is None or known.number != asked.number:
        kept = Precision.STREET if precision is Precision.HOUSENUMBER else precision
        return kept, "", (Reason.NUMBER_UNKNOWN,)
    same_suffix = _spell_out(known.suffix) == _spell_out(asked.suffix)
    return precision, address.housenumber, () if same_suffix else (Reason.SUFFIX_UNKNOWN,)


def _read_number(text: str) -> HouseNumber | None:
    found = _NUMBER.match(text.strip().lower())
    return HouseNumber(int(found.group(1)), found.group(2)) if found else None


def _spell_out(suffix: str) -> str:
    return _SUFFIXES.get(suffix, suffix)

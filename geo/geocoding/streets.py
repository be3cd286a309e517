"""How the text of a street, as read from an address, compares with the name of a real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from geo.geocoding.answer import Reason
from geo.geocoding.text import BOUNDARY, join_words, split_words
from geo.geocoding.vocabulary import FORENAMES_AND_TITLES, SMALL_WORDS, STREET_TYPES


@dataclass(frozen=True, slots=True)
class StreetName:
    """
    A street's name in canonical form: `key` without spaces, `core` without its type and small words too.

    Examples
    --------
    >>> read_street_name("Av. de la République")
    StreetName(key='avenuedelarepublique', core='republique')
    """

    key: str
    core: str


def read_street_name(name: str) -> StreetName:
    """Bring the name of a street to its canonical form."""
    words = split_words(name)
    return StreetName(join_words(words), find_core(words))


def find_core(words: Sequence[str]) -> str:
    """Give what tells a street apart: its words without the type they open with and the small words next."""
    start, last = 0, len(words) - 1
    while start < last and words[start] in SMALL_WORDS:
        start += 1
    if start < last and words[start] in STREET_TYPES:
        start += 1
    while start < last and words[start] in SMALL_WORDS:
        start += 1
    return join_words(words[start:])


def are_one_name(written: Sequence[str], real: Sequence[str]) -> bool:
    """
    Tell whether two streets' canonical words differ by forenames and titles only, left out or as initials.

    Examples
    --------
    >>> real = split_words("Rue Roger Salengro")
    >>> names = ("Rue R. Salengro", "Rue Salengro", "Rue H. Salengro")
    >>> [are_one_name(split_words(name), real) for name in names]
    [True, True, False]
    """
    if BOUNDARY in real:
        real = real[: real.index(BOUNDARY)]
    if len(written) < 2 or len(real) < 3 or written[0] != real[0] or written[-1] != real[-1]:
        return False
    one = [word for word in written[1:-1] if word not in SMALL_WORDS]
    two = [word for word in real[1:-1] if word not in SMALL_WORDS]
    if one == two:
        return False
    # « rue du Charron » is not « rue Jean Charron »: what stands before the surname is part of it.
    if written[-2] in SMALL_WORDS and real[-2] != written[-2]:
        return False
    return _are_left_out(one, two) or (bool(one) and bool(two) and _are_left_out(two, one, least=1))


def _are_left_out(fewer: Sequence[str], more: Sequence[str], *, least: int = 0) -> bool:
    """Tell whether all that some words lack of others, in order, is forenames and titles; initials count."""
    at, common = 0, 0
    for word in more:
        if at < len(fewer) and _is_same_or_initial(fewer[at], word):
            common += fewer[at] == word
            at += 1
        elif word not in FORENAMES_AND_TITLES and len(word) > 1:
            return False
    return at == len(fewer) and common >= least


def _is_same_or_initial(one: str, two: str) -> bool:
    return one == two or (1 in (len(one), len(two)) and one[0] == two[0])


@dataclass(frozen=True, slots=True)
class StreetComparison:
    """How well two names agree: similarity 0 to 1, and what differs."""

    similarity: float
    reasons: tuple[Reason, ...] = ()


def compare_streets(words: Sequence[str], key: str, street: StreetName) -> StreetComparison | None:
    """
    Compare what was written with a street's name; None where they are two streets.

    Strict on purpose: with no list of the commune's other streets to choose from, « rue de l'Église » must
    not pass for « rue de l'Écluse ».
    """
    if key == street.key:
        return StreetComparison(1.0)
    core = find_core(words)
    if core == street.core:
        return StreetComparison(0.9, (Reason.STREET_TYPE_MISMATCH,))
    if _figures(key) != _figures(street.key) or len(street.core) < 6:
        return None
    allowed = 1 if len(street.core) < 12 else 2
    distance = OSA.distance(core, street.core, score_cutoff=allowed)
    if distance > allowed:
        return None
    return StreetComparison(1 - distance / len(street.core), (Reason.STREET_FUZZY,))


def _figures(text: str) -> str:
    return "".join(character for character in text if character.isdigit())

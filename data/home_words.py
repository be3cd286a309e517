"""Words that would tell where a home is, found in the texts that people wrote about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from data.search_text import fold_for_search

HIDDEN_PLACE = "(adresse non publiée)"
"""What stands in a text for the words of a home's address."""

_WAYS = (
    "allee|allees|av|ave|avenue|bd|bld|bvd|boulevard|chaussee|ch|che|chemin|cite|clos|cour|cours|domaine|dreve"
    "|faubourg|fbg|grand rue|grande rue|hameau|imp|impasse|ld|lieu dit|lot|lotissement|parc|pas|passage|pl"
    "|place|placette|pt|qu|quai|quartier|r|res|residence|route|rte|rue|ruelle|sentier|sente|sq|square|venelle"
    "|villa|voie"
)
_LINKS = "de la|de l|des|du|de|d|la|le|les|l"
_START = re.compile(
    rf"^(?:\d+\s*(?:bis|ter|quater|[a-z])?\s+)?(?:(?P<way>{_WAYS})\s+)?(?:(?:{_LINKS})\s+)*(?P<name>.*)$"
)
_GAP = r"[\W_]+"
_ACCENTS = {
    "a": "aàâäá",
    "c": "cç",
    "e": "eéèêë",
    "i": "iîïí",
    "o": "oôöó",
    "u": "uùûüú",
    "y": "yÿ",
    "n": "nñ",
}
_NUMBER = r"(?:\b\d+(?:\s?(?:bis|ter|quater|[a-d])\b)?[\s,]+)"


def make_pattern(
    address: str, postcode: str | None, city: str | None, *, commune_name: str | None
) -> re.Pattern[str] | None:
    """
    Make what finds the words of an address in a text, whatever its accents, capitals and abbreviations.

    Parameters
    ----------
    address, postcode, city
        The address of a home, as received.
    commune_name
        The commune that may be told; another name (an associated commune) may not.

    Examples
    --------
    >>> pattern = make_pattern("3 bis rue de la Paix", "59160", "Lomme", commune_name="Lille")
    >>> pattern.sub("…", "Chez moi, 3bis r. de la PAIX à Lomme (59160), pour la paix.")
    'Chez moi, … à … (…), pour la paix.'
    """
    parts = list(_list_street(address))
    told = fold_for_search(commune_name or "")
    if city and fold_for_search(city) not in {told, ""} and told:
        parts.append(rf"\b{_spell(fold_for_search(city))}\b")
    parts += [rf"\b{code}\b" for code in {postcode, *re.findall(r"\b\d{5}\b", address)} if code]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _list_street(address: str) -> Iterable[str]:
    folded = fold_for_search(re.sub(r"\b\d{5}\b.*$", "", address))
    found = _START.match(folded)
    name = found["name"] if found else ""
    if not found or len(name) < 3:
        return
    way = rf"\b(?:{'|'.join(_spell(way) for way in _WAYS.split('|'))})\b\.?\s+"
    links = rf"(?:(?:{'|'.join(_spell(link) for link in _LINKS.split('|'))})[\s'’]+)*"
    core = rf"{links}\b{_spell(name)}\b"
    # A street's name alone is hidden when it is long enough to be nothing else.
    is_telling = " " in name and len(name) > 8
    yield rf"{_NUMBER}?{way}{core}"
    yield rf"{_NUMBER}{core}"
    if is_telling:
        yield core


def _spell(words: str) -> str:
    letters = (
        _GAP if letter == " " else f"[{_ACCENTS[letter]}]" if letter in _ACCENTS else re.escape(letter)
        for letter in words
    )
    return "".join(letters)


def make_pattern_of(true: Mapping[str, Any], *, commune_name: str | None) -> re.Pattern[str] | None:
    """Make the same of the true columns of a home."""
    return make_pattern(true["address"] or "", true["postcode"], true["city"], commune_name=commune_name)


def hide_place(text: str, pattern: re.Pattern[str] | None, *, instead: str = HIDDEN_PLACE) -> str:
    """Take the words of an address out of a text."""
    return text if pattern is None else pattern.sub(instead, text)

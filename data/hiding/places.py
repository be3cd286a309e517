"""
Words that would tell where a home is, found in the texts that people wrote about it.

Doubt hides: in what is written of a home, any numbered street, any point on the globe, and any number that a
directory turns into an address are taken out, and not only those of the address that was received.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from data.search_text import fold_for_search

HIDDEN_PLACE = "(adresse non publiée)"
"""What stands in a text for the words of a home's address."""

_NUMBERED_WAYS = (
    "allee|av|ave|avenue|bd|bld|bvd|boulevard|chaussee|chemin|faubourg|fbg|grand rue|grande rue|impasse|imp"
    "|place|quai|r|residence|route|rte|rue|ruelle|sentier|sq|square|venelle"
)
"""Ways that a number stands before in an address, and in nothing else (« 12 cours de cuisine »)."""

_WAYS = (
    f"{_NUMBERED_WAYS}|allees|ch|che|cite|clos|cour|cours|domaine|dreve|hameau|ld|lieu dit|lot|lotissement"
    "|parc|pas|passage|pl|placette|pt|qu|quartier|res|sente|villa|voie"
)
_LINKS = "de la|de l|des|du|de|d|la|le|les|l"
_NOT_NAMES = (
    r"(?:\d+(?:e|er|ere|eme)?\s+)?(?:appartement|appt|apt|app|batiment|bat|chez|entree|escalier|esc|etage|hall"
    r"|porte|bp|cs)\b\s*(?:[a-z]\b|\d+)?\s*"
)
_SAME_WORDS = (
    ("saint", "st"), ("sainte", "ste"), ("saints", "sts"), ("general", "gal", "gl", "gnl", "gen"),
    ("marechal", "mal", "mar"), ("docteur", "dr", "doct"), ("president", "pdt", "prdt", "pres"),
    ("commandant", "cdt", "cmdt"), ("colonel", "col"), ("capitaine", "cne", "capt", "cpt"),
    ("lieutenant", "lt"), ("professeur", "prof", "pr"), ("monseigneur", "mgr"), ("madame", "mme"),
    ("monsieur", "mr", "m"), ("abbe", "ab"), ("notre dame", "nd", "n d"), ("grand", "gd"), ("grande", "gde"),
    ("vieux", "vx"), ("premier", "1er", "1"), ("quatre", "4"), ("huit", "8"), ("onze", "11"),
    ("quatorze", "14"), ("dix neuf", "19"), ("faubourg", "fg", "fbg"), ("sous", "s"), ("sur", "s"),
)  # fmt: skip
_SPELLINGS = {word: group for group in _SAME_WORDS for word in group}
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
_SUFFIX = r"(?:\s?(?:bis|ter|quater|[a-d])\b)?"
_NUMBER = rf"(?:\b\d+{_SUFFIX}{_GAP})"
_SHORTEST_PLACE, _LONGEST_COMMON_NAME = 5, 8

_NUMBERED = re.compile(rf"\b\d+\s?(?:bis|ter|quater|[a-z])?\s+(?:{_WAYS})\s")
_WAY = re.compile(rf"\b(?:{_WAYS})\s")
_READING = re.compile(
    rf"(?P<number>\d+\s*(?:bis|ter|quater|[a-z])?\s+)?(?:(?P<way>{_WAYS})\s+)?(?:(?:{_LINKS})\s+)*(?P<name>.*)"
)
_PARTED = re.compile(r"[,;()\[\]|\n]|\s-\s")


def make_pattern(
    address: str, postcode: str | None, city: str | None, *, commune_name: str | None
) -> re.Pattern[str]:
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
    >>> pattern = make_pattern("Bât. C, 3 bis rue de la Paix", "59160", "Lomme", commune_name="Lille")
    >>> pattern.sub("…", "Chez moi, 3bis r. de la PAIX à Lomme (59160), pour la paix. 50.6447, 2.9925")
    'Chez moi, … à … (…), pour la paix. …, …'
    """
    told = fold_for_search(commune_name or "")
    town = fold_for_search(city or "")
    parts = list(_write_readings(_list_readings(address, (told, town))))
    if told and town not in {told, ""}:
        parts.append(rf"\b{_spell(town)}\b")
    parts += [rf"\b{code}\b" for code in {postcode, *re.findall(r"\b\d{5}\b", address)} if code]
    return re.compile("|".join((*parts, _ANY_PLACE)), re.IGNORECASE)


def find_telling(
    true: Mapping[str, Any], texts: Iterable[str], *, commune_name: str | None
) -> re.Pattern[str] | None:
    """
    Give what finds the address of a home in texts, None where none of them holds any of it.

    Parameters
    ----------
    true
        The address, postcode and city of a home, as received.
    texts
        What is written of it.
    commune_name
        The commune that may be told.

    Examples
    --------
    >>> home = {"address": "12 rue Victor Hugo", "postcode": "62300", "city": "Lens"}
    >>> find_telling(home, ["L'Atelier du coin, à Lens"], commune_name="Lens") is None
    True
    >>> find_telling(home, ["L'Atelier", "Au bout de la rue V. Hugo"], commune_name="Lens") is None
    False
    """
    address, postcode, city = true["address"] or "", true["postcode"], true["city"]
    texts = [unquote(text) for text in texts]
    # A pattern takes milliseconds to make: most homes need none.
    words = set(fold_for_search(" ".join((address, postcode or ""))).split())
    town = set(fold_for_search(city or "").split())
    if fold_for_search(city or "") != fold_for_search(commune_name or ""):
        words |= town
    words |= {part for word in words for same in _SPELLINGS.get(word, ()) for part in same.split()}
    words -= _SAID_OF_ANYTHING
    joined = "\n".join(texts)
    if words.isdisjoint(fold_for_search(joined).split()) and not _ANYWHERE.search(joined):
        return None
    pattern = make_pattern(address, postcode, city, commune_name=commune_name)
    return pattern if any(pattern.search(text) for text in texts) else None


def hide_place(text: str, pattern: re.Pattern[str] | None, *, instead: str = HIDDEN_PLACE) -> str:
    """Take the words of an address out of a text."""
    return text if pattern is None else pattern.sub(instead, text)


def hide_in_link(link: str, pattern: re.Pattern[str] | None) -> str | None:
    """
    Leave of a link its site alone if the rest tells where a home is, and nothing if the site does.

    Examples
    --------
    >>> pattern = make_pattern("12 rue Victor Hugo", "62300", "Lens", commune_name="Lens")
    >>> hide_in_link("https://un.example/au-12-rue-victor-hugo", pattern)
    'https://un.example/'
    """
    if pattern is None or not pattern.search(unquote(link)):
        return link
    parts = urlsplit(link)
    if not parts.netloc or pattern.search(unquote(parts.netloc)):
        return None
    return f"{parts.scheme}://{parts.netloc}/"


def _list_readings(address: str, towns: Iterable[str]) -> Iterator[re.Match[str]]:
    """List the streets and places that an address may name, wherever in it they start."""
    for part in _PARTED.split(address):
        folded = fold_for_search(re.sub(r"\b\d{5}\b.*$", "", part))
        for town in towns:
            folded = folded.removesuffix(f" {town}") if town else folded
        if folded in towns:
            continue
        numbered = [found.start() for found in _NUMBERED.finditer(folded)]
        starts = sorted({0, *numbered, *(found.start() for found in _WAY.finditer(folded))})
        for start in starts:
            end = next((other for other in numbered if other > start), len(folded))
            found = _READING.fullmatch(re.sub(rf"^{_NOT_NAMES}", "", folded[start:end].strip()))
            if found and found["name"]:
                yield found


def _write_readings(readings: Iterable[re.Match[str]]) -> Iterator[str]:
    """Write what finds each of the streets that were read: after a way, after a number, or alone."""
    after_way, after_number, alone = [], [], []
    for reading in readings:
        words = reading["name"].split()
        core = rf"\b{_GAP.join(_write_words(words))}\b"
        after_way.append(core)
        if reading["number"]:
            after_number.append(core)
        if len(words) > 1 and len(words[-1]) >= _SHORTEST_PLACE - 1:
            after_way.append(rf"\b{_write_word(words[-1])}\b")
        # A street's name alone is hidden when it is long enough to be nothing else, a hamlet's always.
        is_long = len(words) > 1 and len(reading["name"]) > _LONGEST_COMMON_NAME
        is_place = not reading["number"] and not reading["way"] and len(reading["name"]) >= _SHORTEST_PLACE
        if is_long or is_place:
            alone.append(core)
    for before, cores in ((f"{_NUMBER}?{_ANY_WAY}", after_way), (_NUMBER, after_number), ("", alone)):
        if cores:
            yield f"{before}{_LINKED}(?:{'|'.join(dict.fromkeys(cores))})"


def _write_words(words: list[str]) -> Iterator[str]:
    """Write each word as it may be spelt; a first name, also as its initial."""
    for rank, word in enumerate(words):
        is_first_name = rank < len(words) - 1 and len(word) > 2 and word.isalpha()
        yield rf"(?:{_write_word(word)}|{word[0]}\b\.?)" if is_first_name else _write_word(word)


def _write_word(word: str) -> str:
    same = _SPELLINGS.get(word)
    return _spell(word) if same is None else rf"(?:{'|'.join(map(_spell, same))})"


def _spell(words: str) -> str:
    letters = (
        _GAP if letter == " " else f"[{_ACCENTS[letter]}]" if letter in _ACCENTS else re.escape(letter)
        for letter in words
    )
    spelt = "".join(letters)
    for ligature, both in (("œ", "oe"), ("æ", "ae")):
        apart = "".join(f"[{_ACCENTS[letter]}]" for letter in both)
        spelt = spelt.replace(apart, f"(?:{apart}|{ligature})")
    return spelt


_ANY_WAY = rf"\b(?:{'|'.join(_spell(way) for way in _WAYS.split('|'))})\b{_GAP}"
_LINKED = rf"(?:(?:{'|'.join(_spell(link) for link in _LINKS.split('|'))})[\s'’_-]+)*"
_ANY_NUMBERED_WAY = rf"{_NUMBER}(?:{'|'.join(map(_spell, _NUMBERED_WAYS.split('|')))})\b\.?[\s'’_-]+{_LINKED}"
# One word at least, then those with a capital letter or figures.
_ANY_NAME = rf"[^\W_]+(?:[\s'’_-]+{_LINKED}(?-i:[A-ZÀ-ÖØ-Ý0-9])\w*\.?){{0,4}}"
_ANY_DEGREES = (
    r"(?<![\d.,])(?:49|50|51)[.,]\d{3,}|(?<![\d.])[1-4][.,]\d{4,}"
    r"|(?<!\d)\d{1,2}\s?°\s?\d{1,2}\s?['’′][^\s,;]*(?:\s?[NSEWO]\b)?"
)
_ANY_METRES = r"(?<!\d)(?:6[89]|70|71)\d{5}(?:[.,]\d+)?(?!\d)"  # north of Lambert-93
# A directory gives the address of a SIRET, a SIREN, a number of association (RNA), a telephone at home.
_ANY_NUMBER = (
    r"(?<!\d)(?:FR\s?\d{2}\s?)?\d{3}[\s.]?\d{3}[\s.]?\d{3}(?:[\s.]?\d{5})?(?!\d)|\bW\d[\dA-Z]\d{7}\b"
    r"|(?<!\d)(?:(?:\+|00)33\s?(?:\(0\)\s?)?|0)[1-5](?:[\s.\-/]?\d{2}){4}(?!\d)"
)
# A short link to a map, a code that stands for a point.
_ANY_MAP = (
    r"(?:https?://)?\b(?:maps\.(?:app\.)?\w+\.\w+|goo\.gl/maps|osm\.org|what3words\.com|w3w\.co|waze\.com)\b\S*"
    r"|///\w+\.\w+\.\w+|\b[2-9CFGHJMPQRVWX]{4,8}\+[2-9CFGHJMPQRVWX]{2,3}\b"
)
_ANY_PLACE = f"{_ANY_NUMBERED_WAY}{_ANY_NAME}|{_ANY_DEGREES}|{_ANY_METRES}|{_ANY_NUMBER}|{_ANY_MAP}"
_ANYWHERE = re.compile(_ANY_PLACE, re.IGNORECASE)
_SAID_OF_ANYTHING = frozenset(" ".join((_WAYS + "|" + _LINKS).split("|")).split())

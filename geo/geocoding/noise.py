"""What an address holds that says nothing about where: CEDEX, BP, floor, door, phone. All on folded text.

Each kind of noise has words that announce it, so that an address without any, as most are, costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_BEFORE_A_STREET: Final = (
    r"(?! ,?(?:rue|r|av|ave|avenue|bd|bld|boulevard|place|pl|route|rte|chemin|impasse|allee|square|quai)\b)"
)
_PARTS_OF_BUILDINGS: Final = (
    "appartement", "appart", "appt", "apt", "bat", "batiment", "batiments", "bloc", "boite", "bureau",
    "bureaux", "cage", "case", "cellule", "entree", "esc", "escalier", "hall", "imm", "immeuble", "local",
    "lot", "niv", "niveau", "porte",
)  # fmt: skip
_NUMBER_MARK: Final = r"(?:n ?o?\.? ?)?"

_CEDEX: Final = re.compile(r"\bcedex\b(?: ?\d{1,2}\b)?")
_MAIL_OR_SITE: Final = re.compile(r"(?<!\S)\S+@\S+|\bhttps?://\S+|\bwww\.\S+")
# « route du Tel 02260 La Capelle »: a phone has nine figures at least, or its mark
_PHONE: Final = re.compile(
    r"\b(?:tel|telephone|fax|portable|mob|mobile|phone|gsm)\b[ .:n]*\+?(?:\d[ .()/-]{0,2}){9,}"
    r"|\b(?:tel|telephone|fax)\b ?[.:]"
)
_BARE_PHONE: Final = re.compile(r"(?:\+33 ?|\b0033 ?|\b0)[1-9](?:[ .-]?\d{2}){4}\b")
_SIRET: Final = re.compile(r"\bsiret\b[ :]*[\d ]*")
_POST_BOX: Final = re.compile(
    r"\b(?:b\.? ?p\.?|c\.? ?s\.?|t\.? ?s\.? ?a\.?|boite postale|case postale) ?"
    + _NUMBER_MARK
    + r"(?:\d{2} \d{3}|\d{1,6})\b|\bcourse speciale\b"
)
# « rue des Étages » is a street
_FLOOR: Final = re.compile(
    r"(?<!\bde[ -])(?<!\bdes[ -])(?<!\bl')\b"
    r"(?:(?:\d{1,2} ?(?:ere?|i?emes?|e|nde?)?|premier|deuxieme|troisieme|quatrieme|dernier) )?etages?\b"
    r"(?: (?:gauche|droite|[a-z0-9])\b)?|\br\.?d\.?c\.?(?![a-z])|\brez[ -]de[ -]chaussee\b|\binterphone\b"
)
# « porte d'Arras » is a street: a lone d or l is no door
_PART_OF_A_BUILDING: Final = re.compile(
    rf"\b(?:{'|'.join(_PARTS_OF_BUILDINGS)})\b\.? ?{_NUMBER_MARK}"
    rf"(?:[a-ce-km-z]|[a-z]?\d{{1,4}}[a-z]?)(?![\w']){_BEFORE_A_STREET}"
)

_ANNOUNCED: Final = {
    "cedex": _CEDEX,
    **dict.fromkeys(("http", "https", "www"), _MAIL_OR_SITE),
    **dict.fromkeys(("tel", "telephone", "fax", "portable", "mob", "mobile", "phone", "gsm"), _PHONE),
    "siret": _SIRET,
    **dict.fromkeys(("b", "bp", "c", "cs", "t", "tsa", "postale", "speciale"), _POST_BOX),
    **dict.fromkeys(("etage", "etages", "rdc", "rez", "interphone"), _FLOOR),
    **dict.fromkeys(_PARTS_OF_BUILDINGS, _PART_OF_A_BUILDING),
}
_ORDER: Final = (
    _MAIL_OR_SITE, _SIRET, _PHONE, _BARE_PHONE, _CEDEX, _POST_BOX, _FLOOR, _PART_OF_A_BUILDING,
)  # fmt: skip
_ANNOUNCERS: Final = frozenset(_ANNOUNCED)
_FIGURES_OF_A_PHONE: Final = 4


def drop_noise(folded: str, words: Sequence[str], dropped: list[str]) -> str:
    """
    Put a boundary in place of what says nothing about where, and note what was there.

    Parameters
    ----------
    folded
        Folded text.
    words
        Its canonical words.
    dropped
        What is taken out is added to it.

    Examples
    --------
    >>> from geo.geocoding.text import canonical_words
    >>> folded, dropped = "12 rue des lilas bp 30, 2e etage, 59000 lille cedex 9", []
    >>> drop_noise(folded, canonical_words(folded), dropped)
    '12 rue des lilas  , ,  , , 59000 lille  , '
    >>> dropped
    ['cedex 9', 'bp 30', '2e etage']
    """
    announced: set[re.Pattern[str]] = set()
    if not _ANNOUNCERS.isdisjoint(words):
        announced = {_ANNOUNCED[word] for word in _ANNOUNCERS.intersection(words)}
    if "@" in folded:
        announced.add(_MAIL_OR_SITE)
    figures = [word for word in words if word.isdigit()]
    if len(figures) > _FIGURES_OF_A_PHONE or any(len(word) > 5 for word in figures):
        announced.add(_BARE_PHONE)
    if not announced:
        return folded

    def drop(found: re.Match[str]) -> str:
        dropped.append(found.group(0).strip())
        return " , "

    for pattern in _ORDER:
        if pattern in announced:
            folded = pattern.sub(drop, folded)
    return folded

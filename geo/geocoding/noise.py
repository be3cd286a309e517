"""What an address holds that says nothing about where: CEDEX, BP, floor, door, phone. All on folded text."""

from __future__ import annotations

import re

_BEFORE_A_STREET = (
    r"(?! ,?(?:rue|r|av|ave|avenue|bd|bld|boulevard|place|pl|route|rte|chemin|impasse|allee|square|quai)\b)"
)
_PARTS_OF_BUILDINGS = (
    "porte|appartement|appart|appt|apt|batiments?|bat|immeuble|imm|entree|escalier|esc|hall|bloc|cage|lot|"
    "bureaux?|local|cellule|niveau|niv|boite|case"
)
_NUMBER_MARK = r"(?:n ?o?\.? ?)?"
_PATTERNS = {
    "cedex": r"\bcedex\b(?: ?\d{1,2}\b)?",
    "mail or site": r"(?<!\S)\S+@\S+|\bhttps?://\S+|\bwww\.\S+",
    # « route du Tel » is a street: a phone has its number, or its mark
    "phone": (
        r"\b(?:tel|telephone|fax|portable|mob|mobile|phone|gsm)\b[ .:n]*\+?\d[\d .()/-]{5,}"
        r"|\b(?:tel|telephone|fax)\b ?[.:]"
    ),
    "bare phone": r"(?:\+33 ?|\b0033 ?|\b0)[1-9](?:[ .-]?\d{2}){4}\b",
    "siret": r"\bsiret\b[ :]*[\d ]*",
    "post box": (
        r"\b(?:b\.? ?p\.?|c\.? ?s\.?|t\.? ?s\.? ?a\.?|boite postale|case postale) ?"
        + _NUMBER_MARK
        + r"(?:\d{2} \d{3}|\d{1,6})\b|\bcourse speciale\b"
    ),
    "floor": (
        r"\b(?:(?:\d{1,2} ?(?:ere?|i?emes?|e|nde?)?|premier|deuxieme|troisieme|quatrieme|dernier) )?etages?\b"
        r"(?: (?:gauche|droite|[a-z0-9])\b)?|\br\.?d\.?c\.?(?![a-z])|\brez[ -]de[ -]chaussee\b|\binterphone\b"
    ),
    # « porte d'Arras » is a street: a lone d or l is no door
    "part of a building": (
        rf"\b(?:{_PARTS_OF_BUILDINGS})\b\.? ?{_NUMBER_MARK}(?:[a-ce-km-z]|[a-z]?\d{{1,4}}[a-z]?)(?![\w'])"
        + _BEFORE_A_STREET
    ),
}
_NOISE = re.compile("|".join(_PATTERNS.values()))
_HINT = re.compile(
    r"cedex|@|www|http|\btel|\bfax|portable|\bmob|phone|gsm|\+33|\d\d[ .-]\d\d|0[1-9]\d{8}|siret|"
    r"\b(?:b\.? ?p|c\.? ?s|t\.? ?s\.? ?a)\.? ?(?:n|\d)|postale|course sp|etage|r\.?d\.?c|rez[ -]|interph|"
    r"\b(?:porte|app|apt|bat|imm|entree|esc|hall|bloc|cage|lot|bureau|local|cell|niv|boite|case)"
)


def may_hold_noise(folded: str) -> bool:
    """Tell quickly whether folded text may hold anything to drop: four addresses in five do not."""
    return _HINT.search(folded) is not None


def drop_noise(folded: str, dropped: list[str]) -> str:
    """
    Put a boundary in place of what says nothing about where, and note what was there.

    Examples
    --------
    >>> dropped = []
    >>> drop_noise("12 rue des lilas bp 30, 2e etage, 59000 lille cedex 9", dropped)
    '12 rue des lilas  , ,  , , 59000 lille  , '
    >>> dropped
    ['bp 30', '2e etage', 'cedex 9']
    """

    def drop(found: re.Match[str]) -> str:
        dropped.append(found.group(0).strip())
        return " , "

    return _NOISE.sub(drop, folded)

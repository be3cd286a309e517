"""Which ways to reach somebody may be shown to everybody: an organisation's, never a person's.

Doubt hides: a number that is no French or Belgian landline, an address whose name is no word for an office,
are shown to members and staff only, whatever the list says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from data.search_text import fold_for_search

HIDDEN_CONTACT = "(coordonnée non publiée)"
"""What stands in a text for a personal number or address."""

_PERSONAL_DOMAINS = re.compile(
    r"(?:gmail|googlemail|orange|wanadoo|free|freesbee|sfr|neuf|cegetel|club-internet|laposte|hotmail|outlook"
    r"|live|msn|yahoo|ymail|rocketmail|icloud|me|mac|aol|bbox|bouyguestelecom|numericable|noos|aliceadsl|alice"
    r"|tele2|proton|protonmail|pm|gmx|tutanota|tuta|mailo|netcourrier|caramail|voila|nordnet|skynet|telenet"
    r"|proximus|scarlet|riseup|zaclys|disroot|posteo|hey|zoho|yandex|mail)\.(?:[a-z]{2,4}\.)?[a-z]{2,4}"
)
_OFFICE_WORDS = frozenset(
    [
        "contact",
        "contacts",
        "info",
        "infos",
        "information",
        "informations",
        "accueil",
        "bonjour",
        "hello",
        "salut",
        "coucou",
        "bienvenue",
        "bureau",
        "secretariat",
        "secretaire",
        "administration",
        "admin",
        "administratif",
        "gestion",
        "compta",
        "comptabilite",
        "direction",
        "asso",
        "association",
        "associations",
        "communication",
        "com",
        "presse",
        "media",
        "medias",
        "boutique",
        "magasin",
        "commande",
        "commandes",
        "vente",
        "ventes",
        "reservation",
        "reservations",
        "billetterie",
        "adhesion",
        "adhesions",
        "benevolat",
        "benevoles",
        "support",
        "aide",
        "sav",
        "epicerie",
        "librairie",
        "ressourcerie",
        "recyclerie",
        "atelier",
        "cafe",
        "restaurant",
        "traiteur",
        "cantine",
        "jardin",
        "ferme",
        "maraichage",
        "coop",
        "cooperative",
        "scop",
        "scic",
        "collectif",
        "reseau",
        "coordination",
        "equipe",
        "projet",
        "projets",
        "formation",
        "formations",
        "recrutement",
        "emploi",
        "rh",
        "insertion",
        "mairie",
        "culture",
        "animation",
        "jeunesse",
        "centre",
        "maison",
        "antenne",
        "siege",
        "agence",
        "commercial",
        "clientele",
        "client",
        "clients",
        "service",
        "services",
        "courrier",
        "mail",
        "webmaster",
        "web",
        "site",
        "partenariat",
        "partenariats",
        "evenement",
        "evenements",
        "evenementiel",
        "programmation",
        "production",
        "diffusion",
    ]
)
_MAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
# Written so that no machine reads it: « jeanne [at] asso.example », « jeanne arobase asso point fr ».
_SPELT_MAIL = re.compile(
    r"(?P<local>[\w.+%'-]+(?:\s+point\s+[\w.+%'-]+)*)\s*(?:[\[({<]\s*(?:at|arobase)\s*[\])}>]|\barobase\b)\s*"
    r"(?P<domain>[\w-]+(?:\s*(?:\.|[\[({<]\s*(?:dot|point)\s*[\])}>]|\bpoint\b)\s*[\w-]+)+)",
    re.IGNORECASE,
)
_SPELT_AT = re.compile(rb"[\[({<]\s*(?:at|arobase)\s*[\])}>]|arobase", re.IGNORECASE)
_SEPARATED = re.compile(r"\s*(?:[/;,|\n]|\bou\b|\bet\b|\s-\s)\s*")
# A French or Belgian mobile, as people write it inside a sentence.
_MOBILE = re.compile(
    r"(?<![\d+])(?:(?:(?:\+|00)\s?33\s?(?:\(0\))?\s?|[0Oo])[\s.\-/]?[67](?:[\s.\-/]?\d){8}"
    r"|(?:(?:\+|00)\s?32\s?(?:\(0\))?\s?)[\s.\-/]?4(?:[\s.\-/]?\d){8})(?!\d)"
)
# A mobile number has nine digits or more (« O6 » is written with a letter). Those of other alphabets are
# counted by the byte that begins them in UTF-8; E2 begins the marks of our typography, and no digit.
_DIGITS_OF_MOBILE = 9
_NOT_DIGITS = bytes({*range(1, 0x30), *range(0x3A, 0xD9), 0xE2})
_RUN = re.compile(r"[+0Oo][\d\s.\-/()]{8}")
_LANDLINE = re.compile(
    r"(?:(?:\+|00)33\(?0?\)?|0)[1-589]\d{8}|(?:\+|00)32\(?0?\)?[1-35-9]\d{7,8}|3\d{3}|116\d{3}"
)


def is_office_mail(address: str) -> bool:
    """
    Say whether an e-mail address is an office's: neither a person's name nor a private mailbox.

    Examples
    --------
    >>> [is_office_mail(text) for text in ("contact@apes.example", "contact.lens@apes.example",
    ...     "jeanne.petit@apes.example", "contact@gmail.com", "lacoop@lacoop.example")]
    [True, True, False, False, True]
    """
    local, at, domain = address.strip().lower().partition("@")
    if not at or _PERSONAL_DOMAINS.fullmatch(domain):
        return False
    words = fold_for_search(local).split()
    if any(word in _OFFICE_WORDS for word in words):
        return True
    return "".join(words) == "".join(fold_for_search(domain.split(".")[0]).split())


def find_office_mail(text: str | None) -> str | None:
    """Give the addresses of a field that everybody may read, None when there is none."""
    found = [address for address in _MAIL.findall(text or "") if is_office_mail(address)]
    return ", ".join(found) or None


def find_landline(text: str | None) -> str | None:
    """
    Give the numbers of a field that everybody may read, None when there is none.

    Examples
    --------
    >>> find_landline("03 20 30 40 50 / 06 12 34 56 78"), find_landline("+33 6 12 34 56 78")
    ('03 20 30 40 50', None)
    """
    parts = _SEPARATED.split(text or "")
    kept = [part.strip() for part in parts if _LANDLINE.fullmatch(re.sub(r"[^\d+]", "", part))]
    return " / ".join(kept) or None


def hide_personal_contacts(text: str, *, instead: str = HIDDEN_CONTACT) -> str:
    """
    Take mobile numbers and personal e-mail addresses out of a text that everybody reads.

    Examples
    --------
    >>> hide_personal_contacts("Léa : 06.12.34.56.78, lea@gmail.com ; accueil : 03 20 30 40 50")
    'Léa : (coordonnée non publiée), (coordonnée non publiée) ; accueil : 03 20 30 40 50'
    """
    if "@" in text:
        text = _MAIL.sub(lambda found: found[0] if is_office_mail(found[0]) else instead, text)
    if _SPELT_AT.search(text.encode()):
        text = _SPELT_MAIL.sub(instead, text)
    # Most texts are done with after this look: a number is a run of figures and of what parts them.
    if _RUN.search(text):
        text = _MOBILE.sub(instead, text)
    return text


def may_hold_personal_contacts(texts: Iterable[str]) -> bool:
    """
    Say whether any of some texts may have something to hide: one look at all of them together.

    Examples
    --------
    >>> may_hold_personal_contacts(["L'Épicerie", "Café 2026"])
    False
    >>> may_hold_personal_contacts(["L'Épicerie", "Léa : 06 12 34 56 78"])
    True
    """
    joined = "\0".join(texts).encode()
    if b"@" in joined or _SPELT_AT.search(joined):
        return True
    digits = joined.translate(None, delete=_NOT_DIGITS).split(b"\0")
    return len(max(digits, key=len)) >= _DIGITS_OF_MOBILE

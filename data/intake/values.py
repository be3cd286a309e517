"""Reading cells: what a value means, or why it could not be read. A bad cell is never an exception.

Every reader takes the text of a cell and gives a `Reading`: the value (None when there is none), and what was
done about it, as a French sentence without its full stop, when a person should know.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from data.intake.text import fold, squeeze
from geo.records import Kind, Visibility

Value = TypeVar("Value")

_REMEMBERED = 1 << 16

MOST_AMOUNT = 1e15
"""Below, an amount is exact to the euro, and written the same by every engine; none is that large."""

MOST_RADIUS_M = 1e7
"""A quarter of the way round the Earth: what is further is no distance from anywhere."""


class Reading(NamedTuple, Generic[Value]):
    """A value read from a cell, and what was done about it when that is worth telling."""

    value: Value | None
    what: str | None = None


_KIND_WORDS = {
    Kind.ACTOR: "actor|acteur|actrice|structure|membre|adherent|adherente|acteur ess|acteur membre",
    Kind.PROJECT: "project|projet",
    Kind.EVENT: "event|evenement|temp fort|manifestation|rencontre",
    Kind.ANTENNE: "antenne|antenne locale",
    Kind.AMBASSADOR: (
        "ambassador|ambassadeur|ambassadrice|ambassadeur rice|ambassadeurrice|ambassadeur ice|"
        "ambassadeur ambassadrice|ambassadrice ambassadeur|ambassadeur ou ambassadrice|ambassadeur trice"
    ),
}
_KIND_BY_WORD = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split("|")}

_VISIBILITY_WORDS = {
    Visibility.PUBLIC: "public|publique|oui|vrai|true|yes|1|tous|tout public|ouvert|visible|o|x",
    Visibility.MEMBERS: "members|membres|membre|adherents|adherent|reseau|reserve aux membres|interne reseau",
    Visibility.STAFF: (
        "staff|equipe|interne|prive|private|non|faux|false|no|0|confidentiel|cache|masque|equipe seulement|n|"
        "salaries|restreint"
    ),
}
_VISIBILITY_BY_WORD = {
    word: visibility for visibility, words in _VISIBILITY_WORDS.items() for word in words.split("|")
}

_YES_WORDS = frozenset(
    ["oui", "vrai", "true", "yes", "1", "o", "x", "y", "v", "ok", "d accord", "volontiers", "bien sur"]
)
_NO_WORDS = frozenset(
    ["non", "faux", "false", "no", "0", "n", "pas du tout", "jamais", "pas pour l instant", "pas encore"]
)
_HOME_WORDS = frozenset(
    [
        "domicile",
        "a domicile",
        "au domicile",
        "chez l habitant",
        "chez un particulier",
        "prive",
        "privee",
        "particulier",
        "personnelle",
        "personnel",
    ]
)
_OFFICE_WORDS = frozenset(
    ["local", "locaux", "bureau", "bureaux", "siege", "professionnel", "professionnelle", "public"]
)

_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)(k|m|)")
_RADIUS = re.compile(r"(\d+(?:[.,]\d+)?)(kms?|kilom[eè]tres?|m|m[eè]tres?)?")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_WEBSITE = re.compile(r"(?:https?://)?[^\s/@:;|\[\]]+\.[a-z]{2,}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_BETWEEN_SITES = re.compile(r"[\s;|]+|,\s*(?=https?:|www\.)")
_EMPTY_WORDS = frozenset(
    {"", "-", "--", "n/a", "na", "nc", "n.c.", "néant", "neant", "null", "none", "nan", "?", "/"}
)


def is_empty_word(text: str) -> bool:
    """
    Say whether a cell only says that there is nothing to say.

    Examples
    --------
    >>> [is_empty_word(t) for t in ("NC", " - ", "non")]
    [True, True, False]
    """
    return text.strip().lower() in _EMPTY_WORDS


@lru_cache(maxsize=_REMEMBERED)
def read_kind(text: str) -> Reading[Kind]:
    """
    Read what a presence is.

    Examples
    --------
    >>> read_kind("Temps forts").value, read_kind("Ambassadeur·rice").value, read_kind("Autre").value
    (<Kind.EVENT: 'event'>, <Kind.AMBASSADOR: 'ambassador'>, None)
    """
    if not text.strip():
        return Reading(None)
    singular = " ".join(
        word[:-1] if len(word) > 3 and word.endswith("s") else word for word in fold(text).split()
    )
    kind = _KIND_BY_WORD.get(singular)
    return Reading(
        kind, None if kind else "Type de fiche inconnu : conservé, la fiche prend le type de l'import"
    )


@lru_cache(maxsize=_REMEMBERED)
def read_visibility(text: str) -> Reading[Visibility]:
    """
    Read who may see a record. What cannot be read is shown to the staff only: better hidden than leaked.

    Examples
    --------
    >>> [str(read_visibility(text).value) for text in ("Réservé aux membres", "oui", "à voir")]
    ['members', 'public', 'staff']
    """
    if not text.strip():
        return Reading(None)
    visibility = _VISIBILITY_BY_WORD.get(fold(text))
    if visibility is None:
        return Reading(
            Visibility.STAFF,
            "Visibilité inconnue : conservée, la fiche n'est montrée qu'à l'équipe, par prudence",
        )
    return Reading(visibility)


@lru_cache(maxsize=_REMEMBERED)
def read_at_home(text: str) -> Reading[bool]:
    """
    Read whether an address is somebody's home. What cannot be read is one: better hidden than leaked.

    Examples
    --------
    >>> [read_at_home(text).value for text in ("Oui", "à domicile", "bureau", "", "peut-être")]
    [True, True, False, None, True]
    """
    if is_empty_word(text):
        return Reading(None)
    folded = fold(text)
    if folded in _NO_WORDS or folded in _OFFICE_WORDS:
        return Reading(False)
    if folded in _YES_WORDS or folded in _HOME_WORDS:
        return Reading(True)
    what = "« À domicile » illisible (oui ou non attendu) : conservé, fiche montrée à la mairie par prudence"
    return Reading(True, what)


@lru_cache(maxsize=_REMEMBERED)
def read_willing(text: str) -> Reading[bool]:
    """
    Read whether somebody accepts to sponsor others. What cannot be read is no answer.

    Examples
    --------
    >>> [read_willing(text).value for text in ("Volontiers", "non", "", "à voir")]
    [True, False, None, None]
    """
    if is_empty_word(text):
        return Reading(None)
    folded = fold(text)
    if folded in _YES_WORDS or folded in _NO_WORDS:
        return Reading(folded in _YES_WORDS)
    return Reading(None, "Accord pour parrainer illisible (oui ou non attendu) : conservé, sans réponse")


@lru_cache(maxsize=_REMEMBERED)
def read_amount(text: str) -> Reading[float]:
    """
    Read an amount in euros, as French, English and spreadsheets write it.

    Examples
    --------
    >>> [read_amount(t).value for t in ("12 500 €", "12.500,50", "12,5 k€", "1.5 M€", "22555.73")]
    [12500.0, 12500.5, 12500.0, 1500000.0, 22555.73]
    >>> read_amount("environ 3").what
    'Montant illisible : conservé tel quel, non repris en chiffres'
    """
    if is_empty_word(text):
        return Reading(None)
    bare = "".join(text.lower().split()).replace("euros", "").replace("euro", "").replace("eur", "")
    bare = bare.replace("€", "").replace("'", "").replace("ht", "").replace("ttc", "")
    if "," in bare and "." in bare:
        decimal = max(",.", key=bare.rfind)
        bare = bare.replace("," if decimal == "." else ".", "")
    elif _GROUPED.fullmatch(bare):
        # « 12.500 » is twelve thousand five hundred: no amount has thousandths of a euro.
        bare = bare.replace(".", "").replace(",", "")
    match = _AMOUNT.fullmatch(bare)
    if match is None:
        return Reading(None, "Montant illisible : conservé tel quel, non repris en chiffres")
    amount = float(match.group(1).replace(",", ".")) * {"": 1, "k": 1_000, "m": 1_000_000}[match.group(2)]
    if amount >= MOST_AMOUNT:
        return Reading(None, "Montant impossible : conservé tel quel, non repris en chiffres")
    return Reading(amount)


@lru_cache(maxsize=_REMEMBERED)
def read_radius_m(text: str) -> Reading[float]:
    """
    Read a radius: kilometres unless metres are written.

    Examples
    --------
    >>> read_radius_m("30 km").value, read_radius_m("12,5").value, read_radius_m("800 m").value
    (30000.0, 12500.0, 800.0)
    """
    if is_empty_word(text):
        return Reading(None)
    match = _RADIUS.fullmatch("".join(text.lower().split()))
    if match is None:
        return Reading(None, "Rayon illisible : conservé tel quel, non utilisé")
    is_metres = (match.group(2) or "km").startswith("m")
    radius_m = float(match.group(1).replace(",", ".")) * (1 if is_metres else 1_000)
    if radius_m > MOST_RADIUS_M:
        return Reading(None, "Rayon impossible : conservé tel quel, non utilisé")
    return Reading(radius_m)


@lru_cache(maxsize=_REMEMBERED)
def read_website(text: str) -> Reading[str]:
    """
    Read the address of a site; `https://` is added where people leave it out, other schemes are refused.

    Examples
    --------
    >>> read_website("www.apes-hdf.org").value, read_website("javascript:alert(1)").value
    ('https://www.apes-hdf.org', None)
    """
    if is_empty_word(text):
        return Reading(None)
    bare = text.strip()
    if _WEBSITE.fullmatch(bare):
        return Reading(_open_website(bare))
    candidates = [part for part in _BETWEEN_SITES.split(squeeze(text)) if part]
    site = next((part for part in candidates if _WEBSITE.fullmatch(part)), None)
    if site is None:
        return Reading(None, "Adresse de site illisible : conservée telle quelle, sans lien")
    what = "Plusieurs sites, ou un site et du texte : le premier site est le lien, le tout est conservé"
    return Reading(_open_website(site), what)


def _open_website(site: str) -> str:
    return site if site.lower().startswith(("http://", "https://")) else f"https://{site}"


def is_scientific(text: str) -> bool:
    """Say whether a spreadsheet wrote a long number in scientific notation, losing its digits."""
    return _SCIENTIFIC.fullmatch(text.strip()) is not None

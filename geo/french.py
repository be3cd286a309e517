"""Figures, shares, distances and dates the way a French reader expects them: the only place that writes them.

A narrow no-break space parts the thousands and stands before « % »; the decimal mark is a comma.
"""

from __future__ import annotations

import errno
from datetime import date

from geo.records import Kind, Level, PlacementStatus, Precision

NARROW_SPACE = "\u202f"

KIND_NAMES = {
    Kind.ACTOR: ("acteur", "acteurs"),
    Kind.PROJECT: ("projet", "projets"),
    Kind.EVENT: ("temps fort", "temps forts"),
    Kind.ANTENNE: ("antenne", "antennes"),
    Kind.AMBASSADOR: ("ambassadeur ou ambassadrice", "ambassadeurs et ambassadrices"),
}
"""What a reader calls each kind, singular and plural."""

SEAT_WORDS = {kind: "à leur siège" if kind is Kind.ACTOR else "à leur adresse" for kind in Kind}
"""Where presences of a kind are counted when it is not where they act: only organisations have a seat."""

LEVEL_NAMES = {
    Level.COMMUNE: ("commune", "communes"),
    Level.EPCI: ("intercommunalité", "intercommunalités"),
    Level.DEPARTEMENT: ("département", "départements"),
    Level.ZONE_EMPLOI: ("zone d'emploi", "zones d'emploi"),
    Level.BASSIN_VIE: ("bassin de vie", "bassins de vie"),
    Level.REGION: ("région", "régions"),
}
"""What a reader calls each level of territory, singular and plural."""

STATUS_NAMES = {
    PlacementStatus.PLACED: "placés à leur adresse",
    PlacementStatus.COMMUNE: "placés à la commune",
    PlacementStatus.TO_REVIEW: "à vérifier",
    PlacementStatus.UNPLACED: "à localiser",
    PlacementStatus.OUT_OF_REGION: "hors de la région",
}
"""What a reader calls each placement status."""

PRECISION_NAMES = {
    Precision.MANUAL: "placé à la main",
    Precision.GIVEN: "coordonnées fournies",
    Precision.HOUSENUMBER: "au numéro",
    Precision.INTERPOLATED: "entre deux numéros",
    Precision.STREET: "à la rue",
    Precision.LOCALITY: "au lieu-dit",
    Precision.COMMUNE: "à la commune",
}
"""What a reader calls each precision."""

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip

# Eight compass points, 45 degrees each, the first centred on north.
_DIRECTIONS = (
    "au nord", "au nord-est", "à l'est", "au sud-est", "au sud", "au sud-ouest", "à l'ouest", "au nord-ouest",
)  # fmt: skip


def write_number(value: float, decimals: int = 0) -> str:
    """
    Write a number with French marks.

    Examples
    --------
    >>> [write_number(n, d).replace(NARROW_SPACE, " ") for n, d in ((5_992_194, 0), (1234.56, 1))]
    ['5 992 194', '1 234,6']
    """
    rounded = f"{value:,.{decimals}f}"
    if float(rounded.replace(",", "")) == 0:
        rounded = rounded.lstrip("-")
    return rounded.replace(",", NARROW_SPACE).replace(".", ",")


def write_share(share: float, decimals: int = 1) -> str:
    """
    Write a share of 0 to 1 as a percentage.

    Examples
    --------
    >>> write_share(0.1995, 2).replace(NARROW_SPACE, " ")
    '19,95 %'
    """
    return f"{write_number(100 * share, decimals)}{NARROW_SPACE}%"


def write_distance(distance_m: float) -> str:
    """
    Write a distance: metres by tens under a kilometre, then one decimal of km, then whole km from 10.

    Examples
    --------
    >>> [write_distance(d).replace(NARROW_SPACE, " ") for d in (3, 847, 1_234, 11_300)]
    ['moins de 10 m', '850 m', '1,2 km', '11 km']
    """
    if distance_m < 10:
        return f"moins de 10{NARROW_SPACE}m"
    tens = round(distance_m / 10) * 10
    if tens < 1_000:
        return f"{tens}{NARROW_SPACE}m"
    kilometres = distance_m / 1_000
    return f"{write_number(kilometres, 1 if round(kilometres, 1) < 10 else 0)}{NARROW_SPACE}km"


def write_direction(bearing_deg: float) -> str:
    """
    Write a bearing (degrees clockwise from north) as one of eight directions.

    Examples
    --------
    >>> write_direction(44), write_direction(350)
    ('au nord-est', 'au nord')
    """
    return _DIRECTIONS[round(bearing_deg / 45) % 8]


def write_date(day: date) -> str:
    """
    Write a date in words.

    Examples
    --------
    >>> write_date(date(2026, 3, 1)), write_date(date(2026, 3, 12))
    ('1er mars 2026', '12 mars 2026')
    """
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[day.month - 1]} {day.year}"


def write_count(count: int, one: str, many: str | None = None) -> str:
    """
    Write a count with its noun: in French, 0 and 1 are singular.

    Examples
    --------
    >>> write_count(0, "acteur"), write_count(1, "acteur"), write_count(2, "acteur")
    ('0 acteur', '1 acteur', '2 acteurs')
    """
    noun = one if abs(count) < 2 else (many or f"{one}s")
    return f"{write_number(count)} {noun}"


def write_list(words: list[str] | tuple[str, ...]) -> str:
    """
    Join words as a sentence does.

    Examples
    --------
    >>> write_list(["Lille", "Lens", "Valenciennes"])
    'Lille, Lens et Valenciennes'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"


_SYSTEM_WORDS = {
    errno.ENOENT: "fichier ou dossier introuvable",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EROFS: "support en lecture seule",
    errno.ENOSPC: "plus de place sur le disque",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EADDRINUSE: "déjà utilisé",
    errno.EADDRNOTAVAIL: "cette adresse n'est pas celle de la machine",
    errno.ECONNREFUSED: "connexion refusée",
}


def write_system_error(error: OSError) -> str:
    """
    Write what the system refused; what is unknown here is left in the system's words.

    Examples
    --------
    >>> write_system_error(OSError(errno.ENOSPC, "No space left on device"))
    'plus de place sur le disque'
    """
    return _SYSTEM_WORDS.get(error.errno or 0, error.strerror or str(error))


def write_of_place(name: str) -> str:
    """
    Write « de » before a name of a place, with its elision and contraction.

    Examples
    --------
    >>> [write_of_place(n) for n in ("Lens", "Amiens", "Le Quesnoy", "Les Attaques", "La Bassée", "L'Étoile")]
    ['de Lens', "d'Amiens", 'du Quesnoy', 'des Attaques', 'de La Bassée', "de L'Étoile"]
    """
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    if name[:1].lower() in "aeiouyéèêàâîïôœh" and not name.startswith(("Y ", "H")):
        return f"d'{name}"
    return f"de {name}"


def write_at_place(name: str) -> str:
    """
    Write « à » before a name of a place, contracted with its article.

    Examples
    --------
    >>> [write_at_place(name) for name in ("Béthune", "Le Quesnoy", "Les Attaques")]
    ['à Béthune', 'au Quesnoy', 'aux Attaques']
    """
    if name.startswith("Le "):
        return f"au {name[3:]}"
    if name.startswith("Les "):
        return f"aux {name[4:]}"
    return f"à {name}"

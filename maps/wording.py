"""The words of the maps: nouns, sentences on totals, credits. Figures are written by `geo.french`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

from geo.french import (
    KIND_NAMES,
    NARROW_SPACE,
    write_count,
    write_date,
    write_distance,
    write_list,
    write_number,
)
from geo.records import MEL_CODE, Kind, StatusCounts
from geo.territories.credit import MAP_CREDIT

DEPARTEMENT_NAMES = MappingProxyType(
    {"02": "Aisne", "59": "Nord", "60": "Oise", "62": "Pas-de-Calais", "80": "Somme"}
)

CREDIT = f"{MAP_CREDIT}. Carte : Maillage, avec Folium et Leaflet."

FICTIONAL_BANNER = "Données fictives : ces noms et ces adresses sont inventés pour l’exemple."


# A line must not break before these marks, nor inside French quotes.
_BEFORE_MARK = re.compile(r" (?=[:;?!»])")
_BEFORE_PERCENT = re.compile(r"(?<=\d) (?=%)")
_AFTER_QUOTE = re.compile(r"(?<=«) ")


def typeset(text: str) -> str:
    """
    Put no-break spaces where French typography wants them.

    Examples
    --------
    >>> typeset("Source : « Apes »").replace("\u00a0", "~")
    'Source~: «~Apes~»'
    >>> typeset("testé à 5 %") == "testé à 5\u202f%"
    True
    """
    marked = _AFTER_QUOTE.sub("\u00a0", _BEFORE_MARK.sub("\u00a0", text))
    return _BEFORE_PERCENT.sub(NARROW_SPACE, marked)


def write_presences(count: int, kind: Kind) -> str:
    """
    Write a count of presences of a kind.

    Examples
    --------
    >>> write_presences(1, Kind.EVENT), write_presences(12, Kind.ACTOR)
    ('1 temps fort', '12 acteurs')
    """
    return write_count(count, *KIND_NAMES[kind])


def write_of(noun: str) -> str:
    """
    Write « de » before a common noun.

    Examples
    --------
    >>> write_of("acteurs"), write_of("projets")
    ('d’acteurs', 'de projets')
    """
    return f"d’{noun}" if noun[0] in "aeiouyé" else f"de {noun}"


def write_radius(radius_m: float) -> str:
    """
    Write a radius that somebody chose: a round number of kilometres stays round.

    Examples
    --------
    >>> [write_radius(r).replace(NARROW_SPACE, " ") for r in (2_000, 2_500, 500)]
    ['2 km', '2,5 km', '500 m']
    """
    if radius_m >= 1_000 and radius_m % 1_000 == 0:
        return f"{write_number(radius_m / 1_000)}{NARROW_SPACE}km"
    return write_distance(radius_m)


def write_totals(counts: StatusCounts, kind: Kind | None) -> str:
    """
    Write where every row received stands, so that a reader can add it up; None is about every kind.

    Examples
    --------
    >>> counts = StatusCounts(placed=312, commune=18, unplaced=4, to_review=2, out_of_region=1)
    >>> print(write_totals(counts, Kind.ACTOR))  # doctest: +NORMALIZE_WHITESPACE
    Reçus : 337 acteurs.
    Position précise : 312 ; à la commune : 18 ; à vérifier : 2 ; à localiser : 4 ; hors région : 1.
    """
    if kind is None:
        received = f"Fiches reçues : {write_number(counts.received)}"
    else:
        word = "Reçues" if kind is Kind.ANTENNE else "Reçus"
        received = f"{word} : {write_presences(counts.received, kind)}"
    return (
        f"{received}. "
        f"Position précise : {write_number(counts.placed)} ; à la commune : {write_number(counts.commune)} ; "
        f"à vérifier : {write_number(counts.to_review)} ; à localiser : {write_number(counts.unplaced)} ; "
        f"hors région : {write_number(counts.out_of_region)}."
    )


def write_data_date(data_date: date | None) -> str:
    """
    Write the date of the data, or that there is none.

    Examples
    --------
    >>> write_data_date(date(2026, 3, 12)), write_data_date(None)
    ('Données au 12 mars 2026', 'Date des données inconnue')
    """
    return f"Données au {write_date(data_date)}" if data_date else "Date des données inconnue"


def write_limit(code: str, name: str) -> str:
    """
    Name the outline of a territory in a legend.

    Examples
    --------
    >>> write_limit("200093201", "Métropole Européenne de Lille"), write_limit("80", "Somme")
    ('Limite de la Métropole Européenne de Lille', 'Limite : Somme')
    """
    return f"Limite de la {name}" if code == MEL_CODE else f"Limite : {name}"


def write_kinds(kinds: Iterable[Kind]) -> str:
    """
    Write counts kind by kind, never added together.

    Examples
    --------
    >>> write_kinds([Kind.ACTOR, Kind.PROJECT, Kind.ACTOR])
    '2 acteurs et 1 projet'
    """
    found = list(kinds)
    return write_list([write_presences(found.count(kind), kind) for kind in Kind if kind in found])

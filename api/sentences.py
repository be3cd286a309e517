"""The sentences of the pages: plain French made from the records, never a sum of different kinds."""

from __future__ import annotations

import re

from geo.french import (
    KIND_NAMES,
    write_at_place,
    write_count,
    write_distance,
    write_number,
    write_of_place,
)
from geo.records import (
    Kind,
    KindCount,
    Neighbour,
    Origin,
    Precision,
    StatusCounts,
    Territory,
)

_POSTCODE = re.compile(r"^\d{5} ")

RADII_M = (2_000, 5_000, 10_000, 20_000, 40_000)
"""The circles that the search offers, in metres."""


def write_none_of(kind: Kind | None) -> str:
    """
    Say that there is nobody of a kind.

    Examples
    --------
    >>> write_none_of(Kind.ANTENNE), write_none_of(None)
    ('Aucune antenne', 'Personne')
    """
    if kind is None:
        return "Personne"
    if kind is Kind.AMBASSADOR:
        return "Aucun ambassadeur, aucune ambassadrice"
    return f"{'Aucune' if kind is Kind.ANTENNE else 'Aucun'} {KIND_NAMES[kind][0]}"


def write_sector_phrase(label: str | None, *, of: bool = True) -> str:
    """
    Name a sector inside a sentence.

    Examples
    --------
    >>> write_sector_phrase("Mobilité"), write_sector_phrase("Mobilité", of=False), write_sector_phrase(None)
    (' de la filière « Mobilité »', ' dans la filière « Mobilité »', '')
    """
    return f" {'de' if of else 'dans'} la filière « {label} »" if label else ""


def name_place(origin: Origin) -> str:
    """
    Name the place that a search starts from: a town without its postcode.

    Examples
    --------
    >>> from geo.position import Position
    >>> town = Origin(position=Position(lon=2.83, lat=50.43), label="62300 Lens", precision=Precision.COMMUNE)
    >>> name_place(town)
    'Lens'
    """
    return _POSTCODE.sub("", origin.label) if origin.precision is Precision.COMMUNE else origin.label


def write_from_origin(origin: Origin) -> str:
    """
    Write « de » before the place that a search starts from.

    Examples
    --------
    >>> from geo.position import Position
    >>> point = Position(lon=2.8319, lat=50.4289)
    >>> write_from_origin(Origin(position=point, label="Lens", precision=Precision.COMMUNE))
    'de Lens'
    >>> write_from_origin(Origin(position=point, label="50,4289 ; 2,8319", precision=Precision.GIVEN))
    'du point choisi'
    """
    if origin.precision is Precision.COMMUNE:
        return write_of_place(name_place(origin))
    if origin.precision is Precision.GIVEN:
        return "du point choisi"
    return f"de « {origin.label} »"


def write_nearest(neighbour: Neighbour, *, asked: Kind | None) -> str:
    """Say how far the nearest is, and that it is only known to its commune where that is so."""
    presence = neighbour.presence
    which = "La plus proche" if asked is Kind.ANTENNE else "Le plus proche"
    where = write_at_place(presence.commune_name) if presence.commune_name else ""
    if presence.precision is Precision.COMMUNE:
        return f"{which} est {where or 'connu'} (sans adresse plus précise que la commune)."
    distance = f"à {write_distance(neighbour.distance_m)}" if neighbour.distance_m >= 10 else "ici même"
    return f"{which} est {distance}{', ' if where else ''}{where}."


def choose_wider_m(distance_m: float) -> int:
    """
    Choose the next circle that reaches a distance, in metres.

    Examples
    --------
    >>> choose_wider_m(11_000), choose_wider_m(63_200)
    (20000, 70000)
    """
    for radius_m in RADII_M:
        if distance_m <= radius_m:
            return radius_m
    return (int(distance_m) // 10_000 + 1) * 10_000


def write_totals(counts: StatusCounts, kind: Kind | None) -> str:
    """
    Write the totals as a sum that a reader can check.

    Examples
    --------
    >>> write_totals(StatusCounts(placed=3, commune=1, unplaced=1), Kind.ACTOR).split(" + ")
    ['5 acteurs reçus = 3 placés à leur adresse', '1 à la commune', '0 à vérifier', '1 à localiser',
     '0 hors de la région']
    >>> write_totals(StatusCounts(placed=1), None).split(" + ")[0]
    '1 fiche reçue = 1 placée à son adresse'
    """
    names = KIND_NAMES[kind] if kind else ("fiche", "fiches")
    feminine = "e" if kind in {None, Kind.ANTENNE} else ""
    received, placed = (f"{feminine}{'s' if count > 1 else ''}" for count in (counts.received, counts.placed))
    return (
        f"{write_count(counts.received, *names)} reçu{received} ="
        f" {write_number(counts.placed)} placé{placed} à {'leur' if counts.placed > 1 else 'son'} adresse"
        f" + {write_number(counts.commune)} à la commune + {write_number(counts.to_review)} à vérifier"
        f" + {write_number(counts.unplaced)} à localiser"
        f" + {write_number(counts.out_of_region)} hors de la région"
    )


def write_against_chance(count: KindCount) -> str:
    """
    Say whether a count differs from the expected one by more than chance would.

    Examples
    --------
    >>> few = KindCount(
    ...     kind=Kind.ACTOR, count=2, per_10k=0.1, expected=2.5, ratio=0.8, ratio_low=0.1, ratio_high=2.9,
    ...     significant_absence=False)
    >>> write_against_chance(few)
    'L’écart peut venir du hasard.'
    """
    if count.significant_absence:
        side = "" if (count.ratio_high or 0) < 1 else " (test d’un seul côté)"
        return f"Cette absence est significative{side} : le hasard ne suffit pas à l’expliquer."
    if count.ratio_low is not None and count.ratio_low > 1:
        return "C’est plus que le hasard ne l’expliquerait."
    if count.ratio_high is not None and count.ratio_high < 1:
        return "C’est moins que le hasard ne l’expliquerait."
    return "L’écart peut venir du hasard."


def write_nearest_antenne(neighbour: Neighbour | None, territory: Territory) -> str:
    """Say where the nearest antenne is, as the crow flies from the territory's main point."""
    if neighbour is None:
        return ""
    presence = neighbour.presence
    where = f", {write_at_place(presence.commune_name)}," if presence.commune_name else ""
    if presence.commune is not None and presence.commune in {territory.code, *territory.commune_codes}:
        return f"Une antenne est ici{where.rstrip(',')}."
    return f"L’antenne la plus proche{where} est à {write_distance(neighbour.distance_m)} à vol d’oiseau."

"""Territories at a vintage, on today's ground: what a count at any day is sorted into.

A presence keeps today's commune code and nothing else; what that commune belongs to comes from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import shapely

from geo.errors import UnknownTerritoryError
from geo.records import Level, Territory
from geo.territories import Referential


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a commune of today is called and belongs to."""

    commune_name: str
    epci: str | None
    epci_name: str | None
    departement: str | None


@lru_cache(maxsize=8)
def read_places(referential: Referential) -> Mapping[str, Place]:
    """
    Give, for each commune of today, its names and codes of today's membership.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> read_places(load_referential())["59350"].epci_name
    'Métropole Européenne de Lille'
    """
    epci_names = {epci.code: epci.name for epci in referential.territories(Level.EPCI)}
    return {
        commune.code: Place(
            commune_name=commune.name,
            epci=commune.part_of.get("epci"),
            epci_name=epci_names.get(commune.part_of.get("epci", "")),
            departement=commune.part_of.get("departement"),
        )
        for commune in referential.territories(Level.COMMUNE)
    }


@lru_cache(maxsize=64)
def read_membership(referential: Referential, level: Level, vintage: int) -> Mapping[str, str]:
    """
    Give, for each commune of today, the territory of a level that its ground belonged to at a vintage.

    A commune of today that joins several former ones goes where the one that bore its code went, else the
    most inhabited of them.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> read_membership(load_referential(), Level.EPCI, 2022)["59350"]
    '200093201'
    """
    if level is Level.COMMUNE:
        return {commune.code: commune.code for commune in referential.territories(Level.COMMUNE)}
    before = _read_predecessors(referential, vintage)
    return {code: commune.part_of[level.value] for code, commune in before.items()}


@lru_cache(maxsize=64)
def territories_at(referential: Referential, level: Level, vintage: int) -> tuple[Territory, ...]:
    """
    Give the territories of a level at a vintage, communes on today's ground.

    At a past vintage, a commune is one of today, with the inhabitants of the former communes that it is made
    of; one that was split since shares its inhabitants as its parts share them today. Sums are unchanged.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> sum(commune.population for commune in territories_at(load_referential(), Level.COMMUNE, 2022))
    5997734
    """
    if level is not Level.COMMUNE or vintage == referential.vintage:
        return referential.territories(level, vintage=vintage)
    populations = _share_populations(referential, vintage)
    before = _read_predecessors(referential, vintage)
    return tuple(
        replace(
            commune,
            vintage=vintage,
            population=populations[commune.code],
            part_of=before[commune.code].part_of,
        )
        for commune in referential.territories(Level.COMMUNE)
    )


def _share_populations(referential: Referential, vintage: int) -> Mapping[str, int]:
    """Give the inhabitants, at a vintage, of the ground of each commune of today."""
    populations: dict[str, int] = defaultdict(int)
    for former in referential.territories(Level.COMMUNE, vintage=vintage):
        heirs = [
            referential.get(Level.COMMUNE, code)
            for code in referential.successors(former.code, vintage=vintage)
        ]
        weight = sum(heir.population for heir in heirs)
        remaining = former.population
        for heir in heirs[1:]:
            part = round(former.population * heir.population / weight)
            populations[heir.code] += part
            remaining -= part
        populations[heirs[0].code] += remaining
    return populations


@lru_cache(maxsize=8)
def _read_predecessors(referential: Referential, vintage: int) -> Mapping[str, Territory]:
    """Give, for each commune of today, the commune of a vintage that speaks for its ground."""
    if vintage == referential.vintage:
        return {commune.code: commune for commune in referential.territories(Level.COMMUNE)}
    claims: dict[str, list[Territory]] = defaultdict(list)
    for former in referential.territories(Level.COMMUNE, vintage=vintage):
        for heir in referential.successors(former.code, vintage=vintage):
            claims[heir].append(former)
    speaking: dict[str, Territory] = {}
    for code, formers in claims.items():
        same_code = [former for former in formers if former.code == code]
        speaking[code] = max(same_code or formers, key=lambda former: (former.population, former.code))
    return speaking


def get_territory(referential: Referential, code: str) -> Territory:
    """
    Give today's territory of any level by its code.

    Raises
    ------
    UnknownTerritoryError
        If no level holds the code.
    """
    territory = referential.find(code)
    if territory is None:
        raise UnknownTerritoryError(code=code)
    return territory


def find_communes(referential: Referential, code: str, vintage: int | None = None) -> frozenset[str]:
    """
    Give today's communes whose ground belonged to a territory at a vintage, today's by default.

    Raises
    ------
    UnknownTerritoryError
        If no level holds the code.
    """
    territory = get_territory(referential, code)
    membership = read_membership(referential, territory.level, vintage or referential.vintage)
    return frozenset(commune for commune, belongs_to in membership.items() if belongs_to == territory.code)


def list_touching(referential: Referential, territory: Territory) -> tuple[Territory, ...]:
    """Give the territories of the same level that share a piece of border, by name."""
    codes, tree = _plant_tree(referential, territory.level)
    own = referential.contours(territory.level).get(territory.code)
    if own is None:
        return ()
    found = [
        referential.get(territory.level, codes[rank])
        for rank in tree.query(own, predicate="intersects")
        if codes[rank] != territory.code
    ]
    return tuple(sorted(found, key=lambda neighbour: neighbour.name))


@lru_cache(maxsize=16)
def _plant_tree(referential: Referential, level: Level) -> tuple[list[str], shapely.STRtree]:
    contours = referential.contours(level)
    return list(contours), shapely.STRtree(list(contours.values()))

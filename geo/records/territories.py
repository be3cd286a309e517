"""Territories and their levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shapely import MultiPolygon

from geo.position import Position

MEL_CODE = "200093201"
"""SIREN of the Métropole Européenne de Lille, the territory that « hors MEL » leaves out."""


class Level(StrEnum):
    """A level of territory."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    ZONE_EMPLOI = "zone_emploi"
    BASSIN_VIE = "bassin_vie"
    REGION = "region"


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """
    A territory at a vintage.

    `contour` is WGS84, shared edges identical with the neighbours', and None where it was not asked for.
    `part_of` maps a level's value to the code of the territory above (for a commune: its EPCI, …).
    """

    level: Level
    code: str
    name: str
    population: int
    vintage: int
    position: Position | None = None
    contour: MultiPolygon | None = None
    part_of: Mapping[str, str] = field(default_factory=dict)
    commune_codes: tuple[str, ...] = ()
    note: str | None = None

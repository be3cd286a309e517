"""Presences for the tests of meetings: valid by default, a test says only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from geo.meeting.affinity import Complement
from geo.meeting.suggesting import Candidate
from geo.position import Position
from geo.records import Kind, PlacementStatus, Precision, Presence, Sector

SECTORS = (
    Sector(code="food", label="Alimentation"),
    Sector(code="farms", label="Agriculture", parent="food"),
    Sector(code="shops", label="Épiceries", parent="food"),
    Sector(code="bikes", label="Vélo"),
    Sector(code="repair", label="Réparation"),
    Sector(code="music", label="Musique"),
)
PAIRS = (Complement(one="bikes", other="repair", why="elles partagent leurs outils"),)
DAY = date(2026, 3, 12)


def make_presence(
    number: int,
    name: str = "",
    *,
    kind: Kind = Kind.ACTOR,
    sectors: Sequence[str] = ("bikes",),
    precision: Precision = Precision.HOUSENUMBER,
    epci: str = "e1",
    starts_on: date | None = None,
    willing: bool | None = None,
    stage: str | None = None,
) -> Presence:
    return Presence(
        id=number,
        kind=kind,
        name=name or f"Fiche {number}",
        status=PlacementStatus.PLACED,
        sectors=tuple(sectors),
        position=Position(lon=2.8, lat=50.4),
        precision=precision,
        commune="62498",
        commune_name="Lens",
        epci=epci,
        epci_name=f"Territoire {epci}",
        starts_on=starts_on,
        willing_to_sponsor=willing,
        stage=stage,
    )


def at(presence: Presence, distance_m: float | None = 1_000.0, *, is_exact: bool = True) -> Candidate:
    return Candidate(presence=presence, distance_m=distance_m, is_exact=is_exact)

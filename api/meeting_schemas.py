"""The shape of the JSON answers about places and meetings, and one example of each."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from api.schemas import JsonAnswer
from geo.records import Kind


class PlaceOut(JsonAnswer):
    """Ce qu'une personne est peut-être en train de taper."""

    label: str = Field(examples=["Hellemmes-Lille (Lille, 59)"])
    detail: str = Field(examples=["partie de la commune de Lille"])
    code: str | None = Field(
        description="Code du lieu : commune, commune associée, intercommunalité, département, ou « cp » "
        "et un code postal ; null pour une adresse ou une fiche.",
        examples=["59298"],
    )
    presence_id: int | None = Field(description="Numéro de la fiche dont c'est le nom, sinon null.")


class PlacesOut(JsonAnswer):
    """Des propositions, la meilleure d'abord."""

    places: list[PlaceOut]


class MeetingOut(JsonAnswer):
    """Quelqu'un à rencontrer, et pourquoi."""

    id: int
    name: str
    kind: Kind
    sectors: list[str]
    commune: str | None
    commune_name: str | None
    epci: str | None
    epci_name: str | None
    distance_m: float | None = Field(description="À vol d'oiseau ; null là où elle serait fausse.")
    why: str = Field(description="La raison, en une phrase.")


class MeetOut(JsonAnswer):
    """Qui rencontrer, qui pourrait parrainer, quels projets imiter."""

    id: int
    name: str
    meetings: list[MeetingOut]
    sponsors: list[MeetingOut] = Field(
        description="Acteurs de la filière qui ont dit vouloir bien parrainer."
    )
    copies: list[MeetingOut] = Field(description="Projets de même sorte, ailleurs dans la région.")
    sponsor_years: int = Field(description="Ancienneté minimale d'un parrain ou d'une marraine, en années.")
    sponsor_reach_m: float = Field(description="Distance maximale d'un parrain ou d'une marraine, en mètres.")
    data_date: date | None


_MEETING: dict[str, Any] = {
    "id": 12,
    "name": "La Petite Épicerie",
    "kind": "actor",
    "sectors": ["epiceries"],
    "commune": "62498",
    "commune_name": "Lens",
    "epci": "246200364",
    "epci_name": "CA de Lens - Liévin",
    "distance_m": 1_250.3,
    "why": "À 1,3 km, même filière (Épiceries coopératives et participatives).",
}

MEETING_EXAMPLES: dict[str, dict[str, Any]] = {
    "places": {
        "places": [
            {
                "label": "Hellemmes-Lille (Lille, 59)",
                "detail": "partie de la commune de Lille",
                "code": "59298",
                "presence_id": None,
            }
        ]
    },
    "meet": {
        "id": 7,
        "name": "Le Potager partagé",
        "meetings": [_MEETING],
        "sponsors": [],
        "copies": [],
        "sponsor_years": 3,
        "sponsor_reach_m": 50_000.0,
        "data_date": "2026-03-12",
    },
}

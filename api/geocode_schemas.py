"""The shape of a geocoded address: the national service's names first, then ours."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.schemas import JsonAnswer, PlaceCandidate, Point
from geo.records import PlacementStatus, Precision


class GeocodedProperties(JsonAnswer):
    """Une adresse trouvée : les noms du service national, puis les nôtres."""

    label: str
    score: float
    type: str
    housenumber: str
    street: str
    name: str
    postcode: str
    city: str
    citycode: str | None
    x: float | None = Field(description="Lambert-93, en mètres.")
    y: float | None
    confidence: float = Field(description="Probabilité que ce soit la bonne réponse.")
    precision: Precision | None
    status: PlacementStatus
    provider: str
    reasons: list[str]
    epci: str | None
    epci_name: str | None
    in_mel: bool | None


class GeocodedFeature(JsonAnswer):
    """Une adresse trouvée (GeoJSON)."""

    type: Literal["Feature"]
    geometry: Point
    properties: GeocodedProperties


class StepOut(JsonAnswer):
    """Une étape du raisonnement."""

    name: str
    seen: str
    outcome: str


class GeocodeOut(JsonAnswer):
    """La réponse à une adresse : une position au plus ; « non trouvé » est une réponse."""

    type: Literal["FeatureCollection"]
    version: str
    query: str
    attribution: str
    licence: str
    limit: int
    status: PlacementStatus
    reasons: list[str]
    features: list[GeocodedFeature]
    candidates: list[PlaceCandidate]
    steps: list[StepOut]


class ReversedProperties(JsonAnswer):
    """Une adresse proche d'un point, ou sa commune : les noms du service national, puis les nôtres."""

    label: str
    score: float = Field(description="1 au point même, 0 à deux kilomètres.")
    distance: float = Field(description="À vol d'oiseau, en mètres.")
    type: str
    housenumber: str
    street: str
    name: str
    postcode: str
    city: str
    citycode: str
    x: float = Field(description="Lambert-93, en mètres.")
    y: float


class ReversedFeature(JsonAnswer):
    """Une adresse proche d'un point (GeoJSON)."""

    type: Literal["Feature"]
    geometry: Point
    properties: ReversedProperties


class PlaceOut(JsonAnswer):
    """Un territoire, par son code et son nom."""

    code: str = Field(examples=["62498"])
    name: str = Field(examples=["Lens"])


class ReverseOut(JsonAnswer):
    """Où est un point : les adresses les plus proches, la commune et l'intercommunalité où il tombe."""

    type: Literal["FeatureCollection"]
    version: str
    attribution: str
    licence: str
    limit: int
    commune: PlaceOut | None
    epci: PlaceOut | None
    in_mel: bool | None
    features: list[ReversedFeature]

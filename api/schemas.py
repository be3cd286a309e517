"""The shape of every JSON answer, for the description of the API (OpenAPI) and for the tests.

Answers are written as bytes without passing through these classes: the hot path stays short, and the tests
check that what is written has the declared shape.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo.records import Basis, Kind, Level, PlacementStatus, Precision


class JsonAnswer(BaseModel):
    """A JSON object whose keys are all declared."""

    model_config = ConfigDict(extra="forbid")


class FaultOut(JsonAnswer):
    """Un paramètre fautif."""

    parameter: str = Field(examples=["radius_m"])
    expected: str = Field(description="Ce que l'on attendait.", examples=["au plus 500000"])
    received: str = Field(description="Ce qui a été reçu.", examples=["1e400"])


class PlaceCandidate(JsonAnswer):
    """Un lieu que le texte peut désigner."""

    label: str = Field(examples=["Saint-Omer (62)"])
    citycode: str = Field(examples=["62765"])
    score: float


class ProblemOut(JsonAnswer):
    """Un refus ou une panne (RFC 9457)."""

    type: str = Field(
        description="Adresse qui explique cette sorte de problème.", examples=["/api#demande-invalide"]
    )
    title: str = Field(examples=["Demande mal formée"])
    status: int = Field(examples=[422])
    detail: str = Field(description="Ce qui était attendu, ce qui a été reçu, que faire.")
    instance: str = Field(examples=["/api/v1/near"])
    errors: list[FaultOut] = []
    candidates: list[PlaceCandidate] = []
    reasons: list[str] = []


class ByStatus(JsonAnswer):
    """Où en est chaque ligne reçue ; la somme fait `received`."""

    placed: int = Field(description="Placées à leur adresse.")
    commune: int = Field(description="Placées à la commune seulement.")
    to_review: int = Field(description="À vérifier : jamais comptées dans la couverture.")
    unplaced: int = Field(description="À localiser.")
    out_of_region: int = Field(description="Hors de la région.")


class _Counted(JsonAnswer):
    received: int = Field(description="Lignes reçues : la somme des états.")
    by_status: ByStatus
    hidden: int = Field(description="Fiches qui ne sont pas publiques.")
    data_date: date | None = Field(description="Date des données.")


class OriginOut(JsonAnswer):
    """Le point de départ, et comment il est connu."""

    lon: float
    lat: float
    label: str
    precision: Precision


class NearResult(JsonAnswer):
    """Une présence et sa distance à vol d'oiseau."""

    id: int
    name: str
    kind: Kind
    sectors: list[str]
    distance_m: float = Field(description="Distance géodésique (WGS84), en mètres.")
    lon: float | None
    lat: float | None
    precision: Precision | None = Field(description="« commune » : le point est celui de la mairie.")
    commune: str | None = Field(description="Code INSEE.")
    commune_name: str | None
    epci: str | None = Field(description="SIREN de l'intercommunalité.")
    epci_name: str | None


class NearOut(_Counted):
    """Qui est près : du plus proche au plus lointain."""

    origin: OriginOut
    results: list[NearResult]


class Point(JsonAnswer):
    """Un point GeoJSON : longitude, latitude (WGS84)."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class PresenceProperties(JsonAnswer):
    """Ce que l'on sait d'une présence."""

    id: int
    kind: Kind
    name: str
    status: PlacementStatus
    sectors: list[str]
    summary: str
    legal_form: str | None
    siret: str | None
    rna: str | None
    website: str | None
    address: str
    postcode: str | None
    city: str | None
    precision: Precision | None
    confidence: float | None
    commune: str | None
    commune_name: str | None
    epci: str | None
    epci_name: str | None
    departement: str | None
    zone: list[str]
    zone_radius_m: float | None
    starts_on: date | None
    ends_on: date | None
    stage: str | None
    amount_sought_eur: float | None
    amount_granted_eur: float | None
    partners: list[str]
    email: str | None
    phone: str | None
    at_home: bool
    willing_to_sponsor: bool | None
    confirmed_on: date | None
    absent_from_source_since: date | None
    fictional: bool


class PresenceFeature(JsonAnswer):
    """Une présence (GeoJSON, RFC 7946) ; sans point, `geometry` est null."""

    type: Literal["Feature"]
    id: int
    geometry: Point | None
    properties: PresenceProperties


class PresenceOut(PresenceFeature, _Counted):
    """Une fiche, avec ce que l'on sait du registre entier."""


class PresencesOut(_Counted):
    """Une page du registre (GeoJSON, RFC 7946)."""

    type: Literal["FeatureCollection"]
    features: list[PresenceFeature]
    total: int = Field(description="Fiches qui répondent aux filtres, toutes pages comprises.")
    next_cursor: str | None = Field(
        description="À renvoyer dans `cursor` pour la page suivante ; null à la fin."
    )


class CoverageRowOut(JsonAnswer):
    """Un territoire, face à sa population."""

    code: str
    name: str
    population: int
    count: int
    per_10k: float | None = Field(description="Pour 10 000 habitants.")
    expected: float | None = Field(description="Si la présence suivait la population.")
    ratio: float | None = Field(description="Observé ÷ attendu.")
    ratio_low: float | None = Field(description="Intervalle à 95 % (Poisson), bas.")
    ratio_high: float | None = Field(description="Intervalle à 95 % (Poisson), haut.")
    significant_absence: bool = Field(description="Personne, alors que 3 ou plus étaient attendus.")
    count_by_sector: dict[str, int]
    base: float | None = Field(description="Le dénominateur, s'il n'est pas la population.")
    smoothed_per_10k: float | None = Field(description="Taux lissé (Bayes empirique).")
    reliability: float | None = Field(description="Part du taux propre dans le taux lissé, de 0 à 1.")


class OutsideOut(JsonAnswer):
    """Le complément : ce qui est hors d'un territoire."""

    code: str
    name: str
    count_inside: int
    count_outside: int
    share_outside: float | None = Field(description="De 0 à 1.")
    share_low: float | None = Field(description="Intervalle à 95 % (Wilson), bas.")
    share_high: float | None = Field(description="Intervalle à 95 % (Wilson), haut.")
    population_share_outside: float
    ratio: float | None
    gap: float | None = Field(
        description="Présences qui manquent au-dehors pour être à parité, à effectif égal."
    )
    p_value: float | None = Field(description="Test binomial exact.")
    codes: list[str]


class CoverageTotals(ByStatus):
    """Les totaux, qui se recoupent."""

    received: int


class DenominatorOut(JsonAnswer):
    """Ce à quoi les présences sont comparées, au lieu de la population."""

    name: str
    unit: str
    level: Level
    source: str
    year: int | None
    total: float


class CoverageOut(JsonAnswer):
    """Où le réseau est présent."""

    level: Level
    kind: Kind
    sector: str | None
    at: date
    vintage: int = Field(description="Année des territoires.")
    data_date: date | None
    hidden: int
    rows: list[CoverageRowOut]
    basis: Basis = Field(description="Compté au siège (seat) ou dans la zone d'action (zone).")
    denominator: DenominatorOut | None
    outside: OutsideOut
    totals: CoverageTotals
    empty_expected_by_chance: float | None = Field(description="Territoires vides attendus du seul hasard.")


class TerritoryOut(JsonAnswer):
    """Un territoire."""

    code: str
    name: str
    level: Level
    population: int
    vintage: int
    lon: float | None = Field(description="Point de la mairie ou du siège, s'il est connu.")
    lat: float | None
    part_of: dict[str, str] = Field(description="Niveau → code du territoire au-dessus.")


class TerritoriesOut(_Counted):
    """Les territoires d'un niveau."""

    level: Level
    territories: list[TerritoryOut]


class TerritoryProperties(TerritoryOut):
    """Un territoire et ce qui s'y trouve."""

    count_by_kind: dict[str, int] = Field(description="Par sorte ; les sortes ne s'additionnent pas.")
    expected_by_kind: dict[str, float | None]
    count_by_sector: dict[str, int]
    commune_codes: list[str]


class TerritoryFeature(_Counted):
    """Un territoire avec son contour (GeoJSON, RFC 7946)."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None
    properties: TerritoryProperties


class SectorOut(JsonAnswer):
    """Une filière."""

    code: str = Field(examples=["alimentation"])
    label: str = Field(examples=["Alimentation et agriculture"])
    parent: str | None


class SectorsOut(_Counted):
    """Les filières, chacune après celle du dessus."""

    sectors: list[SectorOut]


class HealthOut(JsonAnswer):
    """Le service répond."""

    status: Literal["ok"]


class ReadyOut(HealthOut):
    """Le registre répond."""

    received: int
    data_date: date | None
    data_version: str

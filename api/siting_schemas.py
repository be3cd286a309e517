"""The shape of the JSON answers of access and of siting, and an example of each."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from api.schemas import JsonAnswer
from geo.coverage.siting import Objective
from geo.coverage.travel_times import AccessState
from geo.records import Kind


class WithinOut(JsonAnswer):
    """Les habitants à moins d'une limite de temps."""

    minutes: float
    covered: int = Field(description="Sûrement à portée.")
    uncertain: int = Field(description="Peut-être : temps estimé, proche de la limite.")
    not_covered: int
    share: float = Field(description="Part des habitants, les temps pris tels quels.")
    share_low: float
    share_high: float


class CurveOut(JsonAnswer):
    """La part des habitants à moins de chaque minute, de 0 à 90."""

    minutes: list[float]
    share: list[float]
    share_low: list[float]
    share_high: list[float]


class AverageOut(JsonAnswer):
    """Un temps en minutes et ses bornes."""

    value: float
    low: float
    high: float


class AccessOut(JsonAnswer):
    """À combien de minutes vivent les habitants de la plus proche présence d'une sorte."""

    kind: Kind
    sector: str | None
    minutes: float
    sites: int
    population: int
    within: list[WithinOut]
    curve: CurveOut
    mean_min: AverageOut | None
    median_min: AverageOut | None
    p95_min: AverageOut | None
    by_epci: dict[str, WithinOut]
    minutes_by_commune: dict[str, float]
    state_by_commune: dict[str, AccessState]
    is_estimated: bool = Field(description="Vrai si les temps sont estimés à vol d'oiseau.")
    caption: str = Field(description="D'où viennent les temps : à écrire près de chaque chiffre.")
    data_date: date | None


class ChangeOut(JsonAnswer):
    """L'accès avant et après l'ouverture d'antennes dans des communes."""

    kind: Kind
    sites: int
    communes: list[str]
    population: int
    minutes: float
    before: list[WithinOut]
    after: list[WithinOut]
    mean_min_before: float | None
    mean_min_after: float | None
    curve_before: CurveOut
    curve_after: CurveOut
    gained_communes: list[str]
    people_gained: int
    state_by_commune: dict[str, AccessState]
    is_estimated: bool
    caption: str
    data_date: date | None


class CandidateOut(JsonAnswer):
    """Une intercommunalité comme lieu de la prochaine antenne."""

    code: str
    name: str
    gain: int = Field(description="Habitants qui passent à moins de la limite.")
    wins: int = Field(description="Réglages gagnés, sur neuf.")
    regret: float = Field(description="De 0 à 1 : la plus grande part d'amélioration perdue.")
    gain_low: int
    gain_high: int
    commune: str
    commune_name: str
    lon: float
    lat: float


class SettingOut(JsonAnswer):
    """Un réglage : un objectif et une limite."""

    objective: Objective
    minutes: float
    today: float | None
    best: float | None
    winners: list[str]


class PlanOut(JsonAnswer):
    """Les intercommunalités choisies ensemble pour un objectif."""

    objective: Objective
    codes: list[str]
    names: list[str]
    gain: int
    is_proved: bool


class SitingOut(JsonAnswer):
    """Où les prochaines antennes serviraient le plus, celles d'aujourd'hui gardées."""

    count: int
    minutes: float
    kind: Kind
    is_weighted: bool
    antennes: int
    candidates: list[CandidateOut]
    settings: list[SettingOut]
    plans: list[PlanOut]
    change: ChangeOut
    is_estimated: bool
    caption: str
    data_date: date | None


SITING_SHAPES = (AccessOut, ChangeOut, SitingOut)

_WITHIN = {
    "minutes": 30.0,
    "covered": 2_712_000,
    "uncertain": 713_000,
    "not_covered": 2_567_194,
    "share": 0.5214,
    "share_low": 0.4526,
    "share_high": 0.5716,
}
_CURVE = {
    "minutes": [0.0, 1.0],
    "share": [0.0, 0.0],
    "share_low": [0.0, 0.0],
    "share_high": [0.0, 0.0],
}
_CAPTION = "temps estimés à partir de la distance à vol d'oiseau"
_CHANGE = {
    "kind": "antenne",
    "sites": 3,
    "communes": ["80021"],
    "population": 5_992_194,
    "minutes": 30.0,
    "before": [_WITHIN],
    "after": [{**_WITHIN, "covered": 2_912_000, "not_covered": 2_367_194, "share": 0.556}],
    "mean_min_before": 37.2,
    "mean_min_after": 33.9,
    "curve_before": _CURVE,
    "curve_after": _CURVE,
    "gained_communes": ["80021"],
    "people_gained": 207_000,
    "state_by_commune": {"80021": "covered"},
    "is_estimated": True,
    "caption": _CAPTION,
    "data_date": "2026-03-12",
}

SITING_EXAMPLES: dict[str, Any] = {
    "access": {
        "kind": "antenne",
        "sector": None,
        "minutes": 30.0,
        "sites": 3,
        "population": 5_992_194,
        "within": [_WITHIN],
        "curve": _CURVE,
        "mean_min": {"value": 37.2, "low": 31.0, "high": 46.5},
        "median_min": {"value": 28.4, "low": 23.7, "high": 35.5},
        "p95_min": {"value": 91.0, "low": 75.8, "high": 113.8},
        "by_epci": {
            "246200364": {**_WITHIN, "covered": 240_000, "uncertain": 0, "not_covered": 0, "share": 1.0}
        },
        "minutes_by_commune": {"62498": 4.0},
        "state_by_commune": {"62498": "covered"},
        "is_estimated": True,
        "caption": _CAPTION,
        "data_date": "2026-03-12",
    },
    "what_if": _CHANGE,
    "siting": {
        "count": 1,
        "minutes": 30.0,
        "kind": "actor",
        "is_weighted": False,
        "antennes": 3,
        "candidates": [
            {
                "code": "248000531",
                "name": "CA Amiens Métropole",
                "gain": 207_000,
                "wins": 4,
                "regret": 0.31,
                "gain_low": 190_000,
                "gain_high": 240_000,
                "commune": "80021",
                "commune_name": "Amiens",
                "lon": 2.2956,
                "lat": 49.8942,
            }
        ],
        "settings": [
            {
                "objective": "covered",
                "minutes": 30.0,
                "today": 0.0,
                "best": 207_000.0,
                "winners": ["248000531"],
            }
        ],
        "plans": [
            {
                "objective": "covered",
                "codes": ["248000531"],
                "names": ["CA Amiens Métropole"],
                "gain": 207_000,
                "is_proved": True,
            }
        ],
        "change": _CHANGE,
        "is_estimated": True,
        "caption": _CAPTION,
        "data_date": "2026-03-12",
    },
}

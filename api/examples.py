"""One example per answer, for the description of the API; a test checks them against the schemas."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from api.meeting_schemas import MEETING_EXAMPLES
from api.schemas import ProblemOut
from api.siting_schemas import SITING_EXAMPLES

_COUNTED: dict[str, Any] = {
    "received": 334,
    "by_status": {"placed": 312, "commune": 18, "to_review": 0, "unplaced": 4, "out_of_region": 0},
    "hidden": 2,
    "data_date": "2026-03-12",
}
_PRESENCE: dict[str, Any] = {
    "type": "Feature",
    "id": 12,
    "geometry": {"type": "Point", "coordinates": [2.8319, 50.4289]},
    "properties": {
        "id": 12,
        "kind": "actor",
        "name": "La Petite Épicerie",
        "status": "placed",
        "sectors": ["epiceries"],
        "summary": "Épicerie participative.",
        "legal_form": "Association",
        "siret": None,
        "rna": None,
        "website": "https://exemple.fr",
        "address": "1 place Jean Jaurès",
        "postcode": "62300",
        "city": "Lens",
        "precision": "housenumber",
        "confidence": 0.97,
        "commune": "62498",
        "commune_name": "Lens",
        "epci": "246200364",
        "epci_name": "CA de Lens-Liévin",
        "departement": "62",
        "zone": [],
        "zone_radius_m": None,
        "starts_on": "2021-09-01",
        "ends_on": None,
        "stage": None,
        "amount_sought_eur": None,
        "amount_granted_eur": None,
        "partners": [],
        "email": "contact@epicerie.example",
        "phone": None,
        "at_home": False,
        "willing_to_sponsor": True,
        "confirmed_on": None,
        "absent_from_source_since": None,
        "fictional": True,
    },
}
_TERRITORY: dict[str, Any] = {
    "code": "246200364",
    "name": "CA de Lens-Liévin",
    "level": "epci",
    "population": 242_000,
    "vintage": 2026,
    "lon": 2.8319,
    "lat": 50.4289,
    "part_of": {"region": "32"},
}

EXAMPLES: dict[str, Any] = {
    "near": {
        "origin": {"lon": 2.8319, "lat": 50.4289, "label": "Lens", "precision": "commune"},
        "results": [
            {
                "id": 12,
                "name": "La Petite Épicerie",
                "kind": "actor",
                "sectors": ["epiceries"],
                "distance_m": 847.3,
                "lon": 2.8319,
                "lat": 50.4365,
                "precision": "housenumber",
                "commune": "62498",
                "commune_name": "Lens",
                "epci": "246200364",
                "epci_name": "CA de Lens-Liévin",
            }
        ],
        **_COUNTED,
    },
    "presence": {**_PRESENCE, **_COUNTED},
    "presences": {
        "type": "FeatureCollection",
        "features": [_PRESENCE],
        "total": 1,
        "next_cursor": None,
        **_COUNTED,
    },
    "coverage": {
        "level": "epci",
        "kind": "actor",
        "sector": None,
        "at": "2026-03-12",
        "vintage": 2026,
        "data_date": "2026-03-12",
        "hidden": 2,
        "rows": [
            {
                "code": "246200364",
                "name": "CA de Lens-Liévin",
                "population": 242_000,
                "count": 9,
                "per_10k": 0.372,
                "expected": 13.3,
                "ratio": 0.677,
                "ratio_low": 0.309,
                "ratio_high": 1.285,
                "significant_absence": False,
                "count_by_sector": {"alimentation": 4},
                "base": None,
                "smoothed_per_10k": 0.412,
                "reliability": 0.64,
            }
        ],
        "basis": "seat",
        "denominator": None,
        "outside": {
            "code": "200093201",
            "name": "Métropole Européenne de Lille",
            "count_inside": 138,
            "count_outside": 192,
            "share_outside": 0.5818,
            "share_low": 0.528,
            "share_high": 0.6337,
            "population_share_outside": 0.8005,
            "ratio": 0.727,
            "gap": 72.2,
            "p_value": 0.00000012,
            "codes": ["200093201"],
        },
        "totals": {
            "received": 334,
            "placed": 312,
            "commune": 18,
            "to_review": 0,
            "unplaced": 4,
            "out_of_region": 0,
        },
        "empty_expected_by_chance": 17.6,
    },
    "territories": {"level": "epci", "territories": [_TERRITORY], **_COUNTED},
    "territory": {
        "type": "Feature",
        "id": "246200364",
        "geometry": {
            "type": "MultiPolygon",
            "coordinates": [[[[2.7, 50.4], [2.9, 50.4], [2.9, 50.5], [2.7, 50.4]]]],
        },
        "properties": {
            **_TERRITORY,
            "count_by_kind": {"actor": 9, "project": 2, "event": 1, "antenne": 1, "ambassador": 1},
            "expected_by_kind": {
                "actor": 13.3,
                "project": 2.4,
                "event": 0.8,
                "antenne": 0.1,
                "ambassador": 0.5,
            },
            "count_by_sector": {"alimentation": 4},
            "commune_codes": ["62498", "62510"],
        },
        **_COUNTED,
    },
    "geocode": {
        "type": "FeatureCollection",
        "version": "draft",
        "query": "Lens",
        "attribution": "Maillage ; Insee et IGN pour les communes",
        "licence": "Licence Ouverte 2.0",
        "limit": 1,
        "status": "commune",
        "reasons": ["commune_from_name"],
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [2.8319, 50.4289]},
                "properties": {
                    "label": "Lens",
                    "score": 1.0,
                    "type": "municipality",
                    "housenumber": "",
                    "street": "",
                    "name": "Lens",
                    "postcode": "62300",
                    "city": "Lens",
                    "citycode": "62498",
                    "x": 688_048.9,
                    "y": 7_036_611.1,
                    "confidence": 0.98,
                    "precision": "commune",
                    "status": "commune",
                    "provider": "referential",
                    "reasons": ["commune_from_name"],
                    "epci": "246200364",
                    "epci_name": "CA de Lens-Liévin",
                    "in_mel": False,
                },
            }
        ],
        "candidates": [],
        "steps": [],
    },
    "reverse": {
        "type": "FeatureCollection",
        "version": "draft",
        "attribution": "Maillage ; Base Adresse Nationale ; Insee et IGN pour les communes",
        "licence": "Licence Ouverte 2.0",
        "limit": 1,
        "commune": {"code": "62498", "name": "Lens"},
        "epci": {"code": "246200364", "name": "CA de Lens-Liévin"},
        "in_mel": False,
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [2.8321, 50.4290]},
                "properties": {
                    "label": "17 bis Place Jean Jaurès 62300 Lens",
                    "score": 0.991,
                    "distance": 18.0,
                    "type": "housenumber",
                    "housenumber": "17 bis",
                    "street": "Place Jean Jaurès",
                    "name": "17 bis Place Jean Jaurès",
                    "postcode": "62300",
                    "city": "Lens",
                    "citycode": "62498",
                    "x": 688_063.1,
                    "y": 7_036_622.2,
                },
            }
        ],
    },
    "sectors": {
        "sectors": [
            {"code": "alimentation", "label": "Alimentation et agriculture", "parent": None},
            {
                "code": "epiceries",
                "label": "Épiceries coopératives et participatives",
                "parent": "alimentation",
            },
        ],
        **_COUNTED,
    },
    **SITING_EXAMPLES,
    "health": {"status": "ok"},
    "ready": {"status": "ok", "received": 334, "data_date": "2026-03-12", "data_version": "42"},
    **MEETING_EXAMPLES,
}
"""By the name under which `describe_answers` asks for them."""

_WORD_BY_STATUS = {
    404: "Ce qui est demandé n'existe pas.",
    422: "La demande est mal formée : « errors » nomme chaque paramètre fautif.",
    503: "Le registre ne répond pas pour l'instant.",
}


def describe_answers(
    model: type[BaseModel], example: str, *refusals: int, media_type: str = "application/json"
) -> dict[int | str, dict[str, Any]]:
    """
    Describe what an endpoint answers, for OpenAPI.

    Parameters
    ----------
    model
        The shape of a success.
    example
        The name of its example.
    refusals
        The statuses it may refuse with; 503 is always among them.
    """
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    problem = {"$ref": f"#/components/schemas/{ProblemOut.__name__}"}
    answers: dict[int | str, dict[str, Any]] = {
        200: {
            "description": (model.__doc__ or "").strip(),
            "content": {media_type: {"schema": schema, "example": EXAMPLES[example]}},
        },
        304: {"description": "Rien n'a changé depuis la version nommée par If-None-Match."},
    }
    for status in (*refusals, 503):
        answers[status] = {
            "description": _WORD_BY_STATUS[status],
            "content": {"application/problem+json": {"schema": problem}},
        }
    return answers

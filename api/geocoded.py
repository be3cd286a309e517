"""A geocoded address as the national service answers (GeoJSON, its names), with our own figures beside."""

from __future__ import annotations

from typing import Any

from api.geojson import point_as_geojson
from api.refusals import list_candidates
from data.session import Register
from geo.geocoding.answer import GeocodedAddress
from geo.position import to_lambert93
from geo.records import MEL_CODE, Level, PlacementStatus

JsonObject = dict[str, Any]

OF_ADDRESS_BASE = frozenset(("local", "geoplateforme"))
"""Providers whose points come from the Base Adresse Nationale: its licence wants it named."""


def geocoded_as_geojson(register: Register, query: str, answer: GeocodedAddress) -> JsonObject:
    """
    Give a FeatureCollection of one feature at most: an address that was not found has none.

    Candidates stand apart, so that nobody takes one for the answer. `score` is similarity, as the national
    service's; `confidence` is the probability that the answer is right.
    """
    has_point = answer.position is not None and answer.status is not PlacementStatus.OUT_OF_REGION
    return {
        "type": "FeatureCollection",
        "version": "draft",
        "query": query,
        "attribution": _write_attribution(answer),
        "licence": "Licence Ouverte 2.0",
        "limit": 1,
        "status": answer.status.value,
        "reasons": [reason.value for reason in answer.reasons],
        "features": [_as_feature(register, answer)] if has_point else [],
        "candidates": list_candidates(answer),
        "steps": [{"name": step.name, "seen": step.seen, "outcome": step.outcome} for step in answer.steps],
    }


def _write_attribution(answer: GeocodedAddress) -> str:
    """Credit the address base too where the point is one of its own."""
    base = "Base Adresse Nationale ; " if answer.provider in OF_ADDRESS_BASE else ""
    return f"Maillage ; {base}Insee et IGN pour les communes"


def _as_feature(register: Register, answer: GeocodedAddress) -> JsonObject:
    x, y = to_lambert93(*answer.position.lon_lat()) if answer.position else (None, None)
    epci = _find_epci(register, answer.citycode)
    name = " ".join(part for part in (answer.housenumber, answer.street) if part) or answer.city
    return {
        "type": "Feature",
        "geometry": point_as_geojson(answer.position),
        "properties": {
            "label": answer.label,
            "score": round(answer.score, 4),
            "type": answer.result_type,
            "housenumber": answer.housenumber,
            "street": answer.street,
            "name": name,
            "postcode": answer.postcode,
            "city": answer.city,
            "citycode": answer.citycode,
            "x": None if x is None else round(float(x), 2),
            "y": None if y is None else round(float(y), 2),
            "confidence": round(answer.confidence, 4),
            "precision": answer.precision.value if answer.precision else None,
            "status": answer.status.value,
            "provider": answer.provider,
            "reasons": [reason.value for reason in answer.reasons],
            "epci": epci[0] if epci else None,
            "epci_name": epci[1] if epci else None,
            "in_mel": epci[0] == MEL_CODE if epci else None,
        },
    }


def _find_epci(register: Register, citycode: str | None) -> tuple[str, str] | None:
    commune = register.referential.find(citycode) if citycode else None
    code = commune.part_of.get(Level.EPCI.value) if commune else None
    return (code, register.referential.get(Level.EPCI, code).name) if code else None

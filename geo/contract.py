"""The records as the JSON that others rely on: keys in English, units in names, never renamed.

The command line and HTTP both answer through these functions, so the two never differ.
"""

from __future__ import annotations

from typing import Any

from geo.geocoding.answer import GeocodedAddress
from geo.nearby import Nearby, NearbyAnswer
from geo.records import CoverageAnswer, Denominator, NearAnswer, Neighbour, Origin, OutsideShare, Presence

JsonObject = dict[str, Any]


def origin_as_json(origin: Origin) -> JsonObject:
    """Give where a proximity question started."""
    lon, lat = origin.position.lon_lat()
    return {"lon": lon, "lat": lat, "label": origin.label, "precision": origin.precision.value}


def neighbour_as_json(neighbour: Neighbour | Nearby) -> JsonObject:
    """Give a presence with its distance, metres to the decimetre."""
    presence = neighbour.presence
    lon, lat = presence.position.lon_lat() if presence.position else (None, None)
    return {
        "id": presence.id,
        "name": presence.name,
        "kind": presence.kind.value,
        "sectors": list(presence.sectors),
        "distance_m": round(neighbour.distance_m, 1),
        "lon": lon,
        "lat": lat,
        "precision": presence.precision.value if presence.precision else None,
        "commune": presence.commune,
        "commune_name": presence.commune_name,
        "epci": presence.epci,
        "epci_name": presence.epci_name,
    }


def near_as_json(answer: NearAnswer | NearbyAnswer) -> JsonObject:
    """
    Give the answer of `near`.

    Examples
    --------
    >>> from geo.position import Position
    >>> from geo.records import Precision, StatusCounts
    >>> origin = Origin(position=Position(lon=2.8, lat=50.4), label="Lens", precision=Precision.COMMUNE)
    >>> answer = NearAnswer(origin=origin, results=(), hidden=0, counts=StatusCounts(), data_date=None)
    >>> list(near_as_json(answer))
    ['origin', 'results', 'hidden', 'data_date', 'received', 'by_status']
    """
    return {
        "origin": origin_as_json(answer.origin),
        "results": [neighbour_as_json(neighbour) for neighbour in answer.results],
        "hidden": answer.hidden,
        "data_date": answer.data_date.isoformat() if answer.data_date else None,
        "received": answer.counts.received,
        "by_status": answer.counts.by_status(),
    }


def outside_as_json(outside: OutsideShare) -> JsonObject:
    """Give the complement: the share outside a territory against the share of inhabitants."""
    return {
        "code": outside.code,
        "name": outside.name,
        "count_inside": outside.count_inside,
        "count_outside": outside.count_outside,
        "share_outside": outside.share_outside,
        "share_low": outside.share_low,
        "share_high": outside.share_high,
        "population_share_outside": outside.population_share_outside,
        "ratio": outside.ratio,
        "gap": outside.gap,
        "p_value": outside.p_value,
        "codes": list(outside.codes) or [outside.code],
    }


def denominator_as_json(denominator: Denominator | None) -> JsonObject | None:
    """Give what presences are counted against, None for the inhabitants."""
    if denominator is None:
        return None
    return {
        "name": denominator.name,
        "unit": denominator.unit,
        "level": denominator.level.value,
        "source": denominator.source,
        "year": denominator.year,
        "total": denominator.total,
    }


def coverage_as_json(answer: CoverageAnswer) -> JsonObject:
    """Give the answer of `coverage`: a row per territory of the level, the complement, the totals."""
    return {
        "level": answer.level.value,
        "kind": answer.kind.value,
        "sector": answer.sector,
        "at": answer.at.isoformat(),
        "vintage": answer.vintage,
        "data_date": answer.data_date.isoformat() if answer.data_date else None,
        "rows": [
            {
                "code": row.code,
                "name": row.name,
                "population": row.population,
                "count": row.count,
                "per_10k": row.per_10k,
                "expected": row.expected,
                "ratio": row.ratio,
                "ratio_low": row.ratio_low,
                "ratio_high": row.ratio_high,
                "significant_absence": row.significant_absence,
                "count_by_sector": dict(row.count_by_sector),
                "base": row.base,
                "smoothed_per_10k": row.smoothed_per_10k,
                "reliability": row.reliability,
            }
            for row in answer.rows
        ],
        "basis": answer.basis,
        "denominator": denominator_as_json(answer.denominator),
        "outside": outside_as_json(answer.outside),
        "totals": {"received": answer.totals.received, **answer.totals.by_status()},
        "empty_expected_by_chance": answer.empty_expected_by_chance,
    }


def geocoded_as_json(answer: GeocodedAddress) -> JsonObject:
    """Give a geocoded address with its reasons, candidates and, when they were asked for, its steps."""
    lon, lat = answer.position.lon_lat() if answer.position else (None, None)
    return {
        "status": answer.status.value,
        "label": answer.label,
        "lon": lon,
        "lat": lat,
        "precision": answer.precision.value if answer.precision else None,
        "score": round(answer.score, 4),
        "confidence": round(answer.confidence, 4),
        "type": answer.result_type,
        "housenumber": answer.housenumber,
        "street": answer.street,
        "postcode": answer.postcode,
        "city": answer.city,
        "citycode": answer.citycode,
        "provider": answer.provider,
        "reasons": [reason.value for reason in answer.reasons],
        "candidates": [
            {"label": candidate.label, "citycode": candidate.citycode, "score": round(candidate.score, 4)}
            for candidate in answer.candidates
        ],
        "steps": [{"name": step.name, "seen": step.seen, "outcome": step.outcome} for step in answer.steps],
    }


def presence_as_json(presence: Presence) -> JsonObject:
    """Give a presence's public fields, position apart (GeoJSON carries it as geometry)."""
    return {
        "id": presence.id,
        "kind": presence.kind.value,
        "name": presence.name,
        "status": presence.status.value,
        "sectors": list(presence.sectors),
        "summary": presence.summary,
        "legal_form": presence.legal_form,
        "siret": presence.siret,
        "rna": presence.rna,
        "website": presence.website,
        "address": presence.address,
        "postcode": presence.postcode,
        "city": presence.city,
        "precision": presence.precision.value if presence.precision else None,
        "confidence": presence.confidence,
        "commune": presence.commune,
        "commune_name": presence.commune_name,
        "epci": presence.epci,
        "epci_name": presence.epci_name,
        "departement": presence.departement,
        "zone": list(presence.zone),
        "zone_radius_m": presence.zone_radius_m,
        "starts_on": presence.starts_on.isoformat() if presence.starts_on else None,
        "ends_on": presence.ends_on.isoformat() if presence.ends_on else None,
        "stage": presence.stage,
        "amount_sought_eur": presence.amount_sought_eur,
        "amount_granted_eur": presence.amount_granted_eur,
        "partners": list(presence.partners),
        "email": presence.email,
        "phone": presence.phone,
        "at_home": presence.at_home,
        "willing_to_sponsor": presence.willing_to_sponsor,
        "confirmed_on": presence.confirmed_on.isoformat() if presence.confirmed_on else None,
        "absent_from_source_since": (
            presence.absent_from_source_since.isoformat() if presence.absent_from_source_since else None
        ),
        "fictional": presence.is_fictional,
    }

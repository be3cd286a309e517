"""Where a point is, as the national service answers (GeoJSON, its names), its commune and EPCI beside."""

from __future__ import annotations

from typing import Any

import numpy as np

from api.geojson import point_as_geojson
from geo.geocoding.reverse import FURTHEST_M, NearestAddress, ReverseAnswer
from geo.position import Position, measure_distances_m, to_lambert93
from geo.records import MEL_CODE, Territory

JsonObject = dict[str, Any]


def reversed_as_geojson(answer: ReverseAnswer, *, limit: int) -> JsonObject:
    """
    Give the addresses around a point, nearest first; its commune's own point where no address is near.

    Outside the region there is neither address nor commune.
    """
    features = [_as_address(address) for address in answer.addresses] if answer.commune else []
    if not features and answer.commune and answer.commune.position:
        features = [_as_commune(answer.position, answer.commune, answer.commune.position)]
    return {
        "type": "FeatureCollection",
        "version": "draft",
        "attribution": "Maillage ; Base Adresse Nationale ; Insee et IGN pour les communes",
        "licence": "Licence Ouverte 2.0",
        "limit": limit,
        "commune": _name_place(answer.commune),
        "epci": _name_place(answer.epci),
        "in_mel": answer.epci.code == MEL_CODE if answer.epci else None,
        "features": features,
    }


def _name_place(territory: Territory | None) -> JsonObject | None:
    return {"code": territory.code, "name": territory.name} if territory else None


def _as_address(address: NearestAddress) -> JsonObject:
    return _as_feature(
        address.position,
        address.distance_m,
        label=address.label,
        type="housenumber" if address.housenumber else "street",
        housenumber=address.housenumber,
        street=address.street,
        name=" ".join(part for part in (address.housenumber, address.street) if part),
        postcode=address.postcode,
        city=address.city,
        citycode=address.citycode,
    )


def _as_commune(asked: Position, commune: Territory, position: Position) -> JsonObject:
    lon, lat = position.lon_lat()
    return _as_feature(
        position,
        float(measure_distances_m(asked, np.array([lon]), np.array([lat]))[0]),
        label=commune.name,
        type="municipality",
        housenumber="",
        street="",
        name=commune.name,
        postcode="",
        city=commune.name,
        citycode=commune.code,
    )


def _as_feature(position: Position, distance_m: float, **texts: str) -> JsonObject:
    x, y = to_lambert93(*position.lon_lat())
    return {
        "type": "Feature",
        "geometry": point_as_geojson(position),
        "properties": {
            **texts,
            "score": round(max(0.0, 1 - distance_m / FURTHEST_M), 4),
            "distance": round(distance_m, 1),
            "x": round(float(x), 2),
            "y": round(float(y), 2),
        },
    }

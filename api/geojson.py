"""Records as GeoJSON (RFC 7946): longitude first, exterior rings counterclockwise, WGS84."""

from __future__ import annotations

from typing import Any

from shapely import MultiPolygon
from shapely.geometry import mapping
from shapely.geometry.polygon import orient

from geo.contract import presence_as_json
from geo.position import Position
from geo.records import Presence

JsonObject = dict[str, Any]


def point_as_geojson(position: Position | None) -> JsonObject | None:
    """
    Give a point geometry, or None where there is no point.

    Examples
    --------
    >>> point_as_geojson(Position(lon=2.8319, lat=50.4289))
    {'type': 'Point', 'coordinates': (2.8319, 50.4289)}
    """
    return None if position is None else {"type": "Point", "coordinates": position.lon_lat()}


def contour_as_geojson(contour: MultiPolygon | None) -> JsonObject | None:
    """Give a contour, its rings wound as the RFC asks for."""
    if contour is None:
        return None
    return dict(mapping(MultiPolygon([orient(polygon) for polygon in contour.geoms])))


def presence_as_feature(presence: Presence) -> JsonObject:
    """Give a presence as a feature; one without a point has a null geometry."""
    return {
        "type": "Feature",
        "id": presence.id,
        "geometry": point_as_geojson(presence.position),
        "properties": presence_as_json(presence),
    }

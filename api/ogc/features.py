"""Presences as features of a layer: a page at a time, in the reference system asked."""

from __future__ import annotations

from typing import Any

import numpy as np

from api.ogc.query import FeatureQuery
from data.questions import find_in_box, find_in_box_soon
from data.session import Register
from data.territories import Place, read_places
from geo.boxes import PlacedColumns, PlacedPage
from geo.contract import presence_as_json
from geo.crs import Crs
from geo.records import Presence

JsonObject = dict[str, Any]

_NO_PLACE = Place(commune_name="", epci=None, epci_name=None, departement=None)


def find_features(register: Register, query: FeatureQuery) -> PlacedPage:
    """Find a page of features."""
    return find_in_box(
        register,
        box=query.box,
        sector=query.sector,
        kind=query.kind,
        period=query.period,
        limit=query.limit,
        cursor=query.cursor,
    )


async def find_features_soon(register: Register, query: FeatureQuery) -> PlacedPage | None:
    """Find a page of features from the event loop; None when `find_features` has to be asked."""
    return await find_in_box_soon(
        register,
        box=query.box,
        sector=query.sector,
        kind=query.kind,
        period=query.period,
        limit=query.limit,
        cursor=query.cursor,
    )


def write_features(register: Register, query: FeatureQuery, page: PlacedPage) -> list[JsonObject]:
    """Write the features of a page, in the reference system asked."""
    columns = page.columns
    lon, lat = np.array(columns.lons), np.array(columns.lats)
    if query.sides is not None and columns.ids:
        # The WGS84 box that was searched is a little larger than the box asked.
        kept = _select_inside(query, lon, lat)
        columns = columns.keep(kept.tolist())
        lon, lat = lon[kept], lat[kept]
    return _write_features(register, columns, query.crs.write(lon, lat))


def write_feature(presence: Presence, crs: Crs) -> JsonObject:
    """Write one presence with everything that its reader may know of it."""
    geometry = None
    if presence.position is not None:
        lon, lat = presence.position.lon_lat()
        [pair] = crs.write(np.array([lon]), np.array([lat]))
        geometry = {"type": "Point", "coordinates": pair}
    properties = presence_as_json(presence)
    return {"type": "Feature", "id": presence.id, "geometry": geometry, "properties": properties}


def _select_inside(query: FeatureQuery, lon: Any, lat: Any) -> Any:  # noqa: ANN401 (arrays)
    sides = query.sides
    if sides is None:
        return np.ones(len(lon), dtype=np.bool_)
    if sides[0] > sides[2]:
        # Across the antimeridian: east of the west side, or west of the east side.
        return ((lon >= sides[0]) | (lon <= sides[2])) & (sides[1] <= lat) & (lat <= sides[3])
    return query.box_crs.holds(sides, lon, lat)


def _write_features(register: Register, columns: PlacedColumns, pairs: list[list[float]]) -> list[JsonObject]:
    places = read_places(register.referential)
    features = []
    for presence_id, kind, name, sectors, precision, commune, pair in zip(
        columns.ids,
        columns.kinds,
        columns.names,
        columns.sectors,
        columns.precisions,
        columns.communes,
        pairs,
        strict=True,
    ):
        place = places.get(commune or "", _NO_PLACE)
        features.append(
            {
                "type": "Feature",
                "id": presence_id,
                "geometry": {"type": "Point", "coordinates": pair},
                "properties": {
                    "name": name,
                    "kind": kind,
                    "sectors": sectors,
                    "precision": precision,
                    "commune": commune,
                    "commune_name": place.commune_name or None,
                    "epci": place.epci,
                    "epci_name": place.epci_name,
                },
            }
        )
    return features

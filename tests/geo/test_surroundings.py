"""How far a point lies from a place as a whole, against points stepped along its border."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Geod
from shapely import MultiPolygon

from data.reference import load_referential
from geo.place_names import get_place_names
from geo.position import Position, measure_distances_m
from geo.records import Level
from geo.surroundings import measure_to_contour_m

GEOD = Geod(ellps="WGS84")


def test_distances_are_those_to_the_nearest_of_points_stepped_along_the_border() -> None:
    contour = load_referential().contours(Level.COMMUNE)["62498"]
    random = np.random.default_rng(7)
    lon, lat = random.uniform(2.4, 3.3, 40), random.uniform(50.2, 50.7, 40)
    border = np.array(shapely.get_coordinates(shapely.segmentize(contour, 0.0001)))
    measured = measure_to_contour_m(contour, lon, lat)
    inside = shapely.contains_xy(contour, lon, lat)
    for point in range(40):
        from_point = Position(lon=float(lon[point]), lat=float(lat[point]))
        nearest = measure_distances_m(from_point, border[:, 0], border[:, 1]).min()
        expected = 0.0 if inside[point] else nearest
        assert abs(measured[point] - expected) < 6.0, "steps are of some metres"


def test_every_point_of_a_place_is_at_no_distance() -> None:
    square = MultiPolygon([shapely.box(2.8, 50.4, 2.9, 50.5), shapely.box(3.0, 50.4, 3.1, 50.5)])
    found = measure_to_contour_m(square, np.array([2.85, 3.05, 2.95]), np.array([50.45, 50.45, 50.45]))
    assert found[0] == 0
    assert found[1] == 0
    assert 3_000 < found[2] < 4_000


def test_nothing_to_measure_is_no_error() -> None:
    square = MultiPolygon([shapely.box(2.8, 50.4, 2.9, 50.5)])
    assert measure_to_contour_m(square, np.zeros(0), np.zeros(0)).shape == (0,)


def test_names_complete_from_their_beginning_accents_and_abbreviations_aside() -> None:
    names = get_place_names(load_referential())

    def first(text: str) -> str:
        return names.complete(text, limit=1)[0].code

    assert first("hellem") == "59298"
    assert first("lomme") == "59355"
    assert first("lens") == "62498"
    assert first("st omer") == "62765"
    assert first("etoile") == first("l'étoile")
    assert first("62300") == "cp62300"
    assert first("mel") == "200093201"
    assert first("valencienes") == "59606"
    assert names.complete("x", limit=5) == []
    assert names.complete("xqzwkj", limit=5) == []
    assert names.complete("<script>", limit=5) == []


def test_every_commune_is_found_by_its_own_name() -> None:
    referential = load_referential()
    names = get_place_names(referential)
    communes = referential.territories(Level.COMMUNE)[::97]
    for commune in communes:
        assert commune.code in {place.code for place in names.complete(commune.name, limit=12)}, commune.name

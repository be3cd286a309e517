"""From a point to the nearest address, the commune and the EPCI."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.reference import load_referential
from geo.geocoding.addressbase import LocalAddresses
from geo.geocoding.reverse import FURTHEST_M, ReverseGeocoder
from geo.position import Position, measure_distances_m
from geo.records import MEL_CODE
from tests.geo.geocoding.small_base import ELEU, LENS, point_of


@pytest.fixture(scope="module")
def reverse(local: LocalAddresses) -> ReverseGeocoder:
    return ReverseGeocoder(load_referential(), local.base)


def test_the_nearest_address_of_a_point_on_it_is_itself(reverse: ReverseGeocoder) -> None:
    answer = reverse.find(point_of(LENS, "Rue de l'Église", "12"))
    (address,) = answer.addresses
    assert (address.label, address.citycode) == ("12 Rue de l'Église 62300 Lens", LENS)
    assert address.distance_m < 1
    assert answer.commune is not None
    assert answer.commune.code == LENS


def test_the_commune_is_the_points_and_the_epci_its_own(reverse: ReverseGeocoder) -> None:
    answer = reverse.find(Position(lon=3.0500, lat=50.6300))
    assert answer.commune is not None
    assert answer.epci is not None
    assert (answer.commune.name, answer.epci.code) == ("Lille", MEL_CODE)


def test_nothing_near_is_an_answer(reverse: ReverseGeocoder) -> None:
    assert reverse.find(Position(lon=3.9, lat=49.5)).addresses == ()
    outside = reverse.find(Position(lon=2.3522, lat=48.8566))
    assert (outside.commune, outside.epci, outside.addresses) == (None, None, ())


def test_without_base_the_commune_is_all_the_answer() -> None:
    answer = ReverseGeocoder(load_referential()).find(point_of(ELEU, "Rue des Mineurs", "15"))
    assert answer.commune is not None
    assert (answer.commune.code, answer.addresses) == (ELEU, ())


@settings(max_examples=80)
@given(lon=st.floats(2.78, 3.10), lat=st.floats(50.35, 50.66), limit=st.integers(1, 12))
def test_the_nearest_are_those_of_brute_force(
    reverse: ReverseGeocoder, local: LocalAddresses, lon: float, lat: float, limit: int
) -> None:
    position = Position(lon=lon, lat=lat)
    every = np.arange(local.base.facts["numbers"])
    distances = np.sort(measure_distances_m(position, *local.base.read_points(every)))
    expected = [distance for distance in distances[:limit] if distance <= FURTHEST_M]
    found = reverse.find(position, limit=limit).addresses
    assert [address.distance_m for address in found] == pytest.approx(expected, abs=1e-6)

from __future__ import annotations

import pytest

from data.reference import load_referential
from geo.geocoding.geocoder import Geocoder


@pytest.fixture(scope="session")
def geocoder() -> Geocoder:
    return Geocoder(load_referential())

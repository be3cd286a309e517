"""A few town halls, a router that knows them, and a folder to keep times in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from data.travel.building import Places
from tests.data.travel.osrm_server import OsrmDouble, serve_osrm


@pytest.fixture
def places() -> Places:
    """Seven town halls between Calais and Laon, each at its own longitude."""
    lon = np.array([1.858, 2.296, 2.641, 2.832, 3.057, 3.523, 3.620])
    lat = np.array([50.951, 49.894, 50.530, 50.429, 50.629, 50.357, 49.564])
    return Places(codes=("62193", "80021", "62119", "62498", "59350", "59606", "02408"), lon=lon, lat=lat)


@pytest.fixture
def router() -> Iterator[OsrmDouble]:
    """Serve a router on this machine."""
    with serve_osrm(OsrmDouble()) as double:
        yield double

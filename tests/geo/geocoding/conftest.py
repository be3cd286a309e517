from __future__ import annotations

from pathlib import Path

import pytest

from data.reference import load_referential
from geo.geocoding.addressbase import LocalAddresses, open_index
from geo.geocoding.addressbase.building import build_index
from geo.geocoding.geocoder import Geocoder
from tests.geo.geocoding.small_base import write_small_base


@pytest.fixture(scope="session")
def geocoder() -> Geocoder:
    return Geocoder(load_referential())


@pytest.fixture(scope="session")
def small_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_base(tmp_path_factory.mktemp("ban"))


@pytest.fixture(scope="session")
def small_index(small_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "adresses.index"
    build_index(small_files, path, referential=load_referential())
    return path


@pytest.fixture(scope="session")
def local(small_index: Path) -> LocalAddresses:
    return open_index(small_index)


@pytest.fixture(scope="session")
def street_geocoder(local: LocalAddresses) -> Geocoder:
    return Geocoder(load_referential(), providers=[local])

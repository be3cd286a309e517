"""What the tests of bulk geocoding share: an engine that knows the territories, and lists to place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from data.geocoders import GeocoderRecipe
from data.intake.preparing import ManyGeocoder

TOWNS = (
    "62300 Lens",
    "59000 Lille",
    "62000 Arras",
    "80000 Amiens",
    "Saint-Aubin",
    "Lyon",
    "02100 Saint-Quentin",
)

WriteTowns = Callable[[int], Path]


@pytest.fixture(scope="session")
def recipe() -> GeocoderRecipe:
    """The engine without an address index: towns are all it knows."""
    return GeocoderRecipe()


@pytest.fixture(scope="session")
def geocoder(recipe: GeocoderRecipe) -> ManyGeocoder:
    """The same engine, made."""
    return recipe.make()


@pytest.fixture
def write_towns(tmp_path: Path) -> WriteTowns:
    """Write a list of so many rows, and give its path."""

    def write(rows: int) -> Path:
        path = tmp_path / "villes.csv"
        lines = (f"{n};Structure n° {n};{TOWNS[n % len(TOWNS)]}" for n in range(rows))
        path.write_text("n;nom;adresse\n" + "\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write

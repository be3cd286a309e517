"""What the intake's tests share: the territories, a geocoder that knows a few towns, an empty register."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from data.opening import open_register
from data.reference import load_referential
from data.sectors import SectorBook, load_sectors
from data.session import Register
from data.settings import DatabaseSettings
from geo.geocoding.answer import AddressQuery, GeocodedAddress, Reason
from geo.position import Position
from geo.records import PlacementStatus, Precision
from geo.territories import Referential

TOWNS = {"lens": ("62498", 2.83, 50.43), "lille": ("59350", 3.06, 50.63), "arras": ("62041", 2.78, 50.29)}

WriteList = Callable[..., Path]


class TownGeocoder:
    """Places at three towns by name, believes coordinates, and knows nothing else."""

    def geocode_many(self, queries: Sequence[AddressQuery]) -> list[GeocodedAddress]:
        """Answer every question."""
        return [self._answer(query) for query in queries]

    def _answer(self, query: AddressQuery) -> GeocodedAddress:
        town = TOWNS.get(query.city.casefold())
        if query.lat and query.lon:
            position = Position(lon=float(query.lon), lat=float(query.lat))
            return GeocodedAddress(
                id=query.id,
                status=PlacementStatus.PLACED,
                position=position,
                precision=Precision.GIVEN,
                confidence=1.0,
                citycode=town[0] if town else "62498",
                reasons=(Reason.COORDINATES_GIVEN,),
            )
        if town is None:
            nothing = not (query.city or query.text or query.street or query.postcode)
            reason = Reason.EMPTY if nothing else Reason.COMMUNE_NOT_FOUND
            return GeocodedAddress(id=query.id, status=PlacementStatus.UNPLACED, reasons=(reason,))
        code, lon, lat = town
        return GeocodedAddress(
            id=query.id,
            status=PlacementStatus.COMMUNE,
            position=Position(lon=lon, lat=lat),
            precision=Precision.COMMUNE,
            confidence=0.9,
            label=query.city,
            citycode=code,
            reasons=(Reason.COMMUNE_FROM_NAME,),
        )


@pytest.fixture(scope="session")
def referential() -> Referential:
    """The territories of today."""
    return load_referential()


@pytest.fixture(scope="session")
def sectors() -> SectorBook:
    """The sectors that ship with the service."""
    return load_sectors()


@pytest.fixture
def geocoder() -> TownGeocoder:
    """A geocoder that knows three towns."""
    return TownGeocoder()


@pytest.fixture
def register(tmp_path: Path, referential: Referential, sectors: SectorBook) -> Iterator[Register]:
    """An empty register."""
    settings = DatabaseSettings(home=tmp_path / "registre", database_url=None)
    opened = open_register(settings, referential=referential, sectors=sectors)
    yield opened
    opened.close()


@pytest.fixture
def write_list(tmp_path: Path) -> WriteList:
    """Write a list line by line, and give its path."""

    def write(*lines: str, name: str = "liste.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write

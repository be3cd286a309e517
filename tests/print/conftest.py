"""Registers to print: the fictional one that ships, an empty one, and one of five thousand presences."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.opening import open_register
from data.questions import import_file
from data.reference import load_referential
from data.samples import SAMPLE_AS_OF, SAMPLE_REGISTER
from data.session import Register
from data.settings import DatabaseSettings
from geo.records import Kind, Level
from tests.api.builders import fill_register, make_incoming

CROWD = 5_000
_KINDS = (Kind.ACTOR,) * 6 + (Kind.PROJECT, Kind.EVENT, Kind.AMBASSADOR)


@pytest.fixture(scope="session")
def sample_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    register = open_register(DatabaseSettings(home=tmp_path_factory.mktemp("sample"), database_url=None))
    import_file(register, SAMPLE_REGISTER, source=SAMPLE_REGISTER.stem, as_of=SAMPLE_AS_OF)
    yield register
    register.close()


@pytest.fixture(scope="session")
def empty_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    register = fill_register(tmp_path_factory.mktemp("empty"), ())
    yield register
    register.close()


@pytest.fixture(scope="session")
def crowded_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """Give five thousand presences, a third of them in the MEL, with names as long as people make them."""
    communes = load_referential().territories(Level.COMMUNE)
    lille = [commune for commune in communes if commune.part_of["epci"] == "200093201"]
    rows = []
    for number in range(CROWD):
        place = lille if number % 3 == 0 else communes
        commune = place[number * 1_213 % len(place)]
        hall = commune.position
        assert hall is not None
        kind = _KINDS[number % len(_KINDS)]
        name = f"Association intercommunale pour l’économie circulaire et la réparation n° {number}"
        rows.append(
            make_incoming(
                name, (commune.code, hall.lon, hall.lat), kind=kind, sectors=("reemploi", "mobilite")
            )
        )
    register = fill_register(tmp_path_factory.mktemp("crowd"), rows)
    yield register
    register.close()

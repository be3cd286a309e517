"""An empty register, one drawn in exact proportion to the inhabitants, and two years of a real list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.questions import import_file
from data.session import Register
from geo.records import Kind
from scripts.bench.crowd import make_crowd
from tests.api.builders import LENS, LILLE, VALENCIENNES, make_incoming, store_rows
from tests.coverage.builders import LISTS, open_in


@pytest.fixture(scope="session")
def empty_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    register = open_in(tmp_path_factory.mktemp("empty"))
    yield register
    register.close()


@pytest.fixture(scope="session")
def crowd_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """Give three hundred actors drawn as people live, and three antennes."""
    register = open_in(tmp_path_factory.mktemp("crowd"))
    codes = [sector.code for sector in register.sectors.sectors]
    drawn = make_crowd(register.referential, codes, count=400, seed=7)
    actors = [each for each in drawn if each.kind is Kind.ACTOR][:300]
    antennes = [
        make_incoming(f"Antenne {rank}", place, kind=Kind.ANTENNE, sectors=())
        for rank, place in enumerate((LILLE, LENS, VALENCIENNES))
    ]
    store_rows(register, [*actors, *antennes], as_of=date(2025, 3, 1))
    yield register
    register.close()


@pytest.fixture(scope="session")
def crowd_client(crowd_register: Register) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings(), register=crowd_register)) as client:
        yield client


@pytest.fixture(scope="session")
def empty_client(empty_register: Register) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings(), register=empty_register)) as client:
        yield client


@pytest.fixture(scope="session")
def france_services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """Give two years of France Services as one source."""
    if not (LISTS / "france-services-2024-08-hdf.csv").is_file():
        pytest.skip(f"les listes réelles ne sont pas dans {LISTS.name}/")
    register = open_in(tmp_path_factory.mktemp("france-services"))
    for name, day in (("2022-12", date(2022, 12, 1)), ("2024-08", date(2024, 8, 1))):
        path = LISTS / f"france-services-{name}-hdf.csv"
        import_file(register, path, source="France Services", as_of=day)
    yield register
    register.close()

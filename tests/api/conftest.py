"""A small register whose answers can be checked by hand, an empty one, and the fictional one that ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.opening import open_register
from data.questions import import_file
from data.samples import SAMPLE_AS_OF, SAMPLE_REGISTER
from data.session import Register
from data.settings import DatabaseSettings
from geo.records import Kind, PlacementStatus, Precision, Visibility
from tests.api.builders import ARRAS, LENS, LILLE, VALENCIENNES, fill_register, make_incoming

SMALL = (
    make_incoming("La Petite Épicerie", LENS, sectors=("epiceries",), website="www.epicerie.example"),
    make_incoming("L'Atelier vélo", LENS, sectors=("mobilite",), north_deg=0.02),
    make_incoming("Le Jardin d'Arras", ARRAS, sectors=("agriculture",)),
    make_incoming("La Ressource lilloise", LILLE, sectors=("alimentation",)),
    make_incoming("Sans rue à Lens", LENS, precision=Precision.COMMUNE),
    make_incoming("Quelque part", None),
    make_incoming("À vérifier", LILLE, status=PlacementStatus.TO_REVIEW),
    make_incoming("Pour les membres", LENS, visibility=Visibility.MEMBERS),
    make_incoming("Un projet à Lens", LENS, kind=Kind.PROJECT),
    make_incoming("Antenne de Valenciennes", VALENCIENNES, kind=Kind.ANTENNE, sectors=()),
)
"""Seven public actors and one for members, a project, an antenne."""


@pytest.fixture(scope="session")
def small_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    register = fill_register(tmp_path_factory.mktemp("small"), SMALL)
    yield register
    register.close()


@pytest.fixture(scope="session")
def empty_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    register = fill_register(tmp_path_factory.mktemp("empty"), ())
    yield register
    register.close()


@pytest.fixture(scope="session")
def sample_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    home: Path = tmp_path_factory.mktemp("sample")
    register = open_register(DatabaseSettings(home=home, database_url=None))
    import_file(register, SAMPLE_REGISTER, source=SAMPLE_REGISTER.stem, as_of=SAMPLE_AS_OF)
    yield register
    register.close()


def _open_client(register: Register) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings(), register=register)) as client:
        yield client


@pytest.fixture(scope="session")
def client(small_register: Register) -> Iterator[TestClient]:
    yield from _open_client(small_register)


@pytest.fixture(scope="session")
def empty_client(empty_register: Register) -> Iterator[TestClient]:
    yield from _open_client(empty_register)


@pytest.fixture(scope="session")
def sample_client(sample_register: Register) -> Iterator[TestClient]:
    yield from _open_client(sample_register)

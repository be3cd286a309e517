"""A register whose presences have dates, for the questions about time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from tests.api.builders import LENS, fill_register, make_incoming


@pytest.fixture(scope="module")
def dated_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    register = fill_register(
        tmp_path_factory.mktemp("dated"),
        [
            make_incoming("Sans dates", LENS),
            make_incoming("Depuis 2019", LENS, starts_on=date(2019, 1, 1)),
            make_incoming("En 2022", LENS, starts_on=date(2022, 1, 1), ends_on=date(2022, 12, 31)),
        ],
    )
    with TestClient(create_app(ApiSettings(), register=register)) as client:
        yield client
    register.close()

"""A register with a few public presences, and a way in for staff (all of it fictional)."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.opening import open_register
from data.people.signing import read_key, sign
from data.people.tokens import create_token
from data.session import Register
from data.settings import DatabaseSettings
from geo.people import Role
from tests.people.homes import fill

Enter = Callable[[Role], TestClient]


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a register that is filled and closed, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    fill(folder, "here").close()
    return folder


@pytest.fixture
def register(filled_home: Path, tmp_path: Path) -> Iterator[Register]:
    """Give a register of one's own, to write in."""
    home = tmp_path / "home"
    shutil.copytree(filled_home, home)
    opened = open_register(DatabaseSettings(home=home, database_url=None))
    yield opened
    opened.close()


@pytest.fixture
def client(register: Register) -> Iterator[TestClient]:
    with TestClient(create_app(ApiSettings(), register=register), follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def enter(register: Register, client: TestClient) -> Enter:
    """Give the client, let in with a new token of a role."""

    def let_in(role: Role) -> TestClient:
        _, secret = create_token(register, role=role, lasts=timedelta(days=1), label="Ana Fictive")
        answer = client.post("/equipe/entrer", data={"token": secret})
        assert answer.status_code == 303
        return client

    return let_in


def write_old_stamp(register: Register, *, age_s: int = 60) -> str:
    """Write what a form shown a while ago carries."""
    shown = str(int(time.time()) - age_s)
    return f"{shown}.{sign(read_key(register), f'form {shown}')}"


def find_key(client: TestClient) -> str:
    """Find what the forms of this session carry."""
    found = re.search(r'name="form_key" value="(\w+)"', client.get("/equipe").text)
    assert found is not None
    return found[1]

"""A register of its own for each test: a copy of one that was created once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.opening import open_register
from data.session import Register
from data.settings import DatabaseSettings


@pytest.fixture(scope="session")
def empty_register_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create an empty register once."""
    home = tmp_path_factory.mktemp("empty")
    register = open_register(DatabaseSettings(home=home, database_url=None))
    register.close()
    return Path(register.where)


@pytest.fixture
def settings(tmp_path: Path, empty_register_file: Path) -> DatabaseSettings:
    """Give the settings of a register that exists, empty."""
    shutil.copy(empty_register_file, tmp_path / empty_register_file.name)
    return DatabaseSettings(home=tmp_path, database_url=None, busy_timeout_s=0.05)


@pytest.fixture
def register(settings: DatabaseSettings) -> Iterator[Register]:
    """Open an empty register."""
    opened = open_register(settings)
    yield opened
    opened.close()

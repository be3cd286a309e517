"""A register of the demonstration, made once, and commands run against it as a person would type them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.cli import run
from scripts.console import output, side


@pytest.fixture(scope="session")
def demonstrated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home in which `maillage demo --no-serve` has run."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MAILLAGE_HOME", str(home))
        environment.delenv("MAILLAGE_DATABASE_URL", raising=False)
        assert run(["demo", "--no-serve"]) == 0
    return home


@pytest.fixture(autouse=True)
def fresh_consoles() -> None:
    """Make each test's consoles write to that test's captured streams."""
    output.cache_clear()
    side.cache_clear()


@pytest.fixture
def demonstration(demonstrated_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the commands at the demonstration's register."""
    monkeypatch.setenv("MAILLAGE_HOME", str(demonstrated_home))
    monkeypatch.setenv("MAILLAGE_DATABASE_URL", f"sqlite:///{demonstrated_home / 'demonstration.sqlite3'}")
    return demonstrated_home


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the commands at a home with nothing in it."""
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path))
    monkeypatch.delenv("MAILLAGE_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def answer_json(capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Run a command with `--json` and give what it answered."""

    def ask(*words: str) -> Any:  # noqa: ANN401 (JSON is any)
        capsys.readouterr()  # what earlier commands printed is not this answer
        assert run([*words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return ask

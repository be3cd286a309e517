"""`maillage token`: made once, listed without the secret, revoked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.cli import run


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path))
    monkeypatch.delenv("MAILLAGE_DATABASE_URL", raising=False)


def test_a_token_is_made_listed_and_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["token", "create", "--role", "staff", "--label", "Ana Fictive", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["token"].startswith("maillage_")
    assert (made["role"], made["is_valid"]) == ("staff", True)
    assert run(["token", "list"]) == 0
    listed = capsys.readouterr().out
    assert "Ana Fictive" in listed
    assert made["token"] not in listed
    assert run(["token", "revoke", str(made["id"])]) == 0
    capsys.readouterr()
    assert run(["token", "list", "--json"]) == 0
    assert [token["is_valid"] for token in json.loads(capsys.readouterr().out)] == [False]


def test_what_cannot_be_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["token", "create", "--role", "member", "--expires", "jamais"]) == 2
    assert "90j" in capsys.readouterr().err
    assert run(["token", "create", "--role", "member", "--presence", "7"]) == 1
    assert run(["token", "revoke", "3"]) == 1
    assert "maillage token list" in capsys.readouterr().err

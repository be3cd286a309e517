"""`maillage referent` as people type it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.cli import run

LENS_EPCI = "246200364"
Ask = Callable[..., Any]


def test_a_pair_is_named_listed_and_taken_away(
    empty_home: Path, capsys: pytest.CaptureFixture[str], answer_json: Ask
) -> None:
    assert run(["referent", "add", LENS_EPCI, "--employee", "Camille (fictive)"]) == 0
    assert "il manque une personne du Collectif" in capsys.readouterr().out
    assert len(answer_json("referent", "list", "--missing")) == 92
    assert answer_json("referent", "add", LENS_EPCI, "--board", "Louison (fictif)")["employee"]
    pairs = [each["code"] for each in answer_json("referent", "list") if each["is_pair"]]
    assert pairs == [LENS_EPCI]
    assert run(["referent", "list", "--missing"]) == 0
    said = capsys.readouterr().out
    assert "1 intercommunalité sur 92 a un binôme complet" in said
    assert run(["referent", "remove", LENS_EPCI, "--board"]) == 0
    assert answer_json("referent", "remove", LENS_EPCI)["employee"] is None


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add", LENS_EPCI], 2, "--board NOM"),
        (["add", "000000000", "--employee", "Camille (fictive)"], 1, "000000000"),
        (["add", LENS_EPCI, "--employee", " "], 1, "de 1 à 120 caractères"),
        (["remove", LENS_EPCI], 1, "Personne n'est nommé"),
    ],
)
def test_what_cannot_be_done_says_why(
    empty_home: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert run(["referent", *words]) == code
    assert said in capsys.readouterr().err

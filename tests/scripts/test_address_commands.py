"""`maillage reverse`, the index that the environment names, and who may be asked for addresses."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from data.geocoders import GeocoderRecipe, GeocodingSettings, locate_index
from data.reference import load_referential
from geo.geocoding.addressbase.building import build_index
from scripts.cli import run
from tests.geo.geocoding.national_service import NationalServiceDouble, run_national_service
from tests.geo.geocoding.small_base import write_small_base


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ban")
    build_index(write_small_base(folder), folder / "adresses.index", referential=load_referential())
    return folder / "adresses.index"


@pytest.fixture
def indexed_home(empty_home: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAILLAGE_BAN_INDEX", str(index))
    return empty_home


def test_a_point_is_said_by_address_commune_and_epci(
    indexed_home: Path, answer_json: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = answer_json("reverse", "2,8319", "50.4289", "--limit", "2")
    assert (answer["commune"]["code"], answer["epci"]["code"], answer["in_mel"]) == (
        "62498",
        "246200364",
        False,
    )
    distances = [feature["properties"]["distance"] for feature in answer["features"]]
    assert len(distances) == 2
    assert distances == sorted(distances)
    assert run(["reverse", "2,8319", "50.4289"]) == 0
    said = capsys.readouterr().out
    assert answer["features"][0]["properties"]["label"] in said
    assert "Commune : Lens (62498)." in said
    assert list(indexed_home.iterdir()) == []  # no register is made for that


def test_a_point_outside_the_region_is_said_to_be(
    indexed_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["reverse", "2.35", "48.85"]) == 0
    assert "Hors des Hauts-de-France" in capsys.readouterr().out


def test_without_an_index_the_commune_is_the_answer(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MAILLAGE_BAN_INDEX", raising=False)
    assert run(["reverse", "3.0586", "50.6292"]) == 0
    said = capsys.readouterr().out
    assert "Métropole Européenne de Lille" in said
    assert "Aucune adresse connue" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["50.43", "2.83"], "maillage reverse 2.83 50.43"),
        (["abc", "50"], "On attend une longitude puis une latitude"),
        (["2.83", "nan"], "On attend une longitude puis une latitude"),
        (["2.83", "95"], "On attend une longitude puis une latitude"),
        (["2.83"], "LATITUDE"),
    ],
)
def test_a_point_that_cannot_be_read_is_refused_in_french(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["reverse", *words]) == 2
    assert said in capsys.readouterr().err


def test_an_empty_name_of_the_index_names_none(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_BAN_INDEX", "")
    assert GeocodingSettings().ban_index is None
    assert locate_index() == empty_home / "adresses.index"
    assert GeocoderRecipe.of_this_machine().index is None
    monkeypatch.setenv("MAILLAGE_BAN_INDEX", "elsewhere.index")
    assert locate_index() == Path("elsewhere.index")


@pytest.fixture
def double() -> Iterator[NationalServiceDouble]:
    with run_national_service(monotonic) as service:
        yield service


@pytest.mark.parametrize("allowed", ["", "false", "true"])
def test_auto_asks_the_national_service_only_where_it_is_allowed(
    allowed: str,
    indexed_home: Path,
    double: NationalServiceDouble,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("MAILLAGE_GEOPLATEFORME_ALLOWED", allowed)
    monkeypatch.setenv("MAILLAGE_GEOPLATEFORME_URL", double.url)
    given, out = indexed_home / "a.csv", indexed_home / "b.csv"
    given.write_text("adresse\n12 rue Faidherbe 59800 Lille\n8 rue inconnue Lens\n", encoding="utf-8")
    assert run(["geocode", str(given), "-o", str(out), "--provider", "auto"]) == 0
    said = capsys.readouterr().err
    if allowed == "true":
        assert double.asked
        assert "Service national :" in said
    else:
        assert not double.asked
        assert "n'est pas autorisé ici" in said
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 2

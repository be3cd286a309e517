"""`maillage access` and `maillage siting` as people type them; times asked of a router on this machine."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.travel.stored import locate_matrix
from scripts.cli import INTERRUPTED, run
from tests.data.travel.osrm_server import OsrmDouble, serve_osrm

Ask = Callable[..., Any]


@pytest.fixture
def own_home(demonstrated_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the commands at a copy of the demonstration's register, where times may be stored."""
    shutil.copy(demonstrated_home / "demonstration.sqlite3", tmp_path / "registre.sqlite3")
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path))
    monkeypatch.delenv("MAILLAGE_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def router() -> Iterator[OsrmDouble]:
    with serve_osrm(OsrmDouble(largest=4_000, data_version="2025-11-07T00:00:00Z")) as double:
        yield double


def build(router: OsrmDouble, *more: str) -> int:
    return run(["access", "build", "--osrm-url", router.url, "--destinations", "seats", *more])


def test_access_says_shares_states_and_where_times_come_from(
    demonstration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["access"]) == 0
    said = capsys.readouterr().out
    assert "Incertain" in said
    assert "Temps estimés à partir de la distance à vol d'oiseau." in said
    assert "(3 antennes)" in said


def test_access_answers_machines_for_every_kind_and_limit(demonstration: Path, answer_json: Ask) -> None:
    for kind in ("antenne", "event", "ambassador"):
        answer = answer_json("access", "--kind", kind, "--minutes", "25")
        assert [within["minutes"] for within in answer["within"]] == [20, 25, 30, 45]
        shares = [within["share"] for within in answer["within"]]
        assert shares == sorted(shares)
        assert len(answer["curve"]["share"]) == 91
        assert answer["caption"]


def test_the_tables_are_written(demonstration: Path, tmp_path: Path) -> None:
    assert run(["access", "--csv", str(tmp_path / "acces.csv")]) == 0
    assert run(["siting", "--csv", str(tmp_path / "antennes.csv")]) == 0
    for name, count in (("acces.csv", 3_782), ("antennes.csv", 92)):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        assert len(rows) == count
        assert rows[0]["Origine des temps"].startswith("temps estimés")


def test_times_are_asked_stored_checked_and_used(
    own_home: Path, router: OsrmDouble, answer_json: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(router, "--table-size", "1000") == 0
    said = capsys.readouterr().out
    assert "OSRM (profil driving) sur les routes OpenStreetMap du 7 novembre 2025" in said
    assert "3 782 communes" in said.replace("\u202f", " ")
    facts = answer_json("access", "check")
    assert (facts["origins"], facts["problem"], facts["roads_date"]) == (3_782, None, "2025-11-07")
    answer = answer_json("access")
    assert answer["is_estimated"] is False
    assert answer["caption"] == facts["caption"]
    capsys.readouterr()
    assert run(["siting"]) == 0
    said = capsys.readouterr().out
    assert "OSRM" in said
    assert "entre" not in said


def test_a_refusal_leaves_what_was_there(
    own_home: Path, router: OsrmDouble, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(router, "--table-size", "1000") == 0
    before = locate_matrix(own_home).read_bytes()
    router.answers = [(400, b'{"code":"NoSegment","message":"Could not find a matching segment"}')]
    assert build(router, "--profile", "foot") == 1
    said = capsys.readouterr().err
    assert "NoSegment" in said
    assert "n'ont pas changé" in said
    assert locate_matrix(own_home).read_bytes() == before


def test_ctrl_c_leaves_what_was_there_and_the_next_run_takes_up(
    own_home: Path, router: OsrmDouble, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from data.travel.osrm import OsrmTable

    whole = OsrmTable.measure
    calls: list[int] = []

    def measure_twice(self: OsrmTable, *places: Any) -> Any:  # noqa: ANN401 (what it stands for)
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(1)
        return whole(self, *places)

    monkeypatch.setattr(OsrmTable, "measure", measure_twice)
    assert build(router, "--table-size", "40") == INTERRUPTED
    assert not locate_matrix(own_home).exists()
    asked = len(router.asked)
    monkeypatch.setattr(OsrmTable, "measure", whole)
    assert build(router, "--table-size", "40") == 0
    # Two bands of about three were done.
    assert len(router.asked) - asked < asked
    assert locate_matrix(own_home).exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["access", "build"], "--osrm-url ADRESSE, ou bien --pbf FICHIER"),
        (["access", "build", "--osrm-url", "http://x", "--pbf", "y.pbf"], "ou bien --pbf FICHIER"),
        (["access", "--minutes", "0"], "on attend 5 ou plus"),
    ],
)
def test_what_is_mistyped_is_explained(
    own_home: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["access", "check"], "Aucun temps de trajet enregistré"),
        (
            ["access", "build", "--pbf", "absent.osm.pbf"],
            "Extrait inutilisable : absent.osm.pbf, introuvable",
        ),
        (["map", "siting", "-o", "x.html", "--site", "99999"], "Territoire inconnu"),
    ],
)
def test_what_cannot_be_done_is_explained(
    own_home: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 1
    assert said in capsys.readouterr().err


def test_the_map_is_one_file_that_does_not_change_by_itself(demonstration: Path, tmp_path: Path) -> None:
    paths = [tmp_path / "a.html", tmp_path / "b.html"]
    for path in paths:
        assert run(["map", "siting", "-o", str(path), "--site", "80021"]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert "Une antenne à Amiens" in paths[0].read_text(encoding="utf-8").replace("&#39;", "'")


def test_accompaniment_shares_every_post_once(
    demonstration: Path, answer_json: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = answer_json("access", "--accompaniment", "--posts", "59350=2,5")
    assert answer["shared_posts"] == [4.5, 4.5]
    for reading in ("within_30_min", "fading_over_45_min"):
        shared = sum(row["population"] * row[reading] / 1e5 for row in answer["rows"])
        assert shared == pytest.approx(4.5)
    assert {site["name"]: site["posts"] for site in answer["sites"]} == {
        "Lille": 2.5,
        "Lens": 1.0,
        "Valenciennes": 1.0,
    }
    assert run(["access", "--accompaniment"]) == 0
    said = capsys.readouterr().out
    assert "habitants par poste" in said
    assert "Temps estimés à partir de la distance à vol d'oiseau." in said
    assert run(["access", "--accompaniment", "--posts", "59009=2"]) == 1
    assert "la commune d'une antenne" in capsys.readouterr().err
    assert run(["access", "--accompaniment", "--posts", "Lille"]) == 2

"""The commands as people type them: what they answer, in which words, with which exit code."""

from __future__ import annotations

import csv
import json
import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from data.migrations import run_migrations
from data.opening import open_register
from data.settings import DatabaseSettings
from geo.records import PlacementStatus
from scripts.cli import run

STATUSES = [status.value for status in PlacementStatus]
COMMANDS = [
    "demo", "serve", "import", "geocode", "explain", "reverse", "near", "coverage", "access", "siting", "map",
    "export", "doctor",
]  # fmt: skip


@pytest.mark.parametrize(
    "words", [[], *[[name] for name in COMMANDS], ["reference"], ["db"], ["db", "backup"]]
)
def test_help_is_french(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Afficher cette aide" in text
    assert not re.search(r"Show this|\[default|required|Commands", text)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nera", "Lens"], "Commande inconnue : nera. Vouliez-vous dire 'near' ?"),
        (["near", "Lens", "--limit", "beaucoup"], "on attend un nombre entier"),
        (["near", "Lens", "--limit", "0"], "on attend 1 ou plus"),
        (["near"], "Indiquez une adresse"),
        (["near", "Lens", "--lat", "50"], "Indiquez une adresse"),
        (["coverage", "--level", "pays"], "n'est pas l'un de"),
        (["coverage", "--at", "hier"], "n'est pas une date"),
        (["import"], "Il manque"),
        (["geocode", "liste.csv"], "Il manque l'option -o (ou --output)."),
        (["explain", "Lens", "--jsn"], "Option inconnue"),
    ],
)
def test_a_mistyped_command_says_so_and_exits_2(
    words: list[str], said: str, demonstration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


def test_near_answers_by_the_contract(demonstration: Path, answer_json: Callable[..., Any]) -> None:
    answer = answer_json("near", "Lens", "--limit", "5")
    assert answer["origin"]["label"] == "62300 Lens"
    assert len(answer["results"]) == 5
    keys = {"id", "name", "kind", "sectors", "distance_m", "lon", "lat", "precision", "commune", "epci"}
    assert keys <= set(answer["results"][0])
    distances = [result["distance_m"] for result in answer["results"]]
    assert distances == sorted(distances)
    assert {"hidden", "data_date"} <= set(answer)


def test_near_from_a_point_equals_near_from_its_place(
    demonstration: Path, answer_json: Callable[..., Any]
) -> None:
    placed = answer_json("near", "Valenciennes", "--limit", "3")
    origin = placed["origin"]
    pointed = answer_json("near", "--lat", str(origin["lat"]), "--lon", str(origin["lon"]), "--limit", "3")
    assert [result["id"] for result in pointed["results"]] == [result["id"] for result in placed["results"]]


def test_an_unknown_place_is_refused_with_exit_1(
    demonstration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["near", "1 place Bellecour, Lyon"]) == 1
    assert "introuvable" in capsys.readouterr().err


def test_coverage_answers_by_the_contract(demonstration: Path, answer_json: Callable[..., Any]) -> None:
    answer = answer_json("coverage", "--outside", "200093201")
    assert len(answer["rows"]) == 92
    assert 1 - answer["outside"]["population_share_outside"] == pytest.approx(0.1995, abs=5e-5)
    totals = answer["totals"]
    assert sum(totals[status] for status in STATUSES) == totals["received"]
    assert sum(row["count"] for row in answer["rows"]) == totals["placed"] + totals["commune"]
    outside = answer["outside"]
    assert outside["count_inside"] + outside["count_outside"] == totals["placed"] + totals["commune"]


def test_coverage_writes_files_that_say_the_same(
    demonstration: Path, tmp_path: Path, answer_json: Callable[..., Any]
) -> None:
    assert run(["coverage", "--csv", str(tmp_path / "c.csv"), "--xlsx", str(tmp_path / "c.xlsx")]) == 0
    rows = answer_json("coverage")["rows"]
    with (tmp_path / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        in_csv = list(csv.reader(file, delimiter=";"))[1:]
    sheet = load_workbook(tmp_path / "c.xlsx")["Couverture"]
    in_xlsx = list(sheet.iter_rows(min_row=2, values_only=True))
    expected = [(row["code"], row["count"]) for row in rows]
    assert [(row[0], int(row[3])) for row in in_csv] == expected
    assert [(row[0], row[3]) for row in in_xlsx] == expected


def test_coverage_in_words_says_the_share_the_absences_and_totals_that_reconcile(
    demonstration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["coverage"]) == 0
    text = capsys.readouterr().out.replace("\u202f", " ")
    assert "Métropole Européenne de Lille" in text
    assert "part des habitants : 80,05 %" in text
    found = re.search(r"Reçu : ([\d ]+) acteurs = (.*)\.", text)
    assert found
    parts = [int(part.split(" à ")[0].split(" hors ")[0].replace(" ", "")) for part in found[2].split(" + ")]
    assert int(found[1].replace(" ", "")) == sum(parts)


def test_an_empty_register_has_nothing_to_compare(empty_home: Path, answer_json: Callable[..., Any]) -> None:
    answer = answer_json("coverage")
    assert answer["outside"]["share_outside"] is None
    assert {row["ratio"] for row in answer["rows"]} == {None}


def test_import_reports_by_the_contract_and_twice_changes_nothing(
    empty_home: Path, tmp_path: Path, answer_json: Callable[..., Any]
) -> None:
    source = tmp_path / "liste.csv"
    source.write_text(
        "Nom;Adresse;Code postal;Commune\nLa Ruche;Mairie;62300;Lens\nLe Fournil;;;Atlantis\n",
        encoding="utf-8",
    )
    tried = answer_json("import", str(source), "--dry-run")
    first = answer_json("import", str(source))
    again = answer_json("import", str(source))
    assert tried["new"] == first["new"] == 2
    assert again["new"] == again["changed"] == again["absent"] == 0
    assert again["unchanged"] == 2
    assert list(first["by_status"]) == STATUSES
    assert sum(first["by_status"].values()) == first["received"] == 2
    assert first["by_status"]["unplaced"] == 1
    assert {"line", "column", "value", "what"} <= set(first["problems"][0])


def test_import_writes_its_report_for_people_and_for_machines(empty_home: Path, tmp_path: Path) -> None:
    source = tmp_path / "liste.csv"
    source.write_text("Nom,SIRET,Commune\n<b>La Ruche</b>,12345678901234,Lens\n", encoding="utf-8")
    assert run(["import", str(source), "--report", str(tmp_path / "rapport")]) == 0
    page = (tmp_path / "rapport" / "rapport.html").read_text(encoding="utf-8")
    assert "SIRET" in page
    assert "<b>La Ruche</b>" not in page
    assert json.loads((tmp_path / "rapport" / "rapport.json").read_text(encoding="utf-8"))["received"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("vide.csv", b""), ("image.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8), ("absent.csv", None)],
)
def test_a_file_that_cannot_be_read_changes_nothing_and_exits_1(
    empty_home: Path, tmp_path: Path, name: str, content: bytes | None,
    answer_json: Callable[..., Any], capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert run(["import", str(path)]) == 1
    assert capsys.readouterr().err.startswith("Erreur :")
    assert answer_json("coverage")["totals"]["received"] == 0


def test_a_mapping_that_is_not_an_object_is_refused(
    empty_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "liste.csv").write_text("Nom\nLa Ruche\n", encoding="utf-8")
    (tmp_path / "carte.json").write_text("[1, 2]", encoding="utf-8")
    assert run(["import", str(tmp_path / "liste.csv"), "--mapping", str(tmp_path / "carte.json")]) == 1
    assert "carte.json" in capsys.readouterr().err


def test_geocode_keeps_rows_columns_and_order(tmp_path: Path) -> None:
    source, out = tmp_path / "adresses.csv", tmp_path / "placées.csv"
    source.write_text("n;adresse\n1;62300 Lens\n2;\n3;1 place Bellecour, Lyon\n", encoding="utf-8")
    assert run(["geocode", str(source), "-o", str(out)]) == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["n"] for row in rows] == ["1", "2", "3"]
    assert [row["result_citycode"] for row in rows] == ["62498", "", ""]
    assert rows[0]["result_epci_name"]
    assert rows[0]["result_in_mel"] in {"false", "non", "0", "False"}


def test_explain_shows_its_steps(capsys: pytest.CaptureFixture[str], answer_json: Callable[..., Any]) -> None:
    answer = answer_json("explain", "mairie 59160 Lomme")
    assert answer["citycode"] == "59350"
    assert len(answer["steps"]) >= 3
    assert run(["explain", "mairie 59160 Lomme"]) == 0
    assert "Lille" in capsys.readouterr().out
    assert run(["explain", "62760 Thièvres"]) == 0
    told = capsys.readouterr().out
    assert "Motifs : commune d'après le code postal et le nom, qui concordent ; plusieurs communes" in told
    assert "candidat : 62760 Thièvres (80756, vraisemblance 50\u202f%)" in told


@pytest.mark.parametrize(
    "words", [["actors"], ["coverage"], ["coverage", "--measure", "count"], ["proximity", "--near", "Lens"]]
)
def test_a_map_is_one_file_that_asks_nothing_of_anyone(
    demonstration: Path, tmp_path: Path, words: list[str]
) -> None:
    out = tmp_path / "carte.html"
    assert run(["map", *words, "-o", str(out)]) == 0
    page = out.read_text(encoding="utf-8")
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="(?!data:|#)', page)


def test_a_map_in_an_unknown_format_is_refused(
    demonstration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["map", "actors", "-o", str(tmp_path / "carte.docx")]) == 1
    assert "Format de carte inconnu" in capsys.readouterr().err


def test_the_demonstration_writes_its_maps_and_runs_again_unchanged(
    demonstrated_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(demonstrated_home))
    assert run(["demo", "--no-serve"]) == 0
    text = capsys.readouterr().out
    assert "FICTIF" in text
    assert "0 nouvelle, 0 modifiée" in text
    pages = {path.name for path in (demonstrated_home / "demonstration").glob("*.html")}
    assert pages == {
        "carte-acteurs.html", "carte-couverture.html", "carte-effectifs.html", "carte-pres-de-lens.html",
    }  # fmt: skip


def test_an_older_demonstration_is_brought_up_to_date_without_asking(
    demonstrated_home: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in demonstrated_home.glob("demonstration.sqlite3*"):
        shutil.copy(file, empty_home)
    older = f"sqlite:///{empty_home / 'demonstration.sqlite3'}"
    register = open_register(DatabaseSettings(home=empty_home, database_url=older))
    with register.writing() as session:
        run_migrations(session.connection, "0006", down=True)
    register.close()
    assert run(["demo", "--no-serve"]) == 0
    assert "0 nouvelle, 0 modifiée" in capsys.readouterr().out


def test_a_port_in_use_is_said_with_its_remedy(
    demonstration: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["serve", "--port", str(port)]) == 1
    assert f"--port {port + 1}" in capsys.readouterr().err


def test_doctor_says_where_each_setting_comes_from(
    demonstration: Path, answer_json: Callable[..., Any]
) -> None:
    report = answer_json("doctor")
    origins = {line["name"]: line["origin"] for line in report["settings"]}
    assert origins["MAILLAGE_HOME"] == "variable d'environnement"
    assert all(line["purpose"] for line in report["settings"])


def test_doctor_shows_no_password(
    empty_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for port in ("5432", "port"):
        monkeypatch.setenv("MAILLAGE_DATABASE_URL", f"mysql://maillage:s3cr3t@localhost:{port}/base")
        monkeypatch.setenv("MAILLAGE_SMTP_PASSWORD", "s3cr3t")
        assert run(["doctor", "--json"]) == 0
        said = "".join(capsys.readouterr())
        assert "mysql://maillage:***@localhost" in said
        assert "s3cr3t" not in said


def test_the_referential_finds_its_published_figures_again(answer_json: Callable[..., Any]) -> None:
    figures = answer_json("reference", "check")
    assert len(figures) >= 15
    assert all(figure["ok"] for figure in figures)


def test_a_register_is_saved_and_put_back(
    empty_home: Path, tmp_path: Path, answer_json: Callable[..., Any]
) -> None:
    source = tmp_path / "liste.csv"
    source.write_text("Nom;Commune\nLa Ruche;Lens\n", encoding="utf-8")
    answer_json("import", str(source))
    assert run(["db", "backup", str(tmp_path / "copie.sqlite3")]) == 0
    source.write_text("Nom;Commune\nLe Fournil;Lille\n", encoding="utf-8")
    assert answer_json("import", str(source))["absent"] == 1
    assert run(["db", "restore", str(tmp_path / "copie.sqlite3")]) == 0
    assert answer_json("near", "Lens")["results"][0]["name"] == "La Ruche"
    assert all(check["ok"] for check in answer_json("db", "check"))


def test_restoring_something_else_changes_nothing(
    demonstration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], answer_json: Callable[..., Any]
) -> None:
    before = answer_json("coverage")
    (tmp_path / "photo.sqlite3").write_bytes(b"not a database" * 100)
    assert run(["db", "restore", str(tmp_path / "photo.sqlite3")]) == 1
    assert capsys.readouterr().err.startswith("Erreur :")
    assert answer_json("coverage") == before


def test_siting_answers_by_the_contract(demonstration: Path, answer_json: Callable[..., Any]) -> None:
    answer = answer_json("siting", "--minutes", "30")
    assert len(answer["candidates"]) == 92
    assert {"code", "name", "gain", "wins", "regret"} <= set(answer["candidates"][0])
    gains = [candidate["gain"] for candidate in answer["candidates"]]
    assert gains == sorted(gains, reverse=True)


def test_export_writes_what_it_says(
    demonstration: Path, tmp_path: Path, answer_json: Callable[..., Any]
) -> None:
    out = tmp_path / "registre.geojson"
    answer = answer_json("export", "--format", "geojson", "-o", str(out), "--kind", "antenne")
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert answer["count"] == len(features) == 3


def test_a_report_that_cannot_be_written_stops_the_import_before_it_begins(
    empty_home: Path, tmp_path: Path, answer_json: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    source, taken = tmp_path / "liste.csv", tmp_path / "rapport"
    source.write_text("Nom;Commune\nLa Ruche;Lens\n", encoding="utf-8")
    taken.write_text("un fichier, pas un dossier", encoding="utf-8")
    assert run(["import", str(source), "--report", str(taken)]) == 1
    assert "Impossible d'écrire" in capsys.readouterr().err
    assert answer_json("coverage")["totals"]["received"] == 0


def test_a_setting_that_cannot_be_read_is_named(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILLAGE_BUSY_TIMEOUT_S", "longtemps")
    assert run(["near", "Lens"]) == 1
    assert "MAILLAGE_BUSY_TIMEOUT_S = 'longtemps'" in capsys.readouterr().err


def test_no_end_written_as_the_last_day_there_is(
    empty_home: Path, tmp_path: Path, answer_json: Callable[..., Any]
) -> None:
    source = tmp_path / "liste.csv"
    source.write_text("Nom;Commune;Fin\nLa Ruche;Lens;9999-12-31\nLe Fournil;Lens;2020\n", encoding="utf-8")
    assert answer_json("import", str(source))["new"] == 2
    names = [result["name"] for result in answer_json("near", "Lens")["results"]]
    assert names == ["La Ruche"]


def test_ctrl_c_is_said(
    demonstration: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scripts.commands.proximity.open_register", interrupt)
    assert run(["near", "Lens"]) == 130
    assert "Interrompu" in capsys.readouterr().err


def test_auto_answers_alone_where_the_service_is_not_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path))
    monkeypatch.delenv("MAILLAGE_GEOPLATEFORME_ALLOWED", raising=False)
    (tmp_path / "a.csv").write_text("adresse\n62300 Lens\n", encoding="utf-8")
    command = ["geocode", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv"), "--provider"]
    assert run([*command, "auto"]) == 0
    assert "n'est pas autorisé ici" in capsys.readouterr().err
    assert run([*command, "geoplateforme"]) == 1
    assert "MAILLAGE_GEOPLATEFORME_ALLOWED" in capsys.readouterr().err

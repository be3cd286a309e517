"""A file of addresses comes back whole, in its order, with where each one is."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from data.bulk import RESULT_COLUMNS, geocode_file
from data.intake.errors import NoAddressColumnError, OutputNotWrittenError, OversizedLineError
from data.intake.preparing import ManyGeocoder
from geo.records import StatusCounts
from geo.territories import Referential

WriteList = Callable[..., Path]


def read_csv(path: Path, separator: str = ";") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


@pytest.fixture
def place(geocoder: ManyGeocoder, referential: Referential) -> Callable[..., StatusCounts]:
    def run(path: Path, out: Path, **options: object) -> StatusCounts:
        report = geocode_file(path, out, geocoder=geocoder, referential=referential, **options)  # type: ignore[arg-type]
        return report.counts

    return run


def test_columns_and_order_are_kept_and_answers_come_after(
    place: Callable[..., StatusCounts], write_list: WriteList, tmp_path: Path
) -> None:
    path = write_list("n;nom;ville;notes", '1; A ;Lens;"x;y"', "2;B;Nulle part;", "3;;;", "4;C;Lille;en;trop")
    out = tmp_path / "resultat.csv"

    counts = place(path, out)
    rows = read_csv(out)

    assert counts == StatusCounts(commune=2, unplaced=2)
    assert list(rows[0]) == [
        "n",
        "nom",
        "ville",
        "notes",
        "(colonne 5)",
        *RESULT_COLUMNS,
        "latitude",
        "longitude",
    ]
    assert [(row["n"], row["nom"], row["notes"], row["(colonne 5)"]) for row in rows] == [
        ("1", " A ", "x;y", ""),
        ("2", "B", "", ""),
        ("3", "", "", ""),
        ("4", "C", "en", "trop"),
    ]
    assert [row["result_status"] for row in rows] == ["commune", "unplaced", "unplaced", "commune"]
    assert (rows[0]["result_citycode"], rows[0]["result_epci"], rows[0]["result_in_mel"]) == (
        "62498",
        "246200364",
        "false",
    )
    assert (rows[3]["result_epci_name"], rows[3]["result_in_mel"]) == (
        "Métropole Européenne de Lille",
        "true",
    )
    assert (rows[1]["result_in_mel"], rows[1]["latitude"]) == ("", "")
    assert rows[1]["result_reasons"] == "commune_not_found"


def test_coordinates_of_the_input_keep_their_columns(
    place: Callable[..., StatusCounts], write_list: WriteList, tmp_path: Path
) -> None:
    place(write_list("latitude;longitude;ville", "50.43;2.83;Lens"), tmp_path / "r.csv")

    [row] = read_csv(tmp_path / "r.csv")
    assert (row["latitude"], row["longitude"]) == ("50.43", "2.83")
    assert (row["result_latitude"], row["result_longitude"]) == ("50.430000", "2.830000")


def test_a_result_can_be_geocoded_again(
    place: Callable[..., StatusCounts], write_list: WriteList, tmp_path: Path
) -> None:
    place(write_list("ville", "Lens"), tmp_path / "r1.csv", mapping=None)
    place(tmp_path / "r1.csv", tmp_path / "r2.csv")

    [row] = read_csv(tmp_path / "r2.csv")
    assert len(row) == 1 + 2 * (len(RESULT_COLUMNS) + 2)


@pytest.mark.parametrize("separator", [",", "\t", "|"])
def test_the_separator_stays(
    place: Callable[..., StatusCounts], write_list: WriteList, tmp_path: Path, separator: str
) -> None:
    path = write_list(separator.join(("nom", "ville")), separator.join(("A", "Lens")))

    place(path, tmp_path / "r.csv")

    assert read_csv(tmp_path / "r.csv", separator)[0]["ville"] == "Lens"


def test_a_workbook_is_written_as_text(
    place: Callable[..., StatusCounts], write_list: WriteList, tmp_path: Path
) -> None:
    place(write_list("nom;cp;ville", "=1+1;02330;Lens"), tmp_path / "r.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert sheet is not None
    header, row = sheet.iter_rows()
    assert [cell.value for cell in header][:3] == ["nom", "cp", "ville"]
    assert [cell.value for cell in row][:3] == ["=1+1", "02330", "Lens"]
    assert row[0].data_type == "s"


def test_json_comes_back_as_csv(place: Callable[..., StatusCounts], tmp_path: Path) -> None:
    path = tmp_path / "liste.json"
    path.write_text(json.dumps([{"nom": "A", "address": {"addressLocality": "Lens"}}]))

    place(path, tmp_path / "r.csv")

    assert read_csv(tmp_path / "r.csv", ",")[0]["result_citycode"] == "62498"


def test_a_long_file_goes_through_by_slices(
    place: Callable[..., StatusCounts], write_list: WriteList, tmp_path: Path
) -> None:
    told: list[int] = []

    counts = place(
        write_list("n;ville", *(f"{n};Lens" for n in range(12_000))), tmp_path / "r.csv", progress=told.append
    )

    assert counts.received == 12_000
    assert told == [5_000, 10_000, 12_000]
    assert [row["n"] for row in read_csv(tmp_path / "r.csv")] == [str(n) for n in range(12_000)]


def test_nothing_is_left_behind_when_it_cannot_be_done(
    place: Callable[..., StatusCounts], write_list: WriteList, tmp_path: Path
) -> None:
    path = write_list("nom;ville", *(f"{n};Lens" for n in range(6_000)), "x" * 200_000 + ";Lens")
    out = tmp_path / "r.csv"
    out.write_text("le résultat d'hier")

    with pytest.raises(OversizedLineError):
        place(path, out)
    assert out.read_text() == "le résultat d'hier"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["liste.csv", "r.csv"]


def test_the_input_is_never_written_over(
    place: Callable[..., StatusCounts], write_list: WriteList, tmp_path: Path
) -> None:
    path = write_list("nom;ville", "A;Lens")

    with pytest.raises(OutputNotWrittenError, match="c'est le fichier lu"):
        place(path, path)
    with pytest.raises(OutputNotWrittenError, match="Impossible d'écrire"):
        place(path, tmp_path / "dossier absent" / "r.csv")
    with pytest.raises(NoAddressColumnError, match="« téléphone »"):
        place(write_list("nom;téléphone", "A;03"), tmp_path / "r.csv")

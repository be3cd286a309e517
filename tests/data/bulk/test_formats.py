"""Every format in, every format out: the same rows, the same columns, the same answers."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.bulk import RESULT_COLUMNS, geocode_file
from data.intake.errors import DamagedFileError, NoRowsError, OutputNotWrittenError
from data.intake.preparing import ManyGeocoder


def write_parquet(path: Path, **columns: object) -> Path:
    pq.write_table(pa.table(columns), path, row_group_size=2)
    return path


def read_csv(path: Path, separator: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=separator))


def test_parquet_keeps_its_types_and_gains_typed_answers(geocoder: ManyGeocoder, tmp_path: Path) -> None:
    received = {
        "n": [1, 2, 3],
        "ville": ["Lens", None, "Lille"],
        "cp": [62300, None, 59000],
        "le": [date(2026, 1, 2), None, None],
        "mots": [["a", "b"], [], None],
        "vide": pa.nulls(3),
    }
    path = write_parquet(tmp_path / "a.parquet", **received)

    report = geocode_file(path, tmp_path / "r.parquet", geocoder=geocoder)
    result = pq.read_table(tmp_path / "r.parquet")

    assert report.counts.received == 3
    given_ = pq.read_table(path)
    assert result.select(given_.column_names).equals(given_)
    assert result.column_names == [*received, *RESULT_COLUMNS, "latitude", "longitude"]
    types = [str(result.schema.field(name).type) for name in ("result_score", "result_in_mel", "latitude")]
    assert types == ["double", "bool", "double"]
    assert result["result_citycode"].to_pylist() == ["62498", "", "59350"]
    assert result["result_in_mel"].to_pylist() == [False, None, True]
    assert result["latitude"].to_pylist()[1] is None


def test_parquet_to_csv_and_back(geocoder: ManyGeocoder, tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path / "a.parquet", n=[1, 2], ville=["Lens", 'L\'Étoile;\n"x"'], ouvert=[True, None]
    )

    geocode_file(path, tmp_path / "r.csv", geocoder=geocoder)
    geocode_file(tmp_path / "r.csv", tmp_path / "r2.parquet", geocoder=geocoder)

    rows = read_csv(tmp_path / "r.csv")
    assert [row[:3] for row in rows] == [
        ["n", "ville", "ouvert"],
        ["1", "Lens", "true"],
        ["2", 'L\'Étoile;\n"x"', ""],
    ]
    again = pq.read_table(tmp_path / "r2.parquet")
    assert again["ville"].to_pylist() == ["Lens", 'L\'Étoile;\n"x"']
    assert again.num_columns == 3 + 2 * (len(RESULT_COLUMNS) + 2)


def test_a_long_parquet_is_cut_anywhere_and_comes_back_whole(geocoder: ManyGeocoder, tmp_path: Path) -> None:
    count = 5_003
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"n": range(count), "ville": ["Lens"] * count}), path, row_group_size=777)

    geocode_file(path, tmp_path / "r.parquet", geocoder=geocoder)

    result = pq.read_table(tmp_path / "r.parquet")
    assert result["n"].to_pylist() == list(range(count))
    assert set(result["result_citycode"].to_pylist()) == {"62498"}


def test_a_workbook_goes_round(geocoder: ManyGeocoder, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (
        ["n", "ville", "depuis"],
        [1, "Lens", date(2020, 5, 1)],
        [2, "=1+1", None],
        [3, "Lille", None],
    ):
        sheet.append(row)
    workbook.save(path)

    geocode_file(path, tmp_path / "r.xlsx", geocoder=geocoder)

    opened = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert opened is not None
    header, *rows = ([cell.value for cell in row] for row in opened.iter_rows())
    assert header == ["n", "ville", "depuis", *RESULT_COLUMNS, "latitude", "longitude"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[0][2] == "2020-05-01"
    # What is a number reads as one in any language of Excel.
    assert isinstance(rows[0][-1], float)
    assert rows[1][-1] is None


def test_what_is_no_whole_parquet_is_refused(geocoder: ManyGeocoder, tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", ville=["Lens"] * 100)
    cut = tmp_path / "coupé.parquet"
    cut.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DamagedFileError, match="un fichier Parquet"):
        geocode_file(cut, tmp_path / "r.csv", geocoder=geocoder)
    empty = tmp_path / "vide.parquet"
    pq.write_table(pa.table({"ville": pa.array([], pa.string())}), empty)
    with pytest.raises(NoRowsError):
        geocode_file(empty, tmp_path / "r.csv", geocoder=geocoder)
    linked = tmp_path / "autre nom.parquet"
    linked.hardlink_to(path)
    with pytest.raises(OutputNotWrittenError, match="c'est le fichier lu"):
        geocode_file(path, linked, geocoder=geocoder)


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"), include_characters="\n\r"),
    max_size=30,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=20),
    separator=st.sampled_from([";", ",", "\t"]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_any_cell_comes_back_in_its_place(
    geocoder: ManyGeocoder,
    tmp_path: Path,
    rows: list[tuple[str, str, str]],
    separator: str,
    newline: str,
) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "r.csv"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=newline, quoting=csv.QUOTE_ALL)
    numbered = [(str(rank), *row) for rank, row in enumerate(rows)]
    writer.writerows([("identifiant", "nom", "adresse", "commune"), *numbered])
    path.write_text(text.getvalue(), encoding="utf-8", newline="")

    report = geocode_file(path, out, geocoder=geocoder)
    header, *results = read_csv(out, separator)

    assert report.counts.received == len(rows) == len(results)
    assert header[:4] == ["identifiant", "nom", "adresse", "commune"]
    assert [tuple(result[:4]) for result in results] == numbered
    assert {len(result) for result in results} == {len(header)}


HOSTILE = (
    "",
    " ",
    "'" * 6,
    "12 rue\rNationale\r59000 Lille",
    "x" * 10_000,
    "12 " * 3_000,
    "« … » !? -- ,,, ;;;",
    "שלום עולם 59000",
    "\u202e snel 62300",
    "'; DROP TABLE presences; --",
    "LensÃ© Ã  lÃ©cole",
    "000000000000",
    "3.14e400, -inf",
    '=HYPERLINK("http://example.org")',
    "\ud7ff\U0010ffff",
    "rue " * 400,
)


def test_every_hostile_row_has_one_answer(geocoder: ManyGeocoder, tmp_path: Path) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "r.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["n", "adresse", "commune", "latitude", "longitude"])
        for rank, text in enumerate(HOSTILE):
            writer.writerow([rank, text, "", "", ""])
            writer.writerow([rank, "", text, text[:20], "NaN"])

    report = geocode_file(path, out, geocoder=geocoder)
    header, *rows = read_csv(out)

    assert report.counts.received == len(rows) == 2 * len(HOSTILE)
    assert [row[0] for row in rows] == [str(rank) for rank in range(len(HOSTILE)) for _ in range(2)]
    status = header.index("result_status")
    assert {row[status] for row in rows} <= {"placed", "commune", "to_review", "unplaced", "out_of_region"}

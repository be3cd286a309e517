"""The shipped files: their published figures, and that the README says what they are."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.reference import FOLDER, load_referential, read_columns
from data.reference.check import check_reference

README = (FOLDER / "README.md").read_text(encoding="utf-8")
FILES = sorted(FOLDER.glob("*.parquet"))


def test_every_published_figure_is_found_again() -> None:
    figures = check_reference()
    assert [figure for figure in figures if not figure.ok] == []
    found = {figure.label: figure.found_text.replace("\u202f", " ") for figure in figures}
    assert found["Habitants de la MEL en 2026"] == "1 195 234"
    assert found["Part de la MEL dans les habitants, en %"] == "19,95"


def test_a_figure_that_is_wrong_is_said_wrong(tmp_path: Path) -> None:
    for file in FILES:
        shutil.copy(file, tmp_path)
    communes = pq.ParquetFile(tmp_path / "communes.parquet").read()
    population = communes.column("population").to_pylist()
    population[0] += 1
    index = communes.schema.get_field_index("population")
    pq.write_table(
        communes.set_column(index, "population", pa.array(population, pa.int32())),
        tmp_path / "communes.parquet",
    )
    wrong = [figure for figure in check_reference(tmp_path) if not figure.ok]
    assert [figure.label for figure in wrong] == ["Habitants de la région en 2026"]
    assert wrong[0].found - wrong[0].expected == 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_readme_gives_the_rows_and_the_digest_of_each_file(file: Path) -> None:
    rows = pq.ParquetFile(file).metadata.num_rows
    line = next(line for line in README.splitlines() if line.startswith(f"| `{file.name}`"))
    assert hashlib.sha256(file.read_bytes()).hexdigest() in line
    assert re.search(rf"\| {rows:,} \|".replace(",", "[,  ]?"), line)


def test_the_whole_referential_stays_small() -> None:
    assert sum(file.stat().st_size for file in FILES) < 2_000_000


def test_the_readme_credits_the_owners_and_the_licence() -> None:
    for owner in ("IGN", "INSEE", "DILA", "Etalab", "DGFiP", "Statbel", "Licence Ouverte 2.0", "CC BY 4.0"):
        assert owner in README


def test_the_referential_is_loaded_once() -> None:
    assert load_referential() is load_referential()


def test_contours_are_kept_on_a_grid_of_a_millionth_of_a_degree() -> None:
    columns = read_columns(FOLDER, "contours")
    first = columns["x_microdeg"][0][0][0]
    assert all(isinstance(x, int) for x in first)
    assert first[0] == first[-1]


def test_equal_texts_of_two_tables_are_one_text_in_memory() -> None:
    communes, parts = (
        {text: text for values in read_columns(FOLDER, name).values() for text in values if type(text) is str}
        for name in ("communes", "parts")
    )
    shared = communes.keys() & parts.keys()
    assert len(shared) > 100
    assert all(communes[text] is parts[text] for text in shared)

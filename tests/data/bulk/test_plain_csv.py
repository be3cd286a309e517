"""Lists cut by their bytes: the same rows as read one by one, or not cut at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.bulk import geocode_file, plain_csv
from data.bulk.plain_csv import cut_plain_csv
from data.bulk.slice_log import SliceLog
from data.geocoders import GeocoderRecipe
from data.intake.csv_file import open_csv
from data.intake.preparing import ManyGeocoder
from geo.geocoding.answer import AddressQuery, GeocodedAddress

KNOWN = frozenset({"nom", "ville", "adresse"})
HEADER = b"nom;ville;note\n"

Rows = list[tuple[int, list[str]]]


def read_both(path: Path, *, lines: int = 3) -> tuple[Rows | None, Rows, int]:
    """Read a list by its slices and row by row; give both, and how many rows the first announced."""
    table = open_csv(path, KNOWN)
    one_by_one = [(row.line, row.cells) for row in table.rows()]
    plain = cut_plain_csv(path, table, lines_of_slice=lines)
    if plain is None:
        return None, one_by_one, 0
    read = [plain.read(piece, SliceLog()) for piece in plain.pieces]
    rows = [row for part in read for row in zip(part.lines, part.cells, strict=True)]
    return rows, one_by_one, plain.rows


@pytest.mark.parametrize(
    "content",
    [
        b"a;Lens;x\nb;Lille;y\nc;Arras;z\nd;Douai;\n",
        b"a;Lens;x\r\nb;Lille;y\r\n\r\nc;Arras;z",
        b'a;"Lens; Nord";"un ""mot"""\nb;"";""\n"c";Lille;"x"\n',
        b"a;Lens\nb\n\n\nc;Lille;z\n",
        b"a;Lens;\x07 dring\nb;Lille;\xc2\x85\nc;Arras;z\n",
        "é;Liévin;œuf\n".encode() * 7,
        b"a;Li\xe9vin;\xc3\xa9\nb;Lille;y\n",
    ],
    ids=["plain", "returns", "quoted", "short", "controls", "accents", "office"],
)
@pytest.mark.parametrize("block_bytes", [16, 1 << 20])
def test_the_same_rows_as_read_one_by_one(
    tmp_path: Path, content: bytes, block_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_csv, "_BLOCK_BYTES", block_bytes)
    path = tmp_path / "a.csv"
    path.write_bytes(HEADER + content)
    cut, one_by_one, announced = read_both(path)
    assert cut == one_by_one
    assert announced == len(one_by_one)


@pytest.mark.parametrize(
    "content",
    [
        b'a;"Lens\nNord";x\nb;Lille;y\n',
        b'a;Lens "le bas";x\nb;Lille;y\n',
        b'a;"Lens" centre;x\nb;Lille;y\n',
        b'a;"Lens;x\nb;Lille;y\n',
        b"a;Lens;x;de trop\nb;Lille;y\n",
        b"a;Lens;x\rb;Lille;y\n",
        b'a; "Lens";x\nb; Lille;y\n',
        "a;Liévin;x\n".encode("utf-16"),
    ],
    ids=["two lines", "stray", "after", "open", "too long", "return", "space", "utf-16"],
)
def test_what_has_two_readings_is_not_cut(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    header = HEADER if content[:2] not in (b"\xff\xfe", b"\xfe\xff") else b""
    path.write_bytes(header + content if header else "nom;ville;note\na;Lens;x\n".encode("utf-16"))
    cut, one_by_one, _ = read_both(path)
    assert cut is None
    assert one_by_one


CELL = st.text('ab"; \té\u0085', max_size=5)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELL, max_size=4), min_size=1, max_size=12), quoted=st.booleans())
def test_whatever_is_cut_is_read_alike(tmp_path: Path, rows: list[list[str]], quoted: bool) -> None:
    path = tmp_path / "a.csv"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    for row in [["a", "Lens", "x"], *rows]:
        if quoted:
            writer.writerow(row)
        else:
            text.write(";".join(row) + "\n")
    path.write_bytes(HEADER + text.getvalue().encode())
    cut, one_by_one, announced = read_both(path, lines=4)
    if cut is not None:
        assert cut == one_by_one
        assert announced == len(one_by_one)


class Counting:
    """A geocoder that counts what it is asked."""

    def __init__(self, geocoder: ManyGeocoder) -> None:
        self.geocoder = geocoder
        self.asked: list[str] = []

    def geocode_many(self, queries: Sequence[AddressQuery]) -> list[GeocodedAddress]:
        self.asked += [query.text or query.city for query in queries]
        return self.geocoder.geocode_many(queries)


def test_an_address_that_comes_again_is_placed_once_and_told_each_time(
    geocoder: ManyGeocoder, tmp_path: Path
) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "r.csv"
    path.write_text("nom;ville\n" + "A;Saint-Aubin\nB;Lens\n" * 4, encoding="utf-8")
    counting = Counting(geocoder)

    report = geocode_file(path, out, geocoder=counting)

    assert counting.asked == ["Saint-Aubin", "Lens"]
    assert [problem.line for problem in report.problems] == [2, 4, 6, 8]
    rows = out.read_text().splitlines()[1:]
    assert len(set(rows)) == 2
    assert len(rows) == report.counts.received == 8


def test_the_rows_come_back_letter_for_letter(recipe: GeocoderRecipe, tmp_path: Path) -> None:
    path, out = tmp_path / "a.csv", tmp_path / "r.csv"
    path.write_text('nom;ville\r\n"A";"Lens"\r\n"B, ""b""";Lille\r\n', encoding="cp1252", newline="")
    geocode_file(path, out, geocoder=recipe)
    rows = out.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert rows[0].startswith('"A";"Lens";62300 Lens;')
    assert rows[1].startswith('"B, ""b""";Lille;')

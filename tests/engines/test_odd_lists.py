"""Lists with values that nobody expects: both engines keep all of them, and answer the same."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import partial
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.moving import move_register
from data.questions import (
    answer_coverage,
    describe_register,
    find_presences,
    import_file,
)
from data.search_text import LONGEST
from data.session import Register
from data.tables import metadata
from geo.records import PresencePage, Visibility
from tests.data.register.builders import import_rows, make_row
from tests.engines.builders import make_database
from tests.engines.conftest import Pair
from tests.engines.odd import CELLS, LONG, ask_both, read_everything, tell_past

pytestmark = pytest.mark.engines

COLUMNS = (
    "id", "nom", "adresse", "cp", "ville", "filière", "zone d'action", "rayon", "latitude", "longitude",
    "date début", "date fin", "montant recherché", "montant obtenu", "partenaires", "siret", "rna",
    "courriel", "téléphone", "site web", "présentation", "gogocarto_status", "visibilité", "à domicile",
    "note",
)  # fmt: skip

USUAL = dict.fromkeys(COLUMNS, "") | {"nom": "Un nom", "cp": "62300", "ville": "Lens"}

SORTED_OTHERWISE = ("abc", "Abd", "Éa", "eb", "éC", "zz", "10 a", "9 b", "_c", "-d", "œ", "Z", "ß", "字")
"""A dictionary sorts these otherwise than their bytes do."""

_numbers = count()


def read_by_pages(register: Register, **filters: Any) -> list[Any]:  # noqa: ANN401 (of `find_presences`)
    """Read a list page by page, as programs do."""
    pages: list[PresencePage] = []
    cursor = None
    while not pages or cursor is not None:
        pages.append(find_presences(register, limit=97, cursor=cursor, reader=Visibility.STAFF, **filters))
        cursor = pages[-1].next_cursor
    return [presence for page in pages for presence in page.items]


def import_cells(pair: Pair, folder: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Import a list into both, then what it became; both report the same."""
    path, source = folder / "liste.csv", f"source {next(_numbers)}"
    for cells in (rows, [{**row, "note": f"{row['note']}!"} for row in rows[::-1]]):
        written = StringIO()
        writer = csv.DictWriter(written, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(cells)
        path.write_text(written.getvalue(), "utf-8", newline="")
        ask_both(pair, lambda register: import_file(register, path, source=source))


def test_every_odd_cell_in_every_column(odd_pair: Pair, tmp_path: Path) -> None:
    rows = [{**USUAL, column: cell} for column in COLUMNS for cell in CELLS]
    import_cells(odd_pair, tmp_path, rows)
    assert read_everything(odd_pair.sqlite) == read_everything(odd_pair.postgis)
    listed = ask_both(odd_pair, read_by_pages)
    # Nothing is lost: every row is there, with its whole name.
    assert len(listed) >= len(rows)
    assert set(LONG.values()) <= {each.name for each in listed}
    ask_both(odd_pair, lambda register: [tell_past(register, each.id) for each in listed[::19]])
    ask_both(odd_pair, lambda register: answer_coverage(register).rows)
    ask_both(odd_pair, lambda register: describe_register(register).counts)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(st.sampled_from(COLUMNS), st.sampled_from(CELLS) | st.text(max_size=8), max_size=9),
        min_size=1,
        max_size=5,
    )
)
def test_rows_of_many_odd_cells(odd_pair: Pair, tmp_path: Path, rows: list[dict[str, str]]) -> None:
    import_cells(odd_pair, tmp_path, [{**USUAL, **row} for row in rows])
    newest = ask_both(odd_pair, lambda register: describe_register(register).latest_additions)
    ask_both(odd_pair, lambda register: [tell_past(register, each.presence.id) for each in newest])


@pytest.mark.parametrize(
    "word",
    ["lens", "%", "_", "\\", "e\u0301TE", "é", "'", "\x00", LONG[6_000][:300], "b" * LONGEST, LONG[20_000]],
)
def test_words_are_looked_for_as_they_are_written(odd_pair: Pair, tmp_path: Path, word: str) -> None:
    import_cells(odd_pair, tmp_path, [{**USUAL, "nom": f"A {cell}"} for cell in CELLS])
    found = ask_both(odd_pair, lambda register: read_by_pages(register, text=word))
    if word == LONG[6_000][:300]:
        assert f"A {LONG[6_000]}" in {each.name for each in found}


def test_a_long_name_is_found_by_its_town(odd_pair: Pair) -> None:
    for register in (odd_pair.sqlite, odd_pair.postgis):
        import_rows(register, [make_row("loin", name=LONG[3_000], city="Bavay")], source="loin")
    found = ask_both(odd_pair, lambda register: read_by_pages(register, text="bavay"))
    assert [each.name for each in found] == [LONG[3_000]]


def test_lists_of_another_form(odd_pair: Pair, tmp_path: Path) -> None:
    first = {"nom": "A", "ville": "Lens", "k\x00": "v\x00", "\x07": "x", "": "y", "zz": "1", "b": "2"}
    contents: dict[str, object] = {
        "clés.json": [first],
        "clés changées.json": [{name: f"{text}!" if text != "A" else text for name, text in first.items()}],
        "nombres.json": [{"nom": 1e30, "ville": "Lens", "id": 2**64 - 1, "latitude": 1e300, "l": [1e30]}],
    }
    for name, content in contents.items():
        path = tmp_path / name
        path.write_bytes(orjson.dumps(content))
        ask_both(odd_pair, partial(import_file, path=path, source="json"))
    assert read_everything(odd_pair.sqlite) == read_everything(odd_pair.postgis)
    listed = ask_both(odd_pair, read_by_pages)
    ask_both(odd_pair, lambda register: [tell_past(register, each.id) for each in listed[:5]])


@pytest.mark.parametrize(
    "text",
    [
        f'[{{"nom": "A", "x": {"[" * 900}{"]" * 900}}}]',
        '[{"nom": "A\\ud800", "ville": "Lens"}]',
        '[{"nom": "A", "ville": "Lens", "n": 1e400}]',
        '[{"nom": "A", "ville": "Lens", "n": NaN}]',
    ],
)
def test_a_json_that_nothing_can_hold_is_refused(odd_pair: Pair, tmp_path: Path, text: str) -> None:
    path = tmp_path / "liste.json"
    path.write_text(text)
    assert ask_both(odd_pair, lambda register: import_file(register, path))[0] == "DamagedFileError"


def test_a_file_named_in_another_encoding_is_taken(odd_pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "liste-\udce9.csv"
    path.write_text("nom;ville\nUn;Lens\n")
    report = ask_both(odd_pair, lambda register: import_file(register, path))
    assert (report.file, report.source) == ("liste-�.csv", "liste-�")


def test_names_are_in_one_order_whatever_the_language_of_the_server(odd_pair: Pair) -> None:
    for name in SORTED_OTHERWISE:
        for register in (odd_pair.sqlite, odd_pair.postgis):
            import_rows(register, [make_row(name, name=name, city=None)], source=name)
    names = ask_both(odd_pair, lambda register: [each.name for each in describe_register(register).sources])
    assert names == sorted(names)
    assert set(SORTED_OTHERWISE) <= set(names)
    ask_both(odd_pair, read_by_pages)


def test_all_of_it_moves_from_a_file_to_a_server(odd_pair: Pair, tmp_path: Path, cluster_url: str) -> None:
    import_cells(
        odd_pair, tmp_path, [{**USUAL, "nom": cell, "montant obtenu": "12500"} for cell in CELLS[::3]]
    )
    with make_database(cluster_url) as made:
        target = Register(made)
        copied = move_register(odd_pair.sqlite, target)
        assert {table.name for table in copied} == set(metadata.tables)
        assert read_everything(target) == read_everything(odd_pair.sqlite)
        target.close()

"""`maillage map`, `sheet`, `atlas`, `kit` as a person types them; an interrupted atlas leaves no trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from api import print_atlas
from api.print_atlas import AtlasFile
from data.opening import open_register
from data.questions import import_file
from data.samples import SAMPLE_AS_OF, SAMPLE_REGISTER
from data.session import Register
from data.settings import DatabaseSettings
from scripts.cli import INTERRUPTED, run
from scripts.console import output, side

SHEETS = 2


@pytest.fixture(scope="module")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    register = open_register(DatabaseSettings(home=home, database_url=None))
    import_file(register, SAMPLE_REGISTER, source=SAMPLE_REGISTER.stem, as_of=SAMPLE_AS_OF)
    register.close()
    return home


@pytest.fixture(autouse=True)
def _at_home(filled_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(filled_home))
    monkeypatch.delenv("MAILLAGE_DATABASE_URL", raising=False)
    output.cache_clear()
    side.cache_clear()


@pytest.fixture
def few_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the atlas short: the 92 sheets are drawn one by one elsewhere."""
    every = print_atlas._list_sheets
    monkeypatch.setattr(print_atlas, "_list_sheets", lambda register: every(register)[:SHEETS])


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF-"), ("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_a_map_is_written_as_its_name_asks(tmp_path: Path, ending: str, start: bytes) -> None:
    out = tmp_path / f"carte.{ending}"
    assert run(["map", "coverage", "--measure", "count", "-o", str(out)]) == 0
    assert out.read_bytes().startswith(start)


@pytest.mark.parametrize(
    "words",
    [["actors"], ["proximity", "--near", "Lens", "--radius-km", "20"], ["siting", "--site", "59392"]],
)
def test_the_other_maps_are_printed_too(tmp_path: Path, words: list[str]) -> None:
    out = tmp_path / "carte.pdf"
    assert run(["map", *words, "-o", str(out)]) == 0
    assert out.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_a_choropleth_of_counts_fails_says_why_and_writes_nothing(
    tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"carte.{ending}"
    words = ["map", "coverage", "--measure", "count", "--representation", "classes", "-o", str(out)]
    assert run(words) == 1
    assert "ne se dessine pas en plages de couleur" in " ".join(capsys.readouterr().err.split())
    assert not out.exists()


def test_another_format_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["map", "coverage", "-o", str(tmp_path / "carte.docx")]) == 1
    assert run(["sheet", "collectif", "-o", str(tmp_path / "fiche.svg")]) == 1
    assert "Format" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "pages"),
    [
        (["sheet", "246200364"], 1),
        (["sheet", "collectif"], 2),
        (["kit", "apes"], 2),
        (["kit", "secteur", "Mobilité"], 2),
        (["kit", "territoire", "200093201"], 2),
    ],
)
def test_sheets_and_papers_have_their_pages(
    tmp_path: Path, words: list[str], pages: int, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "page.pdf"
    assert run([*words, "-o", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pages"] == pages
    assert len(pypdfium2.PdfDocument(out)) == pages


@pytest.mark.parametrize(
    "words", [["sheet", "999999999"], ["kit", "secteur", "licornes"], ["kit", "territoire", "999999999"]]
)
def test_what_does_not_exist_is_named(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*words, "-o", str(tmp_path / "page.pdf")]) == 1
    assert words[-1] in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_paper_without_its_code_is_a_mistyped_command(tmp_path: Path) -> None:
    assert run(["kit", "secteur", "-o", str(tmp_path / "page.pdf")]) == 2


@pytest.mark.usefixtures("few_sheets")
def test_the_atlas_holds_every_sheet_apart_and_together_and_is_the_same_twice(tmp_path: Path) -> None:
    out = tmp_path / "atlas"
    assert run(["atlas", "-o", str(out)]) == 0
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert len(first) == SHEETS + 2
    assert sum(name.startswith("fiche-") for name in first) == SHEETS
    document = pypdfium2.PdfDocument(first["atlas.pdf"])
    try:
        assert len(document) == 1 + 2 + SHEETS
        index = document[0].get_textpage().get_text_bounded()
        titles = [mark.get_title() for mark in document.get_toc(max_depth=3)]
    finally:
        document.close()
    assert "Champagne Picarde (CC)" in index
    assert {"Index", "Le Collectif", "Aisne"} <= set(titles)
    assert run(["atlas", "-o", str(out)]) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first
    assert [path.name for path in tmp_path.iterdir()] == ["atlas"]


def _stop_after_two(register: Register) -> Iterator[AtlasFile]:
    yield AtlasFile("collectif.pdf", b"nouveau")
    yield AtlasFile("fiche-1-essai.pdf", b"nouveau")
    raise KeyboardInterrupt


@pytest.mark.parametrize("had_one", [True, False])
def test_an_interrupted_atlas_leaves_the_folder_as_it_was(
    tmp_path: Path, had_one: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "atlas"
    if had_one:
        out.mkdir()
        (out / "collectif.pdf").write_bytes(b"ancien")
    monkeypatch.setattr(print_atlas, "compose_atlas", _stop_after_two)
    assert run(["atlas", "-o", str(out)]) == INTERRUPTED
    assert [path.name for path in tmp_path.iterdir()] == (["atlas"] if had_one else [])
    if had_one:
        assert (out / "collectif.pdf").read_bytes() == b"ancien"


def test_a_folder_with_something_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mes-comptes.xlsx").write_bytes(b"x")
    assert run(["atlas", "-o", str(tmp_path)]) == 1
    assert "mes-comptes.xlsx" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mes-comptes.xlsx"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["atlas", "-o", str(tmp_path / "absent" / "atlas")]) == 1
    assert "atlas" in capsys.readouterr().err

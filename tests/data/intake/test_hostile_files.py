"""Files that are no list get a clear French message, quickly and in little memory."""

from __future__ import annotations

import os
import struct
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest

from data.intake import zip_guard
from data.intake.encoding import MAX_LINE_CHARACTERS
from data.intake.errors import (
    DamagedFileError,
    EmptyFileError,
    FileNotOpenedError,
    FileNotThereError,
    OversizedFileError,
    OversizedLineError,
    UnusableFileError,
    WrongContentError,
)
from data.intake.reading import open_table
from geo.errors import MaillageError

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def make_workbook(path: Path, *, sheet: bytes | None = None, shared: bytes | None = None) -> Path:
    """Make a real workbook, then put other XML in its place."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.append(["nom", "ville"])
    page.append(["A", "Lens"])
    original = path.with_suffix(".original")
    workbook.save(original)
    with zipfile.ZipFile(original) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == SHEET and sheet is not None:
                content = sheet
            if member.filename == "xl/sharedStrings.xml" and shared is not None:
                content = shared
            target.writestr(member.filename, content)
    return path


def refuse(path: Path, error: type[UnusableFileError]) -> str:
    with pytest.raises(error) as caught:
        list(open_table(path).rows())
    message = str(caught.value)
    assert isinstance(caught.value, MaillageError)
    assert message.startswith(f"« {path.name} » n'a pas été lu : ")
    assert message.endswith("Aucune donnée n'a été modifiée.")
    return message


@pytest.mark.parametrize("content", [b"", b"  \n\n ", b"\xef\xbb\xbf", b"\xff\xfe\n\x00"])
def test_an_empty_file_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "vide.csv"
    path.write_bytes(content)

    assert "vide" in refuse(path, EmptyFileError)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert "n'existe pas" in refuse(tmp_path / "absent.csv", FileNotThereError)
    folder = tmp_path / "dossier.csv"
    folder.mkdir()
    assert "ce n'est pas un fichier" in refuse(folder, FileNotOpenedError)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "tube.csv"
    os.mkfifo(path)

    refuse(path, FileNotOpenedError)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"\x1f\x8b\x08....", "gzip"),
        (b"SQLite format 3\x00...", "SQLite"),
        (b"<!DOCTYPE html><html></html>", "page web"),
        (b"PK\x05\x06" + b"\x00" * 18, "archive vide"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien document Office (.xls)"),
        (bytes(range(256)) * 40, "binaire"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path: Path, content: bytes, named: str) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(content)

    assert named in refuse(path, WrongContentError)


def test_another_zip_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("photo.jpg", b"...")
    assert "archive zip" in refuse(other, WrongContentError)
    damaged = make_workbook(tmp_path / "liste.xlsx")
    damaged.write_bytes(damaged.read_bytes()[:700])
    refuse(damaged, DamagedFileError)


def test_one_endless_line_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "ligne.csv"
    with path.open("wb") as file:
        file.write(b"nom;ville\n")
        # A gigabyte that takes no room on the disk; text first, so that it does not look binary.
        file.write(b"a" * 70_000)
        file.truncate(1_000_000_000)
    tracemalloc.start()
    try:
        message = refuse(path, OversizedLineError)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert f"la ligne 2 ou l'une de ses cellules dépasse {MAX_LINE_CHARACTERS} caractères" in message
    assert peak_bytes < 50_000_000


def test_a_gigabyte_of_json_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "liste.json"
    with path.open("wb") as file:
        file.write(b"[")
        file.truncate(1_000_000_000)

    assert "1000 Mo" in refuse(path, OversizedFileError)


@pytest.mark.parametrize("content", ['{"nom": ', "[[[[", '{"a": 1}', '"texte"', "[" * 5_000])
def test_json_that_holds_no_list_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "liste.json"
    path.write_text(content)

    with pytest.raises(UnusableFileError):
        open_table(path)


@pytest.fixture
def low_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb of 60 MB shows the same as one of 60 GB."""
    monkeypatch.setattr(zip_guard, "MAX_INFLATED_BYTES", 30_000_000)


@pytest.mark.usefixtures("low_limit")
def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "bombe.xlsx", sheet=b" " * 60_000_000)
    assert path.stat().st_size < 100_000

    assert "se déplie en plus de 60 Mo" in refuse(path, OversizedFileError)


@pytest.mark.usefixtures("low_limit")
def test_a_zip_bomb_that_lies_about_its_size_is_measured_as_it_inflates(tmp_path: Path) -> None:
    path = make_workbook(tmp_path / "bombe.xlsx", sheet=b" " * 60_000_000)
    content = bytearray(path.read_bytes())
    # The declared size stands in the local header and in the central directory of the archive.
    declared = struct.pack("<L", 60_000_000)
    while (place := content.find(declared)) >= 0:
        content[place : place + 4] = struct.pack("<L", 1_000)
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo(SHEET).file_size == 1_000
    tracemalloc.start()
    try:
        refuse(path, OversizedFileError)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak_bytes < 20_000_000


def test_a_sheet_stretched_to_its_last_cell_is_refused(tmp_path: Path) -> None:
    sheet = f"""<worksheet xmlns="{NAMESPACE}"><sheetData>
    <row r="1"><c r="A1" t="inlineStr"><is><t>nom</t></is></c></row>
    <row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"""
    path = make_workbook(tmp_path / "etiree.xlsx", sheet=sheet.encode())

    message = refuse(path, OversizedFileError)

    assert "la ligne 1048576 et la colonne 16384" in message
    assert "Supprimez les lignes et les colonnes vides" in message


def test_one_text_repeated_into_gigabytes_is_refused(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 30_001))
    sheet = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{cells}</sheetData></worksheet>'
    shared = f'<sst xmlns="{NAMESPACE}"><si><t>{"x" * 100_000}</t></si></sst>'
    path = make_workbook(tmp_path / "texte.xlsx", sheet=sheet.encode())
    with zipfile.ZipFile(path, "a") as archive:
        if "xl/sharedStrings.xml" not in archive.namelist():
            archive.writestr("xl/sharedStrings.xml", shared)
            shared = ""
    if shared:
        path = make_workbook(tmp_path / "texte2.xlsx", sheet=sheet.encode(), shared=shared.encode())

    assert "répète un même texte" in refuse(path, OversizedFileError)


def test_entities_are_refused_in_a_workbook(tmp_path: Path) -> None:
    sheet = f"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>
    <worksheet xmlns="{NAMESPACE}"><sheetData><row r="1"><c r="A1"><v>&a;</v></c></row>
    </sheetData></worksheet>"""
    path = make_workbook(tmp_path / "entites.xlsx", sheet=sheet.encode())

    assert "type de document" in refuse(path, DamagedFileError)


def test_repeated_cells_of_an_ods_are_measured(tmp_path: Path) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = f"""<office:document-content xmlns:office="{office}office:1.0" xmlns:table="{office}table:1.0"
    xmlns:text="{office}text:1.0"><office:body><office:spreadsheet><table:table table:name="Feuille1">
    <table:table-row table:number-rows-repeated="1048576"><table:table-cell
    table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell>
    </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
    path = tmp_path / "etiree.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)

    assert "« Feuille1 » s'étend" in refuse(path, OversizedFileError)

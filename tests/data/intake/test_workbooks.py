"""Workbooks are read as the spreadsheet holds them: text stays text, and what would be lost is told."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from data.intake.errors import EmptyFileError, NoRowsError, UnusableFileError
from data.intake.problems import ProblemLog
from data.intake.reading import open_table
from data.intake.table import Row

# A spreadsheet's instants have no time zone.
WITHOUT_ZONE = datetime.fromisoformat("2026-03-12T09:05")


def save(path: Path, rows: list[list[object]], title: str = "Liste") -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def read(path: Path) -> tuple[list[Row], list[str]]:
    table = open_table(path)
    log = ProblemLog()
    rows = list(table.rows(log))
    return rows, [problem.what for problem in (*table.problems.problems(), *log.problems())]


def test_values_are_read_as_people_see_them(tmp_path: Path) -> None:
    path = save(
        tmp_path / "liste.xlsx",
        [
            ["nom", "siret", "cp", "lat", "créé", "vu", "à", "membre"],
            [
                "A",
                39911508800011,
                "02330",
                50.4189,
                date(2026, 3, 12),
                WITHOUT_ZONE,
                time(9),
                True,
            ],
        ],
    )

    rows, told = read(path)

    assert rows == [
        Row(
            2,
            ["A", "39911508800011", "02330", "50.4189", "2026-03-12", "2026-03-12 09:05:00", "09:00", "VRAI"],
        )
    ]
    assert told == []


def test_rows_carry_their_number_in_the_sheet(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet["B2"], sheet["C2"] = "Adhérents 2026", None
    sheet["B4"], sheet["C4"] = "nom", "ville"
    sheet["B6"], sheet["C6"] = "A", "Lens"
    workbook.save(tmp_path / "liste.xlsx")

    rows, told = read(tmp_path / "liste.xlsx")

    assert [(row.line, row.is_blank) for row in rows] == [(5, True), (6, False)]
    assert rows[1].cells == ["A", "Lens"]
    assert told == ["Ligne placée au-dessus des noms de colonnes : non importée."]


def test_a_formula_without_value_and_an_error_are_told(tmp_path: Path) -> None:
    path = save(tmp_path / "liste.xlsx", [["nom", "ville"], ["=1+1", "Lens"], ["A", "#N/A"]])

    rows, told = read(path)

    assert [row.cells for row in rows] == [["", "Lens"], ["A", ""]]
    assert told == [
        "Cellules calculées par une formule : leur dernier résultat enregistré est lu.",
        "Cellule lue comme vide : formule sans résultat enregistré.",
        "Cellule lue comme vide : erreur du tableur (#N/A).",
    ]


def test_the_sheet_with_known_columns_is_read_and_said(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    first = workbook.active
    assert first is not None
    first.title = "Vide"
    notes = workbook.create_sheet("Lisez-moi")
    notes.append(["Ce classeur contient la liste des adhérents."])
    members = workbook.create_sheet("Adhérents")
    members.append(["Nom", "Commune"])
    members.append(["A", "Lens"])
    workbook.save(tmp_path / "liste.xlsx")

    table = open_table(tmp_path / "liste.xlsx")

    assert table.sheet == "Adhérents"
    [problem] = table.problems.problems()
    assert "seule « Adhérents » est lue" in problem.what
    assert problem.value == "« Lisez-moi »"


def test_cells_beyond_the_columns_are_kept(tmp_path: Path) -> None:
    path = save(tmp_path / "liste.xlsx", [["nom", "ville"], ["A", "Lens", "une note", None, "autre"]])

    rows, told = read(path)

    assert rows[0].overflow == ("une note", "", "autre")
    assert len(told) == 1


def test_a_workbook_called_csv_is_read_and_said(tmp_path: Path) -> None:
    path = save(tmp_path / "liste.xlsx", [["nom", "ville"], ["A", "Lens"]]).rename(tmp_path / "liste.csv")

    table = open_table(path)

    assert table.format == "xlsx"
    [problem] = table.problems.problems()
    assert problem.what.startswith("L'extension ne dit pas le contenu : c'est un classeur Excel")


def test_empty_workbooks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EmptyFileError):
        open_table(save(tmp_path / "vide.xlsx", []))
    with pytest.raises(NoRowsError):
        open_table(save(tmp_path / "colonnes.xlsx", [["nom", "ville"]]))


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Liste">
<table:table-row><table:table-cell office:value-type="string"><text:p>nom</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>code postal</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>ouvert le</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Les Amis</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>02330</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2026-03-12"><text:p>12/03/26</text:p>
</table:table-cell></table:table-row>
<table:table-row><table:table-cell table:formula="of:=1+1"/>
<table:table-cell office:value-type="float" office:value="62300"><text:p>62300</text:p></table:table-cell>
</table:table-row>
<table:table-row table:number-rows-repeated="1048000">
<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>"""


def test_an_ods_is_read_like_an_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "liste.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.replace("\n", ""))

    rows, told = read(path)

    filled = [row for row in rows if not row.is_blank]
    assert [(row.line, row.cells) for row in filled] == [
        (4, ["Les Amis", "02330", "2026-03-12"]),
        (5, ["", "62300", ""]),
    ]
    assert "Cellule lue comme vide : formule sans résultat enregistré." in told


def test_a_document_of_another_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lettre.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")

    with pytest.raises(UnusableFileError, match="un document Word"):
        open_table(path)

"""Separated text is read whole, whatever its separator, its encoding and its quotes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intake.errors import NoRowsError, OversizedLineError
from data.intake.problems import ProblemLog
from data.intake.quoted import QuotedReader
from data.intake.reading import open_table
from data.intake.table import Row, Table

LIST = "Nom;Adresse;Commune\nLes Amis de l'Étoile;1 rue de la Forêt;Hénin-Beaumont\nCœur à cœur;;Lens\n"


def write(folder: Path, content: str | bytes, name: str = "liste.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path) -> tuple[Table, list[Row], list[str]]:
    table = open_table(path)
    log = ProblemLog()
    rows = list(table.rows(log))
    told = [*table.problems.problems(), *log.problems()]
    return table, rows, [problem.what for problem in told]


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
        ("mac_roman", "mac_roman"),
        ("cp850", "cp850"),
    ],
)
def test_every_usual_encoding_is_recognised(tmp_path: Path, encoding: str, expected: str) -> None:
    text = LIST if encoding not in {"latin-1", "cp850"} else LIST.replace("œ", "oe")

    table, rows, told = read(write(tmp_path, text.encode(encoding)))

    assert table.encoding == expected
    assert table.columns == ("Nom", "Adresse", "Commune")
    assert rows[0].cells == ["Les Amis de l'Étoile", "1 rue de la Forêt", "Hénin-Beaumont"]
    assert told == []


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_every_usual_separator_is_recognised(tmp_path: Path, separator: str) -> None:
    table, rows, told = read(write(tmp_path, LIST.replace(";", separator)))

    assert table.separator == separator
    assert [len(row.cells) for row in rows] == [3, 3]
    assert told == []


def test_commas_inside_cells_do_not_win_over_the_separator(tmp_path: Path) -> None:
    lines = "".join(f"Nom {n};1, rue A, bât. B, 62300, Lens;x, y, z\n" for n in range(30))

    table, rows, _ = read(write(tmp_path, f"nom;adresse;notes\n{lines}"))

    assert table.separator == ";"
    assert len(rows) == 30


def test_a_single_column_of_addresses_is_not_cut_at_its_commas(tmp_path: Path) -> None:
    table, rows, told = read(write(tmp_path, "adresse\n12 rue de Lille\n3 place Jean Jaurès\n"))

    assert table.columns == ("adresse",)
    assert [row.cells for row in rows] == [["12 rue de Lille"], ["3 place Jean Jaurès"]]
    assert told == []


def test_excel_hint_of_separator_is_followed(tmp_path: Path) -> None:
    table, rows, _ = read(write(tmp_path, "sep=|\nnom|ville\nA|Lens\n"))

    assert table.columns == ("nom", "ville")
    assert rows == [Row(3, ["A", "Lens"])]


def test_titles_above_the_columns_are_told(tmp_path: Path) -> None:
    table, rows, told = read(write(tmp_path, "Nos adhérents;;\n;;\nNom;Adresse;Ville\nA;1 rue B;Lens\n"))

    assert table.columns == ("Nom", "Adresse", "Ville")
    assert [row.line for row in rows] == [4]
    assert told == ["Ligne placée au-dessus des noms de colonnes : non importée."]


def test_lines_are_those_a_person_sees(tmp_path: Path) -> None:
    content = 'nom;texte\nA;"sur\ndeux lignes"\n\nB;x\r\nC;y\n'

    _, rows, _ = read(write(tmp_path, content))

    assert [(row.line, row.cells) for row in rows] == [
        (2, ["A", "sur\ndeux lignes"]),
        (5, ["B", "x"]),
        (6, ["C", "y"]),
    ]


def test_old_macintosh_line_ends_are_line_ends(tmp_path: Path) -> None:
    _, rows, _ = read(write(tmp_path, "nom;ville\rA;Lens\rB;Lille\r"))

    assert [(row.line, row.cells[0]) for row in rows] == [(2, "A"), (3, "B")]


def test_a_quote_that_nobody_closed_takes_no_other_row_with_it(tmp_path: Path) -> None:
    content = 'nom;rue;ville\n"Les Amis;1 rue A;Lens\nB;2 rue B;Lille\n"C";3 rue C;Arras\n'

    _, rows, told = read(write(tmp_path, content))

    assert [row.cells[0] for row in rows] == ['"Les Amis', "B", "C"]
    assert [row.line for row in rows] == [2, 3, 4]
    assert told == ["Guillemet mal fermé : la ligne a été relue, ses guillemets sont conservés."]


def test_quotes_inside_a_name_are_kept(tmp_path: Path) -> None:
    _, rows, told = read(write(tmp_path, 'nom;ville\n"Les Amis" de la ferme;Lens\nLe "Bon" Coin;Lille\n'))

    assert [row.cells[0] for row in rows] == ['"Les Amis" de la ferme', 'Le "Bon" Coin']
    assert len(told) == 1


def test_two_stray_quotes_far_apart_do_not_join_the_rows_between(tmp_path: Path) -> None:
    lines = ('A;"1 rue A;1;2;Lens;x', "B;2 rue B;1;2;Lille;x", 'C;3 rue C";1;2;Arras;x', "D;4;1;2;Douai;x")
    content = "\n".join(("nom;rue;a;b;ville;c", *lines))

    _, rows, _ = read(write(tmp_path, content))

    assert [row.cells[0] for row in rows] == ["A", "B", "C", "D"]


def test_a_space_after_the_separator_does_not_hide_a_quote(tmp_path: Path) -> None:
    _, rows, _ = read(write(tmp_path, 'nom, adresse, ville\nA, "12, rue de Lille", Lens\n'))

    assert [cell.strip() for cell in rows[0].cells] == ["A", "12, rue de Lille", "Lens"]


def test_long_and_short_rows_keep_every_cell(tmp_path: Path) -> None:
    table, rows, told = read(write(tmp_path, "nom;ville\nA;Lens;encore;plus\nB\nC;Lille;;\n"))

    assert rows[0].overflow == ("encore", "plus")
    assert table.overflow_name(0) == "(colonne 3)"
    assert rows[1].cells == ["B", ""]
    assert rows[2].overflow == ()
    assert [what.split(" :")[0] for what in told] == ["Ligne trop longue", "Ligne trop courte"]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    table, rows, told = read(write(tmp_path, "nom;adresse;adresse;;ville\nA;1;2;3;Lens\n"))

    assert table.columns == ("nom", "adresse", "adresse (2)", "(colonne 4)", "ville")
    assert rows[0].cells == ["A", "1", "2", "3", "Lens"]
    assert len(told) == 2


def test_control_characters_become_visible_and_are_told(tmp_path: Path) -> None:
    _, rows, told = read(write(tmp_path, "nom;ville\nA\x00B\x07;Lens\n"))

    assert rows[0].cells[0] == "A�B�"
    assert told == ["Caractère illisible (U+0000 U+0007) : remplacé par « � »."]


def test_a_utf8_file_with_stray_windows_bytes_is_mended_line_by_line(tmp_path: Path) -> None:
    content = "nom;ville\nÉtoile;Hénin\nCœur;Béthune\nForêt;Arras\n".encode() + "Théâtre;Lens\n".encode(
        "cp1252"
    )

    table, rows, told = read(write(tmp_path, content))

    assert table.encoding == "utf-8"
    assert [row.cells[0] for row in rows] == ["Étoile", "Cœur", "Forêt", "Théâtre"]
    assert told == ["Caractères d'un autre encodage que utf-8 : relus en Windows-1252."]


def test_formulas_and_markup_are_text(tmp_path: Path) -> None:
    _, rows, told = read(write(tmp_path, "nom;ville\n=cmd|' /C calc'!A0;<script>alert(1)</script>\n"))

    assert rows[0].cells == ["=cmd|' /C calc'!A0", "<script>alert(1)</script>"]
    assert told == []


def test_column_names_alone_are_no_list(tmp_path: Path) -> None:
    with pytest.raises(NoRowsError, match="aucune donnée"):
        open_table(write(tmp_path, "nom;ville\n;\n"))


def test_a_cell_that_no_list_has_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "nom;ville\nA;Lens\nB;" + "x" * 200_000 + "\n")
    table = open_table(path)

    with pytest.raises(OversizedLineError, match="ligne 3"):
        list(table.rows())


CELLS = st.text(alphabet=st.sampled_from("aé \";,\n\r'|\t9"), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=8))
def test_what_is_well_written_is_read_back_cell_by_cell(rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    text = written.getvalue()

    read_back = list(QuotedReader(io.StringIO(text, newline=""), separator=";", width=2))

    assert [record.cells for record in read_back] == rows
    assert not any(record.is_mended for record in read_back)


@given(st.lists(st.text(alphabet='ab;"\n', max_size=12), max_size=10), st.sampled_from([None, 1, 2, 3]))
def test_no_letter_is_lost_whatever_the_quotes(lines: list[str], width: int | None) -> None:
    text = "\n".join(lines)

    records = list(QuotedReader(io.StringIO(text, newline=""), separator=";", width=width))

    letters = "".join(cell for record in records for cell in record.cells)
    assert sorted(c for c in letters if c in "ab") == sorted(c for c in text if c in "ab")
    assert [record.line for record in records] == sorted({record.line for record in records})

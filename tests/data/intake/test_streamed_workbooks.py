"""A large workbook is read to disk, row by row: the same texts as one laid out in memory, at no cost."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake import workbook as workbook_module
from data.intake.problems import ProblemLog
from data.intake.reading import open_table
from data.intake.table import Row

# A spreadsheet's instants have no time zone.
INSTANT = datetime.fromisoformat("2026-03-12T09:05:30")


def read(path: Path, *, streamed: bool) -> tuple[tuple[str, ...], str | None, list[Row], list[str]]:
    with pytest.MonkeyPatch.context() as patch:
        if streamed:
            patch.setattr(workbook_module, "STREAMED_FROM_CELLS", 0)
        table = open_table(path)
        log = ProblemLog()
        rows = list(table.rows(log))
        again = list(table.rows())
    assert rows == again
    told = [f"{problem.line} {problem.what}" for problem in (*table.problems.problems(), *log.problems())]
    while rows and rows[-1].is_blank:
        rows.pop()
    return table.columns, table.sheet, rows, told


def check_alike(path: Path) -> list[Row]:
    laid_out = read(path, streamed=False)
    assert read(path, streamed=True) == laid_out
    return laid_out[2]


def test_an_xlsx_gives_the_same_texts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Liste"
    sheet["B2"] = "Nos adhérents"
    for column, name in enumerate(["nom", "ville", "cp", "n", "le", "vu", "à", "durée", "membre"], start=2):
        sheet.cell(4, column, name)
    values: list[Any] = [
        "  Les Amis ", "Lens", "02330", 39911508800011, date(2026, 3, 12), INSTANT, time(9),
        timedelta(hours=30), True,
    ]  # fmt: skip
    others: list[Any] = [
        "a\nb",
        "=1+1",
        "#N/A",
        0.1 + 0.2,
        date(1900, 2, 1),
        1e20,
        time(23, 59, 59),
        -1.5,
        False,
    ]
    for column, value in enumerate(values, start=2):
        sheet.cell(5, column, value)
    for column, value in enumerate(others, start=2):
        sheet.cell(9, column, value)
    sheet["C10"], sheet["L10"] = "Lille <&> « é »", "au-delà"
    sheet["D11"] = 0.5
    sheet["D11"].number_format = "0.00 %"
    sheet["E11"] = 12.5
    sheet["E11"].number_format = '#,##0.00 "jours d\'avance"'
    hidden = book.create_sheet("Cachée")
    hidden.append(["nom", "ville", "adresse"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Notes").append(["rien"])
    book.save(tmp_path / "liste.xlsx")

    rows = check_alike(tmp_path / "liste.xlsx")

    assert [(row.line, row.cells[0]) for row in rows if not row.is_blank] == [
        (5, "Les Amis"), (9, "a\nb"), (10, ""), (11, ""),
    ]  # fmt: skip
    assert rows[-2].overflow[-1] == "au-delà"


def test_shared_and_rich_texts_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "liste.xlsx"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    members = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="L" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>nom</t></si><si><t>ville</t></si>'
        "<si><r><t xml:space=\"preserve\">Les </t></r><r><rPr><b/></rPr><t>Amis</t></r>"
        '<rPh sb="0" eb="1"><t>LEZAMI</t></rPh></si>'
        "<si><t>a_x000D_b</t></si><si/></sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>'
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="inlineStr"><is><t>Lens</t></is></c></row>'
        '<row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3" t="str"><f>A1</f><v>Arras</v></c></row>'
        '<row r="4"><c r="A4" t="s"><v>4</v></c><c r="B4" t="b"><v>1</v></c></row>'
        "</sheetData></worksheet>",
    }  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')

    rows = check_alike(path)

    assert [row.cells for row in rows] == [
        ["Les Amis", "Lens"], ["a\rb", "Arras"], ["", "VRAI"],
    ]  # fmt: skip


ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:automatic-styles><style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>"
)
ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def save_ods(path: Path, tables: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS_HEAD + tables + ODS_TAIL)
    return path


def write_text(text: str, repeats: int = 1) -> str:
    return (
        f"<table:table-cell table:number-columns-repeated={quoteattr(str(repeats))} "
        f'office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
    )


def test_an_ods_gives_the_same_texts(tmp_path: Path) -> None:
    rows = (
        f"<table:table-row>{write_text('nom')}{write_text('ville')}{write_text('n', 3)}</table:table-row>"
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        "<table:table-row>"
        '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p>'
        "</office:annotation><text:p>Les<text:s/>Amis</text:p><text:p>d'<text:span>Arras</text:span></text:p>"
        "</table:table-cell>"
        f"{write_text('Lens')}"
        '<table:table-cell office:value-type="float" office:value="62300"><text:p>62 300</text:p>'
        "</table:table-cell>"
        '<table:table-cell office:value-type="date" office:date-value="2026-03-12"><text:p>12/03</text:p>'
        "</table:table-cell>"
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>VRAI</text:p>'
        "</table:table-cell></table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{write_text("Deux")}</table:table-row>'
        '<table:table-row><table:table-cell office:value-type="percentage" office:value="0.5"/>'
        '<table:covered-table-cell/><table:table-cell office:value-type="date"'
        ' office:date-value="2026-03-12T09:05:00"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    hidden = f"<table:table-row>{write_text('adresse')}{write_text('ville')}</table:table-row>"
    path = save_ods(
        tmp_path / "liste.ods",
        f'<table:table table:name="Cachée" table:style-name="ta2">{hidden}</table:table>'
        f'<table:table table:name="Liste">{rows}</table:table>',
    )

    read_rows = check_alike(path)

    assert [row.cells[:2] for row in read_rows if not row.is_blank] == [
        ["Les Amis\nd'Arras", "Lens"], ["Deux", ""], ["Deux", ""], ["0.5", ""],
    ]  # fmt: skip


cells = st.one_of(
    st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
    .filter(lambda text: not text.startswith("=")),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=6))
def test_any_workbook_gives_the_same_texts(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    path = tmp_path_factory.mktemp("book") / "liste.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    everything: list[list[Any]] = [["nom", "ville"], ["A", "Lens"], *rows]
    for row in everything:
        sheet.append(row)
    book.save(path)
    check_alike(path)


MEASURE = """
import sys
from pathlib import Path
from data.intake.reading import open_table
rows = sum(1 for _ in open_table(Path(sys.argv[1])).rows())
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(rows, int(peak.split()[1]) // 1024)
"""


def measure_peak(path: Path) -> tuple[int, int]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], check=True, capture_output=True, text=True, timeout=120
    )
    rows, peak_mb = map(int, done.stdout.split())
    return rows, peak_mb


def write_long_ods(path: Path, rows: int) -> Path:
    lines = (
        f"<table:table-row>{write_text(f'Les Amis {n}')}{write_text(f'{n} rue de la Paix')}"
        f"{write_text('62300')}{write_text('Lens')}{write_text('x' * 60)}</table:table-row>"
        for n in range(rows)
    )
    head = "".join(map(write_text, ("nom", "adresse", "cp", "ville", "note")))
    return save_ods(
        path,
        f'<table:table table:name="L"><table:table-row>{head}</table:table-row>'
        f"{''.join(lines)}</table:table>",
    )


def write_long_xlsx(path: Path, rows: int) -> Path:
    """Write shared texts, all different, as Excel does: what costs most to hold."""
    strings = ["nom", "adresse", "cp", "ville", "note"]
    for n in range(rows):
        strings += [f"Les Amis {n}", f"{n} rue de la Paix", f"{n:05}", f"Ville {n}", f"{n:060}"]
    base = path.with_name("base.xlsx")
    openpyxl.Workbook().save(base)
    letters = "ABCDE"
    sheet = "".join(
        f'<row r="{row + 1}">'
        + "".join(f'<c r="{letters[c]}{row + 1}" t="s"><v>{row * 5 + c}</v></c>' for c in range(5))
        + "</row>"
        for row in range(rows + 1)
    )
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    with (
        zipfile.ZipFile(base) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name == "xl/worksheets/sheet1.xml":
                new.writestr(name, f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>")
            elif name != "xl/sharedStrings.xml":
                new.writestr(name, old.read(name))
        texts = "".join(f"<si><t>{text}</t></si>" for text in strings)
        new.writestr("xl/sharedStrings.xml", f"<sst {main}>{texts}</sst>")
    return path


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc, for a program's peak")
@pytest.mark.parametrize("write", [write_long_ods, write_long_xlsx])
def test_a_workbook_four_times_as_long_takes_no_more_memory(tmp_path: Path, write: object) -> None:
    assert callable(write)
    suffix = ".ods" if write is write_long_ods else ".xlsx"
    few, few_mb = measure_peak(write(tmp_path / f"court{suffix}", 26_000))
    many, many_mb = measure_peak(write(tmp_path / f"long{suffix}", 104_000))
    assert (few, many) == (26_000, 104_000)
    # What is kept of each different text is eight bytes, twice: 6 MB here.
    assert many_mb - few_mb < 15, (few_mb, many_mb)

"""The answer of `coverage` as a table that a spreadsheet opens: CSV for France's Excel, and XLSX."""

from __future__ import annotations

import csv
from pathlib import Path

from data.exports.atomic import write_atomically
from geo.french import LEVEL_NAMES
from geo.records import CoverageAnswer

_COLUMNS = (
    "code", "name", "population", "count", "per_10k", "expected", "ratio", "ratio_low", "ratio_high",
    "significant_absence",
)  # fmt: skip
_TITLES = {
    "code": "Code",
    "name": "Nom",
    "population": "Habitants",
    "count": "Présences",
    "per_10k": "Pour 10 000 habitants",
    "expected": "Attendues",
    "ratio": "Observé / attendu",
    "ratio_low": "Intervalle à 95 %, bas",
    "ratio_high": "Intervalle à 95 %, haut",
    "significant_absence": "Absence significative",
}


def write_coverage_csv(answer: CoverageAnswer, path: Path) -> None:
    """Write one line per territory: `;`, decimal comma, and the mark that Excel needs to read accents."""

    def write(target: Path) -> None:
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(
                [LEVEL_NAMES[answer.level][0].capitalize() + " : code", *list(_TITLES.values())[1:]]
            )
            for row in answer.rows:
                writer.writerow([_cell(getattr(row, column)) for column in _COLUMNS])

    write_atomically(path, write)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def write_coverage_xlsx(answer: CoverageAnswer, path: Path) -> None:
    """Write a workbook: the table, then a sheet with the complement and the totals."""
    from openpyxl import Workbook  # noqa: PLC0415 (a tenth of a second, for workbooks only)
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=False)
    table = book.create_sheet("Couverture", 0)
    del book["Sheet"]
    table.append(list(_TITLES.values()))
    for cell in table[1]:
        cell.font = Font(bold=True)
    for row in answer.rows:
        table.append([getattr(row, column) for column in _COLUMNS])
    table.freeze_panes = "C2"
    table.column_dimensions["B"].width = 48
    summary = book.create_sheet("Synthèse")
    outside = answer.outside
    for line in (
        ("Territoire laissé de côté", outside.name),
        ("Présences au-dedans", outside.count_inside),
        ("Présences au-dehors", outside.count_outside),
        ("Part au-dehors", outside.share_outside),
        ("Intervalle à 95 %, bas", outside.share_low),
        ("Intervalle à 95 %, haut", outside.share_high),
        ("Part des habitants au-dehors", outside.population_share_outside),
        ("Écart à la parité, en présences", outside.gap),
        *((f"Lignes : {status}", count) for status, count in answer.totals.by_status().items()),
        ("Lignes reçues", answer.totals.received),
        ("Date des données", answer.data_date),
        ("Sources des populations", "Insee, populations municipales (Licence Ouverte 2.0)"),
    ):
        summary.append(line)
    summary.column_dimensions["A"].width = 36
    write_atomically(path, book.save)

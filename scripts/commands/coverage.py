"""`maillage coverage`: where the network is, in proportion to the inhabitants, and outside the metropolis."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from data.exports import write_coverage_csv, write_coverage_xlsx
from data.questions import answer_coverage
from data.session import open_register
from geo.contract import coverage_as_json
from geo.coverage.sentences import write_outside
from geo.french import (
    KIND_NAMES,
    LEVEL_NAMES,
    write_count,
    write_date,
    write_list,
    write_number,
    write_share,
)
from geo.records import MEL_CODE, CoverageAnswer, Kind, Level
from scripts.console import output, print_json, say, say_title
from scripts.parameters import Json, OneKind, OneLevel, OneSector, Outside, read_day, read_sector
from scripts.tables import add_cells, start_table
from scripts.totals import say_totals


def show_coverage(
    level: OneLevel = Level.EPCI,
    kind: OneKind = Kind.ACTOR,
    sector: OneSector = None,
    outside: Outside = MEL_CODE,
    at: Annotated[
        date | None,
        typer.Option(parser=read_day, help="Le registre tel qu'il était ce jour-là.", metavar="DATE"),
    ] = None,
    as_json: Json = False,
    csv_path: Annotated[
        Path | None, typer.Option("--csv", help="Écrire le tableau en CSV.", metavar="FICHIER")
    ] = None,
    xlsx_path: Annotated[
        Path | None, typer.Option("--xlsx", help="Écrire un classeur XLSX.", metavar="FICHIER")
    ] = None,
) -> None:
    """Dire où le réseau est présent, en proportion de la population, et hors de la métropole."""
    register = open_register()
    answer = answer_coverage(
        register, level=level, kind=kind, sector=read_sector(register, sector), outside=outside, at=at
    )
    if csv_path:
        write_coverage_csv(answer, csv_path)
        say(f"Tableau écrit : {csv_path}")
    if xlsx_path:
        write_coverage_xlsx(answer, xlsx_path)
        say(f"Classeur écrit : {xlsx_path}")
    if as_json:
        print_json(coverage_as_json(answer))
    elif not (csv_path or xlsx_path):
        say_coverage(answer)
        say_table(answer)


def say_coverage(answer: CoverageAnswer) -> None:
    """Say the sentences that answer the board's first questions."""
    many = KIND_NAMES[answer.kind][1]
    outside = answer.outside
    say_title(f"Où sommes-nous présents ? ({many}, au {write_date(answer.data_date or answer.at)})")
    say(write_outside(outside, answer.kind))
    if outside.share_low is not None and outside.share_high is not None:
        bounds = f"{write_share(outside.share_low)} et {write_share(outside.share_high)}"
        people = write_share(outside.population_share_outside, 2)
        say(f"Intervalle à 95 % de la part des {many} : entre {bounds} ; part des habitants : {people}.")
    say_absences(answer)
    say_totals(answer.totals, *KIND_NAMES[answer.kind])


def say_absences(answer: CoverageAnswer) -> None:
    """Name the territories with nobody, and which of those absences chance does not explain."""
    one_level, many_levels = LEVEL_NAMES[answer.level]
    empty = [row for row in answer.rows if row.count == 0]
    significant = [row.name for row in empty if row.significant_absence]
    total = write_number(len(answer.rows))
    text = f"{write_count(len(empty), one_level, many_levels)} sur {total} sans présence."
    if answer.empty_expected_by_chance is not None and empty:
        text += f" Par le seul hasard, on en attendrait {write_number(answer.empty_expected_by_chance)}."
    say(text)
    if significant:
        say(f"Absences significatives (3 attendus ou plus) : {write_list(significant)}.")
    elif empty:
        say("Aucune de ces absences n'est significative (moins de 3 attendus dans chacune).")


def say_table(answer: CoverageAnswer) -> None:
    """Print the table, most inhabited first."""
    level, many = LEVEL_NAMES[answer.level][0].capitalize(), KIND_NAMES[answer.kind][1].capitalize()
    figures = ("Habitants", many, "Attendus", "Obs./att.", "Pour 10 000 hab.")
    table = start_table(level, *figures, "", right=figures)
    for row in sorted(answer.rows, key=lambda row: (-row.population, row.code)):
        add_cells(
            table,
            row.name,
            write_number(row.population),
            write_number(row.count),
            "–" if row.expected is None else write_number(row.expected, 1),
            "–" if row.ratio is None else write_number(row.ratio, 2),
            "–" if row.per_10k is None else write_number(row.per_10k, 2),
            "absence significative" if row.significant_absence else "",
        )
    say()
    output().print(table)

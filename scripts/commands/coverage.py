"""`maillage coverage`: where the network is, in proportion to the inhabitants, and outside the metropolis."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from data.exports import write_coverage_csv, write_coverage_xlsx
from data.opening import open_register
from data.questions import answer_coverage, compare_dates
from geo.contract import coverage_as_json
from geo.coverage.change import CoverageChange, change_as_json
from geo.coverage.change_sentences import write_counting, write_flow_totals, write_horizon
from geo.coverage.sentences import (
    name_outside,
    write_absence_verdict,
    write_net_change,
    write_outside,
)
from geo.french import (
    KIND_NAMES,
    LEVEL_NAMES,
    write_count,
    write_date,
    write_list,
    write_number,
    write_share,
)
from geo.records import MEL_CODE, Basis, CoverageAnswer, Kind, Level
from scripts.console import output, print_json, say, say_title
from scripts.parameters import Json, OneKind, OneLevel, OneSector, read_day, read_sector
from scripts.tables import add_cells, start_table
from scripts.totals import say_totals


def show_coverage(
    level: OneLevel = Level.EPCI,
    kind: OneKind = Kind.ACTOR,
    sector: OneSector = None,
    outside: Annotated[
        str,
        typer.Option(
            help="Le ou les territoires dont on regarde l'extérieur, séparés par des virgules.",
            metavar="CODE[,CODE…]",
        ),
    ] = MEL_CODE,
    at: Annotated[
        date | None,
        typer.Option(parser=read_day, help="Le registre tel qu'il était ce jour-là.", metavar="DATE"),
    ] = None,
    since: Annotated[
        date | None,
        typer.Option(parser=read_day, help="Dire aussi ce qui a bougé depuis ce jour.", metavar="DATE"),
    ] = None,
    basis: Annotated[
        str,
        typer.Option(help="Compter au siège (seat) ou dans la zone d'action (zone).", metavar="seat|zone"),
    ] = "seat",
    denominator: Annotated[
        str | None,
        typer.Option(help="Comparer à un dénominateur du registre, et non aux habitants.", metavar="NOM"),
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
    counted_at = _read_basis(basis)
    register = open_register()
    code = read_sector(register, sector)
    answer = answer_coverage(
        register,
        level=level,
        kind=kind,
        sector=code,
        outside=outside,
        at=at,
        basis=counted_at,
        denominator=denominator,
    )
    change = None
    if since is not None:
        change = compare_dates(
            register,
            since=since,
            at=at,
            level=level,
            kind=kind,
            sector=code,
            outside=outside,
            basis=counted_at,
        )
    if csv_path:
        write_coverage_csv(answer, csv_path)
        say(f"Tableau écrit : {csv_path}")
    if xlsx_path:
        write_coverage_xlsx(answer, xlsx_path)
        say(f"Classeur écrit : {xlsx_path}")
    if as_json:
        moved = {"change": change_as_json(change)} if change else {}
        print_json({**coverage_as_json(answer), **moved})
    elif not (csv_path or xlsx_path):
        say_coverage(answer)
        if change:
            say_change(change)
        say_table(answer)


def _read_basis(text: str) -> Basis:
    if text == "seat":
        return "seat"
    if text == "zone":
        return "zone"
    message = f"{text!r} n'est pas une façon de compter. On attend seat (au siège) ou zone (zone d'action)."
    raise typer.BadParameter(message, param_hint="--basis")


def say_coverage(answer: CoverageAnswer) -> None:
    """Say the sentences that answer the board's first questions."""
    many = KIND_NAMES[answer.kind][1]
    outside = answer.outside
    against = answer.denominator.unit if answer.denominator else "habitants"
    say_title(f"Où sommes-nous présents ? ({many}, au {write_date(answer.data_date or answer.at)})")
    if answer.basis == "zone":
        say(f"Les {many} sont comptés dans leur zone d'action, une fois dans chaque territoire.")
    if answer.denominator:
        say(f"Comparaison aux {against} : {answer.denominator.source}.")
    say(write_outside(outside, answer.kind, against))
    if outside.share_low is not None and outside.share_high is not None:
        bounds = f"{write_share(outside.share_low)} et {write_share(outside.share_high)}"
        people = write_share(outside.population_share_outside, 2)
        say(f"Intervalle à 95 % de la part des {many} : entre {bounds} ; part des {against} : {people}.")
    say_absences(answer)
    say_totals(answer.totals, *KIND_NAMES[answer.kind])


def say_change(change: CoverageChange) -> None:
    """Say what moved between the two dates."""
    say_title(f"Du {write_date(change.since)} au {write_date(change.at)}")
    horizon = write_horizon(change)
    if horizon:
        say(horizon)
        return
    say(write_counting(change))
    say(write_flow_totals(change))
    say(write_net_change(change.net, change.kind))
    place = name_outside(change.after.outside)
    say(f"Hors de {place} : {write_net_change(change.net_outside, change.kind)}")
    say(f"Dans {place} : {write_net_change(change.net_inside, change.kind)}")


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
    if answer.basis == "zone":
        say("Aucun écart n'est testé : une présence compte dans plusieurs territoires.")
    elif significant:
        say(f"Absences significatives (3 attendus ou plus, test d'un seul côté) : {write_list(significant)}.")
    elif empty:
        say("Aucune de ces absences n'est significative (moins de 3 attendus dans chacune).")


def say_table(answer: CoverageAnswer) -> None:
    """Print the table, most inhabited first."""
    level, many = LEVEL_NAMES[answer.level][0].capitalize(), KIND_NAMES[answer.kind][1].capitalize()
    unit = answer.denominator.unit if answer.denominator else "hab."
    figures = ("Habitants", many, "Attendus", "Obs./att.", f"Pour 10 000 {unit}")
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
            write_absence_verdict(row) if row.significant_absence else "",
        )
    say()
    output().print(table)

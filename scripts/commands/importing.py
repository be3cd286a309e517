"""`maillage import`: a list in, a placed register, a report of everything that was met."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from textwrap import shorten
from typing import Annotated

import typer

from data.errors import FileNotWrittenError
from data.exports import write_text_atomically
from data.intake.mapping import load_mapping
from data.intake.report import CHANGE_NAMES, render_report_html, report_as_json
from data.opening import open_register
from data.questions import import_file
from geo.french import write_count, write_system_error
from geo.records import ImportReport, Kind
from scripts.console import output, print_json, say, say_error, say_title, show_progress
from scripts.parameters import Json, OneKind, read_day
from scripts.tables import add_cells, start_table
from scripts.totals import say_totals

_PROBLEMS_SHOWN = 15
_CELL_WIDTH = 150


def import_list(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, ODS, JSON ou GeoJSON.", metavar="FICHIER")],
    kind: OneKind = Kind.ACTOR,
    source: Annotated[
        str | None, typer.Option(help="Le nom de la source (par défaut, celui du fichier).", metavar="NOM")
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(parser=read_day, help="La date des données (par défaut, ce jour).", metavar="DATE"),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Un fichier JSON : colonne → champ.", metavar="FICHIER.json")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tout vérifier, ne rien enregistrer.")] = False,
    report_dir: Annotated[
        Path | None, typer.Option("--report", help="Où écrire le rapport (HTML et JSON).", metavar="DOSSIER")
    ] = None,
    as_json: Json = False,
) -> None:
    """Verser une liste dans le registre : lire, vérifier, placer, comparer, enregistrer."""
    if report_dir:
        # Before anything is stored: an import must not be known to have failed once it has succeeded.
        prepare_report_folder(report_dir)
    register = open_register()
    with show_progress(f"Import de {file.name}") as advance_to:
        report = import_file(
            register,
            file,
            kind=kind,
            source=source,
            as_of=as_of,
            mapping=load_mapping(mapping) if mapping else None,
            dry_run=dry_run,
            progress=advance_to,
        )
    is_written = report_dir is not None and write_reports(report, report_dir)
    if as_json:
        print_json(report_as_json(report))
    else:
        say_report(report)
        if report_dir and is_written:
            say(f"Rapport complet : {report_dir / 'rapport.html'}")


def prepare_report_folder(folder: Path) -> None:
    """
    Make the folder of the report and try to write in it.

    Raises
    ------
    FileNotWrittenError
        If reports cannot be written there; nothing has been imported then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileNotWrittenError(path=folder, reason=write_system_error(error)) from error
    write_text_atomically(folder / "rapport.json", "{}\n")


def write_reports(report: ImportReport, folder: Path) -> bool:
    """Write the report for people (HTML) and for machines (JSON); say so when the disk will not take it."""
    text = json.dumps(report_as_json(report), ensure_ascii=False, indent=2, default=str)
    try:
        write_text_atomically(folder / "rapport.html", render_report_html(report))
        write_text_atomically(folder / "rapport.json", text + "\n")
    except FileNotWrittenError as error:
        done = "L'essai est fait" if report.dry_run else "L'import est enregistré"
        say_error(f"{done}, mais son rapport n'a pas pu être écrit. {error}")
        return False
    return True


def say_report(report: ImportReport) -> None:
    """Print the summary: totals that reconcile, what changes, what was met."""
    state = "essai, rien n'est enregistré" if report.dry_run else "enregistré"
    say_title(f"{report.file} → source « {report.source} » ({state})")
    say_totals(report.counts, "ligne", "lignes")
    say(
        f"{write_count(report.new, 'nouvelle', 'nouvelles')}, {write_count(report.changed, 'modifiée')}, "
        f"{write_count(report.unchanged, 'inchangée')}, "
        f"{write_count(report.absent, 'absente')} de ce fichier."
    )
    unmapped = [column for column, field in report.mapping.items() if field is None]
    if unmapped:
        say(f"Colonnes gardées telles quelles : {', '.join(unmapped)}.")
    if report.dry_run:
        for change in report.changes[:_PROBLEMS_SHOWN]:
            field = CHANGE_NAMES.get(change.field, change.field)
            say(f"  {change.presence} : {field} « {change.before or ''} » → « {change.after or ''} »")
    if report.problems:
        _say_problems(report)


def _say_problems(report: ImportReport) -> None:
    say_title(f"{write_count(len(report.problems), 'remarque')} (rien n'est perdu)")
    table = start_table("Ligne", "Colonne", "Valeur reçue", "Ce qui a été fait")
    for problem in report.problems[:_PROBLEMS_SHOWN]:
        cells = (problem.column or "", problem.value or "", problem.what)
        add_cells(table, problem.line, *(shorten(cell, _CELL_WIDTH, placeholder=" […]") for cell in cells))
    output().print(table)
    hidden = len(report.problems) - _PROBLEMS_SHOWN
    if hidden > 0:
        say(f"… et {write_count(hidden, 'autre')} : ajoutez --report DOSSIER pour tout lire.")

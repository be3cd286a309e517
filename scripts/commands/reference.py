"""`maillage reference`: check the territories that ship with the service, and build them again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from data.opening import open_register
from data.questions import add_denominator, list_denominators, remove_denominator
from data.reference.check import check_reference
from geo.french import LEVEL_NAMES, write_count, write_number
from geo.records import Denominator
from scripts.console import output, print_json, say
from scripts.parameters import Json
from scripts.tables import add_cells, start_table

app = typer.Typer(
    help="Le référentiel des territoires livré avec le service, et les dénominateurs du registre.",
    no_args_is_help=True,
)


@app.command("check")
def check(as_json: Json = False) -> None:
    """Retrouver chaque chiffre publié dans le référentiel livré ; code 1 s'il en manque un."""
    figures = check_reference()
    if as_json:
        print_json([asdict(figure) for figure in figures])
    else:
        table = start_table("", "Chiffre", "Attendu", "Trouvé", right=("Attendu", "Trouvé"))
        for figure in figures:
            add_cells(
                table, "oui" if figure.ok else "NON", figure.label, figure.expected_text, figure.found_text
            )
        output().print(table)
        wrong = sum(not figure.ok for figure in figures)
        say(f"{len(figures) - wrong} chiffres retrouvés sur {len(figures)}.")
    if not all(figure.ok for figure in figures):
        raise typer.Exit(1)


@app.command("build")
def build(
    membership: Annotated[
        Path,
        typer.Option(help="La table d'appartenance des communes de l'Insee (CSV).", metavar="FICHIER.csv"),
    ],
    packages: Annotated[
        Path | None, typer.Option(help="Le dossier des paquets, s'ils sont déjà là.", metavar="DOSSIER")
    ] = None,
    as_json: Json = False,
) -> None:
    """Reconstruire le référentiel depuis les paquets publics, vérifiés par leur empreinte."""
    from scripts.build_reference import build_reference

    figures = build_reference(membership=membership, packages=packages)
    if as_json:
        print_json(asdict(figures))
    else:
        say("Référentiel reconstruit. Pour le vérifier : maillage reference check")


@app.command("add-denominator")
def add(
    path: Annotated[
        Path,
        typer.Argument(
            help="Un tableau (CSV, XLSX) : un code de commune ou d'EPCI, un nombre.", metavar="FICHIER"
        ),
    ],
    name: Annotated[
        str | None, typer.Option(help="Son nom, pour le demander ensuite.", metavar="NOM")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Ce qui est compté, au pluriel.", metavar="UNITÉ")] = None,
    source: Annotated[str | None, typer.Option(help="D'où viennent les chiffres.", metavar="SOURCE")] = None,
    year: Annotated[
        int | None, typer.Option(help="L'année des chiffres.", min=1990, max=2100, metavar="ANNÉE")
    ] = None,
    code_column: Annotated[str | None, typer.Option(help="La colonne des codes.", metavar="COLONNE")] = None,
    value_column: Annotated[
        str | None, typer.Option(help="La colonne des nombres.", metavar="COLONNE")
    ] = None,
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="Laisser de côté les codes inconnus.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ajouter ce à quoi comparer les présences : établissements de l'ESS, emplois."""
    added = add_denominator(
        open_register(),
        path,
        name=name,
        unit=unit,
        source=source,
        year=year,
        code_column=code_column,
        value_column=value_column,
        skip_unknown=skip_unknown,
    )
    read, denominator = added.read, added.denominator
    if as_json:
        counts = {key: getattr(read, key) for key in ("rows", "outside", "empty", "unknown", "merged")}
        print_json({**_as_json(denominator), **counts})
        return
    say(f"Ajouté : {_write(denominator)}.")
    say(f"{write_count(read.rows, 'ligne lue', 'lignes lues')}.")
    for count, one, many in (
        (
            read.merged,
            "commune fusionnée depuis, comptée dans celle d'aujourd'hui",
            "communes fusionnées depuis, comptées dans celles d'aujourd'hui",
        ),
        (read.outside, "ligne d'une autre région", "lignes d'autres régions"),
        (read.empty, "ligne sans nombre", "lignes sans nombre"),
        (read.unknown, "code inconnu, laissé de côté", "codes inconnus, laissés de côté"),
    ):
        if count:
            say(f"{write_count(count, one, many)}.")
    say(f'Pour s\'en servir : maillage coverage --denominator "{denominator.name}"')


@app.command("list-denominators")
def list_all(as_json: Json = False) -> None:
    """Lister ce à quoi les présences peuvent être comparées, en plus des habitants."""
    found = list_denominators(open_register())
    if as_json:
        print_json([_as_json(denominator) for denominator in found])
        return
    if not found:
        say("Aucun dénominateur. Pour en ajouter un : maillage reference add-denominator FICHIER")
    for denominator in found:
        say(_write(denominator))


@app.command("remove-denominator")
def remove(
    name: Annotated[str, typer.Argument(help="Le nom du dénominateur.", metavar="NOM")],
    as_json: Json = False,
) -> None:
    """Retirer un dénominateur du registre."""
    remove_denominator(open_register(), name)
    if as_json:
        print_json({"removed": name})
    else:
        say(f"Retiré : « {name} ».")


def _as_json(denominator: Denominator) -> dict[str, object]:
    return asdict(denominator)


def _write(denominator: Denominator) -> str:
    year = f", {denominator.year}" if denominator.year else ""
    places = write_count(denominator.territory_count, *LEVEL_NAMES[denominator.level])
    return (
        f"« {denominator.name} » : {write_number(denominator.total)} {denominator.unit}, {places} "
        f"({denominator.source}{year})"
    )

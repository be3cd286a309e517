"""`maillage reference`: check the territories that ship with the service, and build them again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from data.reference.check import check_reference
from scripts.console import output, print_json, say
from scripts.parameters import Json
from scripts.tables import add_cells, start_table

app = typer.Typer(help="Le référentiel des territoires livré avec le service.", no_args_is_help=True)


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

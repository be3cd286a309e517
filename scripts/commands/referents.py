"""`maillage referent`: who refers for each territory, and where nobody does."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from data.questions.referents import get_referents, list_care, name_referents, remove_referents
from data.session import open_register
from geo.french import write_number
from geo.referents import TerritoryCare, write_care, write_referents
from scripts.console import output, print_json, say
from scripts.parameters import Json
from scripts.tables import add_cells, start_table

app = typer.Typer(
    help="Les binômes (équipe salariée et Collectif) qui suivent chaque territoire.", no_args_is_help=True
)

Code = Annotated[str, typer.Argument(help="Le code du territoire (SIREN de l'EPCI).", metavar="CODE")]


@app.command("add")
def add(
    code: Code,
    employee: Annotated[
        str | None, typer.Option(help="Qui suit le territoire dans l'équipe salariée.", metavar="NOM")
    ] = None,
    board: Annotated[
        str | None, typer.Option(help="Qui suit le territoire au Collectif.", metavar="NOM")
    ] = None,
    as_json: Json = False,
) -> None:
    """Nommer un binôme, que la fiche publique montre : avec l'accord de la personne, ou par sa fonction."""
    if employee is None and board is None:
        message = "Donnez --employee NOM, --board NOM, ou les deux."
        raise typer.BadParameter(message)
    named = name_referents(open_register(), code, employee=employee, board=board)
    if as_json:
        print_json(asdict(named))
    else:
        say(f"Binôme de {code} : {write_referents(named)}")


@app.command("remove")
def remove(
    code: Code,
    employee: Annotated[bool, typer.Option("--employee", help="Seulement l'équipe salariée.")] = False,
    board: Annotated[bool, typer.Option("--board", help="Seulement le Collectif.")] = False,
    as_json: Json = False,
) -> None:
    """Retirer le binôme d'un territoire, ou l'une de ses deux personnes."""
    register = open_register()
    both = employee == board
    remove_referents(register, code, employee=employee or both, board=board or both)
    left = get_referents(register, code)
    if as_json:
        print_json(asdict(left))
    else:
        say(f"Retiré. Binôme de {code} : {write_referents(left) or 'personne.'}")


@app.command("list")
def list_all(
    missing: Annotated[
        bool, typer.Option("--missing", help="Seulement là où manque un binôme ou un ambassadeur.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Lister les intercommunalités, leur binôme et leurs ambassadeurs et ambassadrices."""
    cares = list_care(open_register())
    shown = [care for care in cares if care.is_lacking or not missing]
    if as_json:
        print_json([_as_json(care) for care in shown])
        return
    right = ("Habitants", "Ambassadeurs")
    table = start_table("Code", "Intercommunalité", "Habitants", "Ambassadeurs", "Binôme", right=right)
    for care in shown:
        add_cells(
            table,
            care.code,
            care.name,
            write_number(care.population),
            write_number(care.ambassador_count),
            write_referents(care.referents) or "personne",
        )
    output().print(table)
    say(write_care(cares))


def _as_json(care: TerritoryCare) -> dict[str, object]:
    return {**asdict(care), "is_pair": care.referents.is_pair}

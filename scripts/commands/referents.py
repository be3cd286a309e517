"""`maillage referent`: who refers for each territory, and where nobody does."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from data.opening import open_register
from data.questions.referents import (
    erase_referent,
    get_referents,
    list_care,
    list_referent_changes,
    name_referents,
    remove_referents,
)
from data.territories import get_territory
from geo.french import write_count, write_number
from geo.referents import TerritoryCare, write_care, write_referent_change, write_referents
from scripts.console import output, print_json, say
from scripts.parameters import Json
from scripts.tables import add_cells, start_table

app = typer.Typer(
    help="Les binômes (équipe salariée et Collectif) qui suivent chaque territoire.", no_args_is_help=True
)

Why = Annotated[str | None, typer.Option("--why", help="Ce que l'historique en garde.", metavar="TEXTE")]
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
    why: Why = None,
    as_json: Json = False,
) -> None:
    """Nommer un binôme, que la fiche publique montre : avec l'accord de la personne, ou par sa fonction."""
    if employee is None and board is None:
        message = "Donnez --employee NOM, --board NOM, ou les deux."
        raise typer.BadParameter(message)
    named = name_referents(open_register(), code, employee=employee, board=board, why=why)
    if as_json:
        print_json(asdict(named))
    else:
        say(f"Binôme de {code} : {write_referents(named)}")


@app.command("remove")
def remove(
    code: Code,
    employee: Annotated[bool, typer.Option("--employee", help="Seulement l'équipe salariée.")] = False,
    board: Annotated[bool, typer.Option("--board", help="Seulement le Collectif.")] = False,
    why: Why = None,
    as_json: Json = False,
) -> None:
    """Retirer le binôme d'un territoire, ou l'une de ses deux personnes ; l'historique garde qui c'était."""
    register = open_register()
    both = employee == board
    remove_referents(register, code, employee=employee or both, board=board or both, why=why)
    left = get_referents(register, code)
    if as_json:
        print_json(asdict(left))
    else:
        say(f"Retiré. Binôme de {code} : {write_referents(left) or 'personne.'}")


@app.command("history")
def show_history(
    code: Annotated[
        str | None, typer.Argument(help="Le code du territoire ; tous, sans code.", metavar="[CODE]")
    ] = None,
    as_json: Json = False,
) -> None:
    """Dire qui a suivi chaque territoire, et depuis quand."""
    register = open_register()
    changes = list_referent_changes(register, code)
    if as_json:
        print_json([asdict(change) for change in changes])
        return
    for change in changes:
        name = get_territory(register.referential, change.territory).name
        say(f"{name} : {write_referent_change(change)}")
    if not changes:
        say("Aucun binôme n'a encore été nommé.")


@app.command("erase")
def erase(
    name: Annotated[str, typer.Argument(help="Le nom tel qu'il est publié.", metavar="NOM")],
    as_json: Json = False,
) -> None:
    """Effacer une personne qui le demande : des binômes et de leur historique."""
    lines = erase_referent(open_register(), name)
    if as_json:
        print_json({"name": name, "lines": lines})
    else:
        say(f"Effacé : {write_count(lines, 'ligne')} de l'historique." if lines else "Ce nom n'y est pas.")


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

"""`maillage ban`: the Base Adresse Nationale on this machine, fetched once, indexed once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from data.geocoders import locate_index
from data.reference import load_referential
from data.settings import DatabaseSettings
from geo.french import write_count, write_date, write_list, write_number
from geo.geocoding.addressbase import AddressBase
from geo.geocoding.addressbase.building import build_index
from geo.geocoding.ban_download import fetch_address_files
from scripts.console import print_json, say, show_progress
from scripts.parameters import Json

app = typer.Typer(help="La Base Adresse Nationale sur cette machine.", no_args_is_help=True)


def downloads_folder() -> Path:
    """Say where fetched files are kept, so that they are not fetched twice."""
    return DatabaseSettings().home / "ban"


@app.command("fetch")
def fetch(
    departements: Annotated[
        list[str] | None, typer.Argument(help="Les départements voulus ; tous si rien n'est dit.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--to", help="Où ranger les fichiers.", metavar="DOSSIER")
    ] = None,
    as_json: Json = False,
) -> None:
    """Télécharger les adresses officielles ; interrompu, reprendre où l'on en était."""
    with show_progress("Téléchargement") as advance_to:
        files = fetch_address_files(
            departements or (),
            folder or downloads_folder(),
            progress=lambda _departement, received, _total: advance_to(received),
        )
    if as_json:
        print_json([{**asdict(file), "path": str(file.path)} for file in files])
        return
    for file in files:
        state = "téléchargé" if file.was_fetched else "déjà là, inchangé"
        say(f"{file.departement} : {write_count(file.addresses, 'adresse')}, {state} ({file.path})")
    say("Ensuite : maillage ban index")


@app.command("index")
def index(
    folder: Annotated[
        Path | None,
        typer.Option("--from", help="Le dossier des adresses-XX.csv(.gz).", metavar="DOSSIER"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", help="L'index à écrire.", metavar="FICHIER")
    ] = None,
    as_json: Json = False,
) -> None:
    """Construire l'index des adresses ; l'ancien reste en place jusqu'à la fin."""
    target = out or locate_index()
    target.parent.mkdir(parents=True, exist_ok=True)
    with show_progress("Index des adresses", total=100) as advance_to:
        report = build_index(
            folder or downloads_folder(),
            target,
            progress=lambda share, _what: advance_to(round(100 * share)),
            referential=load_referential(),
        )
    if as_json:
        facts = {key: value for key, value in asdict(report).items() if key != "elapsed_s"}
        print_json({"index": str(target), **facts})
        return
    say(f"Index écrit : {target} (en {write_number(report.elapsed_s, 1)} s).")
    say(f"Fichiers lus : {write_list(report.files)}.")
    _say_contents(report.streets, report.numbers, report.communes)
    if report.skipped:
        say(f"{write_count(report.skipped, 'ligne inutilisable', 'lignes inutilisables')} dans ces fichiers.")


def _say_contents(streets: int, numbers: int, communes: int) -> None:
    what = f"{write_count(streets, 'rue')} et {write_count(numbers, 'numéro')}"
    say(f"{what} dans {write_count(communes, 'commune')}.")


@app.command("check")
def check(as_json: Json = False) -> None:
    """Dire ce qui est indexé, depuis quand, combien de rues et de numéros."""
    base = AddressBase(locate_index())
    names = ("built_at", "newest_file", "files", "communes", "streets", "numbers", "numbers_by_departement")
    facts = {name: base.facts[name] for name in names}
    if as_json:
        print_json({"index": str(base.path), **facts})
        return
    say(f"Index : {base.path}")
    say(f"Construit le {write_date(date.fromisoformat(facts['built_at'][:10]))}, de :")
    for file in facts["files"]:
        say(f"  {file['name']} ({write_number(file['bytes'] / 1e6, 1)} Mo)")
    _say_contents(facts["streets"], facts["numbers"], facts["communes"])
    for departement, numbers in sorted(facts["numbers_by_departement"].items()):
        say(f"  {departement} : {write_count(numbers, 'numéro')}")

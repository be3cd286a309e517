"""`maillage geocode` and `maillage explain`: addresses in, explained answers out, no database needed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data.bulk import geocode_file
from data.geocoders import GeocoderRecipe
from geo.contract import geocoded_as_json
from geo.french import PRECISION_NAMES, write_number, write_share
from geo.geocoding.answer import AddressQuery
from scripts.console import output, print_json, say, say_title, show_progress
from scripts.parameters import Json, OutputFile
from scripts.tables import add_cells, start_table
from scripts.totals import say_totals


class Provider(StrEnum):
    """Who answers for addresses; the local engine needs nothing but this machine."""

    LOCAL = "local"


def geocode_list(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, ODS ou Parquet à géocoder.", metavar="FICHIER")],
    out: OutputFile,
    provider: Annotated[Provider, typer.Option(help="Qui répond.")] = Provider.LOCAL,
    as_json: Json = False,
) -> None:
    """Géocoder un fichier : mêmes lignes, mêmes colonnes, et les colonnes result_* en plus."""
    with show_progress(f"Géocodage de {file.name}") as advance_to:
        summary = geocode_file(file, out, geocoder=GeocoderRecipe.of_this_machine(), progress=advance_to)
    if as_json:
        print_json(
            {"file": str(file), "output": str(out), "provider": provider, "received": summary.counts.received,
             "by_status": summary.counts.by_status()}
        )  # fmt: skip
    else:
        say_totals(summary.counts, "ligne", "lignes")
        say(f"Fichier écrit : {out}")


def explain_address(
    address: Annotated[str, typer.Argument(help="L'adresse à expliquer.", metavar="ADRESSE")],
    as_json: Json = False,
) -> None:
    """Montrer chaque étape du géocodage d'une adresse, et pourquoi cette réponse."""
    answer = GeocoderRecipe.of_this_machine().make().geocode(AddressQuery(text=address), explain=True)
    if as_json:
        print_json(geocoded_as_json(answer))
        return
    table = start_table("Étape", "Vu", "Décision")
    for step in answer.steps:
        add_cells(table, step.name, step.seen, step.outcome)
    say_title(address)
    output().print(table)
    say()
    if answer.position is None or answer.precision is None:
        say("Réponse : pas de position.")
    else:
        lat, lon = answer.position.lat_lon()
        say(f"Réponse : {answer.label} ({write_number(lat, 5)} ; {write_number(lon, 5)})")
        say(f"Précision : {PRECISION_NAMES[answer.precision]}.")
        say(f"Confiance : {write_share(answer.confidence, 0)}.")
    if answer.reasons:
        say(f"Motifs : {', '.join(answer.reasons)}")
    for candidate in answer.candidates[:8]:
        likeness = write_share(candidate.score, 0)
        say(f"  candidat : {candidate.label} ({candidate.citycode}, ressemblance {likeness})")

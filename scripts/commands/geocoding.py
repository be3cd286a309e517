"""`maillage geocode` and `maillage explain`: addresses in, explained answers out, no database needed."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data.bulk import BulkReport, geocode_file
from data.geocoders import GeocoderRecipe
from geo.contract import geocoded_as_json
from geo.french import PRECISION_NAMES, write_count, write_number, write_share
from geo.geocoding.answer import AddressQuery
from geo.geocoding.explanation import write_reasons
from scripts.console import output, print_json, say, say_error, say_title, show_progress, side
from scripts.parameters import Json, OutputFile
from scripts.tables import add_cells, start_table
from scripts.totals import say_totals


class Provider(StrEnum):
    """Who answers for addresses; the local engine needs nothing but this machine."""

    LOCAL = "local"
    GEOPLATEFORME = "geoplateforme"
    AUTO = "auto"


def geocode_list(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, ODS ou Parquet à géocoder.", metavar="FICHIER")],
    out: OutputFile,
    provider: Annotated[
        Provider, typer.Option(help="Qui répond : ce programme, le service national, ou celui-ci en second.")
    ] = Provider.LOCAL,
    as_json: Json = False,
) -> None:
    """Géocoder un fichier : mêmes lignes, mêmes colonnes, et les colonnes result_* en plus."""
    with show_progress(f"Géocodage de {file.name}") as advance_to:
        if provider is Provider.LOCAL:
            summary = geocode_file(file, out, geocoder=GeocoderRecipe.of_this_machine(), progress=advance_to)
        else:
            summary = _geocode_with_service(file, out, provider, advance_to)
    if as_json:
        print_json(
            {"file": str(file), "output": str(out), "provider": provider, "received": summary.counts.received,
             "by_status": summary.counts.by_status()}
        )  # fmt: skip
    else:
        say_totals(summary.counts, "ligne", "lignes")
        say(f"Fichier écrit : {out}")


def _geocode_with_service(
    file: Path, out: Path, provider: Provider, advance_to: Callable[[int], None]
) -> BulkReport:
    """Ask the national service too: for every address, or only where the local engine is not sure."""
    from data.national_geocoding import is_service_allowed, open_cascade

    if provider is Provider.AUTO and not is_service_allowed():
        side().print("Le service national n'est pas autorisé ici : ce programme répond seul.", markup=False)
        return geocode_file(file, out, geocoder=GeocoderRecipe.of_this_machine(), progress=advance_to)
    with open_cascade(asks_all=provider is Provider.GEOPLATEFORME) as cascade:
        report = geocode_file(file, out, geocoder=cascade, progress=advance_to)
        asked = cascade.report
    side().print(
        f"Service national : {write_count(asked.asked, 'adresse demandée', 'adresses demandées')}, dont "
        f"{write_count(asked.improved, 'améliorée')} et {asked.failed} sans réponse ; "
        f"{write_count(asked.from_cache, 'déjà connue', 'déjà connues')}.",
        markup=False,
    )
    if asked.problem:
        say_error(asked.problem)
    return report


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
        say(f"Motifs : {write_reasons(answer.reasons)}.")
    for candidate in answer.candidates[:8]:
        likely = write_share(candidate.score, 0)
        say(f"  candidat : {candidate.label} ({candidate.citycode}, vraisemblance {likely})")

"""`maillage demo`: the whole way once, on the fictional register, without a network."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from api.pictures import picture_actors, picture_coverage, picture_near
from data.exports import write_text_atomically
from data.opening import open_register, upgrade_register
from data.questions import answer_coverage, find_origin, import_file
from data.samples import SAMPLE_AS_OF, SAMPLE_REGISTER
from data.session import Register
from data.settings import DatabaseSettings
from geo.french import write_count
from geo.geocoding.answer import GeocodedAddress
from maps.measures import Measure
from scripts.commands.coverage import say_coverage
from scripts.commands.importing import prepare_report_folder, say_report, write_reports
from scripts.commands.serving import DEFAULT_HOST, DEFAULT_PORT, run_server
from scripts.console import say, say_title, show_progress


def run_demo(
    serve: Annotated[bool, typer.Option(help="Servir le site ensuite.")] = True,
    host: Annotated[str, typer.Option(help="L'adresse d'écoute.")] = DEFAULT_HOST,
    port: Annotated[int, typer.Option(help="Le port d'écoute.", min=1, max=65_535)] = DEFAULT_PORT,
) -> None:
    """Tout faire une fois sur un registre fictif : importer, placer, compter, dessiner, servir."""
    home = DatabaseSettings().home
    # A register of its own: fictional presences never mix with a real list.
    url = f"sqlite:///{home / 'demonstration.sqlite3'}"
    settings = DatabaseSettings(home=home, database_url=url)
    # One of an older version is brought up to date without asking: nobody's work is in it.
    upgrade_register(settings)
    register = open_register(settings)
    say_title("Démonstration : le registre est FICTIF")
    with show_progress("Import du registre fictif") as advance_to:
        report = import_file(
            register, SAMPLE_REGISTER, source=SAMPLE_REGISTER.stem, as_of=SAMPLE_AS_OF, progress=advance_to
        )
    prepare_report_folder(home / "demonstration" / "import")
    write_reports(report, home / "demonstration" / "import")
    say_report(report)
    say_coverage(answer_coverage(register))
    _write_maps(register, home / "demonstration")
    if serve:
        os.environ["MAILLAGE_DATABASE_URL"] = url
        run_server(host=host, port=port)


def _write_maps(register: Register, folder: Path) -> None:
    origin = find_origin(register, "Lens")
    pages = {
        "carte-acteurs.html": picture_actors(register),
        "carte-couverture.html": picture_coverage(register),
        "carte-effectifs.html": picture_coverage(register, measure=Measure.COUNT),
    }
    if not isinstance(origin, GeocodedAddress):
        pages["carte-pres-de-lens.html"] = picture_near(register, origin=origin, radius_m=20_000)
    for name, page in pages.items():
        write_text_atomically(folder / name, page)
    say_title(f"{write_count(len(pages), 'carte écrite', 'cartes écrites')} dans {folder}")
    for name in pages:
        say(f"  {folder / name}")

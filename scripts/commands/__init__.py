"""One file per command family; here they are only put together."""

from __future__ import annotations

import typer

from scripts.commands import (
    access,
    ban,
    coverage,
    database,
    demonstration,
    diagnosis,
    drawing,
    exporting,
    geocoding,
    importing,
    meeting,
    printing,
    proximity,
    reference,
    referents,
    serving,
    siting,
    tokens,
)

app = typer.Typer(
    name="maillage",
    help="La cartographie de l'économie sociale et solidaire en Hauts-de-France.",
    epilog="Chaque commande s'explique avec --help. Les réponses pour les machines s'obtiennent avec --json.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo")(demonstration.run_demo)
app.command("serve")(serving.serve)
app.command("import")(importing.import_list)
app.command("geocode")(geocoding.geocode_list)
app.command("explain")(geocoding.explain_address)
app.command("near")(proximity.show_near)
app.command("meet")(meeting.show_meetings)
app.command("coverage")(coverage.show_coverage)
app.command("siting")(siting.show_siting)
app.command("map")(drawing.draw_map)
app.command("sheet")(printing.write_sheet)
app.command("atlas")(printing.write_atlas)
app.command("kit")(printing.write_kit)
app.command("export")(exporting.export_register)
app.command("doctor")(diagnosis.show_settings)
app.add_typer(access.app, name="access")
app.add_typer(reference.app, name="reference")
app.add_typer(referents.app, name="referent")
app.add_typer(database.app, name="db")
app.add_typer(ban.app, name="ban")
app.add_typer(tokens.app, name="token")

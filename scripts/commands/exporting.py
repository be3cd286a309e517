"""`maillage export`: the register, or a part of it, as a file that other programs read."""

from __future__ import annotations

from typing import Annotated

import typer

from data.exports import ExportFormat, export_presences
from data.questions import iterate_presences
from data.session import open_register
from geo.french import write_count
from scripts.console import print_json, say
from scripts.parameters import AnyKind, Json, OneSector, OutputFile, read_sector


def export_register(
    out: OutputFile,
    export_format: Annotated[ExportFormat, typer.Option("--format", help="Le format du fichier.")],
    kind: AnyKind = None,
    sector: OneSector = None,
    territory: Annotated[str | None, typer.Option(help="Se limiter à un territoire.", metavar="CODE")] = None,
    outside: Annotated[
        str | None, typer.Option(help="Se limiter à ce qui est hors d'un territoire.", metavar="CODE")
    ] = None,
    as_json: Json = False,
) -> None:
    """Écrire les présences publiques dans un fichier : GeoJSON, GeoPackage, CSV, XLSX ou GoGoCarto."""
    register = open_register()
    presences = iterate_presences(
        register, kind=kind, sector=read_sector(register, sector), territory=territory, outside=outside
    )
    count = export_presences(presences, out, export_format, sectors=register.sectors.sectors)
    if as_json:
        print_json({"output": str(out), "format": export_format, "count": count})
    else:
        say(f"{write_count(count, 'présence écrite', 'présences écrites')} : {out}")

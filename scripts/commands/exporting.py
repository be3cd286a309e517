"""`maillage export`: the register, or a part of it, as a file that other programs read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data.exports import ExportFormat, export_presences, export_tiles
from data.opening import open_register
from data.questions import iterate_presences
from data.session import Register
from data.tiles import PointChoice, TileSource
from geo.french import write_count
from scripts.console import print_json, say, show_progress
from scripts.parameters import AnyKind, Json, OneSector, OutputFile, read_sector


class FileFormat(StrEnum):
    """Every format that the command writes: tables and layers of presences, and the archive of tiles."""

    GEOJSON = ExportFormat.GEOJSON.value
    GPKG = ExportFormat.GPKG.value
    CSV = ExportFormat.CSV.value
    XLSX = ExportFormat.XLSX.value
    GOGOCARTO = ExportFormat.GOGOCARTO.value
    PMTILES = "pmtiles"


def export_register(
    out: OutputFile,
    export_format: Annotated[FileFormat, typer.Option("--format", help="Le format du fichier.")],
    kind: AnyKind = None,
    sector: OneSector = None,
    territory: Annotated[str | None, typer.Option(help="Se limiter à un territoire.", metavar="CODE")] = None,
    outside: Annotated[
        str | None, typer.Option(help="Se limiter à ce qui est hors d'un territoire.", metavar="CODE")
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="Se limiter aux noms qui contiennent ces mots.", metavar="MOTS")
    ] = None,
    as_json: Json = False,
) -> None:
    """Écrire les présences publiques dans un fichier : GeoJSON, GeoPackage, CSV, XLSX, GoGoCarto, PMTiles."""
    register = open_register()
    if export_format is FileFormat.PMTILES:
        if text:
            message = "--text ne va pas avec pmtiles : une carte en tuiles ne se découpe pas par des mots."
            raise typer.BadParameter(message)
        code = read_sector(register, sector)
        choice = PointChoice(kind=kind, sectors=(code,) if code else (), territory=territory, outside=outside)
        _export_tiles(register, out, choice, as_json=as_json)
        return
    presences = iterate_presences(
        register,
        kind=kind,
        sector=read_sector(register, sector),
        territory=territory,
        outside=outside,
        text=text,
    )
    count = export_presences(
        presences, out, ExportFormat(export_format.value), sectors=register.sectors.sectors
    )
    if as_json:
        print_json({"output": str(out), "format": export_format, "count": count})
    else:
        say(f"{write_count(count, 'présence écrite', 'présences écrites')} : {out}")


def _export_tiles(register: Register, out: Path, choice: PointChoice, *, as_json: bool) -> None:
    with show_progress("Tuiles") as advance_to:
        count = export_tiles(
            TileSource(register), out, choice=choice, progress=lambda done, _total: advance_to(done)
        )
    if as_json:
        print_json({"output": str(out), "format": FileFormat.PMTILES, "count": count})
    else:
        say(f"{write_count(count, 'tuile écrite', 'tuiles écrites')} : {out}")

"""`maillage map`: a map as one file that opens anywhere, without a network."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.pictures import picture_actors, picture_coverage, picture_near
from data.exports import write_text_atomically
from data.session import Register, open_register
from geo.errors import MaillageError
from geo.records import MEL_CODE, Kind, Level
from maps.measures import Measure
from scripts.commands.proximity import read_origin
from scripts.console import print_json, say
from scripts.parameters import AnyKind, Json, OneLevel, OneSector, OutputFile, Outside, read_sector


class MapName(StrEnum):
    """The maps there are."""

    ACTORS = "actors"
    COVERAGE = "coverage"
    PROXIMITY = "proximity"


class MapFormatError(MaillageError, ValueError):
    """A format that maps are not written in: the person has to choose another name."""

    def __init__(self, *, path: Path) -> None:
        self.path = path
        super().__init__(f"Format de carte inconnu : {path.name!r}. On attend un nom de fichier en .html.")


def draw_map(
    name: Annotated[MapName, typer.Argument(help="La carte à dessiner.")],
    out: OutputFile,
    kind: AnyKind = None,
    sector: OneSector = None,
    level: OneLevel = Level.EPCI,
    outside: Outside = MEL_CODE,
    measure: Annotated[
        Measure, typer.Option(help="Pour coverage : le rapport à l'attendu, le taux ou les effectifs.")
    ] = Measure.RATIO,
    address: Annotated[
        str | None, typer.Option("--near", help="Pour proximity : l'adresse de départ.", metavar="ADRESSE")
    ] = None,
    radius_km: Annotated[float, typer.Option(help="Pour proximity : le rayon.", min=0.1, max=2_000)] = 10,
    as_json: Json = False,
) -> None:
    """Dessiner une carte dans un seul fichier HTML, lisible sans réseau."""
    if out.suffix.lower() not in {".html", ".htm"}:
        raise MapFormatError(path=out)
    register = open_register()
    sector = read_sector(register, sector)
    if name is MapName.ACTORS:
        page = picture_actors(register, kind=kind, sector=sector)
    elif name is MapName.COVERAGE:
        page = picture_coverage(
            register, level=level, kind=kind or Kind.ACTOR, sector=sector, outside=outside, measure=measure
        )
    else:
        page = _draw_near(register, address, kind=kind, sector=sector, radius_m=radius_km * 1_000)
    write_text_atomically(out, page)
    if as_json:
        print_json({"map": name, "output": str(out), "bytes": out.stat().st_size})
    else:
        say(f"Carte écrite : {out}")


def _draw_near(
    register: Register, address: str | None, *, kind: Kind | None, sector: str | None, radius_m: float
) -> str:
    if address is None:
        message = 'Cette carte part d\'un lieu : ajoutez --near "ADRESSE".'
        raise typer.BadParameter(message)
    return picture_near(
        register, origin=read_origin(register, address), kind=kind, sector=sector, radius_m=radius_m
    )

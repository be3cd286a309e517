"""`maillage map`: a map as one file that opens anywhere without a network, or as a page to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.pictures import picture_actors, picture_coverage, picture_near
from data.exports import write_atomically
from data.opening import open_register
from data.session import Register
from geo.errors import MaillageError
from geo.records import MEL_CODE, Kind, Level
from maps.measures import Measure, Representation, choose_representation
from scripts.commands.printing import render_pages
from scripts.commands.proximity import read_origin
from scripts.console import print_json, say
from scripts.parameters import (
    AnyKind,
    Json,
    OneLevel,
    OneSector,
    OutputFile,
    Outside,
    read_day,
    read_sector,
)


class MapName(StrEnum):
    """The maps there are."""

    ACTORS = "actors"
    COVERAGE = "coverage"
    PROXIMITY = "proximity"
    SITING = "siting"


class MapFormatError(MaillageError, ValueError):
    """A format that maps are not written in: the person has to choose another name."""

    def __init__(self, *, path: Path) -> None:
        self.path = path
        super().__init__(
            f"Format de carte inconnu : {path.name!r}. On attend un nom de fichier en .html (à ouvrir), "
            ".pdf, .svg ou .png (à imprimer)."
        )


_PAGES = {".html", ".htm"}
_PRINTS = {".pdf", ".svg", ".png"}


def read_limits(text: str) -> tuple[float, ...]:
    """
    Read class limits typed as 0,5;1;2 or 0.5;1;2.

    Examples
    --------
    >>> read_limits("0,5 ; 1 ; 2")
    (0.5, 1.0, 2.0)
    """
    try:
        return tuple(float(part.strip().replace(",", ".")) for part in text.split(";"))
    except ValueError as error:
        message = f"{text!r} : on attend des nombres séparés par des points-virgules, par exemple 0,5;1;2."
        raise typer.BadParameter(message) from error


def draw_map(  # noqa: PLR0913, PLR0917 (each is an option that a person types)
    name: Annotated[MapName, typer.Argument(help="La carte à dessiner.")],
    out: OutputFile,
    kind: AnyKind = None,
    sector: OneSector = None,
    level: OneLevel = Level.EPCI,
    outside: Outside = MEL_CODE,
    measure: Annotated[
        Measure,
        typer.Option(
            help="Pour coverage : rapport à l'attendu, taux, taux lissé, absences ou effectifs (cercles)."
        ),
    ] = Measure.RATIO,
    representation: Annotated[
        Representation | None,
        typer.Option(help="Pour coverage : classes ou cercles ; la mesure décide, le contraire est refusé."),
    ] = None,
    limits: Annotated[
        tuple[float, ...] | None,
        typer.Option(
            parser=read_limits, help="Pour coverage imprimée : les limites de classes.", metavar="0,5;1;2"
        ),
    ] = None,
    at: Annotated[
        date | None,
        typer.Option(parser=read_day, help="Pour coverage : le registre de ce jour-là.", metavar="DATE"),
    ] = None,
    address: Annotated[
        str | None, typer.Option("--near", help="Pour proximity : l'adresse de départ.", metavar="ADRESSE")
    ] = None,
    radius_km: Annotated[float, typer.Option(help="Pour proximity : le rayon.", min=0.1, max=2_000)] = 10,
    sites: Annotated[
        list[str] | None,
        typer.Option(
            "--site",
            help="Pour siting : où ouvrir (code INSEE ou SIREN), à répéter ; le meilleur lieu sinon.",
            metavar="CODE",
        ),
    ] = None,
    minutes: Annotated[float, typer.Option(help="Pour siting : la limite de temps.", min=5, max=120)] = 30,
    as_json: Json = False,
) -> None:
    """Dessiner une carte : un fichier HTML lisible sans réseau, ou une page A4 en PDF, SVG ou PNG."""
    suffix = out.suffix.lower()
    if suffix not in _PAGES | _PRINTS:
        raise MapFormatError(path=out)
    if name is MapName.COVERAGE:
        choose_representation(measure, representation)
    register = open_register()
    sector = read_sector(register, sector)
    if name is MapName.ACTORS:
        content = _draw_actors(register, suffix, kind=kind, sector=sector)
    elif name is MapName.COVERAGE:
        content = _draw_coverage(
            register,
            suffix,
            level=level,
            kind=kind or Kind.ACTOR,
            sector=sector,
            outside=outside,
            measure=measure,
            at=at,
            limits=limits,
        )
    elif name is MapName.SITING:
        content = _draw_siting(register, suffix, sites=sites or (), minutes=minutes)
    else:
        content = _draw_near(register, suffix, address, kind=kind, sector=sector, radius_m=radius_km * 1_000)
    write_atomically(out, lambda target: _write(target, content))
    if as_json:
        print_json({"map": name, "output": str(out), "bytes": out.stat().st_size})
    else:
        say(f"Carte écrite : {out}")


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _draw_actors(register: Register, suffix: str, *, kind: Kind | None, sector: str | None) -> bytes:
    if suffix in _PAGES:
        return picture_actors(register, kind=kind, sector=sector).encode()
    from api.printing import print_actors

    pages = print_actors(register, kind=kind, sectors=[sector] if sector else [])
    return render_pages(pages, suffix, title=pages[0].title)


def _draw_coverage(
    register: Register,
    suffix: str,
    *,
    level: Level,
    kind: Kind,
    sector: str | None,
    outside: str,
    measure: Measure,
    at: date | None,
    limits: tuple[float, ...] | None,
) -> bytes:
    if suffix in _PAGES:
        page = picture_coverage(
            register, level=level, kind=kind, sector=sector, outside=outside, at=at, measure=measure
        )
        return page.encode()
    from api.printing import print_coverage

    pages = print_coverage(
        register,
        level=level,
        kind=kind,
        sector=sector,
        outside=outside,
        at=at,
        measure=measure,
        limits=limits,
    )
    return render_pages(pages, suffix, title=pages[0].title)


def _draw_siting(register: Register, suffix: str, *, sites: Sequence[str], minutes: float) -> bytes:
    from api.siting_pictures import picture_siting, print_siting

    if suffix in _PAGES:
        return picture_siting(register, communes=sites, minutes=minutes).encode()
    pages = print_siting(register, communes=sites, minutes=minutes)
    return render_pages(pages, suffix, title=pages[0].title)


def _draw_near(
    register: Register,
    suffix: str,
    address: str | None,
    *,
    kind: Kind | None,
    sector: str | None,
    radius_m: float,
) -> bytes:
    if address is None:
        message = 'Cette carte part d\'un lieu : ajoutez --near "ADRESSE".'
        raise typer.BadParameter(message)
    origin = read_origin(register, address)
    if suffix in _PAGES:
        page = picture_near(register, origin=origin, kind=kind, sector=sector, radius_m=radius_m)
        return page.encode()
    from api.printing import print_near

    pages = print_near(register, origin=origin, kind=kind, sector=sector, radius_m=radius_m)
    return render_pages(pages, suffix, title=pages[0].title)

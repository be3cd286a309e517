"""The options that several commands share, written once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.records import Kind, Level

if TYPE_CHECKING:
    from data.session import Register


def read_day(text: str) -> date:
    """
    Read a day typed as 2026-03-12 or 12/03/2026.

    Examples
    --------
    >>> read_day("12/03/2026") == read_day("2026-03-12")
    True
    """
    parts = text.strip().split("/")
    iso = "-".join(reversed(parts)) if len(parts) == 3 else text.strip()
    try:
        return date.fromisoformat(iso)
    except ValueError as error:
        message = f"{text!r} n'est pas une date. On attend AAAA-MM-JJ ou JJ/MM/AAAA, par exemple 2026-03-12."
        raise typer.BadParameter(message) from error


def read_sector(register: Register, text: str | None) -> str | None:
    """
    Read a sector typed as its code or as any name it goes by.

    Raises
    ------
    UnknownSectorError
        If the list of sectors has nothing of that name.
    """
    if text is None or text in register.sectors:
        return text
    found = register.sectors.find(text)
    return found.code if found else register.sectors.get(text).code


Json = Annotated[bool, typer.Option("--json", help="Répondre en JSON, pour une machine.")]
OneKind = Annotated[Kind, typer.Option("--kind", help="Ce que l'on compte : acteurs, projets, temps forts…")]
AnyKind = Annotated[Kind | None, typer.Option("--kind", help="Se limiter à une sorte de présence.")]
OneSector = Annotated[
    str | None,
    typer.Option("--sector", help="Se limiter à une filière (son code ou son nom).", metavar="FILIÈRE"),
]
OneLevel = Annotated[Level, typer.Option("--level", help="Le niveau de territoire.")]
Outside = Annotated[
    str, typer.Option("--outside", help="Le territoire dont on regarde l'extérieur (SIREN).", metavar="CODE")
]
Day = Annotated[date | None, typer.Option(parser=read_day, help="AAAA-MM-JJ.", metavar="DATE")]
OutputFile = Annotated[Path, typer.Option("-o", "--output", help="Le fichier à écrire.", metavar="FICHIER")]

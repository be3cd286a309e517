"""`maillage db`: the register's file, brought up to date, checked, saved and restored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.maintenance import backup_register, check_register, restore_register
from data.session import open_register, upgrade_register
from data.settings import DatabaseSettings
from scripts.console import print_json, say
from scripts.parameters import Json

app = typer.Typer(help="La base du registre.", no_args_is_help=True)


@app.command("upgrade")
def upgrade(as_json: Json = False) -> None:
    """Mettre la base au niveau de ce programme."""
    settings = DatabaseSettings()
    upgrade_register(settings)
    _answer(as_json, "La base est à jour.", database=settings.url)


@app.command("check")
def check(as_json: Json = False) -> None:
    """Vérifier la base : intégrité, index, comptages ; code 1 si un contrôle échoue."""
    checks = check_register(open_register())
    if as_json:
        print_json([{"name": each.name, "ok": each.ok, "found": each.found} for each in checks])
    else:
        for each in checks:
            say(f"{'bon ' if each.ok else 'NON '} {each.name} : {each.found}")
    if not all(each.ok for each in checks):
        raise typer.Exit(1)


@app.command("backup")
def backup(
    out: Annotated[Path, typer.Argument(help="Le fichier de sauvegarde à écrire.", metavar="FICHIER")],
    as_json: Json = False,
) -> None:
    """Copier la base, même pendant qu'elle sert."""
    backup_register(open_register(), out)
    _answer(as_json, f"Sauvegarde écrite : {out}", output=str(out))


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="La sauvegarde à remettre en place.", metavar="FICHIER")],
    as_json: Json = False,
) -> None:
    """Remettre une sauvegarde en place ; l'ancienne base est gardée à côté."""
    kept = restore_register(DatabaseSettings(), file)
    text = "La sauvegarde est en place." + (f" L'ancienne base est gardée : {kept}" if kept else "")
    _answer(as_json, text, restored=str(file), kept=str(kept) if kept else None)


def _answer(as_json: bool, text: str, **facts: str | None) -> None:
    if as_json:
        print_json(facts)
    else:
        say(text)

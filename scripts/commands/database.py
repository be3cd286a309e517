"""`maillage db`: the register's database, brought up to date, checked, saved, restored and moved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.engines.opening import read_url
from data.maintenance import backup_register, check_register, restore_register
from data.moving import move_register
from data.opening import open_register, upgrade_register
from data.session import Register
from data.settings import DatabaseSettings
from geo.french import write_number
from scripts.console import print_json, say, show_progress
from scripts.parameters import Json

app = typer.Typer(help="La base du registre.", no_args_is_help=True)


@app.command("upgrade")
def upgrade(as_json: Json = False) -> None:
    """Mettre la base au niveau de ce programme."""
    settings = DatabaseSettings()
    upgrade_register(settings)
    _answer(as_json, "La base est à jour.", database=read_url(settings).render_as_string())


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


@app.command("move")
def move(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="La base d'arrivée, vide : sqlite:///chemin, ou "
            "postgresql://utilisateur:motdepasse@hôte/base.",
            metavar="ADRESSE",
        ),
    ],
    as_json: Json = False,
) -> None:
    """Copier le registre dans une autre base, comparée table par table ; l'ancienne ne change pas."""
    source = open_register()
    target = Register(DatabaseSettings(database_url=to))
    done: dict[str, int] = {}
    with show_progress("Lignes copiées") as advance_to:

        def advance(table: str, rows: int, _total: int) -> None:
            done[table] = rows
            advance_to(sum(done.values()))

        copied = move_register(source, target, progress=advance)
    where = target.where
    target.close()
    source.close()
    if as_json:
        print_json(
            {
                "source": source.where,
                "target": where,
                "tables": [{"name": each.name, "rows": each.rows, "sha256": each.sha256} for each in copied],
            }
        )
        return
    total = sum(each.rows for each in copied)
    say(
        f"Registre copié dans {where} : {write_number(total)} lignes dans {len(copied)} tables, toutes "
        "relues et égales. L'ancienne base n'a pas changé ; pour vous servir de la nouvelle, mettez son "
        "adresse dans MAILLAGE_DATABASE_URL."
    )


def _answer(as_json: bool, text: str, **facts: str | None) -> None:
    if as_json:
        print_json(facts)
    else:
        say(text)

"""`maillage token`: the keys that open the team's pages and the members' fields."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

import typer

from data.clock import now_utc
from data.opening import open_register
from data.people.tokens import create_token, list_tokens, revoke_token
from geo.french import write_date
from geo.people import ROLE_NAMES, Role, Token
from scripts.console import output, print_json, say
from scripts.parameters import Json
from scripts.tables import add_cells, start_table

app = typer.Typer(help="Les jetons qui ouvrent les pages de l'équipe et des membres.", no_args_is_help=True)

_LONGEST_DAYS = 3_650
_DURATION = re.compile(r"(\d{1,4})\s*(?:j|d|jours?)?", re.IGNORECASE)


def _read_duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text.strip())
    days = int(match.group(1)) if match else 0
    if not 1 <= days <= _LONGEST_DAYS:
        expected = f"un nombre de jours de 1 à {_LONGEST_DAYS}, par exemple 90j"
        raise typer.BadParameter(f"on attend {expected} ; reçu : « {text} »")
    return timedelta(days=days)


@app.command("create")
def create(
    role: Annotated[Role, typer.Option(help="Ce qu'il ouvre.")],
    label: Annotated[str, typer.Option(help="Pour qui il est, pour s'y retrouver.")] = "",
    lasts: Annotated[str, typer.Option("--expires", help="Combien de temps il vaut.", metavar="90j")] = "90j",
    presence: Annotated[
        int | None,
        typer.Option(help="Lien personnel : la seule fiche qu'il concerne.", metavar="NUMÉRO"),
    ] = None,
    as_json: Json = False,
) -> None:
    """Faire un jeton ; il n'est montré qu'une fois."""
    token, secret = create_token(
        open_register(), role=role, lasts=_read_duration(lasts), label=label, presence_id=presence
    )
    if as_json:
        print_json({**_as_json(token), "token": secret})
        return
    say(secret)
    say(
        f"Jeton n° {token.id} ({ROLE_NAMES[token.role]}), valable jusqu'au "
        f"{write_date(token.expires_at.date())}. Notez-le maintenant : il ne sera plus montré."
    )
    if presence is not None:
        say(f"Le lien à donner : l'adresse du site, suivie de /confirmer/{secret}")


@app.command("list")
def show_all(as_json: Json = False) -> None:
    """Lister les jetons, sans leur secret."""
    tokens = list_tokens(open_register())
    if as_json:
        print_json([_as_json(token) for token in tokens])
        return
    if not tokens:
        say("Aucun jeton. « maillage token create --role staff » en fait un.")
        return
    table = start_table("N°", "Rôle", "Pour qui", "Fiche", "Fin", "Dernier usage", "État")
    for token in tokens:
        add_cells(
            table,
            str(token.id),
            ROLE_NAMES[token.role],
            token.label or "–",
            str(token.presence_id or "–"),
            write_date(token.expires_at.date()),
            write_date(token.last_used_on) if token.last_used_on else "jamais",
            _write_state(token),
        )
    output().print(table)


@app.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(help="Le numéro du jeton.", metavar="NUMÉRO")],
    as_json: Json = False,
) -> None:
    """Révoquer un jeton : il n'ouvre plus rien, et les sessions qu'il avait ouvertes se ferment."""
    token = revoke_token(open_register(), number)
    if as_json:
        print_json(_as_json(token))
    else:
        say(f"Le jeton n° {token.id} n'ouvre plus rien.")


def _write_state(token: Token) -> str:
    if token.revoked_at is not None:
        return "révoqué"
    return "valable" if token.is_valid(now_utc()) else "expiré"


def _as_json(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "role": token.role.value,
        "label": token.label,
        "presence_id": token.presence_id,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
        "last_used_on": token.last_used_on.isoformat() if token.last_used_on else None,
        "is_valid": token.is_valid(now_utc()),
    }

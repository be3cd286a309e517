"""What a PostgreSQL server says when something is wrong, and what that means for a person."""

from __future__ import annotations

import re
import sys

from data.errors import (
    DiskFullError,
    RegisterBusyError,
    RegisterUnavailableError,
    ServerNotReachedError,
    ServerReadOnlyError,
    UnheldValueError,
)

_START = "Démarrez-le, ou corrigez l'adresse de la base (MAILLAGE_DATABASE_URL, ou --to)."
_AGAIN = "Rien n'a été modifié ; recommencez dans un instant."

# A refusal to connect carries no SQLSTATE, only the server's sentence, in the server's language.
_REFUSALS = (
    (
        re.compile(r"password|mot de passe|no password supplied|fe_sendauth", re.IGNORECASE),
        "le serveur PostgreSQL refuse cet utilisateur ou son mot de passe",
        "Corrigez-les (MAILLAGE_DATABASE_URL, ou --to) : postgresql://utilisateur:motdepasse@hôte/base.",
    ),
    (
        re.compile(r"(role|rôle) .+ (does not exist|n'existe pas)", re.IGNORECASE),
        "le serveur PostgreSQL ne connaît pas cet utilisateur",
        "Corrigez-le (MAILLAGE_DATABASE_URL, ou --to), ou créez-le : createuser NOM",
    ),
    (
        re.compile(r"(database|base de données) .+ (does not exist|n'existe pas)", re.IGNORECASE),
        "cette base n'existe pas sur le serveur",
        "Créez-la (createdb NOM), ou corrigez son nom dans l'adresse (MAILLAGE_DATABASE_URL, ou --to).",
    ),
    (
        re.compile(r"pg_hba\.conf", re.IGNORECASE),
        "le serveur PostgreSQL n'accepte pas de connexion d'ici",
        "Autorisez cette machine dans son fichier pg_hba.conf.",
    ),
    (
        re.compile(r"translate host name|resolve|nom d'hôte|Name or service not known", re.IGNORECASE),
        "le nom de la machine est inconnu",
        "Corrigez-le dans l'adresse de la base (MAILLAGE_DATABASE_URL, ou --to).",
    ),
    (
        re.compile(r"too many (clients|connections)|trop de (clients|connexions)|remaining connection slots"),
        "le serveur PostgreSQL a déjà trop de connexions",
        "Recommencez dans un instant ; réduisez MAILLAGE_POOL_SIZE ou augmentez max_connections.",
    ),
    (
        re.compile(r"starting up|shutting down|recovery mode|démarrage|arrêt", re.IGNORECASE),
        "le serveur PostgreSQL démarre ou s'arrête",
        _AGAIN,
    ),
    (
        re.compile(r"refused|refusé|No such file", re.IGNORECASE),
        "le serveur PostgreSQL ne répond pas",
        _START,
    ),
    (
        re.compile(r"time-?out|expir", re.IGNORECASE),
        "le serveur PostgreSQL n'a pas répondu à temps",
        _START,
    ),
    (
        re.compile(r"closed the connection|connection.*(lost|terminated|reset|closed)|SSL", re.IGNORECASE),
        "le serveur PostgreSQL a coupé la connexion",
        _AGAIN,
    ),
)

_STOPPING = frozenset({"57P01", "57P02", "57P03", "57P05"})
_BUSY = frozenset({"55P03", "40001", "40P01", "57014"})
_FULL = frozenset({"53100"})
# The last net: what is refused by name before it comes here never gets this far.
_UNHELD = {
    "54000": "un texte est trop long",
    "22001": "un texte est trop long",
    "22003": "un nombre est trop grand",
    "22P05": "un texte contient le caractère U+0000",
    "22021": "un texte contient un caractère illisible",
}
_TOO_MANY = frozenset({"53300"})


def find_server_errors() -> tuple[type[Exception], ...]:
    """Give the class of the driver's errors, nothing as long as nobody has spoken to a server."""
    psycopg = sys.modules.get("psycopg")
    return () if psycopg is None else (psycopg.Error,)


def translate_server_error(
    error: BaseException, where: str
) -> RegisterUnavailableError | UnheldValueError | None:
    """Give what an error of the driver means for a person, None for an error of the program."""
    state = getattr(error, "sqlstate", None)
    said = str(error).strip()
    if state is None and type(error).__name__ == "DataError" and "NUL" in said:
        # Refused by the driver, before the server could say so.
        state = "22P05"
    if state is None:
        return _translate_refusal(said, where) if type(error).__name__ == "OperationalError" else None
    if state in _BUSY:
        return RegisterBusyError(where=where)
    if state == "25006" or (state == "0A000" and "recovery" in said):
        return ServerReadOnlyError(where=where, reason="ce serveur n'est qu'une copie qui se lit")
    if state == "42501":
        return ServerReadOnlyError(where=where, reason="cet utilisateur n'a pas tous les droits sur la base")
    if state in _UNHELD:
        return UnheldValueError(where=where, reason=_UNHELD[state])
    if state in _FULL:
        return DiskFullError(where=where)
    if state in _TOO_MANY or state in _STOPPING or state.startswith(("08", "28", "3D")):
        return _translate_refusal(said, where)
    return None


def _translate_refusal(said: str, where: str) -> ServerNotReachedError:
    for pattern, reason, remedy in _REFUSALS:
        if pattern.search(said):
            return ServerNotReachedError(where=where, reason=reason, remedy=remedy)
    last = said.splitlines()[-1] if said else "aucune explication"
    return ServerNotReachedError(where=where, reason=f"le serveur PostgreSQL dit « {last} »", remedy=_START)

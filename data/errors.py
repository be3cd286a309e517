"""What can go wrong with the register, each with whose turn it is and what to do next, in French."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geo.errors import MaillageError


class RegisterUnavailableError(MaillageError, OSError):
    """The register cannot be read or written now; nothing has been changed. `where` names the database."""

    def __init__(self, message: str, *, where: str) -> None:
        self.where = where
        super().__init__(message)


class RegisterBusyError(RegisterUnavailableError):
    """Another program is writing: the caller tries again in a moment."""

    def __init__(self, *, where: str) -> None:
        super().__init__(
            f"Le registre {where} est occupé : un autre programme y écrit. "
            "Rien n'a été modifié ; recommencez dans un instant.",
            where=where,
        )


class RegisterReadOnlyError(RegisterUnavailableError):
    """The file or its folder may not be written: the operator gives the right to."""

    def __init__(self, *, where: str) -> None:
        super().__init__(
            f"Le registre {where} est en lecture seule : il faut pouvoir écrire ce fichier et son dossier. "
            "Rien n'a été modifié ; donnez le droit d'écriture, ou un autre dossier avec MAILLAGE_HOME.",
            where=where,
        )


class DiskFullError(RegisterUnavailableError):
    """There is no room left: the operator makes some."""

    def __init__(self, *, where: str) -> None:
        super().__init__(
            f"Le disque est plein : impossible d'écrire dans le registre {where}. "
            "Rien n'a été modifié ; libérez de la place, puis recommencez.",
            where=where,
        )


class RegisterNotReachedError(RegisterUnavailableError):
    """The file cannot be opened or the disk fails: the operator looks at the path and at the disk."""

    def __init__(self, *, where: str, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"Impossible d'ouvrir le registre {where} ({reason}). Vérifiez que le dossier existe et que vous "
            "pouvez le lire ; `maillage doctor` dit d'où vient ce chemin.",
            where=where,
        )


class ServerNotReachedError(RegisterUnavailableError):
    """The database server cannot be used now: the operator does what `remedy` says."""

    def __init__(self, *, where: str, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"Impossible d'ouvrir le registre {where} : {reason}. {remedy}", where=where)


class ServerReadOnlyError(RegisterReadOnlyError):
    """The server, or what the user may do on it, only lets the register be read."""

    def __init__(self, *, where: str, reason: str) -> None:
        self.reason = reason
        RegisterUnavailableError.__init__(
            self,
            f"Le registre {where} est en lecture seule : {reason}. Rien n'a été modifié ; donnez les droits "
            "d'écriture à cet utilisateur, ou l'adresse du serveur principal dans MAILLAGE_DATABASE_URL.",
            where=where,
        )


class UnheldValueError(MaillageError, ValueError):
    """A value that a server has no room for, and that nobody refused at the door: it has to be corrected."""

    def __init__(self, *, where: str, reason: str) -> None:
        self.where = where
        self.reason = reason
        super().__init__(
            f"Le registre {where} ne peut pas tenir une des valeurs reçues : {reason}. "
            "Rien n'a été modifié ; raccourcissez ou corrigez cette valeur, puis recommencez."
        )


class NotARegisterError(MaillageError, ValueError):
    """The file is no register, or a damaged one: the operator restores a backup or names another file."""

    def __init__(self, *, where: str, reason: str = "ce n'est pas une base SQLite") -> None:
        self.where = where
        self.reason = reason
        super().__init__(
            f"{where} n'est pas un registre lisible ({reason}). Rien n'a été modifié ; indiquez un autre "
            "fichier, ou remettez une sauvegarde en place avec : maillage db restore FICHIER"
        )


class NewerRegisterError(MaillageError, RuntimeError):
    """The register was written by a newer version of the program: the operator updates the program."""

    def __init__(self, *, where: str, found: str, expected: str) -> None:
        self.where = where
        self.found = found
        self.expected = expected
        super().__init__(
            f"Le registre {where} vient d'une version plus récente du service (niveau {found} ; ce programme "
            f"connaît le niveau {expected}). Rien n'a été modifié ; mettez le service à jour."
        )


class OutdatedRegisterError(MaillageError, RuntimeError):
    """The register was written by an older version of the program: the operator upgrades it."""

    def __init__(self, *, where: str, found: str, expected: str) -> None:
        self.where = where
        self.found = found
        self.expected = expected
        super().__init__(
            f"Le registre {where} vient d'une version plus ancienne du service (niveau {found} ; il faut le "
            f"niveau {expected}). Faites une sauvegarde, puis : maillage db upgrade"
        )


class UnsupportedDatabaseError(MaillageError, ValueError):
    """The address names a database that this version does not speak to: the operator gives another."""

    def __init__(self, *, url: str) -> None:
        self.url = url
        super().__init__(
            f"Base non prise en charge : {url}. On attend dans MAILLAGE_DATABASE_URL une adresse "
            "sqlite:///chemin/vers/le/fichier ou postgresql://utilisateur:motdepasse@hôte/base ; sans elle, "
            "le registre est le fichier habituel dans MAILLAGE_HOME."
        )


class MissingDriverError(MaillageError, ImportError):
    """What speaks to a database server is not installed: the operator installs it."""

    def __init__(self, *, package: str, extra: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(
            f"Il manque {package} pour parler à un serveur PostgreSQL. Installez-le : "
            f"pip install 'maillage[{extra}]'"
        )


class MissingExtensionError(MaillageError, RuntimeError):
    """The server lacks extensions that the register needs: the server's administrator adds them."""

    def __init__(self, *, where: str, extensions: Sequence[str], reason: str) -> None:
        self.where = where
        self.extensions = tuple(extensions)
        self.reason = reason
        created = " ".join(f"CREATE EXTENSION {extension};" for extension in extensions)
        super().__init__(
            f"Il manque à la base {where} : {', '.join(extensions)} ({reason}). Rien n'a été modifié. "
            "Installez PostGIS et les modules « contrib » sur le serveur, puis faites exécuter par un "
            f"administrateur, dans cette base : {created}"
        )


class TargetNotEmptyError(MaillageError, ValueError):
    """The database to copy a register to already holds something: the operator names an empty one."""

    def __init__(self, *, where: str, found: str) -> None:
        self.where = where
        self.found = found
        super().__init__(
            f"La base {where} n'est pas vide : elle contient {found}. Rien n'a été modifié ; donnez "
            "l'adresse d'une base vide."
        )


class CopyDiffersError(MaillageError, RuntimeError):
    """What was copied is not what was read: nothing of it is kept."""

    def __init__(self, *, table: str, sent: int, found: int) -> None:
        self.table = table
        self.sent = sent
        self.found = found
        super().__init__(
            f"La copie de la table {table} n'est pas fidèle : {sent} lignes envoyées, {found} relues, ou un "
            "contenu différent. La base d'arrivée est restée vide et celle de départ n'a pas changé ; "
            "vérifiez le disque, puis recommencez."
        )


class FileNotWrittenError(MaillageError, OSError):
    """A file could not be written: the folder is missing, read-only or full."""

    def __init__(self, *, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(
            f"Impossible d'écrire {path} ({reason}). Vérifiez que le dossier existe, qu'il est modifiable et "
            "qu'il reste de la place."
        )


class UnknownPresenceError(MaillageError, LookupError):
    """No presence has this id, or the reader may not see it: the caller has to correct the id."""

    def __init__(self, *, presence_id: int) -> None:
        self.presence_id = presence_id
        super().__init__(
            f"Fiche inconnue : {presence_id!r}. On attend le numéro d'une fiche que vous pouvez lire ; "
            "cherchez-la par son nom."
        )


class UnknownReferentsError(MaillageError, LookupError):
    """Nobody refers for this territory: there is nothing to take away."""

    def __init__(self, *, code: str, name: str) -> None:
        self.code = code
        super().__init__(
            f"Personne n'est nommé pour {name} ({code}). Pour voir les binômes : maillage referent list."
        )


class InvalidCursorError(MaillageError, ValueError):
    """A page mark that this service did not give: the caller starts again from the first page."""

    def __init__(self, *, cursor: str) -> None:
        self.cursor = cursor
        super().__init__(
            f"Marque de page illisible : {cursor!r}. On attend celle que donne la page précédente "
            "(next_cursor) ; reprenez à la première page."
        )


class OutOfBoundsError(MaillageError, ValueError):
    """A number outside what a question accepts: the caller has to correct it."""

    def __init__(self, *, name: str, received: object, expected: str) -> None:
        self.name = name
        self.received = received
        self.expected = expected
        super().__init__(f"Valeur impossible pour {name} : {received!r}. On attend {expected}.")


class UnknownFieldError(MaillageError, LookupError):
    """A field that nobody may correct, or that does not exist: the caller names another."""

    def __init__(self, *, field: str, known: Sequence[str]) -> None:
        self.field = field
        self.known = tuple(known)
        super().__init__(
            f"Champ inconnu ou non modifiable : {field!r}. On peut corriger : {', '.join(known)}."
        )


class InvalidCorrectionError(MaillageError, ValueError):
    """A correction whose value does not fit its field: the person corrects the value."""

    def __init__(self, *, field: str, received: object, expected: str) -> None:
        self.field = field
        self.received = received
        self.expected = expected
        super().__init__(
            f"Correction impossible du champ {field!r} : reçu {received!r}, on attend {expected}. "
            "Rien n'a été modifié."
        )

"""What can go wrong with the download of the address files, and what to do."""

from __future__ import annotations

from pathlib import Path

from geo.errors import MaillageError
from geo.french import write_list

_RESUME = "Relancez la même commande : le téléchargement reprendra où il s'est arrêté."


class BanError(MaillageError):
    """The official address files could not be had."""


class UnknownDepartementError(BanError, ValueError):
    """A département that is not of the region."""

    def __init__(self, *, departement: str, known: tuple[str, ...]) -> None:
        self.departement = departement
        self.known = known
        super().__init__(
            f"Département inconnu : {departement!r}. On attend un ou plusieurs numéros : {write_list(known)}."
        )


class BanUnreachableError(BanError, ConnectionError):
    """The site does not answer, or the connection keeps breaking; what came is kept."""

    def __init__(self, *, url: str, cause: str) -> None:
        self.url = url
        self.cause = cause
        super().__init__(
            f"Le site de la Base Adresse Nationale ne répond pas ({url}) : {cause}. "
            f"Vérifiez la connexion. {_RESUME}"
        )


class BanRefusedError(BanError, ValueError):
    """The site answered that it will not, or cannot, give the file."""

    def __init__(self, *, url: str, status_code: int) -> None:
        self.url = url
        self.status_code = status_code
        super().__init__(
            f"Le site de la Base Adresse Nationale refuse de donner {url} (HTTP {status_code}). "
            "Les fichiers ont pu changer de place : vérifiez MAILLAGE_BAN_URL, ou téléchargez-les à la main "
            "et donnez leur dossier à « maillage ban index --from DOSSIER »."
        )


class BanDamagedError(BanError, ValueError):
    """What was received is not a whole address file; it was thrown away, the file in place is untouched."""

    def __init__(self, *, path: Path, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(
            f"Le fichier d'adresses {path.name} est inutilisable : {why}. Il n'a pas été gardé. "
            "Relancez la commande ; si cela se répète, un intermédiaire du réseau l'altère peut-être."
        )


class BanNotWrittenError(BanError, OSError):
    """The disk refused what was received."""

    def __init__(self, *, path: Path, cause: str) -> None:
        self.path = path
        self.cause = cause
        super().__init__(
            f"Impossible d'écrire {path} : {cause}. Il faut environ 150 Mo libres. Faites de la place ou "
            f"choisissez un autre dossier. {_RESUME}"
        )

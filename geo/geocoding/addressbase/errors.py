"""What can be wrong with address files or an index of them: told in French, with what to do next."""

from __future__ import annotations

from pathlib import Path

from geo.errors import MaillageError


class NoAddressFilesError(MaillageError, FileNotFoundError):
    """A folder without any address file: the administrator has to fetch them or name another folder."""

    def __init__(self, *, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"Aucun fichier d'adresses dans {folder}. On attend les fichiers de la Base Adresse Nationale, "
            "« adresses-59.csv.gz » ou « adresses-59.csv » : téléchargez-les avec « maillage ban fetch » ou "
            "indiquez leur dossier avec « --from »."
        )


class UnreadableAddressFileError(MaillageError, ValueError):
    """An address file that is damaged or in another format: the administrator has to fetch it again."""

    def __init__(self, *, path: Path, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(
            f"Le fichier d'adresses {path.name} ne peut pas être lu : {why}. On attend le format CSV de la "
            "Base Adresse Nationale (séparateur « ; », UTF-8). Téléchargez-le de nouveau ; l'index en place "
            "n'a pas changé."
        )


class UnreadableIndexError(MaillageError, ValueError):
    """An index that is missing, damaged or of another version: the administrator has to build it again."""

    def __init__(self, *, path: Path, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(
            f"L'index d'adresses {path} ne peut pas être ouvert : {why}. "
            "Construisez-le de nouveau avec « maillage ban index »."
        )

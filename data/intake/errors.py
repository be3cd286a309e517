"""Why a file cannot be imported at all. A bad cell or a bad row is never an error: it is kept and reported.

Every message ends by saying that nothing was changed, because that is what a person fears first.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from geo.errors import MaillageError

_NOTHING_CHANGED = "Aucune donnée n'a été modifiée."


class UnusableFileError(MaillageError, ValueError):
    """
    A file that cannot be taken in: the person has to choose or mend another.

    Parameters
    ----------
    path
        The file, of which messages show the name only.
    fact
        What was expected and what was received, as a sentence.
    remedy
        What to do next, as a sentence.
    """

    def __init__(self, path: Path, fact: str, remedy: str) -> None:
        self.path = path
        self.fact = fact
        self.remedy = remedy
        super().__init__(f"« {path.name} » n'a pas été lu : {fact} {remedy} {_NOTHING_CHANGED}")


class FileNotThereError(UnusableFileError, FileNotFoundError):
    """There is no such file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "ce fichier n'existe pas.", "Vérifiez son nom et son dossier.")


class FileNotOpenedError(UnusableFileError, PermissionError):
    """The file is there, and the system refuses to open it."""

    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(
            path,
            f"le système refuse de l'ouvrir ({cause}).",
            "Vérifiez que c'est bien un fichier, que vous avez le droit de le lire "
            "et qu'il n'est pas ouvert ailleurs.",
        )


class EmptyFileError(UnusableFileError):
    """Nothing in it, or nothing but spaces."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, "ce fichier est vide.", "Vérifiez que l'export s'est bien terminé, puis recommencez."
        )


class NoRowsError(UnusableFileError):
    """Column names and nothing under them. Taking it would mark the whole source as absent."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            "on attend une ligne de noms de colonnes puis au moins une ligne de données, "
            "et il n'y a aucune donnée.",
            "Vérifiez que l'export contient bien des lignes.",
        )


class WrongContentError(UnusableFileError):
    """The content is of no kind that can be read: a picture, a PDF, a web page, a program."""

    def __init__(self, path: Path, content: str) -> None:
        self.content = content
        super().__init__(
            path,
            "on attend un tableau (CSV, Excel .xlsx, OpenDocument .ods, JSON ou GeoJSON) "
            f"et son contenu est {content}.",
            "Ouvrez la liste dans un tableur et enregistrez-la en CSV ou en .xlsx.",
        )


class DamagedFileError(UnusableFileError):
    """The content announces a format and does not hold to it."""

    def __init__(self, path: Path, expected: str, cause: str) -> None:
        self.cause = cause
        super().__init__(
            path,
            f"on attend {expected}, et le contenu est abîmé ({cause}).",
            "Enregistrez de nouveau le fichier depuis le logiciel d'où il vient.",
        )


class OversizedLineError(UnusableFileError):
    """One line, or one cell, longer than any real list has: refused before it fills the memory."""

    def __init__(self, path: Path, line: int, limit: int) -> None:
        self.line = line
        self.limit = limit
        super().__init__(
            path,
            f"la ligne {line} ou l'une de ses cellules dépasse {limit} caractères.",
            "Vérifiez que c'est bien un tableau, avec une ligne par fiche.",
        )


class OversizedFileError(UnusableFileError):
    """More than the import takes in at once: a zip bomb, a sheet stretched to its last cell, a huge JSON."""

    def __init__(self, path: Path, fact: str, remedy: str) -> None:
        super().__init__(path, fact, remedy)


class NoNameColumnError(UnusableFileError):
    """No column was recognised as the name of what is listed."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(
            path,
            "aucune colonne n'a été reconnue comme le nom des fiches ; "
            f"colonnes reçues : {_write_columns(columns)}.",
            "Mettez les noms des colonnes sur la première ligne, ou indiquez la bonne dans un fichier de "
            'correspondance : {"votre colonne": "name"}.',
        )


class NoAddressColumnError(UnusableFileError):
    """No column was recognised as part of an address, nor as coordinates."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(
            path,
            "aucune colonne d'adresse, de commune ou de coordonnées n'a été reconnue ; "
            f"colonnes reçues : {_write_columns(columns)}.",
            "Nommez-les « adresse », « code postal », « commune », ou « latitude » et « longitude ».",
        )


class OutputNotWrittenError(MaillageError, OSError):
    """The result of a file cannot be written where it was asked for."""

    def __init__(self, path: Path, cause: str) -> None:
        self.path = path
        self.cause = cause
        super().__init__(
            f"Impossible d'écrire « {path.name} » ({cause}). Vérifiez que le dossier existe, que vous pouvez "
            "y écrire et qu'il reste de la place. Le fichier de départ n'a pas été modifié."
        )


class MappingError(MaillageError, ValueError):
    """A mapping that cannot be followed: the person who wrote it has to correct it."""

    def __init__(self, fact: str, remedy: str) -> None:
        self.fact = fact
        self.remedy = remedy
        super().__init__(
            f"Correspondance des colonnes impossible à suivre : {fact} {remedy} {_NOTHING_CHANGED}"
        )


def _write_columns(columns: Sequence[str]) -> str:
    return ", ".join(f"« {column[:60]} »" for column in columns[:30])

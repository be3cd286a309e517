"""What can go wrong with a file of denominators, or with asking for one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from data.intake.errors import UnusableFileError
from geo.errors import MaillageError
from geo.french import LEVEL_NAMES, write_list
from geo.records import Level

_FAULTS_NAMED = 8


class DenominatorColumnsError(UnusableFileError):
    """The columns of codes or of values are not there, or not alone."""

    def __init__(self, path: Path, *, expected: str, columns: Sequence[str], option: str) -> None:
        self.columns = tuple(columns)
        names = write_list([f"« {name} »" for name in columns])
        super().__init__(
            path,
            f"on attend {expected} ; colonnes reçues : {names}.",
            f'Nommez la bonne avec {option} "NOM DE LA COLONNE".',
        )


class DenominatorRowsError(UnusableFileError):
    """Rows whose code or value means nothing: `faults` says the line of each and what it holds."""

    def __init__(self, path: Path, faults: Sequence[tuple[int, str]]) -> None:
        self.faults = tuple(faults)
        named = " ; ".join(f"ligne {line} : {what}" for line, what in faults[:_FAULTS_NAMED])
        more = len(faults) - _FAULTS_NAMED
        others = f" ; et {more} autre{'s' if more > 1 else ''}" if more > 0 else ""
        super().__init__(
            path,
            f"{len(faults)} ligne{'s' if len(faults) > 1 else ''} à corriger ({named}{others}).",
            "Corrigez ces lignes, ou ajoutez --skip-unknown pour laisser de côté les codes inconnus.",
        )


class DenominatorError(MaillageError, ValueError):
    """A denominator that cannot be used as asked: the caller chooses another, or another level."""


class UnknownDenominatorError(DenominatorError, LookupError):
    """No denominator of the register has this name."""

    def __init__(self, *, name: str, known: Sequence[str]) -> None:
        self.name = name
        self.known = tuple(known)
        there = write_list([f"« {each} »" for each in known]) if known else "aucun"
        super().__init__(
            f"Dénominateur inconnu : « {name} ». Dans ce registre : {there}. "
            "Pour en ajouter un : maillage reference add-denominator FICHIER."
        )


class DenominatorTakenError(DenominatorError):
    """Another denominator already bears this name."""

    def __init__(self, *, name: str) -> None:
        self.name = name
        super().__init__(
            f"Un dénominateur s'appelle déjà « {name} ». Rien n'a été modifié ; donnez un autre nom avec "
            f"--name, ou retirez d'abord l'ancien : maillage reference remove-denominator \"{name}\"."
        )


class DenominatorLevelError(DenominatorError):
    """A denominator known by EPCI, asked at a level that cuts them."""

    def __init__(self, *, name: str, level: Level) -> None:
        self.name = name
        self.level = level
        super().__init__(
            f"Le dénominateur « {name} » n'est connu que par intercommunalité, et les "
            f"{LEVEL_NAMES[level][1]} les coupent. "
            "Demandez-le par intercommunalité, ou donnez un fichier par commune."
        )

"""What can stop the geocoding of a file: that nothing has changed, and what to do next."""

from __future__ import annotations

from pathlib import Path

from data.intake.errors import OutputNotWrittenError, UnusableFileError
from geo.french import write_number


class GeocodingInterruptedError(OutputNotWrittenError):
    """A person stopped the work before its end."""

    def __init__(self, path: Path, *, done: int, total: int, can_resume: bool) -> None:
        super().__init__(path, "interrompu")
        self.done = done
        self.total = total
        self.can_resume = can_resume
        remedy = (
            "Relancez la même commande : elle reprendra où elle s'est arrêtée."
            if can_resume
            else "Relancez la même commande pour recommencer."
        )
        message = (
            f"Géocodage interrompu après {write_number(done)} lignes sur {write_number(total)}. "
            f"« {path.name} » n'a pas changé. {remedy}"
        )
        self.args = (message,)


class GeocodingProcessLostError(OutputNotWrittenError):
    """A process that was geocoding rows was ended from outside, most often for want of memory."""

    def __init__(self, path: Path, *, done: int, total: int) -> None:
        super().__init__(path, "un processus de géocodage s'est arrêté")
        self.done = done
        self.total = total
        message = (
            f"Un processus de géocodage s'est arrêté après {write_number(done)} lignes sur "
            f"{write_number(total)}, sans doute faute de mémoire. « {path.name} » n'a pas changé. "
            "Relancez la même commande : elle reprendra où elle s'est arrêtée."
        )
        self.args = (message,)


class AlreadyRunningError(OutputNotWrittenError):
    """Another process is already making the same result from the same file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "un autre géocodage du même fichier y travaille déjà")


class FileChangedError(UnusableFileError):
    """The input changed while it was being read: rows and answers would no longer match."""

    def __init__(self, path: Path, *, expected: int, received: int) -> None:
        self.expected = expected
        self.received = received
        super().__init__(
            path,
            f"on attend {write_number(expected)} lignes, comptées au départ, et on en a lu ensuite "
            f"{write_number(received)} : il a changé pendant la lecture.",
            "Attendez qu'il soit enregistré, puis recommencez.",
        )


class ServiceCsvError(UnusableFileError):
    """A CSV sent to be geocoded over HTTP that is refused: `message` is what the national service says."""

    def __init__(self, message: str, explanation: str) -> None:
        self.path = Path("data")
        self.message = message
        self.fact = explanation
        self.remedy = ""
        self.args = (explanation,)

"""Which sectors have something to give to one another: the editable list, read and checked."""

from __future__ import annotations

import tomllib
from pathlib import Path

from data.sectors import SectorBook
from geo.errors import MaillageError
from geo.meeting.affinity import Complement

COMPLEMENTS_FILE = Path(__file__).parent / "reference" / "complementarities.toml"
"""The list that ships with the service."""


class ComplementFileError(MaillageError, ValueError):
    """The list of complementary sectors cannot be used: whoever edited it has to correct it."""

    def __init__(self, *, file: Path, faults: list[str]) -> None:
        self.file = file
        self.faults = tuple(faults)
        listed = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(
            f"La liste des filières complémentaires « {file} » n'a pas pu être utilisée :\n{listed}\n"
            "Corrigez ce fichier puis relancez ; rien n'a été modifié."
        )


def load_complements(book: SectorBook, path: Path | None = None) -> tuple[Complement, ...]:
    """
    Read the pairs of complementary sectors and check all of them.

    Parameters
    ----------
    book
        The sectors that exist.
    path
        A TOML file of the same form as the one that ships; by default, the one that ships.

    Raises
    ------
    ComplementFileError
        If the file is missing, is not TOML, or holds any fault; the error lists all of them.

    Examples
    --------
    >>> from data.sectors import load_sectors
    >>> load_complements(load_sectors())[0].why
    "les biodéchets de l'une font le compost de l'autre"
    """
    file = COMPLEMENTS_FILE if path is None else path
    try:
        pairs = tomllib.loads(file.read_text(encoding="utf-8")).get("pair", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ComplementFileError(file=file, faults=[f"le fichier ne se lit pas : {error}"]) from error
    faults: list[str] = []
    complements = []
    for number, pair in enumerate(pairs, start=1):
        sectors, why = pair.get("sectors"), pair.get("why")
        if not isinstance(sectors, list) or len(sectors) != 2 or sectors[0] == sectors[1]:
            faults.append(f"paire {number} : « sectors » attend deux codes différents, reçu {sectors!r}")
            continue
        unknown = [code for code in sectors if code not in book]
        faults += [f"paire {number} : la filière {code!r} n'est pas dans la liste" for code in unknown]
        if not isinstance(why, str) or not why.strip():
            faults.append(f"paire {number} : « why » attend une explication")
        elif not unknown:
            complements.append(Complement(one=sectors[0], other=sectors[1], why=why.strip()))
    if faults:
        raise ComplementFileError(file=file, faults=faults)
    return tuple(complements)

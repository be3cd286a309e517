"""The sectors (*filières*) as one book: depth-first ids, and how to find a sector from what people write.

Sectors are data, not code: `data/reference/sectors.toml`, or the file that the caller names. A label that is
not known stays unknown, it is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

from data.sector_entries import (
    SectorCrosswalk,
    SectorEntry,
    SectorFileError,
    fold_label,
    fold_naf,
    read_sector_entries,
)
from geo.errors import MaillageError
from geo.records import Sector

__all__ = [
    "ALL_SECTORS_ID",
    "SECTORS_FILE",
    "SectorBook",
    "SectorCrosswalk",
    "SectorEntry",
    "SectorFileError",
    "UnknownSectorError",
    "fold_label",
    "load_sectors",
]

SECTORS_FILE = Path(__file__).parent / "reference" / "sectors.toml"
"""The list that ships with the service."""

ALL_SECTORS_ID = 0
"""The id under which a presence stands for all sectors together, in indexes and summaries."""

_LAST_DIVISION_BY_NAF_SECTION = {
    "A": 3, "B": 9, "C": 33, "D": 35, "E": 39, "F": 43, "G": 47, "H": 53, "I": 56, "J": 63, "K": 66,
    "L": 68, "M": 75, "N": 82, "O": 84, "P": 85, "Q": 88, "R": 93, "S": 96, "T": 98, "U": 99,
}  # fmt: skip
"""Where each section of the NAF rév. 2 ends (INSEE, 2008; its sections are those of NACE rev. 2)."""


class UnknownSectorError(MaillageError, LookupError):
    """A sector code that the list does not hold: the caller has to correct it. `close` proposes some."""

    def __init__(self, *, code: str, close: Sequence[str] = ()) -> None:
        self.code = code
        self.close = tuple(close)
        proposal = f" Vouliez-vous dire : {', '.join(close)} ?" if close else ""
        super().__init__(
            f"Filière inconnue : {code!r}. On attend le code d'une filière de la liste.{proposal}"
        )


class SectorBook:
    """
    The sectors in depth-first order, and the ways to find one.

    Ids run from 1 in that order, so that a sector and all that stands under it is one range of ids;
    0 (`ALL_SECTORS_ID`) stands for all sectors.

    Examples
    --------
    >>> book = load_sectors()
    >>> book.find("RECYCLERIE").code
    'ressourceries'
    >>> first, last = book.id_range("mobilite")
    >>> [sector.code for sector in book.sectors[first - 1 : last]][:3]
    ['mobilite', 'velo', 'autopartage']
    """

    def __init__(self, entries: Iterable[SectorEntry]) -> None:
        ordered = _order_depth_first(list(entries))
        self.sectors: tuple[Sector, ...] = tuple(entry.sector for entry in ordered)
        self._entry_by_code = {entry.sector.code: entry for entry in ordered}
        self._id_by_code = {sector.code: rank for rank, sector in enumerate(self.sectors, start=1)}
        self._sector_by_label: dict[str, Sector] = {}
        self._sector_by_naf: dict[str, Sector] = {}
        for entry in ordered:
            for name in entry.names:
                self._sector_by_label.setdefault(fold_label(name), entry.sector)
            for claim in entry.crosswalk.naf:
                self._sector_by_naf[fold_naf(claim)] = entry.sector
        # Another vocabulary's label is read only where ours says nothing; a wide one goes to a top sector.
        for entry in sorted(ordered, key=lambda entry: entry.sector.parent is not None):
            for name in entry.crosswalk.transiscope[:1]:
                self._sector_by_label.setdefault(fold_label(name), entry.sector)
        self._last_id_by_code = self._measure_ranges()

    def __len__(self) -> int:
        return len(self.sectors)

    def __contains__(self, code: object) -> bool:
        return code in self._id_by_code

    def get(self, code: str) -> Sector:
        """
        Give the sector of a code.

        Raises
        ------
        UnknownSectorError
            If the list does not hold it.
        """
        return self.sectors[self.id_of(code) - 1]

    def id_of(self, code: str) -> int:
        """
        Give the id of a sector, 1 to n in depth-first order.

        Raises
        ------
        UnknownSectorError
            If the list does not hold the code.
        """
        if code not in self._id_by_code:
            raise UnknownSectorError(code=code, close=self._propose(code))
        return self._id_by_code[code]

    def id_range(self, code: str) -> tuple[int, int]:
        """
        Give the first and last id (both included) of a sector and of all that stands under it.

        Raises
        ------
        UnknownSectorError
            If the list does not hold the code.
        """
        return self.id_of(code), self._last_id_by_code[code]

    def synonyms_of(self, code: str) -> tuple[str, ...]:
        """
        List the other ways of writing a sector that its file states, as they stand there.

        Raises
        ------
        UnknownSectorError
            If the list does not hold the code.
        """
        return self._entry_by_code[self.get(code).code].synonyms

    def children(self, code: str | None = None) -> tuple[Sector, ...]:
        """List the sectors right under one, or the top sectors when no code is given."""
        return tuple(sector for sector in self.sectors if sector.parent == code)

    def top_of(self, code: str) -> Sector:
        """
        Climb from a sector to the top sector that it belongs to (itself, when it is one).

        Examples
        --------
        >>> load_sectors().top_of("velo").label
        'Mobilité'
        """
        return self.get(self.lineage(code)[-1])

    def lineage(self, code: str) -> tuple[str, ...]:
        """
        Climb from a sector to the top: its code, then those of the sectors that it stands under.

        Examples
        --------
        >>> load_sectors().lineage("velo")
        ('velo', 'mobilite')
        """
        climbed = [self.get(code)]
        while (parent := climbed[-1].parent) is not None:
            climbed.append(self.get(parent))
        return tuple(sector.code for sector in climbed)

    def find(self, label: str) -> Sector | None:
        """
        Find the sector that a label names: its code, its label, a synonym or a Transiscope label.

        Examples
        --------
        >>> book = load_sectors()
        >>> book.find("Devenir autonome dans les démarches administratives").label
        'Accès aux droits et accompagnement social'
        >>> book.find("philatélie") is None
        True
        """
        folded = fold_label(label)
        return self._sector_by_label.get(folded) if folded else None

    def find_by_naf(self, code: str) -> Sector | None:
        """
        Find the sector of a NAF rév. 2 activity, the most precise claim first, then its section.

        The code may be written `88.99B`, `8899B`, `88.99` or `Q`, also without its leading zero.

        Examples
        --------
        >>> book = load_sectors()
        >>> [book.find_by_naf(code).code for code in ("38.32Z", "8810C", "8899B", "113Z")]
        ['recyclage', 'travail-adapte', 'solidarites', 'agriculture']
        >>> book.find_by_naf("94.99Z") is None
        True
        """
        bare = fold_naf(code)
        if not re.fullmatch(r"[A-U]|\d{2}\d{0,2}[A-Z]?", bare):
            return None
        for length in range(len(bare), 0, -1):
            if bare[:length] in self._sector_by_naf:
                return self._sector_by_naf[bare[:length]]
        section = _naf_section(bare)
        return self._sector_by_naf.get(section) if section else None

    def crosswalk(self, code: str) -> SectorCrosswalk:
        """
        Give what a sector is called elsewhere.

        Transiscope and ESSGlobal come from the parent where the sector says nothing.

        Raises
        ------
        UnknownSectorError
            If the list does not hold the code.

        Examples
        --------
        >>> load_sectors().crosswalk("compostage").essglobal
        ('A05',)
        """
        sector = self.get(code)
        own = self._entry_by_code[code].crosswalk
        if sector.parent is None:
            return own
        above = self.crosswalk(sector.parent)
        return SectorCrosswalk(
            transiscope=own.transiscope or above.transiscope,
            essglobal=own.essglobal or above.essglobal,
            naf=own.naf,
        )

    def _measure_ranges(self) -> dict[str, int]:
        last_id_by_code: dict[str, int] = {}
        for sector in self.sectors:
            code: str | None = sector.code
            while code is not None:
                last_id_by_code[code] = self._id_by_code[sector.code]
                code = self._entry_by_code[code].sector.parent
        return last_id_by_code

    def _propose(self, code: str) -> list[str]:
        found = self.find(code)
        close = get_close_matches(code, self._id_by_code, n=3)
        return list(dict.fromkeys([found.code, *close] if found else close))


def load_sectors(path: Path | None = None) -> SectorBook:
    """
    Read the list of sectors and check all of it.

    Parameters
    ----------
    path
        A TOML file of the same form as the one that ships; by default, the one that ships.

    Raises
    ------
    SectorFileError
        If the file is missing, is not TOML, or holds any fault; the error lists all of them.

    Examples
    --------
    >>> [sector.label for sector in load_sectors().children()][:2]
    ['Alimentation et agriculture', 'Mobilité']
    """
    return SectorBook(read_sector_entries(SECTORS_FILE if path is None else path))


def _naf_section(bare: str) -> str | None:
    division = int(bare[:2]) if bare[:2].isdigit() else 0
    return next(
        (section for section, last in _LAST_DIVISION_BY_NAF_SECTION.items() if 0 < division <= last), None
    )


def _order_depth_first(entries: Sequence[SectorEntry]) -> list[SectorEntry]:
    """Put each sector right before what stands under it, siblings in the order of the file."""
    below: dict[str | None, list[SectorEntry]] = {}
    for entry in entries:
        below.setdefault(entry.sector.parent, []).append(entry)
    ordered: list[SectorEntry] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        entry = waiting.pop()
        ordered.append(entry)
        waiting.extend(reversed(below.get(entry.sector.code, [])))
    return ordered

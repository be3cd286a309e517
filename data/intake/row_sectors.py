"""The sectors of a row: labels found in the list of sectors, else derived from the NAF code and said so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from data.intake.fields import Field
from data.intake.mapping import ColumnPlan
from data.intake.problems import ProblemLog
from data.intake.values import is_empty_word
from data.sectors import SectorBook

_CUT = re.compile(r"\s*[;|\n]\s*")
_CUT_MORE = re.compile(r"\s*[,/]\s*|\s+-\s+")


class SectorReader:
    """Reads the sectors of each row, by the columns of a plan."""

    def __init__(self, plan: ColumnPlan, sectors: SectorBook, log: ProblemLog) -> None:
        self._sectors = sectors
        self._log = log
        self._label = plan.filler(Field.SECTOR)
        self._naf = plan.filler(Field.NAF)
        self._label_column = plan.column_of(Field.SECTOR)
        self._naf_column = plan.column_of(Field.NAF)
        self._find_labels = lru_cache(maxsize=1 << 14)(self._read_labels)
        self._find_naf = lru_cache(maxsize=1 << 12)(sectors.find_by_naf)

    def read(self, line: int, cells: Sequence[str], extra: dict[str, str]) -> tuple[str, ...]:
        """Give the codes of a row's sectors; an unknown label is told and stays beside."""
        text = self._label(cells) if self._label is not None else ""
        if text and not is_empty_word(text):
            codes, unknown = self._find_labels(text)
            for label in unknown:
                self._log.gather(line, self._label_column, label, "Filière inconnue : conservée, non classée")
                extra[self._label_column] = text
            if codes:
                return codes
        naf = self._naf(cells) if self._naf is not None else ""
        return self._derive(line, naf) if naf and not is_empty_word(naf) else ()

    def _derive(self, line: int, naf: str) -> tuple[str, ...]:
        sector = self._find_naf(naf)
        if sector is None:
            self._log.gather(
                line, self._naf_column, naf, "Code NAF sans filière certaine : fiche sans filière"
            )
            return ()
        self._log.gather(line, self._naf_column, naf, f"Filière déduite du code NAF : « {sector.label} »")
        return (sector.code,)

    def _read_labels(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Read a list of labels; a label may itself hold a comma, so each piece is tried whole first."""
        whole = self._sectors.find(text)
        if whole is not None:
            return (whole.code,), ()
        codes: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for piece in _CUT.split(text.strip()):
            if not piece:
                continue
            found = [self._sectors.find(piece)]
            parts = [piece]
            if found[0] is None:
                smaller = [part for part in _CUT_MORE.split(piece) if part]
                smaller_found = [self._sectors.find(part) for part in smaller]
                if any(sector is not None for sector in smaller_found):
                    parts, found = smaller, smaller_found
            for part, sector in zip(parts, found, strict=True):
                if sector is None:
                    unknown[part] = None
                else:
                    codes[sector.code] = None
        return tuple(codes), tuple(unknown)

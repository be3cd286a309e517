"""Where a presence acts: names and codes of territories as people write them, read into codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from data.intake.text import fold_header
from data.intake.values import is_empty_word, read_radius_m
from geo.records import MEL_CODE, Level
from geo.territories import Referential

_CUT = re.compile(r"\s*[;|/\n]\s*")
_COMMA = re.compile(r"\s*,\s*|\s+et\s+")
_CODE = re.compile(r"\d{2}|\d{5}|2[AB]\d{3}|\d{9}")
_STATUS_WORDS = frozenset(
    {
        "ca",
        "cc",
        "cu",
        "communaute",
        "agglomeration",
        "communes",
        "commune",
        "urbaine",
        "departement",
        "region",
    }
)
_USUAL_NAMES = {"mel": MEL_CODE, "metropole lilloise": MEL_CODE, "lille metropole": MEL_CODE}
# « Lens » said of a zone is the town; « Lens-Liévin » is the intercommunalité.
_LEVELS = (Level.REGION, Level.DEPARTEMENT, Level.COMMUNE, Level.EPCI)


class Zone(NamedTuple):
    """Codes of territories, a radius in metres, and what was not understood."""

    codes: tuple[str, ...] = ()
    radius_m: float | None = None
    unknown: tuple[str, ...] = ()


class ZoneBook:
    """
    Reads zones of action against the referential.

    A name shared by several communes is no name of a zone: it is told as unknown, not guessed.
    """

    def __init__(self, referential: Referential) -> None:
        self._referential = referential
        self.read = lru_cache(maxsize=4096)(self._read)

    def _read(self, text: str) -> Zone:
        if is_empty_word(text):
            return Zone()
        codes: dict[str, None] = {}
        unknown: list[str] = []
        radius_m: float | None = None
        for piece in self._cut(text):
            code = self._find(piece)
            if code is not None:
                codes[code] = None
                continue
            radius = read_radius_m(piece).value if not piece.isdecimal() else None
            if radius is None:
                unknown.append(piece)
            else:
                radius_m = radius
        return Zone(tuple(codes), radius_m, tuple(unknown))

    def _cut(self, text: str) -> Iterator[str]:
        """Cut a list; a comma or « et » may also be part of a name, which is tried whole first."""
        for piece in _CUT.split(text.strip()):
            if not piece:
                continue
            if self._find(piece) is not None:
                yield piece
            else:
                yield from (part for part in _COMMA.split(piece) if part)

    def _find(self, piece: str) -> str | None:
        bare = piece.strip()
        if _CODE.fullmatch(bare):
            territory = self._referential.find(bare)
            return territory.code if territory else None
        folded = fold_header(bare)
        return self._codes_by_name.get(folded) or self._codes_by_name.get(_without_status(folded))

    @cached_property
    def _codes_by_name(self) -> dict[str, str | None]:
        codes: dict[str, str | None] = dict(_USUAL_NAMES)
        for level in _LEVELS:
            found: dict[str, set[str]] = {}
            for territory in self._referential.territories(level):
                for name in {fold_header(territory.name), _without_status(fold_header(territory.name))}:
                    found.setdefault(name, set()).add(territory.code)
            for name, shared in found.items():
                codes.setdefault(name, next(iter(shared)) if len(shared) == 1 else None)
        return codes


def _without_status(folded: str) -> str:
    return " ".join(word for word in folded.split() if word not in _STATUS_WORDS) or folded

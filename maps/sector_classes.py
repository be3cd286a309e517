"""The classes that sectors are drawn in: the same colour and shape on every map and every sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geo.records import Sector
from maps import style
from maps.popup import clean_text

UNKNOWN_SECTOR = "Filière non précisée"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorClass:
    """A top-level sector as the map draws it: always the same colour and shape, whatever else is drawn."""

    code: str
    label: str
    colour: str
    shape: str


class SectorClasses:
    """
    Gives each sector its class: the top-level sector above it, or « Filière non précisée ».

    Colour and shape follow the order of the sector list, not the counts, so that a sector looks the same on
    every map. Colours come back after eight, with another shape.

    Examples
    --------
    >>> food = Sector(code="food", label="Alimentation")
    >>> classes = SectorClasses([food, Sector(code="amap", label="AMAP", parent="food")])
    >>> classes.find(["amap", "inconnue"])
    (0,)
    """

    def __init__(self, sectors: Sequence[Sector]) -> None:
        parents = {sector.code: sector.parent for sector in sectors}
        tops = [sector for sector in sectors if sector.parent is None]
        self.classes = [
            SectorClass(
                code=sector.code,
                label=clean_text(sector.label),
                colour=style.SECTOR_COLOURS[place % len(style.SECTOR_COLOURS)],
                shape=style.SECTOR_SHAPES[place % len(style.SECTOR_SHAPES)],
            )
            for place, sector in enumerate(tops)
        ]
        self.unknown = len(self.classes)
        self.classes.append(
            SectorClass(code="", label=UNKNOWN_SECTOR, colour=style.UNKNOWN_SECTOR_COLOUR, shape="circle")
        )
        place_by_top = {sector.code: place for place, sector in enumerate(tops)}
        self._place = {code: place_by_top[_climb(code, parents)] for code in parents}

    def find(self, codes: Iterable[str]) -> tuple[int, ...]:
        """Give the classes of a presence's sectors, in its own order, each once: the first is its colour."""
        found = dict.fromkeys(self._place[code] for code in codes if code in self._place)
        return tuple(found) or (self.unknown,)


def _climb(code: str, parents: Mapping[str, str | None]) -> str:
    while (above := parents.get(code)) is not None:
        code = above
    return code

"""Points that lists give: in which commune each lies, and whether that is the commune the row declares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.geocoding.answer import AddressQuery, Reason
from geo.geocoding.choice import choose_commune
from geo.geocoding.commune_finder import CommuneFinder
from geo.geocoding.coordinates import ReadCoordinates
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.parse import parse_address
from geo.position import Position

_REMEMBERED_DECLARATIONS = 20_000


@dataclass(frozen=True, slots=True)
class GivenPoint:
    """A usable point: its commune is None outside the region."""

    position: Position
    commune: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DeclaredCommune:
    """
    The communes that a row's words may mean, likeliest first; none of them is an answer too.

    `is_outside` tells that the words name a place outside the region.
    """

    codes: tuple[str, ...]
    postcode: str = ""
    is_outside: bool = False

    def agrees_with(self, commune: str | None) -> bool:
        """Tell whether a point in this commune is where the words say; no words always agree."""
        if self.is_outside:
            return commune is None
        return not self.codes or commune in self.codes


NOTHING_DECLARED = DeclaredCommune(())


class PointChecker:
    """
    Puts points into communes and compares them with what rows declare.

    Parameters
    ----------
    gazetteer
        The communes and their names.
    finder
        Reads the declared commune.
    """

    def __init__(self, gazetteer: Gazetteer, finder: CommuneFinder) -> None:
        self._gazetteer = gazetteer
        self._finder = finder
        self._declared: dict[tuple[str, str, str, str], DeclaredCommune] = {}

    def locate(self, read: ReadCoordinates) -> list[GivenPoint | None]:
        """Put every usable point into its commune, all at once; None stands where there is none."""
        points: list[GivenPoint | None] = [None] * len(read.reasons)
        rows = np.flatnonzero(np.isfinite(read.lon))
        if not len(rows):
            return points
        lon, lat = read.lon[rows], read.lat[rows]
        communes = self._gazetteer.referential.locate(lon, lat)
        for row, x, y, commune in zip(rows.tolist(), lon.tolist(), lat.tolist(), communes, strict=True):
            points[row] = GivenPoint(Position(lon=x, lat=y), commune, read.reasons[row])
        return points

    def locate_one(self, position: Position) -> str | None:
        """Give the commune of one position, None outside the region."""
        return self._gazetteer.referential.locate(np.array([position.lon]), np.array([position.lat]))[0]

    def find_declared(self, query: AddressQuery) -> DeclaredCommune:
        """Read the commune that a row declares: from its code, postcode and city, else from its text."""
        has_fields = bool(query.code_insee or query.city or query.postcode)
        key = (query.code_insee, query.postcode, query.city, "" if has_fields else query.text)
        if not any(key):
            return NOTHING_DECLARED
        known = self._declared.get(key)
        if known is None:
            if len(self._declared) >= _REMEMBERED_DECLARATIONS:
                self._declared.clear()
            known = self._declared[key] = self._read_declared(*key)
        return known

    def _read_declared(self, code_insee: str, postcode: str, city: str, text: str) -> DeclaredCommune:
        parsed = parse_address(AddressQuery(code_insee=code_insee, postcode=postcode, city=city, text=text))
        choice = choose_commune(self._finder.find(parsed))
        written = parsed.words[parsed.postcodes[0]] if parsed.postcodes else ""
        if not choice.is_accepted:
            return DeclaredCommune(tuple(h.code for h in choice.candidates if h.code), written)
        codes = tuple(h.code for h in choice.candidates if h.code)
        return DeclaredCommune(codes, written, is_outside=choice.is_outside)

"""The territory referential: communes, EPCI, départements, zones, their vintages and what they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from geo.errors import UnknownTerritoryError
from geo.records import Level, Territory
from geo.territories.building import build_communes, build_groups
from geo.territories.columns import Columns, ReferentialTables
from geo.territories.errors import UnknownVintageError
from geo.territories.locating import CommuneLocator
from geo.territories.names import (
    CommuneAlias,
    CommunePart,
    ElsewhereCommune,
    TownHall,
)
from geo.territories.reading import read_aliases, read_elsewhere, read_parts, read_town_halls


class Referential:
    """
    The territories of Hauts-de-France.

    Built from plain tables; each is only decoded when something of it is asked for.
    """

    def __init__(self, tables: ReferentialTables) -> None:
        self._tables = tables
        self._vintages = tuple(sorted(tables.communes))
        self._territories: dict[tuple[int, Level], Mapping[str, Territory]] = {}
        self._read: dict[int, Columns] = {}
        self._contours: dict[tuple[Level, int], Mapping[str, MultiPolygon]] = {}

    @classmethod
    def from_tables(cls, tables: ReferentialTables) -> Referential:
        """Build a referential from its tables, today's vintage being the last one."""
        return cls(tables)

    @property
    def vintage(self) -> int:
        """Today's vintage: the year whose 1 January limits and membership hold."""
        return self._vintages[-1]

    @property
    def vintages(self) -> tuple[int, ...]:
        """Every vintage held, oldest first."""
        return self._vintages

    @property
    def fingerprint(self) -> str:
        """What changes whenever its communes or territories do; empty when nobody knows."""
        return self._tables.fingerprint

    def vintage_at(self, day: date) -> int:
        """Give the latest vintage in force on a day; the oldest one held for a day before it."""
        return max((vintage for vintage in self._vintages if vintage <= day.year), default=self._vintages[0])

    def territories(self, level: Level, *, vintage: int | None = None) -> tuple[Territory, ...]:
        """Give every territory of a level by code, without contours."""
        return tuple(self._of(level, vintage).values())

    def get(self, level: Level, code: str, *, vintage: int | None = None) -> Territory:
        """
        Give the territory of a level that has this code.

        Raises
        ------
        UnknownTerritoryError
            If the level has no such code at the vintage.
        """
        found = self._of(level, vintage).get(code)
        if found is None:
            raise UnknownTerritoryError(code=code, level=level.value)
        return found

    def find(self, code: str) -> Territory | None:
        """
        Find today's territory of any level by its code; an old or delegated commune gives its successor.

        A code of five digits is a commune before it is a bassin de vie, « 32 » is the region.
        """
        for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.ZONE_EMPLOI):
            if code in self._of(level, None):
                return self._of(level, None)[code]
        successor = self.successor(code)
        if successor is not None:
            return self._of(Level.COMMUNE, None)[successor]
        return self._of(Level.BASSIN_VIE, None).get(code)

    def commune_codes(self, level: Level, code: str, *, vintage: int | None = None) -> frozenset[str]:
        """
        Give the codes of the communes of the region that make up a territory.

        Raises
        ------
        UnknownTerritoryError
            If the level has no such code at the vintage.
        """
        return frozenset(self.get(level, code, vintage=vintage).commune_codes)

    def successor(self, code: str) -> str | None:
        """
        Give today's commune that holds a commune code of today or before, None for a code that is neither.

        A code in use today stands for itself.
        """
        found = self.successors(code)
        return found[0] if found else None

    def successors(self, code: str, *, vintage: int | None = None) -> tuple[str, ...]:
        """
        Give every commune of today that holds land of a commune code, the main one first.

        With `vintage`, the code is read as it was then: 60054 was Les Hauts-Talican in 2022, split since into
        60694 (which kept the name) and 60054 (Beaumont-les-Nonains).
        """
        communes = self._of(Level.COMMUNE, None)
        if vintage is not None and vintage != self.vintage:
            return self._past_successors[vintage].get(code, ())
        if code in communes:
            return (code,)
        return self._successors.get(code, ())

    def locate(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str | None]:
        """
        Give today's commune of each WGS84 point: exactly one, None outside the region.

        Parameters
        ----------
        lon, lat
            Degrees, shape (n,); a value that is not a number is outside.

        Returns
        -------
        list
            Codes in the points' order. A point on a boundary goes to the lowest code; a point outside every
            contour by 100 m at most goes to the nearest commune, because contours are generalised.
        """
        return self._locator.locate(lon, lat)

    def contours(self, level: Level, *, vintage: int | None = None) -> Mapping[str, MultiPolygon]:
        """
        Give the contour of every territory of a level, WGS84, by code.

        All are unions of today's communes: neighbours share their edges vertex for vertex, across levels too.
        At a past vintage, a territory is drawn with the communes of today that hold its communes' land; where
        several merged, today's goes whole where the one of its code, else the most inhabited, belonged. A
        commune absorbed since has no contour of its own and is left out.
        """
        vintage = self._checked(vintage)
        key = (level, vintage)
        if key not in self._contours:
            self._contours[key] = self._draw(level, vintage)
        return self._contours[key]

    def contour(self, level: Level, code: str, *, vintage: int | None = None) -> Territory:
        """
        Give a territory with its contour filled (None for a past commune that was absorbed since).

        Raises
        ------
        UnknownTerritoryError
            If the level has no such code at the vintage.
        """
        territory = self.get(level, code, vintage=vintage)
        return replace(territory, contour=self.contours(level, vintage=vintage).get(code))

    @cached_property
    def aliases(self) -> tuple[CommuneAlias, ...]:
        """Every name each commune is or was written under, by code then name."""
        return read_aliases(self._tables.aliases())

    @cached_property
    def postcodes(self) -> Mapping[str, tuple[str, ...]]:
        """The communes of today that each postcode serves, by code."""
        table = self._columns(self.vintage)
        served: dict[str, list[str]] = defaultdict(list)
        for code, postcodes in zip(table["code"], table["postcodes"], strict=True):
            for postcode in postcodes:
                served[postcode].append(code)
        return MappingProxyType({postcode: tuple(codes) for postcode, codes in sorted(served.items())})

    @cached_property
    def postcodes_by_commune(self) -> Mapping[str, tuple[str, ...]]:
        """The postcodes of each commune of today."""
        table = self._columns(self.vintage)
        pairs = zip(table["code"], table["postcodes"], strict=True)
        return MappingProxyType({code: tuple(postcodes) for code, postcodes in pairs})

    @cached_property
    def town_halls(self) -> Mapping[str, TownHall]:
        """The town hall of each commune whose address or point is published, by code."""
        return MappingProxyType(read_town_halls(self._columns(self.vintage)))

    @cached_property
    def parts(self) -> Mapping[str, CommunePart]:
        """The associated, delegated and absorbed communes by old code (a delegated seat has today's)."""
        return MappingProxyType(read_parts(self._tables.parts))

    @cached_property
    def elsewhere(self) -> tuple[ElsewhereCommune, ...]:
        """The other communes of France and those of Belgium, to refuse an address by name."""
        return read_elsewhere(self._tables.elsewhere())

    def _checked(self, vintage: int | None) -> int:
        if vintage is None:
            return self.vintage
        if vintage not in self._vintages:
            raise UnknownVintageError(vintage=vintage, known=self._vintages)
        return vintage

    def _of(self, level: Level, vintage: int | None) -> Mapping[str, Territory]:
        key = (self._checked(vintage), level)
        if key not in self._territories:
            # Two threads may build the same mapping at once: they are equal, and the last one stays.
            if level is Level.COMMUNE:
                self._territories[key] = build_communes(key[0], self._columns(key[0]))
            else:
                communes = self._of(Level.COMMUNE, vintage).values()
                self._territories[key] = build_groups(key[0], level, communes, self._tables.territories)
        return self._territories[key]

    def _columns(self, vintage: int) -> Columns:
        if vintage not in self._read:
            self._read[vintage] = self._tables.communes[vintage]()
        return self._read[vintage]

    @cached_property
    def _successors(self) -> dict[str, tuple[str, ...]]:
        parts = self._tables.parts
        return {code: (heir,) for code, heir in zip(parts["code"], parts["successor"], strict=True)}

    @cached_property
    def _past_successors(self) -> dict[int, dict[str, tuple[str, ...]]]:
        found = {}
        for vintage in self._vintages[:-1]:
            table = self._columns(vintage)
            pairs = zip(table["code"], table["successors"], strict=True)
            found[vintage] = {code: tuple(heirs) for code, heirs in pairs}
        return found

    @cached_property
    def _locator(self) -> CommuneLocator:
        contours = self._commune_contours
        return CommuneLocator(list(contours), np.array(list(contours.values()), dtype=object))

    @cached_property
    def _commune_contours(self) -> dict[str, MultiPolygon]:
        arrays = self._tables.contours()
        contours = shapely.from_ragged_array(
            shapely.GeometryType.MULTIPOLYGON,
            arrays.coordinates,
            (arrays.ring_offsets, arrays.polygon_offsets, arrays.commune_offsets),
        )
        return dict(zip(arrays.codes, contours, strict=True))

    def _draw(self, level: Level, vintage: int) -> Mapping[str, MultiPolygon]:
        own = self._commune_contours
        if level is Level.COMMUNE and vintage == self.vintage:
            return MappingProxyType(own)
        ground: dict[str, list[str]] = defaultdict(list)
        for today, then in self._predecessors(vintage).items():
            ground[then.code if level is Level.COMMUNE else then.part_of[level.value]].append(today)
        drawn = {}
        for code in sorted(ground):
            joined = shapely.coverage_union_all([own[today] for today in sorted(ground[code])])
            drawn[code] = MultiPolygon(shapely.get_parts(joined).tolist())
        return MappingProxyType(drawn)

    def _predecessors(self, vintage: int) -> Mapping[str, Territory]:
        """Give, for each commune of today, the one of a vintage that speaks for its ground: one only."""
        communes = self._of(Level.COMMUNE, vintage)
        if vintage == self.vintage:
            return communes
        found: dict[str, Territory] = {}
        for commune in sorted(communes.values(), key=lambda commune: (commune.population, commune.code)):
            for today in self.successors(commune.code, vintage=vintage):
                if today not in found or found[today].code != today:
                    found[today] = commune
        return found

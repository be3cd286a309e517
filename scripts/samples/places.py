"""Where the invented presences stand: real communes, deliberately unequal, addresses that may not exist."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

import numpy as np

from geo.records import MEL_CODE, Level, PlacementStatus, Territory
from geo.territories import Referential
from scripts.samples.cells import strip_accents
from scripts.samples.words import Words

ACTOR_SHARE_IN_MEL = 0.49
"""Of the invented actors. With the messy ones, mostly elsewhere, the MEL has twice its inhabitants' share."""

EMPTY_EPCI = frozenset({"200043396", "200069037", "200068047"})
"""Maubeuge Val de Sambre, Pays de Saint-Omer, Creil Sud Oise: large, and deliberately without any actor."""

# How much more, or less, than its inhabitants the network is met there: the antennes draw, the west less so.
_PULL_BY_EPCI = {
    "246200364": 1.6,  # Lens - Liévin
    "245901160": 0.9,  # Valenciennes Métropole
    "248000531": 1.7,  # Amiens Métropole
    "245900428": 1.1,  # Dunkerque
    "200033579": 1.5,  # Arras
    "200072460": 0.5,  # Béthune-Bruay
}
_SHARE_AT_MAIN_TOWN = 0.6
_SHARE_GIVEN = 0.48
_SHARE_TOWN_HALL = 0.18
_SPREAD_DEG = 0.014


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address as someone would type it, and how well it can be placed without any address base."""

    commune: Territory
    street: str
    postcode: str
    city: str
    lon: str = ""
    lat: str = ""
    expects: PlacementStatus = PlacementStatus.COMMUNE


class Land:
    """Draws communes and addresses from the referential."""

    def __init__(self, referential: Referential, words: Words, random: Random) -> None:
        self._referential = referential
        self._words = words
        self._random = random
        self._communes_by_epci: dict[str, list[Territory]] = {}
        for commune in referential.territories(Level.COMMUNE):
            self._communes_by_epci.setdefault(commune.part_of["epci"], []).append(commune)
        for communes in self._communes_by_epci.values():
            communes.sort(key=lambda commune: (-commune.population, commune.code))
        self._outside = [
            epci
            for epci in referential.territories(Level.EPCI)
            if epci.code != MEL_CODE and epci.code not in EMPTY_EPCI
        ]
        self._pulls = [epci.population * _PULL_BY_EPCI.get(epci.code, 1) for epci in self._outside]

    def draw_commune(self, *, share_in_mel: float) -> Territory:
        """Draw a commune: in the MEL with that probability, else where people live, antennes drawing more."""
        if self._random.random() < share_in_mel:
            return self._draw_in(MEL_CODE, share_at_main_town=0.34)
        epci = self._random.choices(self._outside, self._pulls)[0]
        return self._draw_in(epci.code, share_at_main_town=_SHARE_AT_MAIN_TOWN)

    def list_epci(self) -> list[Territory]:
        """List the EPCI of the region, most inhabitants first."""
        return sorted(
            self._referential.territories(Level.EPCI), key=lambda epci: (-epci.population, epci.code)
        )

    def name_epci(self, commune: Territory) -> str:
        """Give the official name of the EPCI of a commune."""
        return self._referential.get(Level.EPCI, commune.part_of["epci"]).name

    def draw_neighbour_epci(self, commune: Territory) -> str:
        """Draw the official name of an EPCI of the same département."""
        departement = commune.part_of["departement"]
        near = [epci for epci in self._outside if epci.part_of.get("departement") == departement]
        return self._random.choice(near).name

    def find_main_town(self, epci: str) -> Territory:
        """Give the commune of an EPCI that has most inhabitants."""
        return self._communes_by_epci[epci][0]

    def draw_place(self, commune: Territory) -> Place:
        """Draw an address in a commune: coordinates, the town hall's own address, or a street only."""
        chance = self._random.random()
        if chance < _SHARE_GIVEN:
            return self.give_point(commune)
        if chance < _SHARE_GIVEN + _SHARE_TOWN_HALL:
            return self.give_town_hall(commune)
        return self.give_street(commune)

    def give_street(self, commune: Territory) -> Place:
        """Invent a street and a number, as lists hold most of them."""
        hall = self._referential.town_halls.get(commune.code)
        at_hall = strip_accents(hall.street if hall else "").lower()
        # The town hall's own street would be placed by it, and not at the commune as an invented one must be.
        names = [name for name in self._words.street_names if not _shares_words(name, at_hall)]
        number = self._random.randint(1, 140)
        suffix = self._random.choice(["", "", "", "", "", "", " bis", " ter"])
        kind = self._random.choice(self._words.street_types)
        street = f"{number}{suffix} {kind} {self._random.choice(names)}"
        return Place(commune=commune, street=street, postcode=self.find_postcode(commune), city=commune.name)

    def give_town_hall(self, commune: Territory) -> Place:
        """Use the town hall's own address, where it has a number: the one exact address known offline."""
        hall = self._referential.town_halls.get(commune.code)
        if hall is None or not (hall.housenumber and hall.street and hall.position):
            return self.give_street(commune)
        return Place(
            commune=commune,
            street=f"{hall.housenumber} {hall.street}",
            postcode=self.find_postcode(commune),
            city=commune.name,
            expects=PlacementStatus.PLACED,
        )

    def give_point(self, commune: Territory) -> Place:
        """Invent an address with coordinates that lie in the commune, near its centre."""
        place = self.give_street(commune)
        if commune.position is None:
            return place
        spread = [_SPREAD_DEG * 0.8**rank for rank in range(16)]
        lon = np.array(
            [commune.position.lon + self._random.uniform(-1.4, 1.4) * width for width in spread]
        ).round(6)
        lat = np.array(
            [commune.position.lat + self._random.uniform(-1, 1) * width for width in spread]
        ).round(6)
        for index, code in enumerate(self._referential.locate(lon, lat)):
            if code == commune.code:
                return Place(
                    commune=commune,
                    street=place.street,
                    postcode=place.postcode,
                    city=place.city,
                    lon=f"{lon[index]:.6f}",
                    lat=f"{lat[index]:.6f}",
                    expects=PlacementStatus.PLACED,
                )
        return place

    def find_postcode(self, commune: Territory) -> str:
        """Give the postcode of a commune's town hall where it serves the commune, else its first."""
        known = self._referential.postcodes_by_commune[commune.code]
        hall = self._referential.town_halls.get(commune.code)
        return hall.postcode if hall and hall.postcode in known else known[0]

    def _draw_in(self, epci: str, *, share_at_main_town: float) -> Territory:
        communes = self._communes_by_epci[epci]
        if self._random.random() < share_at_main_town:
            return communes[0]
        return self._random.choices(communes, [commune.population for commune in communes])[0]


def _shares_words(name: str, street: str) -> bool:
    """Say whether two street names share a word that counts (« gare », « gaulle »)."""
    return any(
        len(word) > 3 and word in street for word in re.findall(r"[a-z0-9]+", strip_accents(name).lower())
    )

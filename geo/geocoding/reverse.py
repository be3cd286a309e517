"""From a point to where that is: the nearest address, the commune, the EPCI."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.addressbase.base import AddressBase
from geo.geocoding.addressbase.layout import CELL_DEG, CELLS_A_ROW, MICRODEGREES, find_cells
from geo.position import Position, measure_distances_m
from geo.records import Level, Territory
from geo.territories import Referential

FURTHEST_M = 2_000
"""An address further away says nothing about a point."""

_METRES_A_DEGREE = (
    111_000  # a little under the truth everywhere in France, so that no cell is left out too soon
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestAddress:
    """An address of the base and its geodesic distance from a point, in metres."""

    label: str
    housenumber: str
    street: str
    postcode: str
    city: str
    citycode: str
    position: Position
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseAnswer:
    """
    Where a point is.

    `commune` and `epci` are those the point lies in, None outside the region; `addresses` are the nearest
    ones, which may be across a limit, nearest first.
    """

    position: Position
    commune: Territory | None
    epci: Territory | None
    addresses: tuple[NearestAddress, ...] = ()


class ReverseGeocoder:
    """
    Says where points are.

    Parameters
    ----------
    referential
        The communes and their contours.
    base
        The addresses; without any, the commune and the EPCI are all the answer.
    """

    def __init__(self, referential: Referential, base: AddressBase | None = None) -> None:
        self._referential = referential
        self._base = base

    def find(self, position: Position, *, limit: int = 1) -> ReverseAnswer:
        """
        Say where a point is.

        Parameters
        ----------
        position
            The point.
        limit
            How many of the nearest addresses to give, those within `FURTHEST_M`.
        """
        code = self._referential.locate(np.array([position.lon]), np.array([position.lat]))[0]
        commune = self._referential.get(Level.COMMUNE, code) if code else None
        epci = self._referential.get(Level.EPCI, commune.part_of[Level.EPCI.value]) if commune else None
        addresses = self._find_addresses(self._base, position, limit) if self._base else ()
        return ReverseAnswer(position=position, commune=commune, epci=epci, addresses=addresses)

    def _find_addresses(
        self, base: AddressBase, position: Position, limit: int
    ) -> tuple[NearestAddress, ...]:
        """Look in rings of cells around the point until no unseen cell can hold a nearer address."""
        found: list[tuple[float, int]] = []
        cell_m = CELL_DEG * _METRES_A_DEGREE * cos(radians(min(89.0, abs(position.lat))))
        for ring in range(int(FURTHEST_M // cell_m) + 2):
            # Whatever lies in this ring or beyond is at least so far away.
            nearest_possible_m = (ring - 1) * cell_m
            if nearest_possible_m > FURTHEST_M or (
                len(found) >= limit and found[limit - 1][0] <= nearest_possible_m
            ):
                break
            found = sorted(found + _measure(base, position, _look_in_ring(base, position, ring)))[:limit]
        near = [pair for pair in found[:limit] if pair[0] <= FURTHEST_M]
        return tuple(self._write(base, rank, distance_m) for distance_m, rank in near)

    def _write(self, base: AddressBase, rank: int, distance_m: float) -> NearestAddress:
        street = base.street_of_number(rank)
        point = base.read_number(street, rank)
        citycode = base.commune_of(street)
        known = self._referential.find(citycode)
        city = known.name if known else ""
        housenumber = f"{point.number or ''} {point.suffix}".strip()
        name = base.name_of(street)
        return NearestAddress(
            label=" ".join(filter(None, (housenumber, name, point.postcode, city))),
            housenumber=housenumber,
            street=name,
            postcode=point.postcode,
            city=city,
            citycode=citycode,
            position=point.position,
            distance_m=distance_m,
        )


def _look_in_ring(base: AddressBase, position: Position, ring: int) -> NDArray[np.int64]:
    """Give the addresses of the square of cells at this many cells from the point's own."""
    own = int(find_cells(*(np.array([round(value * MICRODEGREES)]) for value in position.lon_lat()))[0])
    found = []
    for step in range(-ring, ring + 1):
        row = own + step * CELLS_A_ROW
        sides = ((row - ring, row + ring),) if abs(step) == ring else ((row - ring,) * 2, (row + ring,) * 2)
        found += [base.find_in_cells(first, last) for first, last in sides]
    return np.concatenate(found)


def _measure(base: AddressBase, position: Position, ranks: NDArray[np.int64]) -> list[tuple[float, int]]:
    distances = measure_distances_m(position, *base.read_points(ranks))
    return list(zip(distances.tolist(), ranks.tolist(), strict=True))

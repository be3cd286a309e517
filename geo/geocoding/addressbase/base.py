"""An index of addresses, opened: streets by exact or near name, numbers, and what lies near a point."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.geocoding.addressbase.layout import BUCKET_SHIFT, MICRODEGREES, sign_letters
from geo.geocoding.addressbase.storage import MappedArrays
from geo.geocoding.elsewhere import ElsewhereNames
from geo.position import Position

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_NEAR: Final = 8
"""More near names than this are not told apart."""


@dataclass(slots=True)
class NumberPoint:
    """A house number of the base and its point."""

    number: int
    suffix: str
    postcode: str
    position: Position


class _Hashed:
    """Sorted hashes with a value each, and where those that share their first bits start."""

    def __init__(self, stored: MappedArrays, name: str) -> None:
        value = "count" if name.startswith("known") else "street"
        self.hashes, self.values = stored.view(f"{name}_hash"), stored.view(f"{name}_{value}")
        self.buckets = stored.view(f"{name}_bucket")


class AddressBase:
    """
    The streets and numbers of an index, mapped into memory and shared by processes.

    Streets and numbers are named by their rank in the index.

    Parameters
    ----------
    path
        An index that `build_index` wrote.

    Raises
    ------
    UnreadableIndexError
        If it is missing, damaged or of another version.
    """

    def __init__(self, path: Path) -> None:
        stored = MappedArrays(path)
        self.path = path
        self.facts = stored.facts
        self._communes = {code: rank for rank, code in enumerate(stored.facts["commune_codes"])}
        self._postcodes: list[str] = stored.facts["postcodes"]
        self._suffixes: list[str] = stored.facts["suffixes"]
        self._old_communes: list[str] = stored.facts["old_communes"]
        self._commune_streets = stored.view("commune_streets")
        self._street_numbers = stored.view("street_numbers")
        self._street_postcode = stored.view("street_postcode")
        self._street_old = stored.view("street_old")
        self._street_core = stored.view("street_core")
        self._street_lon, self._street_lat = stored.view("street_lon"), stored.view("street_lat")
        self._is_locality = stored.view("street_is_locality")
        self._octets, self._keys_at = stored.locate("street_keys")
        self._key_start = stored.view("street_key_start")
        _, self._names_at = stored.locate("street_names")
        self._name_start = stored.view("street_name_start")
        self._letters = stored.array("street_letters")
        self._streets_by_key, self._streets_by_core = _Hashed(stored, "key"), _Hashed(stored, "core")
        self._known_keys, self._known_cores = _Hashed(stored, "known_key"), _Hashed(stored, "known_core")
        self._number_value = stored.view("number_value")
        self._number_suffix = stored.view("number_suffix")
        self._street_step = stored.view("street_step")
        self._number_east, self._number_north = stored.view("number_east"), stored.view("number_north")
        self._other_number, self._other_postcode = (
            stored.view("other_postcode_number"),
            stored.view("other_postcode"),
        )
        self._other_count = len(self._other_number)
        self._stored = stored
        self._cells, self._cell_start = stored.view("cell"), stored.view("cell_start")
        self.elsewhere = ElsewhereNames(stored) if stored.holds("elsewhere_hash") else None

    def find_commune(self, code: str) -> int | None:
        """Give the rank of a commune, None for one without any address."""
        return self._communes.get(code)

    def commune_of(self, street: int) -> str:
        """Give the INSEE code of a street's commune."""
        codes: list[str] = self.facts["commune_codes"]
        rank = bisect_left(self._commune_streets, street + 1) - 1
        return codes[rank]

    def find_streets(self, commune: int, name: str, *, by_core: bool = False) -> list[int]:
        """Give the streets of a commune that bear a canonical name, or have its core."""
        encoded = name.encode()
        wanted = zlib.crc32(encoded, commune)
        hashed = self._streets_by_core if by_core else self._streets_by_key
        hashes, bucket = hashed.hashes, hashed.buckets
        first = wanted >> BUCKET_SHIFT
        at, end = bucket[first], bucket[first + 1]
        found: list[int] = []
        while at < end:
            has = hashes[at]
            if has > wanted:
                break
            if has == wanted:
                street = hashed.values[at]
                if self._is_called(street, commune, encoded, by_core=by_core):
                    found.append(street)
            at += 1
        return found

    def _is_called(self, street: int, commune: int, name: bytes, *, by_core: bool) -> bool:
        if not self._commune_streets[commune] <= street < self._commune_streets[commune + 1]:
            return False
        start = self._keys_at + self._key_start[street] + (self._street_core[street] if by_core else 0)
        return self._octets[start : self._keys_at + self._key_start[street + 1] - 1] == name

    def find_near_streets(self, commune: int, name: str, most_edits: int) -> list[tuple[int, int]]:
        """Give the streets of a commune whose canonical name is a few edits from a name, and how many."""
        first = self._commune_streets[commune]
        letters = self._letters[first : self._commune_streets[commune + 1]]
        # An edit changes two letters at most: comparing sets of letters leaves one street in a hundred.
        alike = np.bitwise_count(letters ^ np.uint64(sign_letters(name))) <= 2 * most_edits
        streets = (alike.nonzero()[0] + first).tolist()
        names = [self.key_of(street) for street in streets]
        found = process.extract(name, names, scorer=OSA.distance, score_cutoff=most_edits, limit=_MOST_NEAR)
        return [(streets[rank], int(distance)) for _, distance, rank in found]

    def find_ending_streets(self, commune: int, word: str) -> list[int]:
        """Give the streets of a commune whose canonical name ends with a word."""
        first, end = self._commune_streets[commune], self._commune_streets[commune + 1]
        start = self._key_start[first]
        keys = self._octets[self._keys_at + start : self._keys_at + self._key_start[end]]
        ending, found = f"{word}\n".encode(), []
        at = keys.find(ending)
        while at >= 0:
            found.append(bisect_left(self._key_start, start + at + 1, first, end) - 1)
            at = keys.find(ending, at + 1)
        return found

    def count_communes_with(self, name: str, *, by_core: bool = False) -> int:
        """Give how many streets of the region bear a canonical name: 0 for a name that nobody has."""
        wanted = zlib.crc32(name.encode())
        known = self._known_cores if by_core else self._known_keys
        first = wanted >> BUCKET_SHIFT
        end = known.buckets[first + 1]
        at = bisect_left(known.hashes, wanted, known.buckets[first], end)
        return known.values[at] if at < end and known.hashes[at] == wanted else 0

    def key_of(self, street: int) -> str:
        """Give the canonical name of a street."""
        at, starts = self._keys_at, self._key_start
        return self._octets[at + starts[street] : at + starts[street + 1] - 1].decode()

    def core_of(self, street: int) -> str:
        """Give the core of a street's canonical name."""
        return self.key_of(street)[self._street_core[street] :]

    def name_of(self, street: int) -> str:
        """Give the name of a street as the base writes it."""
        at, starts = self._names_at, self._name_start
        return self._octets[at + starts[street] : at + starts[street + 1] - 1].decode()

    def postcode_of(self, street: int) -> str:
        """Give the postcode of a street's middle."""
        return self._postcodes[self._street_postcode[street]]

    def old_commune_of(self, street: int) -> str:
        """Give the code of the former commune a street lies in, empty where the base names none."""
        return self._old_communes[self._street_old[street]]

    def is_locality(self, street: int) -> bool:
        """Tell whether a « street » is a named place without any number."""
        return self._is_locality[street] == 1

    def middle_of(self, street: int) -> Position:
        """Give the point of the street's middle number."""
        return Position(
            lon=self._street_lon[street] / MICRODEGREES, lat=self._street_lat[street] / MICRODEGREES
        )

    def find_numbers(self, street: int, number: int) -> range:
        """Give the ranks of the entries of a street with this number, whatever their suffix."""
        start, end = self._street_numbers[street], self._street_numbers[street + 1]
        low = bisect_left(self._number_value, number, start, end)
        high = low
        while high < end and self._number_value[high] == number:
            high += 1
        return range(low, high)

    def numbers_of(self, street: int) -> range:
        """Give the ranks of every number of a street, ascending."""
        return range(self._street_numbers[street], self._street_numbers[street + 1])

    def value_of(self, rank: int) -> int:
        """Give the number of an entry, 0 for a place without number."""
        value: int = self._number_value[rank]
        return value

    def suffix_of(self, rank: int) -> str:
        """Give the suffix of an entry, in canonical form."""
        return self._suffixes[self._number_suffix[rank]]

    def read_number(self, street: int, rank: int) -> NumberPoint:
        """Give an entry of a street with its point."""
        position, postcode = self.read_point(street, rank)
        suffix = self._suffixes[self._number_suffix[rank]]
        return NumberPoint(self._number_value[rank], suffix, postcode, position)

    def read_point(self, street: int, rank: int) -> tuple[Position, str]:
        """Give the point and the postcode of an entry of a street."""
        step = self._street_step[street]
        lon = self._street_lon[street] + step * self._number_east[rank]
        lat = self._street_lat[street] + step * self._number_north[rank]
        position = Position(lon=lon / MICRODEGREES, lat=lat / MICRODEGREES)
        return position, self._postcode_of_number(street, rank)

    def read_points(self, ranks: Ints) -> tuple[Floats, Floats]:
        """Give the longitudes and latitudes of many entries, in degrees."""
        array = self._stored.array
        street = np.searchsorted(array("street_numbers"), ranks, side="right") - 1
        step = array("street_step")[street].astype(np.int64)
        lon = array("street_lon")[street] + step * array("number_east")[ranks]
        lat = array("street_lat")[street] + step * array("number_north")[ranks]
        return lon / MICRODEGREES, lat / MICRODEGREES

    def _postcode_of_number(self, street: int, rank: int) -> str:
        """Give the postcode of an entry: its street's, for nearly all."""
        if not self._other_count:
            return self._postcodes[self._street_postcode[street]]
        at = bisect_left(self._other_number, rank)
        if at < self._other_count and self._other_number[at] == rank:
            return self._postcodes[self._other_postcode[at]]
        return self.postcode_of(street)

    def street_of_number(self, rank: int) -> int:
        """Give the street of an entry."""
        return bisect_left(self._street_numbers, rank + 1) - 1

    def walk_streets(self, commune: int) -> range:
        """Give every street of a commune."""
        return range(self._commune_streets[commune], self._commune_streets[commune + 1])

    def find_in_cells(self, first: int, last: int) -> Ints:
        """Give the entries that stand in cells of one row, from the first to the last."""
        low = bisect_left(self._cells, first)
        high = bisect_left(self._cells, last + 1)
        ranks = self._stored.array("cell_number")[self._cell_start[low] : self._cell_start[high]]
        return ranks.astype(np.int64)

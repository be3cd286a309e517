"""Names one or two edits from what was written, found without comparing with every name.

Two names one edit apart (a letter lost, added, changed, or two swapped) share a form when each loses one
letter at most: a symmetric-delete index (W. Garbe, « SymSpell », 2012) looks those forms up.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from zlib import crc32

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

MIN_FUZZY_LENGTH: Final = 4
"""Shorter names are one edit from too many others to be guessed: they are found, as candidates only."""

_MARKS: Final = 1 << 19
"""Hashes are first looked up in a table of this many marks: most forms are nobody's."""

_REMEMBERED: Final = 2_000
"""Keys whose near names are remembered: lists hold the same towns again and again."""

LONG_NAME: Final = 9
"""From this length, two edits still leave a name that is nobody else's."""


class NearNames:
    """
    A symmetric-delete index, as two parallel arrays sorted by hash: small, and quick to search.

    Parameters
    ----------
    names
        Canonical names without spaces.

    Examples
    --------
    >>> NearNames(["tourcoing", "roubaix"]).find("turcoing")
    [('tourcoing', 1)]
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(name for name in names if len(name) >= MIN_FUZZY_LENGTH - 1)
        hashes, owners = array("I"), array("H")
        self._marks = bytearray(_MARKS)
        for index, name in enumerate(self._names):
            for form in shorten_by_one(name):
                hashed = crc32(form.encode())
                hashes.append(hashed)
                owners.append(index)
                self._marks[hashed % _MARKS] = 1
        order = np.lexsort((owners, hashes))
        self._hashes = array("I", np.array(hashes)[order].tobytes())
        self._owners = array("H", np.array(owners)[order].tobytes())
        self._found: dict[str, list[tuple[str, int]]] = {}
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for name in self._names:
            for length in range(len(name) - 2, len(name) + 3):
                self._by_length[length].append(name)

    def find(self, key: str) -> list[tuple[str, int]]:
        """Give the names at most one edit away, with their distance, nearest first."""
        if len(key) < MIN_FUZZY_LENGTH - 2:
            return []
        known = self._found.get(key)
        if known is None:
            if len(self._found) >= _REMEMBERED:
                self._found = {}
            known = self._found[key] = self._look_up(key)
        return known

    def _look_up(self, key: str) -> list[tuple[str, int]]:
        owners: set[int] = set()
        hashes, marks, count = self._hashes, self._marks, len(self._hashes)
        for form in shorten_by_one(key):
            wanted = crc32(form.encode())
            if not marks[wanted % _MARKS]:
                continue
            at = bisect_left(hashes, wanted)
            while at < count and hashes[at] == wanted:
                owners.add(self._owners[at])
                at += 1
        if not owners:
            return []
        near = ((self._names[owner], OSA.distance(key, self._names[owner])) for owner in owners)
        return sorted((pair for pair in near if pair[1] <= 1), key=lambda pair: (pair[1], pair[0]))

    def find_further(self, key: str) -> list[tuple[str, int]]:
        """Give the names two edits away from a long key, by comparing with every name of about its length."""
        if len(key) < LONG_NAME:
            return []
        names = self._by_length.get(len(key), [])
        found = process.extract(key, names, scorer=OSA.distance, score_cutoff=2, limit=5)
        return [(name, int(distance)) for name, distance, _ in found]


def allowed_edits(key: str) -> int:
    """Give how many edits a name of this length may be away and still be read as it."""
    if len(key) < MIN_FUZZY_LENGTH:
        return 0
    return 1 if len(key) < LONG_NAME else 2


def shorten_by_one(name: str) -> set[str]:
    """Give the name and every form of it that lacks one letter."""
    return {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}


def hash_form(form: str) -> int:
    """Hash a form to 32 bits, the same in every process."""
    return crc32(form.encode())

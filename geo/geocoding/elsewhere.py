"""The communes outside the region, packed: they are only looked up to refuse an address by its commune.

There are eight times as many of them as communes of the region, so that they are kept as sorted hashes and
plain text rather than as objects: one megabyte instead of thirty.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from geo.geocoding.near_names import hash_form
from geo.geocoding.text import join_names
from geo.territories import ElsewhereCommune

_ARTICLE = re.compile(r"^(?:L[ea]s? |L['’])")
_PRECISION_IN_BRACKETS = re.compile(r" \(.*")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A commune outside the region, under its name there; « BE » stands for Belgium as département."""

    name: str
    departement: str
    postcodes: tuple[str, ...]
    population: int


class ElsewhereNames:
    """
    Looks communes outside the region up by canonical name.

    Parameters
    ----------
    communes
        The communes outside; only read while building.
    """

    def __init__(self, communes: Sequence[ElsewhereCommune]) -> None:
        self._lines = "\n".join(
            f"{commune.name}\t{commune.departement}\t{' '.join(commune.postcodes)}\t{commune.population}"
            for commune in communes
        )
        self._starts = array("I", _line_starts(self._lines))
        names = [_PRECISION_IN_BRACKETS.sub("", commune.name) for commune in communes]
        keyed = [(key, row) for row, key in enumerate(join_names(names))]
        with_article = [row for row, name in enumerate(names) if _ARTICLE.match(name)]
        bare = join_names(_ARTICLE.sub("", names[row]) for row in with_article)
        keyed += zip(bare, with_article, strict=True)
        pairs = sorted((hash_form(key), row) for key, row in keyed)
        self._hashes = array("I", (pair[0] for pair in pairs))
        self._rows = array("I", (pair[1] for pair in pairs))
        self._postcodes = bytearray(100_000)
        for commune in communes:
            for postcode in commune.postcodes:
                if len(postcode) == 5:  # a Belgian one has four digits
                    self._postcodes[int(postcode)] = 1
        first = {re.split(r"[ '’-]", _ARTICLE.sub("", name), maxsplit=1)[0] for name in names}
        self.first_words = Sieve(join_names(first))
        self.keys = Sieve(key for key, _ in keyed)

    def find(self, key: str) -> list[Elsewhere]:
        """Give the communes outside the region that bear a canonical name, with or without its article."""
        wanted, hashes = hash_form(key), self._hashes
        at = bisect_left(hashes, wanted)
        found: list[Elsewhere] = []
        while at < len(hashes) and hashes[at] == wanted:
            found.append(self._read(self._rows[at]))
            at += 1
        if not found:
            return found
        spellings = join_names(_PRECISION_IN_BRACKETS.sub("", commune.name) for commune in found)
        return [commune for commune, spelling in zip(found, spellings, strict=True) if spelling.endswith(key)]

    def serves(self, postcode: str) -> bool:
        """Tell whether a French postcode serves a commune outside the region."""
        return self._postcodes[int(postcode)] == 1

    def _read(self, row: int) -> Elsewhere:
        end = self._lines.find("\n", self._starts[row])
        line = self._lines[self._starts[row] :] if end < 0 else self._lines[self._starts[row] : end]
        name, departement, postcodes, population = line.split("\t")
        return Elsewhere(name, departement, tuple(postcodes.split()), int(population))


class Sieve:
    """
    Texts as one mark each in a table: « no » is certain, « yes » is worth a look.

    Examples
    --------
    >>> "lille" in Sieve(["lille", "lens"])
    True
    """

    _SLOTS = 1 << 19

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._table = bytearray(self._SLOTS)
        self.add(texts)

    def add(self, texts: Iterable[str]) -> None:
        """Mark more texts."""
        for text in texts:
            self._table[crc32(text.encode()) & (self._SLOTS - 1)] = 1

    def __contains__(self, text: str) -> bool:
        return self._table[crc32(text.encode()) & (self._SLOTS - 1)] == 1


def _line_starts(lines: str) -> Iterable[int]:
    start = 0
    for line in lines.split("\n"):
        yield start
        start += len(line) + 1

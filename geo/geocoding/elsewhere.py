"""The communes outside the region, packed: they are only looked up to refuse an address by its commune.

There are eight times as many of them as communes of the region, so that they are kept as sorted hashes and
plain text rather than as objects: two megabytes instead of thirty. An index of addresses carries them packed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.near_names import hash_form
from geo.geocoding.text import join_names
from geo.territories import ElsewhereCommune

_ARTICLE: Final = re.compile(r"^(?:L[ea]s? |L['’])")
_PRECISION_IN_BRACKETS: Final = re.compile(r" \(.*")
_POSTCODES: Final = 100_000
_REMEMBERED_NAMES: Final = 4_000


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A commune outside the region, under its name there; « BE » stands for Belgium as département."""

    name: str
    departement: str
    postcodes: tuple[str, ...]
    population: int


class Arrays(Protocol):
    """Arrays by name: a dictionary, or a file mapped into memory."""

    def __getitem__(self, name: str, /) -> NDArray[Any]:
        """Give an array."""
        ...


def pack_elsewhere(communes: Sequence[ElsewhereCommune]) -> dict[str, NDArray[Any]]:
    """Pack communes outside the region for `ElsewhereNames`, as arrays that a file can hold."""
    names = [_PRECISION_IN_BRACKETS.sub("", commune.name) for commune in communes]
    keys = join_names(names)
    rows = list(range(len(names)))
    with_article = [row for row in rows if _ARTICLE.match(names[row])]
    keys += join_names(_ARTICLE.sub("", names[row]) for row in with_article)
    rows += with_article
    hashes = np.fromiter((hash_form(key) for key in keys), dtype=np.uint32, count=len(keys))
    order = np.argsort(hashes, kind="stable")
    lines = [_write_line(commune) for commune in communes]
    postcodes = np.zeros(_POSTCODES, dtype=np.uint8)
    for commune in communes:
        for postcode in commune.postcodes:
            if len(postcode) == 5:  # a Belgian one has four digits
                postcodes[int(postcode)] = 1
    first = {re.split(r"[ '’-]", _ARTICLE.sub("", name), maxsplit=1)[0] for name in names}
    return {
        "elsewhere_hash": hashes[order],
        "elsewhere_row": np.array(rows, dtype=np.uint32)[order],
        "elsewhere_lines": np.frombuffer(b"".join(lines), dtype=np.uint8),
        "elsewhere_start": np.cumsum([0, *map(len, lines)], dtype=np.uint32),
        "elsewhere_postcodes": postcodes,
        "elsewhere_first_words": np.frombuffer(Sieve(join_names(first)).table, dtype=np.uint8),
        "elsewhere_keys": np.frombuffer(Sieve(keys).table, dtype=np.uint8),
    }


def _write_line(commune: ElsewhereCommune) -> bytes:
    postcodes = " ".join(commune.postcodes)
    return f"{commune.name}\t{commune.departement}\t{postcodes}\t{commune.population}\n".encode()


class ElsewhereNames:
    """
    Looks communes outside the region up by canonical name.

    Parameters
    ----------
    packed
        What `pack_elsewhere` gave, in memory or mapped from a file.
    """

    def __init__(self, packed: Arrays) -> None:
        self._hashes = packed["elsewhere_hash"].data
        self._rows = packed["elsewhere_row"].data
        self._lines = packed["elsewhere_lines"].data
        self._starts = packed["elsewhere_start"].data
        self._postcodes = packed["elsewhere_postcodes"].data
        self._found: dict[str, list[Elsewhere]] = {}
        self.first_words = Sieve(table=packed["elsewhere_first_words"].tobytes())
        self.keys = Sieve(table=packed["elsewhere_keys"].tobytes())

    def find(self, key: str) -> list[Elsewhere]:
        """Give the communes outside the region that bear a canonical name, with or without its article."""
        known = self._found.get(key)
        if known is None:
            if len(self._found) >= _REMEMBERED_NAMES:
                self._found.clear()
            known = self._found[key] = self._look_up(key)
        return known

    def _look_up(self, key: str) -> list[Elsewhere]:
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
        line = bytes(self._lines[self._starts[row] : self._starts[row + 1] - 1]).decode()
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

    def __init__(self, texts: Iterable[str] = (), *, table: bytes | None = None) -> None:
        self.table = bytearray(self._SLOTS if table is None else table)
        self.add(texts)

    def add(self, texts: Iterable[str]) -> None:
        """Mark more texts."""
        for text in texts:
            self.table[crc32(text.encode()) & (self._SLOTS - 1)] = 1

    def __contains__(self, text: str) -> bool:
        return self.table[crc32(text.encode()) & (self._SLOTS - 1)] == 1

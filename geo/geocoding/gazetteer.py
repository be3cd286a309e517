"""The names of communes, in the region and elsewhere, as a geocoder looks them up.

Names are compared in canonical form, without spaces: see `geo.geocoding.text`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.geocoding.elsewhere import Elsewhere, ElsewhereNames, pack_elsewhere
from geo.geocoding.near_names import MIN_FUZZY_LENGTH, NearNames, allowed_edits
from geo.geocoding.text import fold, join_words, split_words
from geo.records import Level
from geo.territories import AliasKind, Referential

_REMEMBERED: Final = 4_000
"""Comparisons with the names that a postcode serves, remembered: lists hold the same towns many times."""

_ALIAS_RANK: Final = {kind: rank for rank, kind in enumerate(AliasKind)}


@dataclass(frozen=True, slots=True)
class NamedCommune:
    """A commune of the region under one of its names; `old_code` is the former commune's it names, if any."""

    code: str
    name: str
    key: str
    kind: AliasKind
    old_code: str | None = None

    @property
    def is_alias(self) -> bool:
        """Whether this is not today's official name, with or without its article."""
        return self.kind not in (AliasKind.OFFICIAL, AliasKind.WITHOUT_ARTICLE)


class Gazetteer:
    """
    Looks communes up by what people write.

    Parameters
    ----------
    referential
        Where the names, postcodes and populations come from.
    elsewhere
        The names of communes outside the region, where they are already packed; else they are packed now.
    """

    def __init__(self, referential: Referential, elsewhere: ElsewhereNames | None = None) -> None:
        self.referential = referential
        self.communes = {commune.code: commune for commune in referential.territories(Level.COMMUNE)}
        self.postcodes = dict(referential.postcodes)
        self.postcodes_by_commune = referential.postcodes_by_commune
        self._names: dict[str, list[NamedCommune]] = {}
        self._names_by_commune: dict[str, list[NamedCommune]] = defaultdict(list)
        for name in _read_names(referential):
            self._add(name)
        self._near = NearNames(self._names)
        self._elsewhere = elsewhere or ElsewhereNames(pack_elsewhere(referential.elsewhere))
        self.first_words = self._elsewhere.first_words
        self.first_words.add(split_words(name.name)[0] for names in self._names.values() for name in names)
        self.keys = self._elsewhere.keys
        self.keys.add(self._names)
        self._ends_of_longer = _find_ends_of_longer(self._names)
        self._hall_postcodes = self._read_hall_postcodes()
        self._opening: dict[str, bool] = {}
        self._near_served: dict[tuple[str, str], list[tuple[int, NamedCommune]]] = {}
        self._served: dict[str, tuple[list[str], list[NamedCommune]]] = {}

    def _add(self, name: NamedCommune) -> None:
        same = self._names.setdefault(name.key, [])
        if all(other.code != name.code for other in same):
            same.append(name)
            self._names_by_commune[name.code].append(name)

    def _read_hall_postcodes(self) -> dict[str, tuple[str, ...]]:
        """Give the postcodes that only town halls write, CEDEX ones mostly: a hint, never a proof."""
        halls: dict[str, list[str]] = defaultdict(list)
        for code, hall in self.referential.town_halls.items():
            if hall.postcode and hall.postcode not in self.postcodes_by_commune[code]:
                halls[hall.postcode].append(code)
        return {postcode: tuple(codes) for postcode, codes in halls.items()}

    def find_by_hall_postcode(self, postcode: str) -> tuple[str, ...]:
        """Give the communes whose town hall writes a postcode that does not serve them."""
        return self._hall_postcodes.get(postcode, ())

    def find_named(self, key: str) -> list[NamedCommune]:
        """Give the communes of the region that bear a canonical name."""
        return self._names.get(key) or []

    def opens_a_name(self, word: str) -> bool:
        """Tell whether a name may start with a word, in the region or elsewhere."""
        known = self._opening.get(word)
        if known is None:
            if len(self._opening) >= _REMEMBERED:
                self._opening = {}
            known = self._opening[word] = word in self.first_words
        return known

    def ends_a_longer_name(self, key: str) -> bool:
        """Tell whether a name is also the end of a longer one: Lens, of Courcelles-lès-Lens."""
        return key in self._ends_of_longer

    def find_elsewhere(self, key: str) -> list[Elsewhere]:
        """Give the communes outside the region that bear a canonical name."""
        return self._elsewhere.find(key)

    def find_near(self, key: str) -> list[tuple[int, NamedCommune]]:
        """Give the communes of the region whose name is at most one edit from a key."""
        return [(distance, name) for near, distance in self._near.find(key) for name in self._names[near]]

    def find_further(self, key: str) -> list[tuple[int, NamedCommune]]:
        """Give the communes of the region whose long name is two edits from a key: slower."""
        return [
            (distance, name) for near, distance in self._near.find_further(key) for name in self._names[near]
        ]

    def find_near_served(self, key: str, postcode: str) -> list[tuple[int, NamedCommune]]:
        """Give the communes that a postcode serves whose name is near a key: one more edit is allowed."""
        known = self._near_served.get((key, postcode))
        if known is None:
            if len(self._near_served) >= _REMEMBERED:
                self._near_served = {}
            known = self._near_served[key, postcode] = self._compare_served(key, postcode)
        return known

    def _compare_served(self, key: str, postcode: str) -> list[tuple[int, NamedCommune]]:
        served = self._served.get(postcode)
        if served is None:
            names = [name for code in self.postcodes[postcode] for name in self._names_by_commune[code]]
            served = self._served[postcode] = ([name.key for name in names], names)
        allowed = allowed_edits(key) + (len(key) >= MIN_FUZZY_LENGTH)
        near = process.extract(key, served[0], scorer=OSA.distance, score_cutoff=allowed, limit=None)
        best: dict[str, tuple[int, NamedCommune]] = {}
        for _, distance, rank in near:
            best.setdefault(served[1][rank].code, (int(distance), served[1][rank]))
        return list(best.values())

    def names_of(self, code: str) -> list[NamedCommune]:
        """Give every name of a commune of the region, the official one first."""
        return self._names_by_commune[code]

    def is_elsewhere_postcode(self, postcode: str) -> bool:
        """Tell whether a postcode serves communes outside the region only."""
        return self._elsewhere.serves(postcode) and postcode not in self.postcodes


def _find_ends_of_longer(keys: Iterable[str]) -> frozenset[str]:
    backwards = sorted(key[::-1] for key in keys)
    return frozenset(one[::-1] for one, longer in pairwise(backwards) if longer.startswith(one))


def _read_names(referential: Referential) -> Iterator[NamedCommune]:
    """Give every name of every commune, the official ones first, under each key it may be met by."""
    for alias in sorted(referential.aliases, key=lambda alias: _ALIAS_RANK[alias.alias_kind]):
        key = join_words(split_words(alias.name))
        name = NamedCommune(alias.code_insee, alias.name, key, alias.alias_kind, alias.old_code)
        yield name
        lower = alias.name.lower()
        if "lez" in lower:  # « lez » misspelt is nearer to itself than to « les »
            yield replace(name, key="".join(filter(str.isalnum, fold(alias.name))))
        if "œ" in lower:  # programs that know only ASCII lose the letter: Nux-les-Mines
            yield replace(name, key=join_words(split_words(lower.replace("œ", ""))))

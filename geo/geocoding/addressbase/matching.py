"""The street and the number of an address, looked for in the communes it may lie in.

Names are compared exactly first, whichever way the address can be read; then without the street's type; then
up to the word that opens something else (« résidence », « bâtiment »); then a few edits away, among the
streets of the commune only, and hardly ever when what was written is a street's own name elsewhere: « rue de
l'Écluse » is no misspelt « rue de l'Église ».
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log
from pathlib import Path
from typing import Final

from rapidfuzz.distance import OSA

from geo.geocoding.addressbase.base import AddressBase
from geo.geocoding.addressbase.numbers import NumberPlace, place_number
from geo.geocoding.addressbase.weights import (
    AMBIGUOUS,
    StreetFound,
    estimate_street,
    measure_similarity,
    weigh_street,
)
from geo.geocoding.answer import Reason
from geo.geocoding.hypotheses import Hypothesis
from geo.geocoding.provider import AddressMatch, WantedAddress
from geo.geocoding.readings import StreetReading, read_streets
from geo.geocoding.streets import are_one_name, find_core
from geo.geocoding.text import BOUNDARY, join_words, split_words
from geo.geocoding.vocabulary import STREET_TYPES

COMMUNES: Final = 3_782
"""Communes that a name may be spread over: what makes a street's name rare or common."""

SHORTEST_SURNAME: Final = 4
"""Letters of the last word from which a street may be known by it."""

FAR_MORE_COMMON: Final = 40
"""So many times as many streets bear the name that is meant as the one that was written."""

MOST_EDITS: Final = 3
"""Further away it is another name: « rue des Tribunaux » is not « rue des Troupeaux »."""

LETTERS_OF_SHORT_NAME: Final = 5
"""A name this short with two wrong letters is another's."""

MORE_COMMON: Final = 3
"""The same for a name that only lacks or adds a small word."""

_OPENS_SOMETHING_ELSE: Final = frozenset(
    (
        "appartement", "batiment", "cd", "centre", "chez", "cite", "ecole", "entree", "espace", "hameau",
        "hotel", "immeuble", "lieu", "lieudit", "lotissement", "mairie", "maison", "parc", "quartier", "rd",
        "residence", "rez", "rn", "salle", "za", "zac", "zae", "zi", "zone",
    )
)  # fmt: skip


_NUMBER_UNKNOWN: Final = Reason.NUMBER_UNKNOWN  # see geo.geocoding.hypotheses

Place = tuple[Hypothesis, int, list[StreetReading]]
"""A commune to look in, its rank in the base, and the ways to read the street there."""

Look = Callable[[int, Sequence[StreetReading]], list[StreetFound]]


class LocalAddresses:
    """
    The street-level provider on an index of addresses.

    Parameters
    ----------
    base
        The addresses.
    """

    name = "local"
    is_exhaustive = True
    is_remote = False

    def __init__(self, base: AddressBase) -> None:
        self.base = base
        self.version = str(base.facts["built_at"])
        self.elsewhere = base.elsewhere

    def find(self, wanted: WantedAddress) -> list[AddressMatch]:
        """Give at most one match a commune: exact ones where there are any, else near ones."""
        readings: dict[tuple[int, int] | None, list[StreetReading]] = {}
        places: list[Place] = []
        for commune in wanted.communes:
            rank = self.base.find_commune(commune.code)
            if rank is None:
                continue
            ways = readings.get(commune.span)
            if ways is None:
                ways = readings[commune.span] = read_streets(wanted.parsed, commune.span)
            places.append((commune, rank, ways))
        exact = []
        for commune, rank, ways in places:
            found = self._find_exact(rank, ways)
            if found:
                exact.append(self._choose(found, commune, wanted))
                if _NUMBER_UNKNOWN in exact[-1].reasons:
                    exact[-1] = self._find_where_the_number_is(found, exact[-1], rank, wanted)
        return exact or self._find_otherwise(places, wanted)

    def _find_where_the_number_is(
        self, found: list[StreetFound], match: AddressMatch, commune: int, wanted: WantedAddress
    ) -> AddressMatch:
        """Prefer the avenue that has the number to the street of that name whose numbers end far from it."""
        reading = found[0].reading
        others = [
            StreetFound(street, reading, is_other_type=True)
            for street in self.base.find_streets(commune, reading.core, by_core=True)
            if reading.number is not None and self.base.find_numbers(street, reading.number.number)
        ]
        if not others:
            return match
        other = self._choose(others, match.commune, wanted)
        if Reason.AMBIGUOUS_STREET not in other.reasons:
            other.reasons = (Reason.AMBIGUOUS_STREET, *other.reasons)
            other.confidence = match.confidence * AMBIGUOUS
        return other

    def _find_otherwise(self, places: Sequence[Place], wanted: WantedAddress) -> list[AddressMatch]:
        """Look for what is not written exactly, the surest way first."""
        # « route Basse-Ville 59800 »: what looked like a misspelt name may belong to the street
        whole = [
            (commune, rank, read_streets(wanted.parsed, None))
            for commune, rank, _ in places
            if commune.distance and commune.span is not None
        ]
        for look, where in (
            (self._find_exact, whole),
            (self._find_core, places),
            (self._find_cut, places),
            (self._find_shortened, places),
            (self._find_near, places),
            (self._find_hamlet, places),
        ):
            matches = self._find_each(look, where, wanted)
            if matches:
                return matches
        return []

    def _find_each(self, look: Look, places: Sequence[Place], wanted: WantedAddress) -> list[AddressMatch]:
        """Look in each commune, and keep the best of each."""
        matches = []
        for commune, rank, ways in places:
            found = look(rank, ways)
            if found:
                matches.append(self._choose(found, commune, wanted))
        return matches

    def _find_exact(self, commune: int, readings: Sequence[StreetReading]) -> list[StreetFound]:
        find = self.base.find_streets
        return [StreetFound(street, reading) for reading in readings for street in find(commune, reading.key)]

    def _find_core(self, commune: int, readings: Sequence[StreetReading]) -> list[StreetFound]:
        found: list[StreetFound] = []
        for reading in readings:
            if reading.number is None and reading is not readings[0]:
                continue
            is_a_name = self.base.count_communes_with(reading.key) > 0
            for street in self._find_other_types(commune, reading):
                same_type = self.base.key_of(street).startswith(reading.words[0])
                if not is_a_name or self._may_be_confused(reading, street):
                    found.append(StreetFound(street, reading, is_other_type=not same_type))
        return found

    def _find_other_types(self, commune: int, reading: StreetReading) -> list[int]:
        """Find the streets with the same core; a first word that is no type may be one, misspelt."""
        found = self.base.find_streets(commune, reading.core, by_core=True)
        if not found and len(reading.words) > 1 and reading.words[0] not in STREET_TYPES:
            found = self.base.find_streets(commune, find_core(reading.words[1:]), by_core=True)
        return found

    def _may_be_confused(self, reading: StreetReading, street: int) -> bool:
        """
        Tell whether a street may be meant although one elsewhere is called exactly as written.

        Small words come and go, if the street's own name is far more common; « avenue » is said of any
        street, a place or a path is a thing of its own. The number has to be there.
        """
        if reading.number is not None and not self.base.find_numbers(street, reading.number.number):
            return False
        written, real = reading.words[0], self.base.key_of(street)
        if real.startswith(written):
            spread = self.base.count_communes_with(reading.key)
            return self.base.count_communes_with(real) >= MORE_COMMON * spread
        same_rest = real.endswith(reading.key[len(written) :])
        return written == "avenue" and reading.number is not None and same_rest

    def _find_cut(self, commune: int, readings: Sequence[StreetReading]) -> list[StreetFound]:
        found: list[StreetFound] = []
        for reading in readings:
            for at in range(2, len(reading.words)):
                if reading.words[at] in _OPENS_SOMETHING_ELSE and not self._is_a_name(reading):
                    streets = self.base.find_streets(commune, join_words(reading.words[:at]))
                    found += [StreetFound(street, reading, is_cut=True) for street in streets]
        return found

    def _find_shortened(self, commune: int, readings: Sequence[StreetReading]) -> list[StreetFound]:
        """Find « rue Roger Salengro » as « rue R. Salengro » or « rue Salengro », and the other way round."""
        found: list[StreetFound] = []
        for reading in readings:
            if reading.number is None and not reading.is_typed:
                continue
            last = reading.words[-1]
            if len(reading.words) < 2 or len(last) < SHORTEST_SURNAME:
                continue
            found += [
                StreetFound(street, reading, is_cut=True)
                for street in self.base.find_ending_streets(commune, last)
                if are_one_name(reading.words, split_words(self.base.name_of(street)))
            ]
        return found

    def _find_near(self, commune: int, readings: Sequence[StreetReading]) -> list[StreetFound]:
        found: list[StreetFound] = []
        for reading in readings:
            if not (reading.is_typed or reading.number):
                continue
            core = reading.core
            allowed = allowed_street_edits(core)
            near = self._compare(commune, reading, 2)
            least = min((edits for _, edits in near), default=2)
            if least > 1 and allowed > 1:  # further away than most misspelt names, or with rivals there
                near = self._compare(commune, reading, min(allowed + 1, MOST_EDITS))
                least = min((edits for _, edits in near), default=0)
            rivals = sum(edits <= least + 1 for _, edits in near) > 1
            for street, edits in near:
                if edits == least and self._is_plausible(reading, street, edits, allowed, has_rival=rivals):
                    far = is_rather_another(core, self.base.core_of(street), edits)
                    found.append(StreetFound(street, reading, edits, has_rival=rivals, is_far=far))
        return found

    def _find_hamlet(self, commune: int, readings: Sequence[StreetReading]) -> list[StreetFound]:
        """
        Find a hamlet of one word, numbered like a street, that ends what is written and has that number.

        « 307 rue du Beau Marais » may be 307 of « Marais »: a guess, for a person to look at.
        """
        return [
            StreetFound(street, reading, is_cut=True, is_far=True)
            for reading in readings
            if reading.number is not None and reading.is_typed and len(reading.words[-1]) >= SHORTEST_SURNAME
            if not self._is_a_name(reading)
            for street in self.base.find_streets(commune, reading.words[-1])
            if self.base.find_numbers(street, reading.number.number)
        ]

    def _is_plausible(
        self, reading: StreetReading, street: int, edits: int, allowed: int, *, has_rival: bool
    ) -> bool:
        """
        Tell whether a street may be what was misspelt.

        One edit more than its length allows is plausible if the number is there and no other street comes
        near; a name that some street elsewhere bears is misspelt only for a name far more common.
        """
        is_there = reading.number is not None and bool(self.base.find_numbers(street, reading.number.number))
        if edits > allowed and (has_rival or not is_there):
            return False
        core, real = reading.core, self.base.core_of(street)
        if self._swallows_article(reading, street, real, edits):
            return False
        if edits > (0.5 if core[0] == real[0] else 0.4) * max(len(core), len(real)):
            return False
        spread = max(
            self.base.count_communes_with(reading.key),
            self.base.count_communes_with(core, by_core=True),
        )
        if not spread:
            return True
        common = self.base.count_communes_with(self.base.key_of(street))
        return is_there and edits == 1 and common >= FAR_MORE_COMMON * spread

    def _swallows_article(self, reading: StreetReading, street: int, real: str, edits: int) -> bool:
        """Tell whether one word is near a name only by its article: « Héloïse » is not « de l'Oie »."""
        if len(reading.words) != 2:
            return False
        kind, name = reading.words
        key = self.base.key_of(street)
        article = key.removesuffix(real).removeprefix(kind)
        if not (article and key.startswith(kind)) or (edits == 1 and name.startswith(article)):
            return False
        return OSA.distance(name, real) > edits

    def _compare(self, commune: int, reading: StreetReading, most: int) -> list[tuple[int, int]]:
        """Give the streets a few edits away, those with other figures left out."""
        found = self.base.find_near_streets(commune, reading.key, most)
        if "docteur" in reading.words:  # « dr » was read as « docteur », and may be « de » misspelt
            written = join_words("dr" if word == "docteur" else word for word in reading.words)
            found += self.base.find_near_streets(commune, written, most)
        figures = _figures(reading.key)
        return [(street, edits) for street, edits in found if _figures(self.base.key_of(street)) == figures]

    def _is_a_name(self, reading: StreetReading) -> bool:
        """Tell whether some street of the region is called exactly so."""
        if self.base.count_communes_with(reading.key):
            return True
        return self.base.count_communes_with(reading.core, by_core=True) > 0

    def _choose(self, found: list[StreetFound], commune: Hypothesis, wanted: WantedAddress) -> AddressMatch:
        """Choose among the streets of a commune: by former commune, type, number, postcode, then edits."""
        places = [place_number(self.base, each.street, each.reading.number) for each in found]
        if len(found) == 1:
            return self._write(commune, found[0], places[0], is_alone=True, is_contested=wanted.is_contested)
        postcodes = [wanted.parsed.words[i] for i in wanted.parsed.postcodes]
        ranks: list[tuple[bool | int, ...]] = [
            (
                bool(commune.part) and self.base.old_commune_of(each.street) == commune.part,
                not each.is_other_type,
                place.is_known,
                place.postcode in postcodes,
                -each.edits,
            )
            for each, place in zip(found, places, strict=True)
        ]
        if len(set(ranks)) < len(ranks):
            ranks = [(*rank, -self._differ(each)) for rank, each in zip(ranks, found, strict=True)]
        best = max(range(len(found)), key=ranks.__getitem__)
        rivals = {each.street for each, rank in zip(found, ranks, strict=True) if rank == ranks[best]}
        return self._write(
            commune, found[best], places[best], is_alone=len(rivals) == 1, is_contested=wanted.is_contested
        )

    def _differ(self, found: StreetFound) -> int:
        """Count the letters and spaces that differ, small words included, the type left out if it differs."""
        written, real = found.reading.words, split_words(self.base.name_of(found.street))
        real = real[: real.index(BOUNDARY)] if BOUNDARY in real else real
        first = int(found.is_other_type)
        return int(OSA.distance(" ".join(written[first:]), " ".join(real[first:])))

    def _write(
        self,
        commune: Hypothesis,
        found: StreetFound,
        place: NumberPlace,
        *,
        is_alone: bool,
        is_contested: bool,
    ) -> AddressMatch:
        reasons: tuple[Reason, ...] = ()
        if found.is_other_type:
            reasons += (Reason.STREET_TYPE_MISMATCH,)
        if found.edits or found.is_cut:
            reasons += (Reason.STREET_FUZZY,)
        if not is_alone:
            reasons += (Reason.AMBIGUOUS_STREET,)
        points = weigh_street(found, place, is_alone=is_alone)
        points_elsewhere = None
        if is_contested:
            spread = max(1, self.base.count_communes_with(self.base.key_of(found.street)))
            points_elsewhere = min(points, log(COMMUNES / spread))
        return AddressMatch(
            provider=self.name,
            commune=commune,
            street=self.base.name_of(found.street),
            housenumber=place.housenumber,
            postcode=place.postcode,
            position=place.position,
            precision=place.precision,
            similarity=measure_similarity(found, self.base),
            confidence=estimate_street(found, place, is_alone=is_alone),
            points=points,
            points_elsewhere=points_elsewhere,
            reasons=reasons + place.reasons,
        )


def allowed_street_edits(core: str) -> int:
    """Give how many edits the name of a street may be away, by the length of what tells it apart."""
    if len(core) < 4:
        return 1
    return 2 if len(core) < 9 else 3


def is_rather_another(written: str, real: str, edits: int) -> bool:
    """
    Tell whether two names, less their types and articles, differ by more than a slip.

    Examples
    --------
    >>> is_rather_another("lemerchier", "tergnier", 4), is_rather_another("bavay", "patay", 2)
    (True, True)
    >>> is_rather_another("mareschalleclerc", "marechalleclerc", 3)
    False
    """
    edits = min(edits, OSA.distance(written, real))
    return edits > 2 or (edits == 2 and len(written) <= LETTERS_OF_SHORT_NAME)


def open_index(path: Path | str) -> LocalAddresses:
    """
    Open an index of addresses as a street-level provider.

    Raises
    ------
    UnreadableIndexError
        If it is missing, damaged or of another version.
    """
    return LocalAddresses(AddressBase(Path(path)))


def _figures(text: str) -> str:
    return "".join(filter(str.isdigit, text))

"""The names of places as a person begins to type them: communes, former communes, postcodes, groupings.

Hellemmes and Lomme, associated communes of Lille, are places of their own here: who types « Hellemmes » is
not sent to the town hall of Lille.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.french import write_of_place
from geo.geocoding.text import BOUNDARY, split_words
from geo.records import Level
from geo.territories import AliasKind, Referential

POSTCODE_MARK = "cp"
"""What stands before a postcode used as a place's code: « 62300 » alone is also the code of a commune."""

_OWN_NAMES = frozenset({AliasKind.OFFICIAL, AliasKind.WITHOUT_ARTICLE})
_GROUPING_WORDS = frozenset({
    "ca", "cc", "cu", "communaute", "agglomeration", "communes", "urbaine", "metropole", "de", "du", "des",
    "d", "l", "la", "le", "les", "et",
})  # fmt: skip
_FUZZY_FROM = 4
_COMMUNES_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """
    A place under one of its names.

    `code` is that of a commune (a former one for an associated commune), an EPCI, a département, or `cp` and
    a postcode; `label` is what a field shows, `detail` what helps to tell it from its namesakes.
    """

    code: str
    label: str
    detail: str
    population: int
    key: str
    is_second: bool = False


class PlaceNames:
    """
    The names to complete from; made once from the referential.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> names = PlaceNames(load_referential())
    >>> [place.label for place in names.complete("helle", limit=1)]
    ['Hellemmes-Lille (Lille, 59)']
    >>> names.complete("valencienes", limit=1)[0].label
    'Valenciennes (59)'
    """

    def __init__(self, referential: Referential) -> None:
        self._names = [
            *_list_communes(referential),
            *_list_postcodes(referential),
            *_list_groupings(referential),
        ]
        self._keys = [name.key for name in self._names]

    def complete(self, text: str, *, limit: int) -> list[PlaceName]:
        """
        Give the places whose name begins as the text does, best first; misspelt names when there are none.

        Parameters
        ----------
        text
            What has been typed so far.
        limit
            How many at most; a place is given once, under the name that fits best.
        """
        typed = " ".join(word for word in split_words(text.partition("(")[0]) if word != BOUNDARY)
        if len(typed) < 2:
            return []
        found = [(_rate(typed, name), name) for name in self._names if typed in name.key]
        ranked = [(rate, name) for rate, name in found if rate is not None]
        if not ranked and len(typed) >= _FUZZY_FROM:
            ranked = [
                ((3 + distance, 0, -name.population), name) for distance, name in self._find_near(typed)
            ]
        best: dict[str, PlaceName] = {}
        for _, name in sorted(ranked, key=lambda each: (each[0], each[1].label)):
            best.setdefault(name.code, name)
        return list(best.values())[:limit]

    def _find_near(self, typed: str) -> Iterator[tuple[int, PlaceName]]:
        allowed = 1 if len(typed) < 7 else 2
        near = process.extract(typed, self._keys, scorer=OSA.distance, score_cutoff=allowed, limit=20)
        for _, distance, rank in near:
            yield int(distance), self._names[rank]


def _rate(typed: str, name: PlaceName) -> tuple[int, int, int] | None:
    """Rate how a name begins as typed: whole, from its first word, from another; None if it does not."""
    second = int(name.is_second)
    if name.key == typed:
        return (0, second, -name.population)
    if name.key.startswith(typed):
        return (1, second, -name.population)
    if f" {typed}" in f" {name.key}":
        return (2, second, -name.population)
    return None


def _list_communes(referential: Referential) -> Iterator[PlaceName]:
    communes = {commune.code: commune for commune in referential.territories(Level.COMMUNE)}
    parts = referential.parts
    for alias in referential.aliases:
        commune = communes[alias.code_insee]
        departement = commune.part_of[Level.DEPARTEMENT.value]
        part = parts.get(alias.old_code or "")
        key = " ".join(word for word in split_words(alias.name) if word != BOUNDARY)
        if part is not None and part.code != commune.code and part.position is not None:
            yield PlaceName(
                code=part.code,
                label=f"{part.name} ({commune.name}, {departement})",
                detail=f"partie de la commune {write_of_place(commune.name)}",
                population=0,
                key=key,
            )
        else:
            is_second = alias.alias_kind not in _OWN_NAMES
            yield PlaceName(
                code=commune.code,
                label=f"{commune.name} ({departement})",
                detail=f"commune, aussi : {alias.name}" if is_second else "commune",
                population=commune.population,
                key=key,
                is_second=is_second,
            )


def _list_postcodes(referential: Referential) -> Iterator[PlaceName]:
    for postcode, codes in referential.postcodes.items():
        communes = [referential.get(Level.COMMUNE, code) for code in codes]
        communes.sort(key=lambda commune: -commune.population)
        label = write_postcode_label(postcode, [commune.name for commune in communes])
        if len(communes) == 1:
            (commune,) = communes
            departement = commune.part_of[Level.DEPARTEMENT.value]
            yield PlaceName(
                code=commune.code,
                label=f"{commune.name} ({departement})",
                detail=f"commune, {postcode}",
                population=commune.population,
                key=postcode,
            )
            continue
        population = sum(commune.population for commune in communes)
        yield PlaceName(
            code=f"{POSTCODE_MARK}{postcode}",
            label=label,
            detail=f"code postal de {len(communes)} communes",
            population=population,
            key=postcode,
        )
        for commune in communes:
            departement = commune.part_of[Level.DEPARTEMENT.value]
            yield PlaceName(
                code=commune.code,
                label=f"{commune.name} ({departement})",
                detail=f"commune, {postcode}",
                population=commune.population,
                key=postcode,
                is_second=True,
            )


def write_postcode_label(postcode: str, names: list[str]) -> str:
    """
    Write a postcode with the communes that it serves, the first ones only.

    Examples
    --------
    >>> write_postcode_label("62300", ["Lens", "Éleu-dit-Leauwette"])
    '62300 Lens, Éleu-dit-Leauwette'
    """
    named = ", ".join(names[:_COMMUNES_NAMED])
    return f"{postcode} {named}{'…' if len(names) > _COMMUNES_NAMED else ''}"


def _list_groupings(referential: Referential) -> Iterator[PlaceName]:
    for level, detail in ((Level.EPCI, "intercommunalité"), (Level.DEPARTEMENT, "département")):
        for territory in referential.territories(level):
            words = [word for word in split_words(territory.name) if word != BOUNDARY]
            bare = list(words)
            while bare and bare[0] in _GROUPING_WORDS:
                bare.pop(0)
            for key in dict.fromkeys((" ".join(words), " ".join(bare))):
                if key:
                    yield PlaceName(
                        code=territory.code,
                        label=territory.name,
                        detail=detail,
                        population=territory.population,
                        key=key,
                        # A commune goes before the grouping that bears its name.
                        is_second=True,
                    )
    # « MEL » is what everybody says.
    for territory in referential.territories(Level.EPCI):
        if territory.code == "200093201":
            yield PlaceName(
                code=territory.code,
                label=territory.name,
                detail="intercommunalité",
                population=territory.population,
                key="mel",
            )


@lru_cache(maxsize=4)
def get_place_names(referential: Referential) -> PlaceNames:
    """Give the names of a referential, listed once."""
    return PlaceNames(referential)

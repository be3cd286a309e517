"""How two presences' sectors speak to one another: the same, neighbours under one roof, or complementary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from geo.records import Sector


@dataclass(frozen=True, slots=True, kw_only=True)
class Complement:
    """Two sectors that have something to give to one another, and what; each stands for all under it too."""

    one: str
    other: str
    why: str


class Bond(StrEnum):
    """What ties two presences by their sectors, the strongest first."""

    SAME = "same"
    FAMILY = "family"
    COMPLEMENTARY = "complementary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affinity:
    """
    The strongest bond between the sectors of two presences.

    `mine` and `theirs` are the labels of the sectors that it ties; `why` is set for complementary ones.
    """

    bond: Bond
    mine: str
    theirs: str
    why: str = ""


class AffinityFinder:
    """
    Finds what ties the sectors of two presences.

    Parameters
    ----------
    sectors
        The whole list of sectors.
    complements
        The pairs that complete one another.

    Examples
    --------
    >>> sectors = [Sector(code="velo", label="Vélo"), Sector(code="reparation", label="Réparation")]
    >>> pair = Complement(one="velo", other="reparation", why="elles partagent leurs outils")
    >>> found = AffinityFinder(sectors, [pair]).find(["velo"], ["reparation"])
    >>> found.bond.value, found.why
    ('complementary', 'elles partagent leurs outils')
    """

    def __init__(self, sectors: Sequence[Sector], complements: Iterable[Complement]) -> None:
        self._parents: Mapping[str, str | None] = {sector.code: sector.parent for sector in sectors}
        self._labels = {sector.code: sector.label for sector in sectors}
        self._why: dict[frozenset[str], str] = {}
        for complement in complements:
            self._why.setdefault(frozenset((complement.one, complement.other)), complement.why)

    def find(self, mine: Iterable[str], theirs: Iterable[str]) -> Affinity | None:
        """Give the strongest bond, None when there is none."""
        own = [code for code in mine if code in self._parents]
        others = [code for code in theirs if code in self._parents]
        for code in own:
            if code in others:
                label = self._labels[code]
                return Affinity(bond=Bond.SAME, mine=label, theirs=label)
        for code in own:
            for other in others:
                if self._top(code) == self._top(other):
                    return Affinity(
                        bond=Bond.FAMILY,
                        mine=self._labels[self._top(code)],
                        theirs=self._labels[other],
                    )
        for code in own:
            for other in others:
                why = self._find_complement(code, other)
                if why:
                    return Affinity(
                        bond=Bond.COMPLEMENTARY, mine=self._labels[code], theirs=self._labels[other], why=why
                    )
        return None

    def list_related(self, codes: Iterable[str]) -> tuple[str, ...]:
        """List the sectors under which a presence of these sectors has somebody to meet, each once."""
        related: dict[str, None] = {}
        for code in codes:
            if code not in self._parents:
                continue
            related[self._top(code)] = None
            chain = set(self._climb(code))
            for pair in self._why:
                if chain & pair:
                    related |= dict.fromkeys(sorted(pair - chain))
        return tuple(related)

    def _find_complement(self, code: str, other: str) -> str:
        for mine in self._climb(code):
            for theirs in self._climb(other):
                why = self._why.get(frozenset((mine, theirs)))
                if why:
                    return why
        return ""

    def _climb(self, code: str) -> list[str]:
        chain = [code]
        while (above := self._parents.get(chain[-1])) is not None:
            chain.append(above)
        return chain

    def _top(self, code: str) -> str:
        return self._climb(code)[-1]

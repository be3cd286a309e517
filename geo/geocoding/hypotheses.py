"""What each reading of an address's commune is worth, in points.

Points add up independent evidence, roughly as logarithms of odds: two points tell two readings apart, less is
ambiguous. They were set on the perturbed queries and the real lists of docs/benchmarks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from geo.geocoding.elsewhere import Elsewhere

ACCEPTED_POINTS: Final = 0.0
"""A reading below is only a candidate."""

CLEAR_MARGIN: Final = 2.0
"""A reading this far ahead of every other commune's is no longer ambiguous."""


class Source(IntEnum):
    """What named the commune."""

    INSEE = 0
    NAME = 1
    POSTCODE = 2
    NEAR = 3


class PostcodeEvidence(IntEnum):
    """How the written postcode stands to a commune."""

    NONE = 0
    AGREES = 1
    SAME_DEPARTEMENT = 2
    CEDEX = 3
    ELSEWHERE = 4


# The members by themselves: Python 3.11 looks one up in its enumeration in 0.2 µs, thirty times an address.
BY_INSEE: Final = Source.INSEE
BY_NAME: Final = Source.NAME
BY_POSTCODE: Final = Source.POSTCODE
BY_NEAR: Final = Source.NEAR
NO_EVIDENCE: Final = PostcodeEvidence.NONE
AGREES: Final = PostcodeEvidence.AGREES
SAME_DEPARTEMENT: Final = PostcodeEvidence.SAME_DEPARTEMENT
OF_CEDEX: Final = PostcodeEvidence.CEDEX
OF_ELSEWHERE: Final = PostcodeEvidence.ELSEWHERE


@dataclass(slots=True, init=False)
class Hypothesis:
    """
    One reading of the commune: `code` is empty when it lies outside the region (`elsewhere` says where).

    `span` is where its name stands in the words, None when no name was read; `distance` counts the edits
    between the name and what was written; `part` is the code of the former commune that was named. `is_weak`
    marks a village elsewhere that only the last words of a street may name: too little to refuse an address.
    """

    code: str
    name: str
    source: Source
    points: float
    span: tuple[int, int] | None
    distance: int
    is_alias: bool
    postcode: PostcodeEvidence
    in_street: bool
    elsewhere: Elsewhere | None
    part: str | None
    names_disagree: bool
    is_weak: bool

    def __init__(  # noqa: PLR0913, PLR0917 (the fields of a record)
        self,
        code: str,
        name: str,
        source: Source,
        points: float,
        span: tuple[int, int] | None = None,
        distance: int = 0,
        is_alias: bool = False,
        postcode: PostcodeEvidence = PostcodeEvidence.NONE,
        in_street: bool = False,
        elsewhere: Elsewhere | None = None,
        part: str | None = None,
        names_disagree: bool = False,
        is_weak: bool = False,
    ) -> None:
        self.code = code
        self.name = name
        self.source = source
        self.points = points
        self.span = span
        self.distance = distance
        self.is_alias = is_alias
        self.postcode = postcode
        self.in_street = in_street
        self.elsewhere = elsewhere
        self.part = part
        self.names_disagree = names_disagree
        self.is_weak = is_weak

    @property
    def is_outside(self) -> bool:
        """Whether this reading lies outside the region."""
        return not self.code


# Where the name stands
AFTER_POSTCODE: Final = 5.0
BEFORE_POSTCODE: Final = 3.0
CITY_FIELD: Final = 8.0
WHOLE_RUN: Final = 3.0  # alone between two boundaries, or from the postcode to a boundary
END_OF_RUN: Final = 1.0
END_OF_TEXT: Final = 1.5
MIDDLE_OF_RUN: Final = -3.0
BEFORE_POSTCODE_OF_OTHERS: Final = -4.0  # « rue de la Roche Saint-André 59000 »
IN_STREET_NAME: Final = -6.0  # « rue de Lille »
IN_STREET_NAME_AND_SERVED: Final = 0.5  # « rue de Lille 59000 »: hardly more than the postcode alone
AFTER_SMALL_WORD: Final = -2.0  # « les amis de Lille »

# What the postcode says
POSTCODE_AGREES: Final = 6.0
CEDEX_SAME_DEPARTEMENT: Final = 3.0
POSTCODE_OF_SAME_DEPARTEMENT: Final = -3.0
POSTCODE_OF_OTHER_DEPARTEMENT: Final = -7.0
POSTCODE_ALONE: Final = 0.0
POSTCODE_OF_TOWN_HALL_ALONE: Final = -1.0  # a CEDEX postcode: a candidate, never an answer
POSTCODE_ALONE_ELSEWHERE: Final = 3.0

# What a point to look around says, less and less with the distance
NEAR_THE_POINT: Final = 3.0

# How well the name is written
ALIAS: Final = -0.5
ONE_EDIT: Final = -2.0
ONE_EDIT_OF_LONG_NAME: Final = -1.5
TWO_EDITS: Final = -4.0
TWO_EDITS_OF_LONG_NAME: Final = -2.5
THREE_EDITS: Final = -6.0
LETTER: Final = 0.12
MOST_LETTERS: Final = 20
COMMON_WORD: Final = -3.0  # communes called Rue, Bois, Pont, Y
SHORT_NAME: Final = -1.5  # Don, Ham, Hem
INSIDE_LONGER_NAME: Final = -3.0
NEAR_BUT_ALSO_A_NAME: Final = -6.0  # « 80132 Naours »: Caours misspelt, or Naours with another postcode
ELSEWHERE: Final = -1.0
TOWN_ELSEWHERE: Final = 1.0  # 2,000 and 20,000 inhabitants: more likely meant than misspelt
CITY_ELSEWHERE: Final = 2.0

VERY_LONG_NAME: Final = 10


def measure_spelling(written: str, distance: int) -> float:
    """Give the points of a name this many edits away: long names are hard to meet by chance."""
    points = LETTER * min(len(written), MOST_LETTERS)
    if distance == 1:
        points += ONE_EDIT_OF_LONG_NAME if len(written) >= 8 else ONE_EDIT
    elif distance == 2:
        points += TWO_EDITS_OF_LONG_NAME if len(written) >= VERY_LONG_NAME else TWO_EDITS
    elif distance > 2:
        points += THREE_EDITS
    return points

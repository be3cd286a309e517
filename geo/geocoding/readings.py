"""The street and the number of an address, its commune being known: every way to read them, likeliest first.

Lists put an organisation, a building or a second line before or after the street, and the number before,
after or beside it. A reading is a guess at where the street starts; comparing it with real streets decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geo.geocoding.parse import HouseNumber, ParsedAddress
from geo.geocoding.streets import find_core
from geo.geocoding.text import BOUNDARY
from geo.geocoding.vocabulary import (
    CERTAIN_STREET_TYPES,
    MONTHS,
    NUMBER_SUFFIXES,
    SMALL_WORDS,
    STREET_TYPES,
)

MOST_READINGS: Final = 6
"""More ways to read one address are not tried: the first that match are the likeliest."""

_NOT_BEFORE_A_TYPE: Final = SMALL_WORDS | {
    "ancien", "ancienne", "basse", "grand", "grande", "haute", "nouvelle", "petit", "petite", "vieille",
    "vieux",
}  # fmt: skip
_FIGURES: Final = frozenset("0123456789")
_NUMBER_MARKS: Final = frozenset(("n", "no", "num", "numero"))
_AFTER_AN_ADJECTIVE: Final = (("rue",), ("place",))
_NUMBERED_ROADS: Final = frozenset(("departementale", "nationale", "rd", "rn", "d", "cd", "chemin", "route"))


@dataclass(slots=True, init=False)
class StreetReading:
    """
    One way to read a street: `words` from its first to its last, `key` the same without spaces.

    `is_typed` tells whether it opens with a word like « rue ».
    """

    number: HouseNumber | None
    words: tuple[str, ...]
    key: str
    is_typed: bool
    _core: str | None

    def __init__(
        self,
        number: HouseNumber | None,
        words: tuple[str, ...],
        key: str,
        is_typed: bool,
        _core: str | None = None,
    ) -> None:
        self.number = number
        self.words = words
        self.key = key
        self.is_typed = is_typed
        self._core = _core

    @property
    def core(self) -> str:
        """What tells the street apart: its words without its type, and without the small words next."""
        if self._core is None:
            self._core = find_core(self.words)
        return self._core


def read_streets(parsed: ParsedAddress, name_span: tuple[int, int] | None) -> list[StreetReading]:
    """
    Read the street and number of an address, the words of its commune's name left out.

    Examples
    --------
    >>> from geo.geocoding.answer import AddressQuery
    >>> from geo.geocoding.parse import parse_address
    >>> parsed = parse_address(AddressQuery(text="Mairie annexe, 12 bis rue d'Arras 62300 Lens"))
    >>> [(str(reading.number), reading.key) for reading in read_streets(parsed, (9, 10))]
    [('12 bis', 'ruedarras'), ('None', 'mairieannexe')]
    """
    readings: list[tuple[int, StreetReading]] = []
    pending: HouseNumber | None = None
    for run in list_free_runs(parsed, name_span):
        found, pending = _read_run(run, pending)
        readings += found
    if pending is not None and readings and readings[-1][1].number is None:
        rank, last = readings[-1]  # « rue de Lens, 12 »
        readings.append((rank, StreetReading(pending, last.words, last.key, last.is_typed)))
    if len(readings) > 1:
        readings.sort(key=lambda pair: pair[0])
    return [reading for _, reading in readings[:MOST_READINGS]]


def list_free_runs(parsed: ParsedAddress, name_span: tuple[int, int] | None) -> list[Sequence[str]]:
    """Give the runs of words between boundaries, without postcodes and without the commune's name."""
    words = parsed.words
    ends = [i for i, word in enumerate(words) if word == BOUNDARY]
    ends += parsed.postcodes
    if name_span is not None:
        ends += range(*name_span)
    ends.sort()
    ends.append(len(words))
    runs: list[Sequence[str]] = []
    start = 0
    for end in ends:
        if end > start:
            runs.append(words[start:end])
        start = end + 1
    return runs


def _read_run(
    run: Sequence[str], pending: HouseNumber | None
) -> tuple[list[tuple[int, StreetReading]], HouseNumber | None]:
    """Read one run; `pending` is a number that the run before ended with, and so is the second result."""
    found: list[tuple[int, StreetReading]] = []
    count = len(run)
    at = 0
    numbered_until = -1
    while at < count:
        word = run[at]
        if word[0] in _FIGURES and word[-1] == "e" and at + 1 < count and run[at + 1] in STREET_TYPES:
            run = [*run[:at], word[:-1], "e", *run[at + 1 :]]  # « 20E rue » is number 20 E
            count, word = len(run), word[:-1]
        if word.isdigit() and len(word) <= 4 and not _is_inside_a_name(run, at):
            number, after = _read_number(run, at)
            if after >= count:
                if found and found[-1][1].number is None:
                    rank, last = found[-1]  # « rue de Lens 12 », kept beside the reading with its figures
                    shorter = last.words[: len(last.words) - (count - at)]
                    if shorter:
                        found.append((rank + 1, _reading(number, shorter)))
                return found, number
            found.append(_rank(_reading(number, run[after:])))
            numbered_until = after
            pending = None
            at = after + 1
            continue
        if (
            word in STREET_TYPES
            and at != numbered_until
            and _opens_a_street(run, at, is_numbered=numbered_until >= 0)
        ):
            found.append(_rank(_reading(pending if at == 0 else None, run[at:])))
        at += 1
    if not found:
        found.append(_rank(_reading(pending, run)))
    return found, None


def _opens_a_street(run: Sequence[str], at: int, *, is_numbered: bool) -> bool:
    """Tell whether a street's name may start here; after a number, only a certain word says so."""
    word = run[at]
    if word not in CERTAIN_STREET_TYPES and (is_numbered or at > 0 or word not in STREET_TYPES):
        return False
    return at == 0 or run[at - 1] not in _NOT_BEFORE_A_TYPE


def _is_inside_a_name(run: Sequence[str], at: int) -> bool:
    """Tell a number of a street's name (« rue du 8 mai 1945 ») from a house number."""
    before = run[at - 1] if at else ""
    after = run[at + 1] if at + 1 < len(run) else ""
    if after in MONTHS and (before in SMALL_WORDS or before in STREET_TYPES):
        return True
    return before in MONTHS or (before in SMALL_WORDS and before != "a") or before in _NUMBERED_ROADS


def _read_number(run: Sequence[str], at: int) -> tuple[HouseNumber, int]:
    """Read a number, its suffix, and the end of a range (« 12-14 », « 12 à 14 »): the first counts."""
    number = int(run[at])
    after = at + 1
    suffix = ""
    if after < len(run):
        word = run[after]
        following = run[after + 1] if after + 1 < len(run) else ""
        if word in NUMBER_SUFFIXES or (
            len(word) == 1
            and word.isalpha()
            and (following in STREET_TYPES or (not following and word not in "dl"))
        ):
            suffix, after = word, after + 1
    while after < len(run) and (
        (run[after].isdigit() and len(run[after]) <= 4)
        or (run[after] in ("a", "et") and after + 1 < len(run) and run[after + 1].isdigit())
    ):
        after += 1
        if after < len(run) and run[after] in NUMBER_SUFFIXES:
            after += 1
    return HouseNumber(number, suffix), after


def _reading(number: HouseNumber | None, words: Sequence[str]) -> StreetReading:
    words = tuple(words)
    first = words[0]
    if first in _NUMBER_MARKS and len(words) > 1:
        words = words[1:]
        first = words[0]
    is_typed = first in STREET_TYPES or (first in _NOT_BEFORE_A_TYPE and words[1:2] in _AFTER_AN_ADJECTIVE)
    return StreetReading(number, words, "".join(words), is_typed)


def _rank(reading: StreetReading) -> tuple[int, StreetReading]:
    """Rank a reading: a number before a word like « rue » is an address, words alone are rather a name."""
    if reading.is_typed:
        return (0 if reading.number else 2), reading
    return (4 if reading.number else 6), reading

"""Choosing one commune among the readings of an address, with what street-level providers found in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from geo.geocoding.hypotheses import ACCEPTED_POINTS, CLEAR_MARGIN, Hypothesis
from geo.geocoding.provider import AddressMatch

WORTH_LOOKING: Final = 8.0
"""Points under the best within which a commune's streets are worth comparing."""

LEAST_WORTH_LOOKING: Final = -4.0
LEAST_CANDIDATE: Final = -2.0
"""Points under which a reading is not even worth showing to a person."""

MOST_COMMUNES: Final = 45
"""Five more than the most communes that one postcode serves."""


Weighed = tuple[float, Hypothesis]
"""A reading after its points, those of the street found there included."""

_POINTS: Final = itemgetter(0)


@dataclass(slots=True, init=False)
class CommuneChoice:
    """
    The likeliest commune of an address, and what speaks against it.

    `margin` is its points over the next commune's; `candidates` holds the readings within the margin of
    ambiguity, the best included.
    """

    best: Hypothesis | None
    margin: float
    match: AddressMatch | None
    candidates: list[Hypothesis]
    points: float

    def __init__(
        self,
        best: Hypothesis | None = None,
        margin: float = 0.0,
        match: AddressMatch | None = None,
        candidates: list[Hypothesis] | None = None,
        points: float = 0.0,
    ) -> None:
        self.best = best
        self.margin = margin
        self.match = match
        self.candidates = [] if candidates is None else candidates
        self.points = points

    @property
    def is_accepted(self) -> bool:
        """Whether the best reading is worth an answer."""
        return self.best is not None and self.points >= ACCEPTED_POINTS

    @property
    def is_clear(self) -> bool:
        """Whether no other commune comes near."""
        return self.is_accepted and self.margin >= CLEAR_MARGIN

    @property
    def is_outside(self) -> bool:
        """Whether the address lies clearly outside the region."""
        return self.is_clear and self.best is not None and self.best.is_outside and not self.best.is_weak


def shortlist_communes(hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
    """Give the readings, best first as they are given, in whose commune a street is worth looking for."""
    if not hypotheses:
        return []
    if len(hypotheses) == 1:
        only = hypotheses[0]
        return [only] if only.code and only.points >= LEAST_WORTH_LOOKING else []
    floor = max(hypotheses[0].points - WORTH_LOOKING, LEAST_WORTH_LOOKING)
    return [h for h in hypotheses if h.points >= floor and h.code][:MOST_COMMUNES]


def choose_commune(hypotheses: Sequence[Hypothesis], matches: Sequence[AddressMatch] = ()) -> CommuneChoice:
    """
    Choose among readings, likeliest first on a tie, once the streets found have spoken.

    Parameters
    ----------
    hypotheses
        Every reading, best first.
    matches
        Addresses found, at most one that counts a commune: the first with the most points.
    """
    if not hypotheses:
        return CommuneChoice()
    if len(hypotheses) == 1 and len(matches) <= 1:
        return _choose_only(hypotheses[0], matches[0] if matches else None)
    found = _best_match_each(matches)
    if not found:
        weighed = [(h.points, h) for h in hypotheses]
    else:
        weighed = [(_weigh(h, found), h) for h in hypotheses]
        weighed.sort(key=_POINTS, reverse=True)
        if weighed[0][1].code:
            _put_outside_first(weighed, found)
    top, best = weighed[0]
    least = max(top - CLEAR_MARGIN, LEAST_CANDIDATE)
    candidates = []
    for points, hypothesis in weighed:
        if points <= least:
            break
        candidates.append(hypothesis)
    return CommuneChoice(
        best,
        _measure_margin(weighed, found),
        found.get(best.code) if best.code else None,
        candidates,
        top,
    )


def _choose_only(only: Hypothesis, match: AddressMatch | None) -> CommuneChoice:
    points = only.points + (match.points if match else 0.0)
    margin = max(points, 0.0) + CLEAR_MARGIN
    candidates = [only] if points > LEAST_CANDIDATE else []
    return CommuneChoice(only, margin, match, candidates, points)


def _best_match_each(matches: Sequence[AddressMatch]) -> dict[str, AddressMatch]:
    found: dict[str, AddressMatch] = {}
    for match in matches:
        code = match.commune.code
        if code not in found or match.points > found[code].points:
            found[code] = match
    return found


def _weigh(hypothesis: Hypothesis, found: dict[str, AddressMatch]) -> float:
    match = found.get(hypothesis.code) if hypothesis.code else None
    return hypothesis.points + (match.points if match else 0.0)


def _weigh_against_elsewhere(hypothesis: Hypothesis, found: dict[str, AddressMatch]) -> float:
    """Weigh a reading against a place whose streets are not known: « rue de l'Église » says little."""
    match = found.get(hypothesis.code)
    if match is None:
        return hypothesis.points
    return hypothesis.points + (match.points if match.points_elsewhere is None else match.points_elsewhere)


def _put_outside_first(weighed: list[Weighed], found: dict[str, AddressMatch]) -> None:
    """Let a place outside the region lead again where only a common street's name spoke against it."""
    outside = next((each for each in weighed if not each[1].code), None)
    if outside is not None and outside[0] > _weigh_against_elsewhere(weighed[0][1], found):
        weighed.remove(outside)
        weighed.insert(0, outside)


def _measure_margin(weighed: Sequence[Weighed], found: dict[str, AddressMatch]) -> float:
    """Measure the points of the first reading over the next place that it could be mistaken for."""
    top, best = weighed[0]
    if best.is_outside:
        # Which of two places elsewhere is meant does not matter: both are refused.
        margins = [best.points - _weigh_against_elsewhere(h, found) for _, h in weighed[1:] if h.code]
        return min(margins, default=max(best.points, 0.0) + CLEAR_MARGIN)
    # Sorted: the first of each kind is the nearest.
    here = elsewhere = None
    for rank in range(1, len(weighed)):
        points, hypothesis = weighed[rank]
        if hypothesis.code:
            if here is None:
                here = top - points
        elif elsewhere is None:
            elsewhere = _weigh_against_elsewhere(best, found) - points
        if here is not None and elsewhere is not None:
            return min(here, elsewhere)
    if here is not None:
        return here
    return top + CLEAR_MARGIN if elsewhere is None else elsewhere

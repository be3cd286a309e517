"""How sure an answer is: the probability that its commune, street and number are the right ones.

An answer's confidence is that of its commune times that of its street, and never more than `MOST`. The
figures are shares of right answers counted by kind of evidence on 137,000 perturbed addresses of two stand-in
bases, rounded down, because real lists hold errors that no perturbation invents. Their order is the measured
one, so that precision does not fall as the threshold rises; kinds of evidence that were right as often as one
another (an exact name, a name with one letter wrong and no other near it) come out alike.
`scripts/bench/geocoding.py` prints the share that is right at each threshold.
"""

from __future__ import annotations

from typing import Final

from geo.geocoding.hypotheses import (
    AGREES,
    BY_INSEE,
    BY_NAME,
    BY_NEAR,
    BY_POSTCODE,
    CLEAR_MARGIN,
    NO_EVIDENCE,
    OF_CEDEX,
    Hypothesis,
)

SURE_ENOUGH: Final = 0.8
"""An answer under this is for a person to review."""

MOST: Final = 0.99
"""No text is surer than this."""

# By the edits in the commune's name: none, one, more.
_AGREED = (0.995, 0.985, 0.96)
_NAME_ALONE = (0.97, 0.92, 0.85)
_NAME_AGAINST_POSTCODE = (0.93, 0.75, 0.6)
_AGREED_AND_STREET = (0.998, 0.998, 0.985)
_NAME_AND_STREET = (0.998, 0.998, 0.97)
_AGAINST_POSTCODE_AND_STREET = (0.998, 0.95, 0.9)
_INSEE: Final = 0.995
_INSEE_AND_STREET: Final = 0.998
_UNIQUE_POSTCODE: Final = 0.96
_POSTCODE_AND_STREET: Final = 0.998
_NEAR: Final = 0.3
_NEAR_AND_STREET: Final = 0.9
_REFUSED_BY_POSTCODE: Final = 0.99
_REFUSED_BY_NAME: Final = 0.88
_MOST_OF_AMBIGUOUS: Final = 0.75
_LEAST: Final = 0.05

_STREET_NOT_FOUND: Final = 0.9
_STREET_NOT_FOUND_BY_NAME_ALONE: Final = 0.6  # a misspelt name that is another commune's


def estimate_commune(best: Hypothesis, margin: float, *, has_street: bool = False) -> float:
    """
    Estimate the probability that a commune is the right one.

    Parameters
    ----------
    best
        The likeliest reading.
    margin
        Its points over the next commune's.
    has_street
        Whether the street was found there.
    """
    sure = _estimate_clear(best, has_street=has_street)
    if margin >= CLEAR_MARGIN:
        return sure
    return max(_LEAST, min(_MOST_OF_AMBIGUOUS, sure) * (0.5 + 0.5 * max(margin, 0.0) / CLEAR_MARGIN))


def _estimate_clear(best: Hypothesis, *, has_street: bool) -> float:
    if best.is_outside:
        by_name = best.source is BY_NAME and best.elsewhere is not None
        agrees = best.postcode in (AGREES, OF_CEDEX)
        return _REFUSED_BY_NAME if by_name and not agrees else _REFUSED_BY_POSTCODE
    if best.source is BY_INSEE:
        return _INSEE_AND_STREET if has_street else _INSEE
    if best.source is BY_NEAR:
        return _NEAR_AND_STREET if has_street else _NEAR
    if best.source is BY_POSTCODE:
        return _POSTCODE_AND_STREET if has_street else _UNIQUE_POSTCODE
    edits = min(best.distance, 2)
    if best.postcode is AGREES:
        return (_AGREED_AND_STREET if has_street else _AGREED)[edits]
    if best.postcode in (NO_EVIDENCE, OF_CEDEX):
        return (_NAME_AND_STREET if has_street else _NAME_ALONE)[edits]
    return (_AGAINST_POSTCODE_AND_STREET if has_street else _NAME_AGAINST_POSTCODE)[edits]


def estimate_without_street(best: Hypothesis, of_commune: float) -> float:
    """Estimate the probability that a commune is all that can be right, its streets being known."""
    agrees = best.source is not BY_NAME or best.postcode is AGREES
    return of_commune * (_STREET_NOT_FOUND if agrees else _STREET_NOT_FOUND_BY_NAME_ALONE)

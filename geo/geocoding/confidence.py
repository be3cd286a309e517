"""How sure an answer is: the probability that its commune, street and number are the right ones.

The figures are shares of right answers counted per kind of evidence, on the perturbed queries and the real
lists of docs/benchmarks.md, rounded down; `scripts/bench/geocoding.py` counts them again.
"""

from __future__ import annotations

from geo.geocoding.hypotheses import CLEAR_MARGIN, Hypothesis, PostcodeEvidence, Source

SURE_ENOUGH = 0.8
"""An answer under this is for a person to review."""

_INSEE = 0.995
_AGREED = {0: 0.99, 1: 0.98, 2: 0.95}
_NAME_ALONE = {0: 0.97, 1: 0.9, 2: 0.85}
_NAME_AGAINST_POSTCODE = {0: 0.93, 1: 0.75, 2: 0.6}
_UNIQUE_POSTCODE = 0.96
_LEAST, _MOST_OF_AMBIGUOUS = 0.05, 0.75


def estimate_commune(best: Hypothesis, margin: float) -> float:
    """
    Estimate the probability that a commune is the right one.

    Parameters
    ----------
    best
        The likeliest reading.
    margin
        Its points over the next commune's.
    """
    if best.source is Source.INSEE:
        return _INSEE
    edits = min(best.distance, 2)
    if best.source is Source.POSTCODE:
        sure = _UNIQUE_POSTCODE
    elif best.postcode is PostcodeEvidence.AGREES:
        sure = _AGREED[edits]
    elif best.postcode in (PostcodeEvidence.NONE, PostcodeEvidence.CEDEX):
        sure = _NAME_ALONE[edits]
    else:
        sure = _NAME_AGAINST_POSTCODE[edits]
    if margin >= CLEAR_MARGIN:
        return sure
    return max(_LEAST, min(_MOST_OF_AMBIGUOUS, sure) * (0.5 + 0.5 * margin / CLEAR_MARGIN))

"""The funnel plot: which territories stand out from chance, instead of a ranking of them all.

Spiegelhalter, « Funnel plots for comparing institutional performance », Statistics in Medicine 24 (2005),
1185-1202.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from geo.coverage.checking import BoolArray, FloatArray, as_amounts, as_counts, check_lengths, check_share
from geo.coverage.errors import ImpossibleValueError
from geo.coverage.laws import find_normal_quantile

LEVELS = (0.95, 0.998)
"""Two-sided levels of the inner (« à surveiller ») and outer (« hors du hasard ») limits."""

# From some hundreds down to a hundred-millionth.
_HALVINGS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelLimits:
    """The two lines of one level: ratios of observed to expected, shape of the expected counts."""

    level: float
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelFlags:
    """Who is outside the lines of one level, shape (n,) each."""

    level: float
    is_below: BoolArray
    is_above: BoolArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """
    Ratios of observed to expected against their expected counts, with limits and who is outside of them.

    `ratio` is NaN where nothing is expected. `dispersion` is the φ used by the limits, 1 for pure chance;
    `measured_dispersion` is what the data show, and `is_overdispersed` whether it is beyond chance.
    """

    expected: FloatArray
    ratio: FloatArray
    limits: tuple[FunnelLimits, ...]
    flags: tuple[FunnelFlags, ...]
    dispersion: float
    measured_dispersion: float
    is_overdispersed: bool


def trace_funnel_limits(expected: ArrayLike, *, level: float = 0.95, dispersion: float = 1.0) -> FunnelLimits:
    """
    Trace the limits of the ratio observed / expected that chance alone exceeds with 1 - level, both sides.

    The limits are exact: a territory is above (or below) them if and only if the exact Poisson interval of
    its ratio (Garwood 1936) excludes 1 from above (from below). They are the real x that solve
    P(Poisson(e) ≥ x) = α/2 and P(Poisson(e) ≤ x) = α/2, by the incomplete gamma function. No count of zero
    is below them while e < -ln(α/2) = 3.7: the low line is then 0. With a dispersion φ > 1, counts are taken
    as negative binomial of mean e and variance φ e: Spiegelhalter's multiplicative correction without his
    normal approximation, which cries wolf where e < 5.

    Parameters
    ----------
    expected
        Expected counts, above zero, shape (m,): those of the territories, or a grid for drawing.
    level
        Two-sided level, 0 to 1.
    dispersion
        φ ≥ 1.

    Raises
    ------
    ImpossibleValueError
        If an expected count is not above zero, the level not within 0 and 1, or φ under 1.

    Examples
    --------
    >>> limits = trace_funnel_limits([3.0, 100.0])
    >>> limits.low.round(2), limits.high.round(2)
    (array([0. , 0.8]), array([2.43, 1.21]))
    """
    means = as_amounts(expected, name="nombre attendu")
    if not (means > 0).all():
        raise ImpossibleValueError(name="nombre attendu", expected="un nombre au-dessus de zéro", received=0)
    check_share(level, name="niveau de confiance")
    _check_dispersion(dispersion)
    tail = (1 - level) / 2
    widest = means + 50 + 20 * np.sqrt(dispersion * means) + 20 * dispersion
    high = _solve(lambda x: _tail_at_least(x, means, dispersion) > tail, widest)
    low = _solve(lambda x: _tail_at_most(x, means, dispersion) < tail, widest)
    low = np.where(_tail_at_most(np.zeros_like(means), means, dispersion) < tail, low, 0.0)
    return FunnelLimits(level=level, low=low / means, high=high / means)


def measure_funnel(
    counts: ArrayLike,
    expected: ArrayLike,
    *,
    levels: Sequence[float] = LEVELS,
    dispersion: float | None = 1.0,
) -> Funnel:
    """
    Measure which territories stand out from chance.

    Parameters
    ----------
    counts
        Presences per territory, shape (n,).
    expected
        Expected counts, shape (n,); a territory where nothing is expected is never flagged and has no ratio.
    levels
        Two-sided levels of the limits.
    dispersion
        φ of the limits: 1 for pure chance; None to use the measured one where it is beyond chance (members
        recruit members), and 1 where it is not.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError
        If the arrays do not match or hold an impossible value.

    Examples
    --------
    Nobody where 3.5 were expected is not beyond chance; 12 for 3.5 are:

    >>> funnel = measure_funnel([0, 12], [3.5, 3.5])
    >>> funnel.flags[0].is_below, funnel.flags[0].is_above
    (array([False, False]), array([False,  True]))
    """
    presence = as_counts(counts)
    means = as_amounts(expected, name="nombre attendu")
    check_lengths(présences=presence, attendus=means)
    measured, is_beyond = measure_dispersion(presence, means)
    used = (measured if is_beyond else 1.0) if dispersion is None else dispersion
    is_known = means > 0
    safe = np.where(is_known, means, 1.0)
    ratio = np.where(is_known, presence / safe, np.nan)
    limits = tuple(
        _blank(trace_funnel_limits(safe, level=level, dispersion=used), is_known) for level in levels
    )
    flags = tuple(
        FunnelFlags(
            level=level,
            is_below=is_known & (_tail_at_most(presence, safe, used) < (1 - level) / 2),
            is_above=is_known & (_tail_at_least(presence, safe, used) < (1 - level) / 2),
        )
        for level in levels
    )
    return Funnel(
        expected=means,
        ratio=ratio,
        limits=limits,
        flags=flags,
        dispersion=used,
        measured_dispersion=measured,
        is_overdispersed=is_beyond,
    )


def measure_dispersion(counts: ArrayLike, expected: ArrayLike) -> tuple[float, bool]:
    """
    Measure the over-dispersion φ = Σ z²/n, z = (x - e)/√e, the tenth at each end pulled in.

    Chance gives about 1. It is beyond chance above 1 + 2 √(2/n) (Spiegelhalter 2005, § 3.2 and appendix A.4:
    winsorised so that a few remarkable territories do not widen the funnel for all).

    Returns
    -------
    tuple
        φ, at least 1, and whether it is beyond chance. (1, False) where nothing is expected anywhere.

    Examples
    --------
    >>> measure_dispersion([0, 8, 0, 8], [4, 4, 4, 4])
    (4.0, True)
    """
    presence = as_counts(counts)
    means = as_amounts(expected, name="nombre attendu")
    check_lengths(présences=presence, attendus=means)
    is_known = means > 0
    if not is_known.any():
        return 1.0, False
    scores = (presence[is_known] - means[is_known]) / np.sqrt(means[is_known])
    low, high = np.quantile(scores, (0.1, 0.9))
    dispersion = float((np.clip(scores, low, high) ** 2).mean())
    is_beyond = dispersion > 1 + 2 * np.sqrt(2 / len(scores))
    return max(dispersion, 1.0), bool(is_beyond)


def approximate_funnel_limits(
    expected: ArrayLike, *, level: float = 0.95, dispersion: float = 1.0
) -> FunnelLimits:
    """
    Trace Spiegelhalter's normal approximation 1 ± z √(φ/e), the low line cut at 0.

    It joins the exact limits as e grows; under e = 5 it lets chance pass for a finding. Parameters and errors
    as in `trace_funnel_limits`, which is the one to show.

    Examples
    --------
    >>> approximate_funnel_limits([100.0]).high.round(3)
    array([1.196])
    """
    means = as_amounts(expected, name="nombre attendu")
    if not (means > 0).all():
        raise ImpossibleValueError(name="nombre attendu", expected="un nombre au-dessus de zéro", received=0)
    check_share(level, name="niveau de confiance")
    _check_dispersion(dispersion)
    reach = find_normal_quantile((1 + level) / 2) * np.sqrt(dispersion / means)
    return FunnelLimits(level=level, low=np.maximum(0.0, 1 - reach), high=1 + reach)


def _tail_at_least(counts: ArrayLike, means: FloatArray, dispersion: float) -> FloatArray:
    """P(X ≥ x), continued to real x; equal to 1 at x = 0."""
    bounds = np.asarray(counts, dtype=np.float64)
    positive = np.where(bounds > 0, bounds, 1.0)
    if dispersion == 1:
        tail = scipy.special.gammainc(positive, means)
    else:
        tail = scipy.special.betaincc(means / (dispersion - 1), positive, 1 / dispersion)
    return np.asarray(np.where(bounds > 0, tail, 1.0))


def _tail_at_most(counts: ArrayLike, means: FloatArray, dispersion: float) -> FloatArray:
    """P(X ≤ x), continued to real x."""
    bounds = np.asarray(counts, dtype=np.float64) + 1
    if dispersion == 1:
        return np.asarray(scipy.special.gammaincc(bounds, means))
    return np.asarray(scipy.special.betainc(means / (dispersion - 1), bounds, 1 / dispersion))


def _solve(is_before: Callable[[FloatArray], BoolArray], widest: FloatArray) -> FloatArray:
    """Find by halving, from 0 to `widest`, where a condition true on the left stops being true."""
    left, right = np.zeros_like(widest), widest.copy()
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        goes_right = is_before(middle)
        left, right = np.where(goes_right, middle, left), np.where(goes_right, right, middle)
    return (left + right) / 2


def _blank(limits: FunnelLimits, is_known: BoolArray) -> FunnelLimits:
    low, high = (np.where(is_known, line, np.nan) for line in (limits.low, limits.high))
    return FunnelLimits(level=limits.level, low=low, high=high)


def _check_dispersion(dispersion: float) -> None:
    if not (np.isfinite(dispersion) and dispersion >= 1):
        raise ImpossibleValueError(
            name="surdispersion", expected="un nombre supérieur ou égal à 1", received=dispersion
        )

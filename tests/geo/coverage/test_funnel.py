"""The funnel plot: exact limits that agree with the exact interval, and seldom cry wolf."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import nbinom

from geo.coverage.chance import draw_proportional_registers
from geo.coverage.errors import ImpossibleValueError, UnequalLengthsError
from geo.coverage.funnel import (
    approximate_funnel_limits,
    measure_dispersion,
    measure_funnel,
    trace_funnel_limits,
)
from geo.coverage.representation import bound_counts, expect_counts, find_significant_absences

expectations = st.floats(0.01, 2_000)


@given(st.lists(st.tuples(st.integers(0, 500), expectations), min_size=1, max_size=20))
def test_outside_the_funnel_means_that_the_exact_interval_leaves_parity_out(
    points: list[tuple[int, float]],
) -> None:
    counts, expected = np.array([count for count, _ in points]), np.array([mean for _, mean in points])
    funnel = measure_funnel(counts, expected)
    for flags, limits in zip(funnel.flags, funnel.limits, strict=True):
        low, high = bound_counts(counts, confidence=flags.level)
        is_clear = np.minimum(np.abs(low - expected), np.abs(high - expected)) > 1e-6 * expected
        assert (flags.is_above == (low > expected))[is_clear].all()
        assert (flags.is_below == (high < expected))[is_clear].all()
        # The lines drawn say the same as the flags.
        assert (flags.is_above == (funnel.ratio > limits.high))[is_clear].all()
        assert (flags.is_below == (funnel.ratio < limits.low))[is_clear].all()


@given(expectations, st.floats(1.05, 5))
def test_overdispersed_limits_are_quantiles_of_the_negative_binomial(mean: float, dispersion: float) -> None:
    limits = trace_funnel_limits([mean], dispersion=dispersion)
    law = nbinom(mean / (dispersion - 1), 1 / dispersion)
    first_above = np.floor(limits.high[0] * mean) + 1
    assert law.sf(first_above - 1) <= 0.025 + 1e-6
    assert law.sf(first_above - 2) >= 0.025 - 1e-6
    assert law.var() == pytest.approx(dispersion * mean)


def test_limits_widen_with_the_level_and_with_the_dispersion() -> None:
    grid = np.array([0.5, 3, 10, 60])
    usual, strict = trace_funnel_limits(grid), trace_funnel_limits(grid, level=0.998)
    wide = trace_funnel_limits(grid, dispersion=2)
    assert (strict.high > usual.high).all()
    assert (strict.low <= usual.low).all()
    assert (wide.high > usual.high).all()
    assert (wide.low <= usual.low).all()


def test_exact_limits_join_the_usual_approximation_for_large_counts() -> None:
    exact, usual = trace_funnel_limits([1e6]), approximate_funnel_limits([1e6])
    assert exact.high == pytest.approx(usual.high, abs=1e-5)
    assert exact.low == pytest.approx(usual.low, abs=1e-5)


def test_the_usual_approximation_cries_wolf_where_little_is_expected() -> None:
    assert approximate_funnel_limits([0.5]).high < trace_funnel_limits([0.5]).high


def test_nobody_is_flagged_where_nothing_is_expected() -> None:
    funnel = measure_funnel([0, 4], [0.0, 0.0])
    assert np.isnan(funnel.ratio).all()
    assert np.isnan(funnel.limits[0].high).all()
    assert not funnel.flags[0].is_above.any()
    assert measure_dispersion([0], [0]) == (1.0, False)


def test_a_proportional_register_cries_wolf_no_more_than_announced(
    epci_populations: NDArray[np.float64],
) -> None:
    """300 presences in exact proportion to population, 200 times: no more than 5 % of gaps."""
    expected = expect_counts(300, epci_populations)
    drawn = draw_proportional_registers(300, epci_populations, draws=200, seed=2026)
    gaps, outer, absences, dispersed = 0, 0, 0, 0
    for counts in drawn:
        funnel = measure_funnel(counts, expected, dispersion=None)
        inner = funnel.flags[0]
        gaps += int((inner.is_above | inner.is_below).sum())
        outer += int((funnel.flags[1].is_above | funnel.flags[1].is_below).sum())
        absences += int(find_significant_absences(counts, expected).sum())
        dispersed += funnel.is_overdispersed
    tests = drawn.size
    assert gaps / tests <= 0.05
    assert outer / tests <= 0.002
    # Only territories where at least 3 are expected can be called absent.
    assert absences / (200 * int((expected >= 3).sum())) <= 0.05
    assert dispersed <= 10


def test_recruits_among_friends_are_seen_as_overdispersion(epci_populations: NDArray[np.float64]) -> None:
    # Each of a hundred founders brings two friends to the same place: three times the variance of chance.
    founders = draw_proportional_registers(100, epci_populations, draws=8, seed=3)
    expected = expect_counts(300, epci_populations)
    measured = [measure_funnel(3 * counts, expected, dispersion=None) for counts in founders]
    assert np.mean([funnel.is_overdispersed for funnel in measured]) > 0.9
    assert all(funnel.dispersion == 1 for funnel in measured if not funnel.is_overdispersed)
    widened = np.mean([(f.flags[0].is_above | f.flags[0].is_below).mean() for f in measured])
    narrow = np.mean(
        [
            (f.flags[0].is_above | f.flags[0].is_below).mean()
            for f in (measure_funnel(3 * counts, expected) for counts in founders)
        ]
    )
    assert widened < 0.7 * narrow


@pytest.mark.parametrize(
    "arguments",
    [
        {"expected": [0.0]},
        {"expected": [1.0], "level": 1.0},
        {"expected": [1.0], "dispersion": 0.5},
        {"expected": [-1.0]},
    ],
)
def test_impossible_limits_are_refused(arguments: dict[str, float]) -> None:
    for trace in (trace_funnel_limits, approximate_funnel_limits):
        with pytest.raises(ImpossibleValueError):
            trace(**arguments)


def test_counts_without_their_expectations_are_refused() -> None:
    with pytest.raises(UnequalLengthsError):
        measure_funnel([1, 2], [1.0])

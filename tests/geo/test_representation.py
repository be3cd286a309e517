"""Shares, expected counts, intervals: against published values and other people's code."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from geo.coverage.representation import (
    SIGNIFICANT_EXPECTED,
    bound_counts,
    expect_counts,
    expect_empty,
    find_significant_absences,
    measure_outside,
    measure_share_interval,
)


def test_the_worked_example_of_200_members() -> None:
    outside = measure_outside(count_inside=80, count_outside=120, population_inside=20, population_outside=80)
    assert (outside.share_outside, outside.ratio, outside.gap) == (0.6, 0.75, 40.0)
    assert outside.share_low is not None
    assert outside.share_high is not None
    assert (round(outside.share_low, 2), round(outside.share_high, 2)) == (0.53, 0.67)


def test_without_anybody_there_is_no_share() -> None:
    outside = measure_outside(count_inside=0, count_outside=0, population_inside=20, population_outside=80)
    assert (outside.share_outside, outside.share_low, outside.share_high) == (None, None, None)
    assert (outside.ratio, outside.gap) == (None, None)
    assert outside.population_share_outside == 0.8


def test_where_nobody_lives_outside_there_is_no_ratio() -> None:
    outside = measure_outside(count_inside=3, count_outside=1, population_inside=20, population_outside=0)
    assert outside.ratio is None
    assert outside.gap == -1.0


@pytest.mark.parametrize("wrong", [{"count_inside": -1}, {"population_inside": 0, "population_outside": 0}])
def test_impossible_numbers_are_refused(wrong: dict[str, int]) -> None:
    numbers = {"count_inside": 1, "count_outside": 1, "population_inside": 1, "population_outside": 1}
    with pytest.raises(ValueError, match=r"."):
        measure_outside(**(numbers | wrong))


@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 10**7), st.integers(1, 10**7))
def test_parity_is_a_ratio_of_one_and_no_gap(inside: int, outside: int, near: int, far: int) -> None:
    measured = measure_outside(
        count_inside=inside, count_outside=outside, population_inside=near, population_outside=far
    )
    total = inside + outside
    if total == 0:
        return
    assert measured.gap is not None
    assert measured.ratio is not None
    # Moving the gap to the outside brings parity.
    assert (outside + measured.gap) / total == pytest.approx(measured.population_share_outside)
    assert (measured.ratio < 1) == (measured.gap > 1e-9) or measured.ratio == pytest.approx(1)


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_share_interval_is_wilsons_as_scipy_has_it(case: tuple[int, int]) -> None:
    count, total = case
    expected = stats.binomtest(count, total).proportion_ci(method="wilson")
    low, high = measure_share_interval(count, total)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= low <= count / total <= high <= 1


@pytest.mark.parametrize(("count", "total"), [(1, 0), (-1, 3), (4, 3)])
def test_a_part_larger_than_its_whole_is_refused(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="Part impossible"):
        measure_share_interval(count, total)


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0, 3.689), (10, 4.795, 18.390), (100, 81.364, 121.627)]
)
def test_the_poisson_interval_has_garwoods_values(count: int, low: float, high: float) -> None:
    found = bound_counts([count])
    assert (round(float(found[0][0]), 3), round(float(found[1][0]), 3)) == (low, high)


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=20))
def test_the_poisson_interval_is_the_chi_square_form(counts: list[int]) -> None:
    low, high = bound_counts(counts)
    observed = np.array(counts)
    expected_low = np.where(observed == 0, 0, stats.chi2.ppf(0.025, 2 * np.maximum(observed, 1)) / 2)
    assert np.allclose(low, expected_low)
    assert np.allclose(high, stats.chi2.ppf(0.975, 2 * observed + 2) / 2)
    assert np.all((low <= observed) & (observed <= high))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(sum), st.integers(0, 1_000))
def test_expected_counts_follow_the_inhabitants(populations: list[int], total: int) -> None:
    expected = expect_counts(total, populations)
    assert expected.sum() == pytest.approx(total)
    assert np.all(expected >= 0)


def test_three_expected_is_where_chance_stops_explaining() -> None:
    assert math.exp(-SIGNIFICANT_EXPECTED) < 0.05
    assert pytest.approx(-math.log(0.05), abs=0.005) == SIGNIFICANT_EXPECTED
    assert find_significant_absences([0, 0, 0, 1], [3.0, 2.999, 9.0, 9.0]).tolist() == [
        True,
        False,
        True,
        False,
    ]


def test_the_number_of_empty_territories_is_what_simulation_gives() -> None:
    random = np.random.default_rng(1)
    populations = random.lognormal(10, 1, size=92)
    draws = random.multinomial(300, populations / populations.sum(), size=4_000)
    simulated = (draws == 0).sum(axis=1)
    error = 4 * simulated.std() / math.sqrt(len(simulated))
    assert expect_empty(300, populations) == pytest.approx(simulated.mean(), abs=error)


def test_nobody_leaves_every_territory_empty() -> None:
    assert expect_empty(0, [1, 2, 3]) == 3.0

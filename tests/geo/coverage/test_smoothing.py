"""Empirical-Bayes rates: values that others have published, and what shrinking must keep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from geo.coverage.chance import draw_proportional_registers
from geo.coverage.errors import ImpossibleValueError, NothingToCompareError, UnequalLengthsError
from geo.coverage.neighbourhood import list_neighbours
from geo.coverage.representation import bound_counts
from geo.coverage.smoothing import smooth_rates, smooth_rates_locally, standardise_rates

rate_data = st.integers(2, 30).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 60), min_size=size, max_size=size),
        st.lists(st.integers(1_000, 10**6), min_size=size, max_size=size),
    )
)


def test_smoothed_rates_around_st_louis_are_the_published_ones(published: dict[str, Any]) -> None:
    st_louis = published["st_louis"]
    smoothed = smooth_rates(st_louis["deaths"], st_louis["people"])
    expected = [2.36718950e-05, 4.54539167e-05, 4.78114019e-05, 2.76907146e-05]
    assert smoothed.rates[:4] == pytest.approx(expected, rel=1e-8)


def test_excess_risks_around_st_louis_are_the_published_ones(published: dict[str, Any]) -> None:
    smoothed = smooth_rates(published["st_louis"]["deaths"], published["st_louis"]["people"])
    expected = [0.20665681, 0.43613787, 0.42078261, 0.22066928]
    assert smoothed.raw[:4] / smoothed.mean == pytest.approx(expected, rel=1e-7)


def test_locally_smoothed_rates_around_st_louis_are_the_published_ones(published: dict[str, Any]) -> None:
    st_louis = published["st_louis"]
    rates = smooth_rates_locally(
        st_louis["deaths"], st_louis["people"], list_neighbours(st_louis["neighbours"])
    )
    expected = [4.01485749e-05, 3.62437513e-05, 4.93034844e-05, 5.09387329e-05]
    assert rates[:4] == pytest.approx(expected, rel=1e-8)


def test_standardised_rates_are_the_published_ones() -> None:
    deaths, people = [30, 25, 25, 15, 33, 21, 30, 20], [100, 100, 110, 90, 100, 90, 110, 90]
    expected = [1.03843594, -0.04099089, -0.56250375, -1.73061861]
    assert standardise_rates(deaths, people)[:4] == pytest.approx(expected, abs=1e-8)


@given(rate_data)
def test_smoothing_draws_every_rate_towards_the_mean_and_never_beyond(
    data: tuple[list[int], list[int]],
) -> None:
    smoothed = smooth_rates(*data)
    assert ((smoothed.reliability >= 0) & (smoothed.reliability < 1)).all()
    before, after = smoothed.raw - smoothed.mean, smoothed.rates - smoothed.mean
    assert (np.abs(after) <= np.abs(before) + 1e-15).all()
    assert (before * after >= 0).all()
    # The more inhabitants, the more a rate can prove.
    assert (np.diff(smoothed.reliability[np.argsort(data[1])]) >= -1e-12).all()
    # With no presence the posterior law may be so skew that its mean leaves its own 95 % interval.
    is_present = np.array(data[0]) > 0
    assert (smoothed.low <= smoothed.high).all()
    assert (smoothed.low <= smoothed.rates + 1e-15)[is_present].all()
    assert (smoothed.rates <= smoothed.high + 1e-15)[is_present].all()


@given(rate_data)
def test_the_smoothed_rate_is_the_mean_of_its_posterior_law(data: tuple[list[int], list[int]]) -> None:
    smoothed = smooth_rates(*data)
    if smoothed.has_difference:
        counts, people = np.array(data[0]), np.array(data[1])
        shape = smoothed.mean**2 / smoothed.variance
        posterior = (shape + counts) / (smoothed.mean / smoothed.variance + people)
        assert smoothed.rates == pytest.approx(posterior, rel=1e-9)
    else:
        assert (smoothed.rates == smoothed.mean).all()


def test_where_chance_explains_all_there_is_no_difference_to_show() -> None:
    smoothed = smooth_rates([3, 3, 3, 4], [1000, 1000, 1000, 1000])
    assert not smoothed.has_difference
    assert smoothed.reliability.tolist() == [0, 0, 0, 0]
    low, high = bound_counts(13)
    assert smoothed.low == pytest.approx(float(low) / 4000)
    assert smoothed.high == pytest.approx(float(high) / 4000)


def test_an_empty_register_shows_no_difference() -> None:
    smoothed = smooth_rates([0, 0], [10, 10])
    assert (smoothed.mean, smoothed.has_difference) == (0.0, False)
    assert smooth_rates_locally([0, 0], [10, 10], list_neighbours([[1], [0]])).tolist() == [0, 0]


def test_smoothing_comes_nearer_to_the_truth_than_raw_rates(epci_populations: NDArray[np.float64]) -> None:
    generator = np.random.default_rng(1)
    errors = np.zeros(2)
    covered = []
    for _ in range(50):
        truth = generator.gamma(4, 5e-5 / 4, size=92)
        counts = generator.poisson(truth * epci_populations)
        smoothed = smooth_rates(counts, epci_populations)
        errors += [((rates - truth) ** 2).sum() for rates in (smoothed.raw, smoothed.rates)]
        covered.append(((smoothed.low <= truth) & (truth <= smoothed.high)).mean())
    assert errors[1] < 0.6 * errors[0]
    assert np.mean(covered) > 0.85


def test_proportional_registers_keep_little_reliability(epci_populations: NDArray[np.float64]) -> None:
    drawn = draw_proportional_registers(300, epci_populations, draws=100, seed=4)
    reliabilities = [float(np.median(smooth_rates(counts, epci_populations).reliability)) for counts in drawn]
    assert np.mean(reliabilities) < 0.1


@pytest.mark.parametrize(
    ("counts", "populations", "error"),
    [
        ([1], [0], NothingToCompareError),
        ([1, 1], [0, 5], ImpossibleValueError),
        ([-1], [5], ImpossibleValueError),
        ([1], [5, 5], UnequalLengthsError),
        ([], [], NothingToCompareError),
    ],
)
def test_impossible_rates_are_refused(
    counts: ArrayLike, populations: ArrayLike, error: type[Exception]
) -> None:
    for smooth in (smooth_rates, standardise_rates):
        with pytest.raises(error):
            smooth(counts, populations)


def test_rates_without_any_presence_cannot_be_standardised() -> None:
    with pytest.raises(NothingToCompareError, match="présences"):
        standardise_rates([0, 0], [10, 10])

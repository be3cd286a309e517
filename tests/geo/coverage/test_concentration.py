"""Hoover, Gini, Theil, Atkinson: values that others have published, identities, and the chance level."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from geo.coverage.chance import draw_proportional_registers
from geo.coverage.concentration import (
    atkinson_index,
    gini_index,
    hoover_index,
    measure_concentration,
    theil_index,
    trace_lorenz,
)
from geo.coverage.errors import ImpossibleValueError, NothingToCompareError, UnequalLengthsError
from geo.coverage.theil import decompose_theil

THEIL_OF_MEXICO = (0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832)
THEIL_BETWEEN_REGIONS = (0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872)

registers = st.integers(2, 30).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 50), min_size=size, max_size=size),
        st.lists(st.integers(1, 10**6), min_size=size, max_size=size),
        st.lists(st.sampled_from("abcd"), min_size=size, max_size=size),
    )
)


def test_gini_of_the_mexican_states_is_the_published_one(published: dict[str, Any]) -> None:
    income = published["mexico"]["income_by_year"]["1940"]
    assert gini_index(income, [1] * 32) == pytest.approx(0.353723711734528, abs=1e-12)


def test_theil_of_the_mexican_states_is_the_published_one(published: dict[str, Any]) -> None:
    series = published["mexico"]["income_by_year"].values()
    assert [theil_index(income, [1] * 32) for income in series] == pytest.approx(THEIL_OF_MEXICO, abs=1e-8)


def test_theil_between_mexican_regions_is_the_published_one(published: dict[str, Any]) -> None:
    regions = [str(region) for region in published["mexico"]["region"]]
    between = []
    for income in published["mexico"]["income_by_year"].values():
        cut = decompose_theil(income, [1] * 32, regions, draws=1)
        assert cut is not None
        between.append(cut.between.value)
    assert between == pytest.approx(THEIL_BETWEEN_REGIONS, abs=1e-8)


def test_hoover_of_a_school_example_is_the_published_one() -> None:
    assert hoover_index([1000, 2000, 1500, 3000, 2500], [1] * 5) == pytest.approx(0.15)


@pytest.mark.parametrize(("aversion", "expected"), [(0.5, 0.06315), (1.0, 0.1316096)])
def test_atkinson_of_a_school_example_is_the_published_one(aversion: float, expected: float) -> None:
    assert atkinson_index([10, 20, 30, 40, 50], [1] * 5, aversion=aversion) == pytest.approx(
        expected, abs=1e-5
    )


def test_atkinson_at_one_says_one_as_soon_as_a_territory_is_empty() -> None:
    assert atkinson_index([0, 5], [1, 1], aversion=1) == 1
    assert atkinson_index([0, 5], [1, 1], aversion=2) == 1


@given(registers)
def test_every_index_is_null_at_parity_and_only_grows_away_from_it(
    register: tuple[list[int], list[int], list[str]],
) -> None:
    counts, populations, _ = register
    assume(sum(counts) > 0)
    for index in (hoover_index, gini_index, theil_index, atkinson_index):
        assert index(populations, populations) == pytest.approx(0, abs=1e-12)
        assert index(counts, populations) >= -1e-12
    assert hoover_index(counts, populations) <= gini_index(counts, populations) + 1e-12
    assert gini_index(counts, populations) < 1


@given(registers)
def test_cutting_a_territory_in_two_equal_parts_changes_nothing(
    register: tuple[list[int], list[int], list[str]],
) -> None:
    counts, populations, _ = register
    assume(sum(counts) > 0)
    twice = [value for value in counts for _ in (1, 2)]
    halves = [value for value in populations for _ in (1, 2)]
    for index in (hoover_index, gini_index, theil_index, atkinson_index):
        assert index(twice, halves) == pytest.approx(index(counts, populations), abs=1e-9)


@given(registers)
def test_hoover_is_the_dissimilarity_of_two_groups(register: tuple[list[int], list[int], list[str]]) -> None:
    counts, populations, _ = register
    assume(sum(counts) > 0)
    # Duncan & Duncan 1955, as segregation.Dissim computes it: a group x among a total x + p.
    group, total = np.array(counts, dtype=float), np.array(counts, dtype=float) + populations
    share = group.sum() / total.sum()
    with_total = total * np.abs(group / total - share)
    dissimilarity = with_total.sum() / (2 * total.sum() * share * (1 - share))
    assert hoover_index(counts, populations) == pytest.approx(dissimilarity, abs=1e-9)


@given(registers)
def test_gini_is_the_mean_difference_between_two_inhabitants(
    register: tuple[list[int], list[int], list[str]],
) -> None:
    counts, populations, _ = register
    assume(sum(counts) > 0)
    people = np.array(populations, dtype=float)
    rates = np.array(counts) / people
    weights = people / people.sum()
    difference = (np.abs(rates[:, None] - rates) * weights[:, None] * weights).sum()
    assert gini_index(counts, populations) == pytest.approx(difference / (2 * rates @ weights), abs=1e-9)


@given(registers)
def test_theil_is_its_part_between_groups_and_its_part_within_them(
    register: tuple[list[int], list[int], list[str]],
) -> None:
    counts, populations, groups = register
    assume(sum(counts) > 0)
    cut = decompose_theil(counts, populations, groups, draws=3)
    assert cut is not None
    assert cut.total.value == pytest.approx(theil_index(counts, populations), abs=1e-12)
    assert sum(part.between for part in cut.parts) == pytest.approx(cut.between.value, abs=1e-12)
    assert sum(part.within for part in cut.parts) == pytest.approx(cut.within.value, abs=1e-12)
    assert cut.between.value + cut.within.value == pytest.approx(cut.total.value, abs=1e-12)
    assert sum(part.presence_share for part in cut.parts) == pytest.approx(1)


@given(registers)
def test_lorenz_curve_climbs_ever_steeper_under_the_diagonal(
    register: tuple[list[int], list[int], list[str]],
) -> None:
    counts, populations, _ = register
    assume(sum(counts) > 0)
    curve = trace_lorenz(counts, populations)
    assert curve.presence_shares[-1] == pytest.approx(1)
    assert (curve.presence_shares <= curve.population_shares + 1e-9).all()
    slopes = np.diff(curve.presence_shares) / np.diff(curve.population_shares)
    assert (np.diff(slopes) >= -1e-6 * max(1.0, slopes.max())).all()


def _expected_hoover(total: int, populations: NDArray[np.float64]) -> float:
    """The exact mean of Hoover's index by chance: each count is binomial, whatever the others are."""
    shares = populations / populations.sum()
    counts = np.arange(total + 1)
    gaps = [binom.pmf(counts, total, share) @ np.abs(counts / total - share) for share in shares]
    return float(np.sum(gaps) / 2)


@pytest.mark.parametrize("total", [50, 300, 1000])
@pytest.mark.parametrize("is_equal", [True, False])
def test_the_simulated_chance_level_is_the_exact_one(
    total: int, is_equal: bool, epci_populations: NDArray[np.float64]
) -> None:
    populations = np.ones(92) if is_equal else epci_populations
    counts = draw_proportional_registers(total, populations, draws=1)[0]
    measured = measure_concentration(counts, populations)
    assert measured is not None
    assert measured.hoover.chance_mean == pytest.approx(_expected_hoover(total, populations), abs=0.003)


def test_three_hundred_presences_are_far_from_zero_by_chance_alone(
    epci_populations: NDArray[np.float64],
) -> None:
    assert _expected_hoover(300, np.ones(92)) == pytest.approx(0.22, abs=0.005)
    assert _expected_hoover(300, epci_populations) == pytest.approx(0.19, abs=0.005)
    assert _expected_hoover(50, epci_populations) > 0.4


def test_a_proportional_register_is_seldom_called_uneven(epci_populations: NDArray[np.float64]) -> None:
    registers_drawn = draw_proportional_registers(300, epci_populations, draws=200, seed=5)
    verdicts = []
    for counts in registers_drawn:
        measured = measure_concentration(counts, epci_populations, draws=199)
        assert measured is not None
        verdicts.append((measured.hoover.is_significant(), measured.gini.is_significant()))
    # A test of level 5 % on 200 registers: 20 false alarms or more happen once in a thousand.
    assert (np.sum(verdicts, axis=0) < 20).all()


def test_a_register_packed_in_one_place_is_called_uneven(epci_populations: NDArray[np.float64]) -> None:
    counts = np.zeros(92, dtype=int)
    counts[int(epci_populations.argmax())] = 300
    measured = measure_concentration(counts, epci_populations)
    assert measured is not None
    assert measured.hoover.is_significant(level=0.001)
    assert measured.hoover.beyond_chance > 0.5


def test_the_same_seed_gives_the_same_chance_level() -> None:
    assert measure_concentration([1, 2], [3, 4], seed=1) == measure_concentration([1, 2], [3, 4], seed=1)


def test_an_empty_register_has_no_index() -> None:
    assert measure_concentration([0, 0], [10, 20]) is None
    assert decompose_theil([0, 0], [10, 20], ["a", "b"]) is None


def test_presences_where_nobody_lives_leave_theil_out() -> None:
    measured = measure_concentration([1, 2, 0], [0, 10, 5])
    assert measured is not None
    assert measured.theil is None
    assert measured.hoover.value == pytest.approx((1 / 3 + 0 + 1 / 3) / 2)
    with pytest.raises(ImpossibleValueError, match="habitant partout"):
        theil_index([1, 2, 0], [0, 10, 5])
    with pytest.raises(ImpossibleValueError, match="au rang 0"):
        decompose_theil([1, 2, 0], [0, 10, 5], ["a", "a", "b"])


@pytest.mark.parametrize(
    ("counts", "populations", "message"),
    [
        ([-1, 2], [1, 1], "« nombre de présences » au rang 0"),
        ([1.5, 2], [1, 1], "un nombre entier positif ou nul"),
        ([1, 2], [1, float("nan")], "« population » au rang 1"),
        ([[1, 2]], [1, 1], "une seule suite"),
        (["deux"], [1], "des nombres"),
    ],
)
def test_impossible_values_are_refused_in_french(
    counts: ArrayLike, populations: ArrayLike, message: str
) -> None:
    with pytest.raises(ImpossibleValueError, match=message):
        measure_concentration(counts, populations)


def test_arrays_that_do_not_match_are_refused_with_their_lengths() -> None:
    with pytest.raises(UnequalLengthsError, match="présences, 2 ; populations, 3"):
        hoover_index([1, 2], [1, 2, 3])


def test_nobody_anywhere_is_refused() -> None:
    with pytest.raises(NothingToCompareError, match="population"):
        measure_concentration([1], [0])


@pytest.mark.parametrize("aversion", [0.0, -1.0, float("inf")])
def test_an_impossible_aversion_is_refused(aversion: float) -> None:
    with pytest.raises(ImpossibleValueError, match="aversion"):
        atkinson_index([1], [1], aversion=aversion)


@pytest.mark.parametrize(("total", "draws"), [(-1, 10), (10, 0)])
def test_an_impossible_draw_is_refused(total: int, draws: int) -> None:
    with pytest.raises(ImpossibleValueError):
        draw_proportional_registers(total, [1, 1], draws=draws)

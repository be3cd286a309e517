"""Sectors and territories: tested quotients, the people reached, the variety that a few presences allow."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.coverage.errors import ImpossibleValueError, NothingToCompareError, UnequalLengthsError
from geo.coverage.specialisation import (
    measure_sector_reach,
    measure_sector_variety,
    measure_specialisation,
    rarefy_sectors,
)

tables = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 40), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


def test_the_lady_tasting_tea_is_not_proved_right() -> None:
    # Fisher's own example (1935): 3 of 4 cups, p = 0.4857; two expected, so the cell must be asked for.
    table = measure_specialisation([[3, 1], [1, 3]], tested_from=2)
    assert table is not None
    assert table.p_values == pytest.approx(np.full((2, 2), 0.48571), abs=1e-5)
    assert not table.is_over.any()


@given(tables)
def test_expected_counts_have_the_margins_of_the_table(table: list[list[int]]) -> None:
    measured = measure_specialisation(table)
    assume(measured is not None)
    assert measured is not None
    assert measured.expected.sum(axis=0) == pytest.approx(np.sum(table, axis=0))
    assert measured.expected.sum(axis=1) == pytest.approx(np.sum(table, axis=1))
    assert np.nansum(measured.quotient * measured.expected) == pytest.approx(np.sum(table))
    assert (np.isnan(measured.p_values) == (measured.expected < 5)).all()
    assert not (measured.is_over & measured.is_under).any()
    found = measured.is_over | measured.is_under
    assert measured.is_tested[found].all()
    assert (measured.chance_low <= measured.expected + 1).all()
    assert (measured.expected - 1 <= measured.chance_high).all()
    assert (measured.p_values[found] <= measured.q_values[found] + 1e-12).all()
    assert (measured.q_values[found] <= 0.05).all()


def test_sectors_spread_at_random_are_seldom_called_special() -> None:
    generator = np.random.default_rng(6)
    false_tables = 0
    for _ in range(100):
        cells = generator.multinomial(300, np.outer([0.4, 0.3, 0.2, 0.1], [0.4, 0.3, 0.1, 0.1, 0.1]).ravel())
        measured = measure_specialisation(cells.reshape(4, 5))
        assert measured is not None
        false_tables += bool((measured.is_over | measured.is_under).any())
    assert false_tables <= 0.05 * 100


def test_an_empty_table_has_no_quotient() -> None:
    assert measure_specialisation([[0, 0], [0, 0]]) is None


def test_reach_is_the_population_of_the_territories_that_have_the_sector() -> None:
    reach = measure_sector_reach([[0, 0, 3], [1, 1, 1], [0, 0, 0]], [600, 300, 100])
    assert [answer and round(answer.value, 12) for answer in reach] == [0.1, 1.0, None]


def test_the_chance_level_of_reach_is_the_exact_one(epci_populations: NDArray[np.float64]) -> None:
    counts = np.zeros((1, 92), dtype=int)
    counts[0, :20] = 1
    reach = measure_sector_reach(counts, epci_populations)[0]
    assert reach is not None
    shares = epci_populations / epci_populations.sum()
    assert reach.chance_mean == pytest.approx(float(shares @ (1 - (1 - shares) ** 20)), abs=0.01)
    assert reach.tail == "lower"


def test_a_sector_packed_in_one_place_reaches_fewer_than_chance(
    epci_populations: NDArray[np.float64],
) -> None:
    counts = np.zeros((1, 92), dtype=int)
    counts[0, int(epci_populations.argmax())] = 20
    reach = measure_sector_reach(counts, epci_populations)[0]
    assert reach is not None
    assert reach.is_significant(level=0.01)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8), st.data())
def test_rarefied_numbers_are_those_of_combinations(totals: list[int], data: st.DataObject) -> None:
    whole = sum(totals)
    size = data.draw(st.integers(0, whole))
    expected = sum(1 - comb(whole - total, size) / comb(whole, size) for total in totals)
    assert rarefy_sectors(totals, [size])[0] == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=10))
def test_one_presence_has_one_sector_and_all_have_them_all(totals: list[int]) -> None:
    whole = sum(totals)
    curve = rarefy_sectors(totals, np.arange(whole + 1))
    assert curve[0] == pytest.approx(0)
    assert curve[1] == pytest.approx(1)
    assert curve[-1] == pytest.approx(len(totals))
    assert (np.diff(curve) >= -1e-9).all()


def test_variety_is_judged_by_what_few_presences_allow() -> None:
    generator = np.random.default_rng(7)
    cells = generator.multinomial(300, np.outer(np.full(15, 1 / 15), np.full(30, 1 / 30)).ravel()).reshape(
        15, 30
    )
    cells[:, 0] = 0
    cells[0, 0] = 12
    variety = measure_sector_variety(cells)
    assert variety.observed[0] == 1
    assert variety.expected[0] > 7
    assert variety.p_values[0] == pytest.approx(0.001)
    assert variety.observed[0] < variety.low[0]
    assert (variety.p_values[1:] > 0.01).all()
    assert ((variety.low <= variety.expected + 0.5) & (variety.expected - 0.5 <= variety.high)).all()


def test_variety_of_an_empty_territory_is_nothing_to_wonder_at() -> None:
    variety = measure_sector_variety([[0, 3], [0, 4]])
    assert (variety.observed[0], variety.expected[0], variety.p_values[0]) == (0, 0, 1)


def test_impossible_tables_are_refused() -> None:
    with pytest.raises(ImpossibleValueError, match="2 dimensions"):
        measure_specialisation([1, 2])
    with pytest.raises(ImpossibleValueError):
        measure_specialisation([[1, -2]])
    with pytest.raises(UnequalLengthsError):
        measure_sector_reach([[1, 2, 3]], [10, 20])
    with pytest.raises(NothingToCompareError):
        measure_sector_reach([[1]], [0])
    with pytest.raises(ImpossibleValueError, match="au plus 3"):
        rarefy_sectors([1, 2], [4])
    with pytest.raises(ImpossibleValueError, match="tirages"):
        measure_sector_variety([[1]], draws=0)

"""Moran's index, global and local: published values, and tests that seldom cry wolf."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from data.reference import load_referential
from geo.coverage.association import (
    Association,
    measure_local_rate_moran,
    measure_moran,
    measure_rate_moran,
)
from geo.coverage.chance import draw_proportional_registers
from geo.coverage.errors import (
    ImpossibleValueError,
    IsolatedTerritoryError,
    NothingToCompareError,
    UnequalLengthsError,
)
from geo.coverage.neighbourhood import Neighbourhood, build_contiguity, list_neighbours
from geo.records import Level


@pytest.fixture(scope="session")
def epci_neighbourhood() -> Neighbourhood:
    return build_contiguity(list(load_referential().contours(Level.EPCI).values()))


def _neighbours(published: dict[str, Any], place: str) -> Neighbourhood:
    return list_neighbours(published[place]["neighbours"])


def _square_grid(side: int) -> list[shapely.Polygon]:
    return [shapely.box(x, y, x + 1, y + 1) for y in range(side) for x in range(side)]


def test_moran_of_crime_in_columbus_is_the_published_one(published: dict[str, Any]) -> None:
    moran = measure_moran(
        published["columbus"]["crime"], _neighbours(published, "columbus"), permutations=999
    )
    assert moran.index == pytest.approx(0.500188557, abs=1e-9)
    assert moran.expected == pytest.approx(-0.020833333, abs=1e-9)
    assert moran.variance_random == pytest.approx(0.008689289, abs=1e-9)
    assert moran.z_random == pytest.approx(5.5894, abs=1e-4)
    assert moran.p_permuted == pytest.approx(2 / 1000)


def test_moran_of_homicides_around_st_louis_is_the_published_one(published: dict[str, Any]) -> None:
    rates = published["st_louis"]["rate_1988_1993"]
    moran = measure_moran(rates, _neighbours(published, "st_louis"), permutations=9)
    assert moran.index == pytest.approx(0.2437, abs=5e-5)
    assert moran.expected == pytest.approx(-0.012987012987, abs=1e-12)
    assert moran.p_normal == pytest.approx(0.00027147862770937614, rel=1e-9)


def test_moran_of_infant_deaths_in_carolina_is_the_published_one(published: dict[str, Any]) -> None:
    moran = measure_moran(
        published["carolina"]["rate_1974"], _neighbours(published, "carolina"), permutations=9
    )
    assert moran.index == pytest.approx(0.2477, abs=5e-5)
    assert moran.p_normal == pytest.approx(0.0001158330781489969, rel=1e-4)


def test_moran_of_standardised_rates_in_carolina_is_the_published_one(published: dict[str, Any]) -> None:
    carolina = published["carolina"]
    moran = measure_rate_moran(
        carolina["deaths_1979"], carolina["births_1979"], _neighbours(published, "carolina"), permutations=9
    )
    assert moran.index == pytest.approx(0.1662, abs=5e-5)
    assert moran.p_normal / 2 == pytest.approx(0.0042, abs=5e-5)  # published one-sided


def test_correcting_for_many_questions_leaves_few_of_the_findings(published: dict[str, Any]) -> None:
    carolina = published["carolina"]
    local = measure_local_rate_moran(
        carolina["deaths_1974"], carolina["births_1974"], _neighbours(published, "carolina")
    )
    assert local.index.sum() / 100 == pytest.approx(
        measure_rate_moran(
            carolina["deaths_1974"],
            carolina["births_1974"],
            _neighbours(published, "carolina"),
            permutations=1,
        ).index
    )
    uncorrected = int((local.p_values / 2 < 0.05).sum())
    assert int(local.is_significant.sum()) < uncorrected / 3
    one_sided = false_discovery_control(local.p_values / 2)
    assert int(local.is_significant.sum()) <= int((one_sided <= 0.05).sum())


@given(st.lists(st.floats(-100, 100), min_size=9, max_size=9).filter(lambda v: np.ptp(v) > 1e-3))
def test_the_moments_are_those_of_all_the_shuffles(values: list[float]) -> None:
    """Cliff and Ord's formulas, against a plain average over the weights written out in full."""
    grid = build_contiguity(_square_grid(3))
    weights = np.zeros((9, 9))
    weights[grid.territories, grid.neighbours] = 1
    weights /= weights.sum(axis=1, keepdims=True)
    z = np.array(values) - np.mean(values)
    moran = measure_moran(values, grid, permutations=1)
    assert moran.index == pytest.approx(z @ weights @ z / (z @ z), abs=1e-9)
    drawn = np.random.default_rng(0).permuted(np.tile(z, (4_000, 1)), axis=1)
    indices = np.einsum("ki,ij,kj->k", drawn, weights, drawn) / (z @ z)
    assert indices.mean() == pytest.approx(moran.expected, abs=0.02)
    assert indices.var() == pytest.approx(moran.variance_random, rel=0.2)


def test_a_chessboard_opposes_neighbours_and_two_halves_join_them() -> None:
    grid = build_contiguity(_square_grid(8), shared_border_only=True)
    chess = [(x + y) % 2 for y in range(8) for x in range(8)]
    halves = [float(x >= 4) for _ in range(8) for x in range(8)]
    assert measure_moran(chess, grid, permutations=99).index == pytest.approx(-1)
    together = measure_moran(halves, grid, permutations=99)
    assert together.index > 0.8
    assert together.p_permuted == pytest.approx(0.02)


def test_a_block_of_empty_territories_is_found_and_named() -> None:
    side = 10
    grid = build_contiguity(_square_grid(side))
    counts = [0 if x < 5 and y < 5 else 10 for y in range(side) for x in range(side)]
    local = measure_local_rate_moran(counts, [10_000] * side**2, grid, permutations=999)
    middle = 2 * side + 2
    assert local.kinds[middle] is Association.LOW_LOW
    assert local.quadrants[side**2 - 1] is Association.HIGH_HIGH
    assert Association.HIGH_LOW not in local.kinds


def test_proportional_registers_seldom_show_clusters(
    epci_populations: NDArray[np.float64], epci_neighbourhood: Neighbourhood
) -> None:
    drawn = draw_proportional_registers(300, epci_populations, draws=100, seed=8)
    alarms, false_maps = 0, 0
    for counts in drawn:
        alarms += (
            measure_rate_moran(counts, epci_populations, epci_neighbourhood, permutations=199).p_permuted
            <= 0.05
        )
        local = measure_local_rate_moran(counts, epci_populations, epci_neighbourhood, permutations=999)
        false_maps += bool(local.is_significant.any())
    # 5 % announced; on 100 registers more than 13 happen once in two thousand.
    assert alarms <= 13
    assert false_maps <= 13


def test_every_epci_of_the_region_has_neighbours(epci_neighbourhood: Neighbourhood) -> None:
    epci_neighbourhood.check_no_island()
    assert epci_neighbourhood.size == 92
    assert 4 < epci_neighbourhood.neighbour_counts.mean() < 6


def test_the_same_seed_gives_the_same_answer() -> None:
    grid = build_contiguity(_square_grid(3))
    counts, people = [1, 0, 2, 5, 3, 1, 0, 0, 9], [1000] * 9
    first, second = (measure_local_rate_moran(counts, people, grid, permutations=99, seed=3) for _ in (1, 2))
    assert first.p_values.tolist() == second.p_values.tolist()


@given(st.integers(2, 6))
def test_contiguity_goes_both_ways(side: int) -> None:
    for border_only in (False, True):
        grid = build_contiguity(_square_grid(side), shared_border_only=border_only)
        pairs = set(zip(grid.territories.tolist(), grid.neighbours.tolist(), strict=True))
        assert pairs == {(there, here) for here, there in pairs}
        assert all(here != there for here, there in pairs)
        diagonals = 0 if border_only else 4 * (side - 1) ** 2
        assert len(pairs) == 4 * side * (side - 1) + diagonals


def test_an_island_is_named_and_refused() -> None:
    apart = build_contiguity([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(9, 9, 10, 10)])
    with pytest.raises(IsolatedTerritoryError, match="sans voisin les rangs 2") as refused:
        apart.check_no_island()
    assert refused.value.ranks == (2,)
    lonely = list_neighbours([[1], [2], [3], [4], [], []])
    with pytest.raises(IsolatedTerritoryError):
        measure_moran([1, 2, 3, 4, 5, 6], lonely)


def test_a_missing_contour_is_refused() -> None:
    with pytest.raises(ImpossibleValueError, match="« contour » au rang 1"):
        build_contiguity([shapely.box(0, 0, 1, 1), shapely.Polygon()])


@pytest.mark.parametrize("neighbours", [[[1], [7]], [[0], [0]], [[1], [-1]]])
def test_an_impossible_neighbour_is_refused(neighbours: list[list[int]]) -> None:
    with pytest.raises(ImpossibleValueError, match="voisin"):
        list_neighbours(neighbours)


def test_impossible_values_are_refused() -> None:
    ring = list_neighbours([[1], [2], [3], [0]])
    for values in ([1, 2, 3, float("nan")], [2, 2, 2, 2]):
        with pytest.raises(ImpossibleValueError):
            measure_moran(values, ring)
    with pytest.raises(UnequalLengthsError):
        measure_moran([1, 2, 3], ring)
    with pytest.raises(ImpossibleValueError, match="quatre"):
        measure_moran([1, 2], list_neighbours([[1], [0]]))
    with pytest.raises(ImpossibleValueError, match="tirages"):
        measure_local_rate_moran([1, 2, 3, 4], [10] * 4, ring, permutations=0)
    with pytest.raises(NothingToCompareError):
        measure_rate_moran([0, 0, 0, 0], [10] * 4, ring)

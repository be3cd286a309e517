"""Two dates compared: flows that add up, rates tested as published, effects that sum to the change."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray
from scipy.stats import binom

from geo.coverage.chance import draw_proportional_registers
from geo.coverage.errors import ImpossibleValueError, UnequalLengthsError
from geo.coverage.flows import measure_flow, measure_net_change
from geo.coverage.representation import measure_outside
from geo.coverage.shift_share import decompose_change
from geo.coverage.trend import (
    compare_rates,
    describe_before_after,
    find_comparable,
    trace_ratio_outside,
)

LISTS = Path(__file__).parents[4] / "shared" / "data"

registers = st.dictionaries(st.integers(0, 40), st.sampled_from(["lens", "lille", "amiens"]))


@given(registers, registers)
def test_flows_add_up_in_every_territory(before: dict[int, str], after: dict[int, str]) -> None:
    flow = measure_flow(before, after)
    for territory in flow.territories:
        assert territory.before == list(before.values()).count(territory.code)
        assert territory.after == list(after.values()).count(territory.code)
        entered = territory.joined + territory.moved_in
        assert territory.after == territory.before + entered - territory.left - territory.moved_out
        assert territory.change == territory.after - territory.before
    assert flow.kept + len(flow.left) == len(before)
    assert flow.kept + len(flow.joined) == len(after)
    assert sum(t.moved_in for t in flow.territories) == sum(t.moved_out for t in flow.territories)
    assert set(flow.stayed) | set(flow.moved) == before.keys() & after.keys()


@pytest.mark.real_lists
@pytest.mark.skipif(not LISTS.is_dir(), reason=f"les listes réelles ne sont pas dans {LISTS.name}/")
def test_france_services_lost_eighteen_places_and_opened_twenty_two() -> None:
    then, now = (
        {row["id_fs"]: row["insee_com"] for row in csv.DictReader(file)}
        for file in (
            (LISTS / f"france-services-{day}-hdf.csv").read_text(encoding="utf-8-sig").splitlines()
            for day in ("2022-12", "2024-08")
        )
    )
    flow = measure_flow(then, now)
    assert (flow.kept, len(flow.joined), len(flow.left)) == (183, 22, 18)
    assert measure_net_change(joined=22, left=18).p_value > 0.5


def test_joining_and_leaving_are_tested_against_heads_or_tails() -> None:
    change = measure_net_change(joined=22, left=18)
    assert (change.net, change.share_joined) == (4, 0.55)
    assert change.p_value == pytest.approx(2 * binom.sf(21, 40, 0.5))
    assert change.share_low is not None
    assert change.share_high is not None
    assert change.share_low < 0.5 < change.share_high
    growth = measure_net_change(joined=20, left=2)
    assert growth.p_value < 0.001
    assert growth.share_low is not None
    assert growth.share_low > 0.5


def test_when_nobody_moved_nothing_is_shown() -> None:
    change = measure_net_change(joined=0, left=0)
    assert (change.share_joined, change.p_value, change.net) == (None, 1.0, 0)


def test_two_rates_are_compared_as_published() -> None:
    change = compare_rates(first_count=30, first_exposure=54_308.7, second_count=60, second_exposure=51_477.5)
    assert change.ratio == pytest.approx(2.11, abs=0.005)
    assert change.p_score == pytest.approx(0.000632, abs=5e-7)
    assert change.p_score / 2 == pytest.approx(0.000316, abs=5e-7)
    assert change.p_exact < 0.001
    assert change.ratio_high is not None
    assert 1 < change.ratio_low < 2.11 < change.ratio_high


@given(st.integers(0, 60), st.integers(0, 60), st.floats(1, 1e6), st.floats(1, 1e6))
def test_comparing_the_other_way_round_inverts_the_ratio(
    first: int, second: int, exposure: float, other: float
) -> None:
    there = compare_rates(
        first_count=first, first_exposure=exposure, second_count=second, second_exposure=other
    )
    back = compare_rates(
        first_count=second, first_exposure=other, second_count=first, second_exposure=exposure
    )
    assert there.p_score == pytest.approx(back.p_score)
    assert there.p_exact == pytest.approx(back.p_exact)
    if there.ratio and back.ratio:
        assert there.ratio * back.ratio == pytest.approx(1)
        assert there.ratio_high is not None
        assert there.ratio_low <= there.ratio <= there.ratio_high
        assert there.ratio_low * (back.ratio_high or 0) == pytest.approx(1)


def test_the_exact_interval_and_the_exact_test_agree() -> None:
    for second in range(60):
        change = compare_rates(first_count=20, first_exposure=1, second_count=second, second_exposure=1)
        assert change.ratio_high is not None
        if change.p_exact > 0.06:
            assert change.ratio_low <= 1 <= change.ratio_high
        if change.p_exact < 0.04:
            assert not change.ratio_low <= 1 <= change.ratio_high


def test_rates_without_a_first_presence_have_no_ratio() -> None:
    fresh = compare_rates(first_count=0, first_exposure=100, second_count=5, second_exposure=100)
    assert (fresh.ratio, fresh.ratio_high) == (None, None)
    assert fresh.ratio_low > 0
    nothing = compare_rates(first_count=0, first_exposure=100, second_count=0, second_exposure=50)
    assert (nothing.ratio, nothing.score, nothing.p_exact) == (None, None, 1.0)


def test_one_rate_drawn_twice_is_seldom_called_two() -> None:
    drawn = np.random.default_rng(3).poisson(12, size=(400, 2))
    alarms = [
        compare_rates(first_count=a, first_exposure=1, second_count=b, second_exposure=1).p_exact <= 0.05
        for a, b in drawn.tolist()
    ]
    assert np.mean(alarms) <= 0.05


@given(
    st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
        lambda shape: st.lists(
            st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )
)
def test_the_effects_sum_to_the_change(cells: list[list[tuple[int, int]]]) -> None:
    before, after = np.array(cells)[..., 0], np.array(cells)[..., 1]
    parts = decompose_change(before, after)
    assert parts.regional + parts.sectoral + parts.local == pytest.approx(after - before, abs=1e-9)
    # Sectoral effects only share the general growth out among the sectors that existed.
    existed = before.sum(axis=1) > 0
    assert parts.local[existed].sum(axis=1) == pytest.approx(0, abs=1e-9)
    if existed.all():
        assert parts.sectoral.sum() == pytest.approx(0, abs=1e-9)
        assert parts.regional.sum() == pytest.approx(float((after - before).sum()), abs=1e-9)


def test_territories_that_follow_their_sectors_have_no_effect_of_their_own() -> None:
    before = np.array([[10, 20, 30], [40, 10, 5]])
    parts = decompose_change(before, before * [[2], [3]])
    assert parts.local == pytest.approx(0, abs=1e-9)
    assert not parts.is_local_beyond_chance.any()
    grown = decompose_change(before, before * [[2], [3]] + [[60, 0, 0], [0, 0, 0]])
    assert grown.is_local_beyond_chance[0]


def test_a_new_sector_is_a_local_effect() -> None:
    parts = decompose_change([[10, 10], [0, 0]], [[10, 10], [4, 0]])
    assert parts.local[1].tolist() == [4, 0]
    assert decompose_change([[0]], [[3]]).local.tolist() == [[3]]


def test_the_line_is_that_of_the_ratio_at_each_date() -> None:
    line = trace_ratio_outside(
        days=[date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)],
        counts_outside=[120, 0, 140],
        totals=[200, 0, 200],
        population_shares_outside=[0.8, 0.8, 0.81],
    )
    single = measure_outside(
        count_inside=80, count_outside=120, population_inside=200_000, population_outside=800_000
    )
    assert line[0].ratio == pytest.approx(single.ratio)
    assert single.share_low is not None
    assert line[0].ratio_low == pytest.approx(single.share_low / 0.8)
    assert (line[1].ratio, line[1].ratio_low, line[1].ratio_high, line[1].total) == (None, None, None, 0)
    assert line[2].ratio == pytest.approx(0.7 / 0.81)


def test_before_and_after_without_effect_stays_within_chance(epci_populations: NDArray[np.float64]) -> None:
    people = epci_populations
    rank = int(np.argsort(people)[80])
    others = find_comparable(people, rank)
    drawn = draw_proportional_registers(300, people, draws=200, seed=12)
    verdicts = []
    for before, after in zip(drawn[::2], drawn[1::2], strict=True):
        sums = [(int(x[others].sum()), float(people[others].sum())) for x in (before, after)]
        here = [(int(x[rank]), float(people[rank])) for x in (before, after)]
        change = describe_before_after(
            here_before=here[0], here_after=here[1], elsewhere_before=sums[0], elsewhere_after=sums[1]
        )
        assert change.difference == pytest.approx(change.here_change - change.elsewhere_change)
        verdicts.append(change.is_within_chance)
    assert np.mean(verdicts) >= 0.9


def test_comparable_territories_are_nearest_in_proportion() -> None:
    people = [100, 150, 60, 1000, 101]
    assert find_comparable(people, 0).tolist() == [4, 1, 2, 3]
    assert find_comparable(people, 0, count=1).tolist() == [4]


@pytest.mark.parametrize(("before", "after"), [([[1, 2]], [[1], [2]]), ([[1, 2]], [[1, 2, 3]])])
def test_tables_of_two_shapes_are_refused(before: ArrayLike, after: ArrayLike) -> None:
    with pytest.raises(UnequalLengthsError, match="filières avant, 1"):
        decompose_change(before, after)


def test_impossible_comparisons_are_refused() -> None:
    with pytest.raises(ImpossibleValueError, match="arrivées"):
        measure_net_change(joined=-1, left=0)
    with pytest.raises(ImpossibleValueError, match=r"présences \(première\)"):
        compare_rates(first_count=-1, first_exposure=1, second_count=1, second_exposure=1)
    with pytest.raises(ImpossibleValueError, match=r"population \(seconde\)"):
        compare_rates(first_count=1, first_exposure=1, second_count=1, second_exposure=0)
    with pytest.raises(ImpossibleValueError, match="d'ailleurs, après"):
        describe_before_after(
            here_before=(1, 1), here_after=(1, 1), elsewhere_before=(1, 1), elsewhere_after=(1, 0)
        )
    with pytest.raises(ImpossibleValueError, match="part de population"):
        trace_ratio_outside(
            days=[date(2026, 1, 1)], counts_outside=[1], totals=[2], population_shares_outside=[0]
        )
    with pytest.raises(ImpossibleValueError, match="au plus le total, 2"):
        trace_ratio_outside(
            days=[date(2026, 1, 1)], counts_outside=[3], totals=[2], population_shares_outside=[1]
        )
    with pytest.raises(UnequalLengthsError, match="dates, 0"):
        trace_ratio_outside(days=[], counts_outside=[3], totals=[3], population_shares_outside=[1])
    with pytest.raises(ImpossibleValueError, match="rang d'un territoire"):
        find_comparable([1, 2], 2)
    with pytest.raises(ImpossibleValueError, match="habitant"):
        find_comparable([1, 0], 0)

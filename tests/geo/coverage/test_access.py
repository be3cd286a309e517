"""Time to the nearest site: the curve, its three states, and the supply that is shared but never lost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from data.reference import load_referential
from geo.coverage.access import (
    classify_access,
    find_weighted_quantile,
    measure_access,
    measure_access_by_group,
)
from geo.coverage.accompaniment import FADING_OVER_45_MIN, WITHIN_30_MIN, measure_accompaniment, weigh_times
from geo.coverage.errors import ImpossibleValueError, NothingToCompareError, UnequalLengthsError
from geo.coverage.travel_times import (
    ESTIMATED_CAPTION,
    AccessState,
    TravelTimes,
    estimate_minutes,
    estimate_nearest_times,
    estimate_travel_times,
    take_travel_times,
)
from geo.position import Position, measure_distances_m
from geo.records import Level

SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 5))
MINUTES = st.floats(0, 120)


@st.composite
def places_and_sites(draw: st.DrawFn) -> tuple[TravelTimes, NDArray[np.float64], NDArray[np.float64]]:
    places, sites = draw(SHAPES)
    minutes = draw(arrays(np.float64, (places, sites), elements=MINUTES))
    people = draw(arrays(np.float64, places, elements=st.integers(1, 10_000)))
    supplies = draw(arrays(np.float64, sites, elements=st.floats(0, 20)))
    times = take_travel_times(minutes, caption="exemple")
    if draw(st.booleans()):
        times = TravelTimes(minutes=times.minutes, is_estimated=True, caption=ESTIMATED_CAPTION)
    return times, people, supplies


def test_the_curve_reads_as_it_was_calibrated() -> None:
    assert estimate_minutes([20.4, 10.8]) == pytest.approx([30, 20], abs=0.1)
    assert estimate_minutes([0.0, 0.2]).tolist() == [4.0, 4.0]
    assert estimate_minutes([[1.0], [2.0]], floor_min=0).shape == (2, 1)


def test_estimates_stand_on_true_distances_over_the_whole_region() -> None:
    points = [commune.position for commune in load_referential().territories(Level.COMMUNE)[::40]]
    lon = np.array([point.lon for point in points if point])
    lat = np.array([point.lat for point in points if point])
    lille = Position(lon=3.0573, lat=50.6310)
    times = estimate_travel_times(lon=lon, lat=lat, site_lon=[lille.lon], site_lat=[lille.lat])
    exact = estimate_minutes(measure_distances_m(lille, lon, lat) / 1_000)
    assert times.minutes[:, 0] == pytest.approx(exact, rel=0.003)
    assert (times.is_estimated, times.caption) == (True, ESTIMATED_CAPTION)


def test_an_estimate_near_the_limit_is_called_uncertain() -> None:
    nearest = [23.9, 24.0, 24.1, 30.0, 36.0, 36.1, np.inf]
    states = classify_access(nearest, minutes=30, is_estimated=True)
    covered, uncertain, far = AccessState.COVERED, AccessState.UNCERTAIN, AccessState.NOT_COVERED
    assert states == (covered, covered, uncertain, uncertain, uncertain, far, far)
    on_road = classify_access(nearest, minutes=30, is_estimated=False)
    assert on_road == (covered, covered, covered, covered, far, far, far)


@given(places_and_sites())
def test_the_three_states_hold_everybody(case: tuple[TravelTimes, NDArray[np.float64], object]) -> None:
    times, people, _ = case
    access = measure_access(times, people)
    for within in access.within:
        assert within.covered + within.uncertain + within.not_covered == pytest.approx(people.sum())
        assert within.share_low <= within.share <= within.share_high
        assert access.curve.share[int(within.minutes)] == pytest.approx(within.share)
        states = classify_access(access.nearest_min, minutes=within.minutes, is_estimated=times.is_estimated)
        surely = [state is AccessState.COVERED for state in states]
        assert people[surely].sum() == pytest.approx(within.covered)
        if not times.is_estimated:
            assert (within.uncertain, within.share_low) == (0, within.share_high)
    assert (np.diff(access.curve.share) >= 0).all()
    assert (access.curve.share_low <= access.curve.share).all()
    assert (access.curve.share <= access.curve.share_high).all()


@given(places_and_sites())
def test_times_weigh_each_inhabitant_once(case: tuple[TravelTimes, NDArray[np.float64], object]) -> None:
    times, people, _ = case
    access = measure_access(times, people)
    everybody = np.sort(np.repeat(access.nearest_min, people.astype(int)))
    assert access.mean is not None
    assert access.median is not None
    assert access.p95 is not None
    assert access.mean.value == pytest.approx(everybody.mean())
    assert access.median.value == pytest.approx(everybody[int(np.ceil(len(everybody) / 2)) - 1])
    assert access.p95.value == pytest.approx(everybody[int(np.ceil(0.95 * len(everybody) - 1e-9)) - 1])
    assert access.mean.low <= access.mean.value <= access.mean.high
    nearest = times.minutes[np.arange(len(people)), access.nearest_site]
    assert (nearest == access.nearest_min).all()


@given(places_and_sites())
def test_one_more_site_never_lengthens_a_journey(
    case: tuple[TravelTimes, NDArray[np.float64], object],
) -> None:
    times, people, _ = case
    fewer = TravelTimes(minutes=times.minutes[:, :-1], is_estimated=times.is_estimated, caption=times.caption)
    before, after = measure_access(fewer, people), measure_access(times, people)
    assert (after.nearest_min <= before.nearest_min).all()
    assert all(b.share <= a.share for b, a in zip(before.within, after.within, strict=True))


def test_without_any_site_nobody_is_covered_and_no_time_is_given() -> None:
    times = estimate_travel_times(lon=[3.0, 2.0], lat=[50.0, 50.0], site_lon=[], site_lat=[])
    access = measure_access(times, [10, 20])
    assert (access.mean, access.median, access.p95) == (None, None, None)
    assert [within.share_high for within in access.within] == [0, 0, 0]
    assert access.nearest_site.tolist() == [-1, -1]


def test_the_nearest_of_many_sites_is_that_of_all_the_times() -> None:
    generator = np.random.default_rng(0)
    lon, lat = generator.uniform(2, 4, 60), generator.uniform(49, 51, 60)
    site_lon, site_lat = generator.uniform(2, 4, 25), generator.uniform(49, 51, 25)
    every = estimate_travel_times(lon=lon, lat=lat, site_lon=site_lon, site_lat=site_lat)
    nearest = estimate_nearest_times(lon=lon, lat=lat, site_lon=site_lon, site_lat=site_lat)
    assert nearest.nearest_min == pytest.approx(every.nearest_min)
    alone = estimate_nearest_times(lon=lon, lat=lat, site_lon=[], site_lat=[])
    assert (alone.nearest_min == np.inf).all()


def test_a_place_without_a_road_is_never_covered_but_leaves_the_median() -> None:
    times = take_travel_times([[10.0], [np.nan]], caption="exemple")
    access = measure_access(times, [90, 10])
    assert access.mean is None
    assert access.median is not None
    assert access.median.value == 10
    assert access.curve.share[-1] == 0.9


def test_an_uninhabited_place_weighs_nothing() -> None:
    times = take_travel_times([[10.0], [np.nan]], caption="exemple")
    access = measure_access(times, [90, 0])
    assert access.mean is not None
    assert access.mean.value == 10
    assert measure_access_by_group(times, [90, 0], ["a", "b"]).keys() == {"a"}


@given(places_and_sites(), st.lists(st.sampled_from("abc"), min_size=12, max_size=12))
def test_groups_add_up_to_the_whole(
    case: tuple[TravelTimes, NDArray[np.float64], object], labels: list[str]
) -> None:
    times, people, _ = case
    by_group = measure_access_by_group(times, people, labels[: len(people)], minutes=30)
    whole = measure_access(times, people).within[1]
    assert sum(within.covered for within in by_group.values()) == pytest.approx(whole.covered)
    assert sum(within.not_covered for within in by_group.values()) == pytest.approx(whole.not_covered)


def test_shared_supply_of_a_school_example_is_the_published_one() -> None:
    times = take_travel_times([[0, 30], [10, 15], [30, 0]], caption="exemple", floor_min=0)
    shared = measure_accompaniment(times, [1000, 500, 500], [2, 1], steps=((20, 1.0),))
    assert shared.per_inhabitant == pytest.approx([2 / 1500, 2 / 1500 + 1 / 1000, 1 / 1000])
    assert np.array([1000, 500, 500]) @ shared.per_inhabitant == pytest.approx(3)


@pytest.mark.parametrize("steps", [WITHIN_30_MIN, FADING_OVER_45_MIN])
@given(case=places_and_sites())
def test_supply_is_shared_and_never_lost(
    steps: tuple[tuple[float, float], ...],
    case: tuple[TravelTimes, NDArray[np.float64], NDArray[np.float64]],
) -> None:
    times, people, supplies = case
    shared = measure_accompaniment(times, people, supplies, steps=steps)
    assert people @ shared.per_inhabitant == pytest.approx(shared.shared_supply, abs=1e-9)
    lost = supplies[list(shared.unreached_sites)].sum()
    assert shared.shared_supply + lost == pytest.approx(supplies.sum())
    is_far = times.nearest_min > steps[-1][0]
    assert (shared.per_inhabitant[is_far] == 0).all()
    assert np.isnan(shared.load[list(shared.unreached_sites)]).all()


def test_weights_fall_at_each_limit() -> None:
    weights = weigh_times(np.array([0.0, 20.0, 20.1, 30.0, 45.0, 45.1, np.inf]), steps=FADING_OVER_45_MIN)
    assert weights == pytest.approx([1, 1, 2 / 3, 2 / 3, 1 / 3, 0, 0])


def test_a_quantile_is_a_value_that_somebody_has() -> None:
    values, weights = np.array([30.0, 10.0, 20.0]), np.array([0.1, 0.6, 0.3])
    assert [find_weighted_quantile(values, weights, share) for share in (0, 0.6, 0.9, 1)] == [10, 10, 20, 30]


def test_impossible_times_are_refused() -> None:
    times = take_travel_times([[10.0]], caption="exemple")
    with pytest.raises(ImpossibleValueError, match="temps de trajet"):
        take_travel_times([[-1.0]], caption="exemple")
    with pytest.raises(ImpossibleValueError, match="temps de trajet"):
        take_travel_times([[-np.inf]], caption="exemple")
    with pytest.raises(ImpossibleValueError, match="origine des temps"):
        take_travel_times([[1.0]], caption=" ")
    with pytest.raises(ImpossibleValueError, match="distance"):
        estimate_minutes([-1.0])
    with pytest.raises(ImpossibleValueError, match="temps minimal"):
        estimate_minutes([1.0], floor_min=-1)
    with pytest.raises(ImpossibleValueError, match="position"):
        estimate_travel_times(lon=[np.nan], lat=[50], site_lon=[], site_lat=[])
    with pytest.raises(UnequalLengthsError):
        measure_access(times, [1, 2])
    with pytest.raises(NothingToCompareError):
        measure_access(times, [0])
    with pytest.raises(ImpossibleValueError, match="limite de temps"):
        measure_access(times, [1], thresholds_min=[0])
    with pytest.raises(UnequalLengthsError):
        measure_accompaniment(times, [1], [1, 2])


@pytest.mark.parametrize(
    "steps", [(), ((30.0, 1.0), (20.0, 0.5)), ((0.0, 1.0),), ((20.0, 0.0),), ((20.0, 2.0),)]
)
def test_impossible_steps_are_refused(steps: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ImpossibleValueError):
        weigh_times(np.array([1.0]), steps=steps)

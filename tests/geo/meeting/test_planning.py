"""The plan of events, against a plan found by trying everything."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from geo.meeting.planning import Spots, find_reached, plan_stops, reach


def scatter(seed: int, count: int, territories: int = 6) -> Spots:
    random = np.random.default_rng(seed)
    x_m, y_m = random.uniform(0, 60_000, size=(2, count))
    epci = tuple(str(code) for code in random.integers(territories, size=count))
    return Spots(x_m, y_m, epci)


def count_brute(members: Spots, venues: Spots, chosen: tuple[int, ...], reach_m: float) -> int:
    count = 0
    for x_m, y_m, epci in zip(members.x_m, members.y_m, members.epci, strict=True):
        count += any(
            epci == venues.epci[rank]
            or (x_m - venues.x_m[rank]) ** 2 + (y_m - venues.y_m[rank]) ** 2 <= reach_m**2
            for rank in chosen
        )
    return count


@pytest.mark.parametrize("seed", range(5))
def test_the_first_stop_is_the_best_and_three_are_near_the_best_three(seed: int) -> None:
    members, venues = scatter(seed, 60), scatter(seed + 100, 8, territories=8)
    none_yet = np.zeros(60, dtype=np.bool_)
    stops = plan_stops(members, venues, already=none_yet, reach_m=10_000, count=3)
    best_one = max(count_brute(members, venues, (rank,), 10_000) for rank in range(8))
    assert len(stops[0].members) == best_one
    best_three = max(count_brute(members, venues, trio, 10_000) for trio in combinations(range(8), 3))
    assert sum(len(stop.members) for stop in stops) >= (1 - 1 / np.e) * best_three


def test_nobody_is_counted_twice_nor_when_already_reached() -> None:
    members, venues = scatter(1, 80), scatter(2, 10)
    already = find_reached(members, scatter(3, 2), reach_m=8_000)
    assert already.any()
    stops = plan_stops(members, venues, already=already, reach_m=15_000, count=10)
    met = [member for stop in stops for member in stop.members]
    assert len(met) == len(set(met))
    assert not already[met].any()
    gains = [len(stop.members) for stop in stops]
    assert gains == sorted(gains, reverse=True)


def test_the_same_territory_is_reached_however_far() -> None:
    members = Spots(np.array([0.0, 100_000.0]), np.zeros(2), ("a", "b"))
    assert reach(0.0, 0.0, "b", members, reach_m=10.0).tolist() == [True, True]
    assert reach(0.0, 0.0, "", members, reach_m=10.0).tolist() == [True, False], "no territory reaches none"


def test_it_stops_when_there_is_nobody_left() -> None:
    members = Spots(np.array([0.0]), np.array([0.0]), ("a",))
    venues = Spots(np.array([0.0, 1.0]), np.array([0.0, 1.0]), ("a", "b"))
    stops = plan_stops(members, venues, already=np.array([False]), reach_m=10, count=9)
    assert [stop.members for stop in stops] == [(0,)]
    assert plan_stops(members, venues, already=np.array([True]), reach_m=10, count=9) == []

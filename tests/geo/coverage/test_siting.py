"""The next antenne: the micro-case where objectives disagree, and every answer against trying them all."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from data.reference import load_referential
from geo.coverage.errors import (
    ImpossibleValueError,
    NoPlanFoundError,
    NothingToCompareError,
    UnequalLengthsError,
)
from geo.coverage.site_plans import measure_what_if, plan_sites
from geo.coverage.siting import Objective, rank_next_sites, weigh_by_shortfall
from geo.coverage.travel_times import TravelTimes, estimate_travel_times, take_travel_times
from geo.records import Level

FOUR_TOWNS = take_travel_times(
    [[0, 25, 40, 60], [25, 0, 20, 45], [40, 20, 0, 25], [60, 45, 25, 0]], caption="exemple", floor_min=0
)
FOUR_PEOPLE = [1200, 300, 500, 400]
NOWHERE = [np.inf] * 4


@st.composite
def cases(draw: st.DrawFn) -> tuple[TravelTimes, NDArray[np.float64], NDArray[np.float64]]:
    places, sites = draw(st.integers(1, 12)), draw(st.integers(1, 6))
    minutes = draw(arrays(np.float64, (places, sites), elements=st.integers(0, 90)))
    people = draw(arrays(np.float64, places, elements=st.integers(1, 1_000)))
    current = draw(arrays(np.float64, places, elements=st.integers(0, 120)))
    if draw(st.booleans()):
        current[:] = np.inf
    return take_travel_times(minutes, caption="exemple", floor_min=0), people, current


def test_the_objectives_choose_three_different_towns() -> None:
    ranking = rank_next_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, minutes=25, thresholds_min=[25])
    covered, mean, worst = ranking.settings
    assert (covered.winners, covered.values[1]) == ((1,), 2000)
    assert covered.values[1] / sum(FOUR_PEOPLE) == pytest.approx(0.833, abs=5e-4)
    assert mean.winners == (0,)
    assert mean.values[0] * sum(FOUR_PEOPLE) == pytest.approx(51_500)
    assert mean.values[0] == pytest.approx(21.458, abs=5e-4)
    assert (worst.winners, worst.values[2]) == ((2,), 40)
    assert ranking.wins.tolist() == [1, 1, 1, 0]
    at_most = rank_next_sites(
        FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, minutes=25, thresholds_min=[25], worst_share=1
    )
    assert (at_most.settings[2].winners, at_most.settings[2].values[2]) == ((2,), 40)


def test_two_towns_suffice_to_cover_all_within_25_minutes() -> None:
    # The set covering problem answers 2: one site does not cover all, two do.
    one, two = (
        plan_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, count=count, minutes=25) for count in (1, 2)
    )
    assert (one.sites, one.value) == ((1,), 2000)
    assert (two.value, two.is_proved) == (2400, True)


@pytest.mark.parametrize("objective", [Objective.COVERED, Objective.MEAN_TIME])
@settings(max_examples=50)
@given(case=cases(), count=st.integers(1, 6))
def test_a_plan_is_the_best_of_all_the_sets(
    objective: Objective,
    case: tuple[TravelTimes, NDArray[np.float64], NDArray[np.float64]],
    count: int,
) -> None:
    times, people, current = case
    assume(count <= times.minutes.shape[1])
    plan = plan_sites(times, people, current_min=current, count=count, objective=objective)
    is_beyond = current > 30
    left, load = current[is_beyond], people[is_beyond]

    def measure(sites: tuple[int, ...]) -> float:
        nearest = times.minutes[is_beyond][:, sites].min(axis=1)
        if objective is Objective.COVERED:
            return -float(load[nearest <= 30].sum())
        return float(load @ np.minimum(left, nearest) / load.sum()) if len(load) else 0.0

    best = min(measure(sites) for sites in combinations(range(times.minutes.shape[1]), count))
    sign = -1 if objective is Objective.COVERED else 1
    assert sign * plan.value == pytest.approx(best, rel=1e-7, abs=1e-7)
    assert measure(plan.sites) == pytest.approx(best, rel=1e-7, abs=1e-7)
    assert plan.is_proved
    assert len(plan.sites) == count


@settings(max_examples=50)
@given(cases())
def test_one_more_site_is_the_same_by_trying_all_and_by_programming(
    case: tuple[TravelTimes, NDArray[np.float64], NDArray[np.float64]],
) -> None:
    times, people, current = case
    ranking = rank_next_sites(times, people, current_min=current)
    for setting in ranking.settings:
        if setting.objective is Objective.WORST_TIME:
            continue
        plan = plan_sites(
            times, people, current_min=current, count=1, objective=setting.objective, minutes=setting.minutes
        )
        best = setting.values.max() if setting.objective is Objective.COVERED else setting.values.min()
        assert plan.value == pytest.approx(best, abs=1e-7)


@settings(max_examples=50)
@given(cases())
def test_regrets_wins_and_order_tell_one_story(
    case: tuple[TravelTimes, NDArray[np.float64], NDArray[np.float64]],
) -> None:
    times, people, current = case
    ranking = rank_next_sites(times, people, current_min=current)
    assert len(ranking.settings) == 9
    assert sorted(ranking.order) == list(range(times.minutes.shape[1]))
    assert (np.diff(ranking.gain[list(ranking.order)]) <= 0).all()
    assert ((ranking.worst_regret >= 0) & (ranking.worst_regret <= 1 + 1e-9)).all()
    for setting in ranking.settings:
        assert all(setting.regrets[site] == pytest.approx(0, abs=1e-9) for site in setting.winners)
    assert ranking.wins.sum() == sum(len(setting.winners) for setting in ranking.settings)
    always = ranking.wins == sum(bool(setting.winners) for setting in ranking.settings)
    assert (ranking.worst_regret[always] <= 1e-9).all()
    # Nobody is gained who was not beyond the limit, and all the gained are people.
    gained = [
        measure_what_if(times, people, current_min=current, sites=[site]).people_gained
        for site in range(times.minutes.shape[1])
    ]
    assert ranking.gain == pytest.approx(gained)
    assert ranking.people == pytest.approx(gained)


def test_estimated_gains_have_a_band() -> None:
    times = estimate_travel_times(
        lon=[3.0, 3.3], lat=[50.0, 50.0], site_lon=[3.0, 2.5], site_lat=[50.0, 50.0]
    )
    ranking = rank_next_sites(times, [100, 50], current_min=[90.0, 90.0])
    # The second place lies 21.5 km from the first: 31 estimated minutes, perhaps within 30.
    assert ranking.gain[0] == 100
    assert (ranking.people_low[0], ranking.people_high[0]) == (100, 150)
    assert ranking.is_estimated


def test_where_all_are_served_no_candidate_wins() -> None:
    ranking = rank_next_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=[5, 5, 5, 5])
    assert ranking.wins.tolist() == [0, 0, 0, 0]
    assert ranking.worst_regret.tolist() == [0, 0, 0, 0]
    plan = plan_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=[5, 5, 5, 5], count=2)
    assert (plan.value, plan.is_proved, len(plan.sites)) == (0, True, 2)
    mean = plan_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=[5] * 4, count=2, objective=Objective.MEAN_TIME)
    assert (mean.value, mean.is_proved) == (0, True)


def test_a_place_without_a_road_does_not_stop_the_measure() -> None:
    times = take_travel_times([[10, np.nan], [np.nan, 10], [np.nan, np.nan]], caption="exemple")
    people = [100, 10, 1]
    ranking = rank_next_sites(times, people, current_min=[np.inf] * 3)
    assert ranking.settings[0].winners == (0,)
    assert ranking.settings[3].winners == ()  # whichever is chosen, someone has no way to it
    for count, mean in ((1, np.inf), (2, 10.0)):
        plan = plan_sites(times, people, current_min=[np.inf] * 3, count=count, objective=Objective.MEAN_TIME)
        assert plan.sites == tuple(range(count))
        assert plan.value == mean


def test_equity_weights_move_the_choice_to_where_presences_are_missing() -> None:
    weights = weigh_by_shortfall([1200, 300, 500, 400], [12, 3, 0, 0], [12, 3, 5, 4])
    assert weights.tolist() == [0, 0, 500, 400]
    ranking = rank_next_sites(
        FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, minutes=25, thresholds_min=[25], weights=weights
    )
    assert ranking.order[0] in (2, 3)
    assert ranking.gain[2] == 900
    assert ranking.people[2] == 1200
    assert weigh_by_shortfall([10], [0], [0]).tolist() == [0]


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 999), st.integers(0, 50), st.floats(0, 50)), min_size=1, max_size=20)
)
def test_equity_weights_stay_between_nobody_and_everybody(rows: list[tuple[int, int, float]]) -> None:
    people, counts, expected = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    weights = weigh_by_shortfall(people, counts, expected)
    assert ((weights >= 0) & (weights <= people)).all()


@pytest.fixture(scope="session")
def region() -> tuple[TravelTimes, NDArray[np.float64], NDArray[np.float64]]:
    """Communes to the largest commune of each EPCI, and to Lille, Lens and Valenciennes."""
    referential = load_referential()
    communes = referential.territories(Level.COMMUNE)
    by_code = {commune.code: commune for commune in communes}
    seats = [
        max((by_code[code] for code in epci.commune_codes), key=lambda commune: commune.population)
        for epci in referential.territories(Level.EPCI)
    ]
    today = [by_code[code] for code in ("59350", "62498", "59606")]

    def locate(places: list[object]) -> tuple[list[float], list[float]]:
        points = [place.position for place in places]  # type: ignore[attr-defined]
        return [point.lon for point in points], [point.lat for point in points]

    lon, lat = locate(list(communes))
    times, current = (
        estimate_travel_times(lon=lon, lat=lat, site_lon=site_lon, site_lat=site_lat)
        for site_lon, site_lat in (locate(list(seats)), locate(list(today)))
    )
    people = np.array([commune.population for commune in communes], dtype=np.float64)
    return times, people, current.nearest_min


def test_the_region_is_answered_at_once(
    region: tuple[TravelTimes, NDArray[np.float64], NDArray[np.float64]],
) -> None:
    times, people, current = region
    assert times.minutes.shape == (3782, 92)
    ranking = rank_next_sites(times, people, current_min=current)
    three = {
        objective: plan_sites(times, people, current_min=current, count=3, objective=objective)
        for objective in (Objective.COVERED, Objective.MEAN_TIME)
    }
    assert all(plan.is_proved for plan in three.values())
    # The best three serve at least as many as the best one and the two that come after it.
    together = measure_what_if(times, people, current_min=current, sites=ranking.order[:3])
    planned = measure_what_if(times, people, current_min=current, sites=three[Objective.COVERED].sites)
    assert planned.people_gained == pytest.approx(three[Objective.COVERED].value)
    assert planned.people_gained >= together.people_gained
    assert three[Objective.MEAN_TIME].value < ranking.settings[4].values.min()


def test_the_best_pair_of_the_region_is_that_of_trying_every_pair(
    region: tuple[TravelTimes, NDArray[np.float64], NDArray[np.float64]],
) -> None:
    times, people, current = region
    is_beyond = current > 30
    minutes, left, load = times.minutes[is_beyond], current[is_beyond], people[is_beyond]
    best_time, best_cover = np.inf, 0.0
    for first in range(92):
        after = np.minimum(np.minimum(minutes[:, first], left)[:, np.newaxis], minutes[:, first:])
        best_time = min(best_time, float((load @ after).min()))
        best_cover = max(best_cover, float((load @ (after <= 30)).max()))
    mean = plan_sites(times, people, current_min=current, count=2, objective=Objective.MEAN_TIME)
    covered = plan_sites(times, people, current_min=current, count=2)
    assert mean.value * load.sum() == pytest.approx(best_time, rel=1e-7)
    assert covered.value == pytest.approx(best_cover)


@pytest.mark.parametrize("objective", [Objective.COVERED, Objective.MEAN_TIME])
def test_a_solver_out_of_time_is_reported(objective: Objective, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: SimpleNamespace(x=None))
    with pytest.raises(NoPlanFoundError, match="moins d'antennes"):
        plan_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, count=2, objective=objective)


def test_impossible_choices_are_refused() -> None:
    with pytest.raises(ImpossibleValueError, match="nombre d'antennes"):
        plan_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, count=5)
    with pytest.raises(ImpossibleValueError, match="nombre d'antennes"):
        plan_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, count=0)
    with pytest.raises(ImpossibleValueError, match="objectif"):
        plan_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, count=1, objective=Objective.WORST_TIME)
    with pytest.raises(ImpossibleValueError, match="temps de calcul"):
        plan_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, count=1, time_limit_s=0)
    with pytest.raises(ImpossibleValueError, match="limite de temps"):
        rank_next_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, minutes=-1)
    with pytest.raises(ImpossibleValueError, match="part prise en compte"):
        rank_next_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, worst_share=0)
    with pytest.raises(ImpossibleValueError, match="temps actuel"):
        rank_next_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=[1, 2, 3, np.nan])
    with pytest.raises(UnequalLengthsError):
        rank_next_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=[1, 2, 3])
    with pytest.raises(NothingToCompareError, match="limites de temps"):
        rank_next_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, thresholds_min=[])
    with pytest.raises(NothingToCompareError, match="poids"):
        rank_next_sites(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, weights=[0] * 4)
    with pytest.raises(ImpossibleValueError, match="lieu choisi"):
        measure_what_if(FOUR_TOWNS, FOUR_PEOPLE, current_min=NOWHERE, sites=[4])
    nowhere_to_go = estimate_travel_times(lon=[3.0], lat=[50.0], site_lon=[], site_lat=[])
    with pytest.raises(NothingToCompareError, match="candidats"):
        rank_next_sites(nowhere_to_go, [1], current_min=[np.inf])
    with pytest.raises(NothingToCompareError, match="candidats"):
        plan_sites(nowhere_to_go, [1], current_min=[np.inf], count=1)

"""The nature of a measure decides how it is drawn; classes hold what they say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps import style
from maps.errors import ClassLimitsError, CountsAsClassesError, RatesAsCirclesError
from maps.measures import (
    Measure,
    Representation,
    choose_circle_values,
    choose_largest_radius_px,
    choose_representation,
    choose_scale,
    measure_radius_px,
)

POSITIVE = st.floats(0.001, 1_000, allow_nan=False)


def test_counts_as_colour_classes_are_refused_and_the_reason_given() -> None:
    with pytest.raises(CountsAsClassesError, match="cercles proportionnels"):
        choose_representation(Measure.COUNT, Representation.CLASSES)


@pytest.mark.parametrize("measure", [Measure.RATIO, Measure.PER_10K])
def test_ratios_as_circles_are_refused(measure: Measure) -> None:
    with pytest.raises(RatesAsCirclesError, match="plages de couleur"):
        choose_representation(measure, Representation.CIRCLES)


def test_the_limits_of_observed_over_expected_never_depend_on_the_data() -> None:
    few, many = choose_scale(Measure.RATIO, [0.9]), choose_scale(Measure.RATIO, [0.01, 80.0, 3.0])
    assert few.limits == many.limits
    assert 1.0 in few.limits


def test_as_many_as_expected_is_on_the_upper_side() -> None:
    scale = choose_scale(Measure.RATIO, [])
    assert scale.colours[scale.find(1.0)] in style.DIVERGING_OVER
    assert scale.colours[scale.find(0.999)] in style.DIVERGING_UNDER


@given(st.lists(POSITIVE, min_size=1, max_size=92))
def test_rates_make_at_most_five_classes_and_every_value_is_in_one(values: list[float]) -> None:
    scale = choose_scale(Measure.PER_10K, values)
    assert len(scale.colours) == len(scale.limits) + 1 == len(scale.labels) <= 5
    bounds = (0.0, *scale.limits, math.inf)
    for value in values:
        place = scale.find(value)
        assert bounds[place] <= value
        assert value < bounds[place + 1]


def test_given_limits_are_kept_so_that_years_compare() -> None:
    scale = choose_scale(Measure.PER_10K, [3.0, 9.0], limits=(0.5, 1, 2))
    assert scale.labels == ("moins de 0,5", "de 0,5 à moins de 1", "de 1 à moins de 2", "2 ou plus")
    assert "mêmes" in scale.method


@pytest.mark.parametrize(
    ("measure", "limits"),
    [
        (Measure.PER_10K, (2.0, 1.0)),
        (Measure.PER_10K, (0.0, 1.0)),
        (Measure.PER_10K, ()),
        (Measure.PER_10K, (1, 2, 3, 4, 5)),
        (Measure.RATIO, (0.5, 2.0)),
        (Measure.RATIO, (0.2, 0.4, 0.6, 1.0)),
    ],
)
def test_limits_that_make_no_readable_map_are_refused(measure: Measure, limits: tuple[float, ...]) -> None:
    with pytest.raises(ClassLimitsError, match="On attend"):
        choose_scale(measure, [1.0], limits=limits)


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_the_surface_of_a_circle_is_its_count(one: int, other: int) -> None:
    largest = max(one, other)
    first, second = measure_radius_px(one, largest, 30), measure_radius_px(other, largest, 30)
    assert max(first, second) == 30
    # Radii are written to a tenth of a pixel.
    assert first == pytest.approx(30 * math.sqrt(one / largest), abs=0.05001)
    assert second == pytest.approx(30 * math.sqrt(other / largest), abs=0.05001)


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=92))
def test_circles_leave_most_of_the_region_to_be_seen(counts: list[int]) -> None:
    largest_px = choose_largest_radius_px(counts)
    assert 0 < largest_px <= style.CIRCLE_MAX_RADIUS_PX
    if any(counts):
        ink = sum(math.pi * largest_px**2 * count / max(counts) for count in counts)
        assert ink <= style.REGION_ON_PHONE_PX2 / 3 * 1.000001


@given(st.integers(1, 10_000_000))
def test_circles_of_the_legend_fall_and_stay_near_the_largest(largest: int) -> None:
    values = choose_circle_values(largest)
    assert 1 <= len(values) <= 3
    assert list(values) == sorted(set(values), reverse=True)
    assert values[-1] >= 1
    assert largest * 0.39 <= values[0] <= largest * 1.05

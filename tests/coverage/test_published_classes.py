"""
Classes of a map against published ones: the density of jobs of California's 58 counties (« calemp »).

Values and classes are those that mapclassify ships and documents (Rey, BSD-3-Clause; truth T18 of the notes).
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from maps.measures import Measure, choose_scale

CALEMP = (
    *(329.92, 0.42, 5.9, 14.03, 2.78, 1.34, 181.27, 1.65, 10.03, 16.7, 1.32, 3.99, 3.16, 0.22, 8.7, 6.56),
    *(3.27, 0.33, 370.5, 4.51, 75.29, 0.99, 2.74, 8.68, 0.14, 0.92, 12.63, 28.7, 12.02, 722.85, 36.68, 0.74),
    *(29.82, 192.05, 3.38, 11.15, 110.74, 4111.45, 49.47, 10.33, 317.11, 20.47, 264.93, 66.26, 5.39, 0.13),
    *(0.61, 50.65, 40.48, 36.67, 13.09, 1.81, 0.2, 7.6, 2.51, 57.26, 24.32, 6.97),
)


def test_our_quintiles_are_the_published_ones_in_two_figures() -> None:
    published = (1.464, 5.798, 13.278, 54.616)
    assert np.quantile(CALEMP, (0.2, 0.4, 0.6, 0.8)) == pytest.approx(published)
    assert choose_scale(Measure.PER_10K, CALEMP).limits == (1.5, 5.8, 13, 55)


def test_territories_fall_in_the_published_classes() -> None:
    scale = choose_scale(Measure.PER_10K, CALEMP, limits=(1.464, 5.798, 13.278, 54.616))
    counts = Counter(scale.find(value) for value in CALEMP)
    assert [counts[place] for place in range(5)] == [12, 11, 12, 11, 12]


def test_breaks_of_fisher_and_jenks_hold_as_given_limits() -> None:
    # A published break belongs to the class below it, one of ours to the class above: hence the hair.
    breaks = (75.29, 192.05, 370.5, 722.85)
    scale = choose_scale(Measure.PER_10K, CALEMP, limits=tuple(limit + 0.001 for limit in breaks))
    counts = Counter(scale.find(value) for value in CALEMP)
    assert [counts[place] for place in range(5)] == [49, 3, 4, 1, 1]

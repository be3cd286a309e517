"""Each law held against scipy.stats, which is what it stands in for."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import scipy.stats

from geo.coverage.laws import (
    adjust_p_values,
    bound_hypergeometric,
    bound_share,
    find_normal_quantile,
    find_poisson_quantile,
    weigh_binomial,
    weigh_hypergeometric,
    weigh_normal,
)

DRAWS = np.random.default_rng(20_260_101)


@pytest.mark.parametrize(("count", "total"), [(0, 1), (0, 12), (22, 40), (7, 7), (120, 200), (2_000, 5_000)])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.8])
def test_the_binomial_test_and_its_interval(count: int, total: int, share: float) -> None:
    truth = scipy.stats.binomtest(count, total, share)
    assert weigh_binomial(count, total, share) == pytest.approx(truth.pvalue, rel=1e-6, abs=1e-300)
    interval = truth.proportion_ci(confidence_level=0.95, method="exact")
    assert bound_share(count, total, 0.95) == pytest.approx((interval.low, interval.high), abs=1e-9)


def test_normal_scores() -> None:
    assert weigh_normal(3.6) == pytest.approx(2 * scipy.stats.norm.sf(3.6))
    assert find_normal_quantile(0.999) == pytest.approx(scipy.stats.norm.ppf(0.999))


@pytest.mark.parametrize("probability", [0.025, 0.5, 0.975])
def test_poisson_counts(probability: float) -> None:
    means = np.concatenate([[0.0, 1.0, 2.0], DRAWS.uniform(0, 400, 200)])
    truth = scipy.stats.poisson.ppf(probability, means)
    # scipy says -1 of a law that is always 0.
    assert find_poisson_quantile(probability, means).tolist() == np.maximum(truth, 0).tolist()


def test_several_questions_at_once() -> None:
    p_values = DRAWS.uniform(0, 1, 50) ** 3
    truth = scipy.stats.false_discovery_control(p_values, method="bh")
    assert adjust_p_values(p_values) == pytest.approx(truth)
    assert adjust_p_values(np.array([])).size == 0


@pytest.mark.parametrize(
    ("count", "total", "marked", "drawn"),
    [(3, 8, 4, 4), (0, 10, 3, 5), (30, 100, 40, 40), (5, 60, 12, 50), (250, 5_000, 800, 1_200), (3, 3, 3, 3)],
)
def test_draws_without_replacement(count: int, total: int, marked: int, drawn: int) -> None:
    table = [[count, marked - count], [drawn - count, total - marked - drawn + count]]
    truth = scipy.stats.fisher_exact(table).pvalue
    assert weigh_hypergeometric(count, total, marked, drawn) == pytest.approx(truth, rel=1e-6)
    law = scipy.stats.hypergeom(total, marked, drawn)
    assert bound_hypergeometric(total, marked, drawn) == (law.ppf(0.025), law.ppf(0.975))


def test_no_measure_reads_the_slow_library() -> None:
    script = (
        "import sys, api.coverage_view; "
        "print([name for name in ('scipy.stats', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

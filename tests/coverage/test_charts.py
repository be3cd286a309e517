"""Charts as SVG: valid, said in words, in their frame, the same each time."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from geo.coverage.concentration import trace_lorenz
from geo.coverage.funnel import measure_funnel
from geo.coverage.representation import expect_counts
from geo.coverage.trend import RatioPoint
from maps.charts import HEIGHT, WIDTH, draw_funnel, draw_lorenz, draw_ratio_line, stand_alone

PEOPLE = np.random.default_rng(1).integers(5_000, 200_000, 92).astype(np.float64)
COUNTS = np.random.default_rng(2).multinomial(300, PEOPLE / PEOPLE.sum())
COUNTS[3] += 60
LINE = tuple(
    RatioPoint(day=date(year, 1, 1), total=9, ratio=ratio, ratio_low=ratio - 0.1, ratio_high=ratio + 0.1)
    for year, ratio in ((2022, 0.7), (2023, 0.8), (2026, 0.9))
)


def draw_all() -> dict[str, str]:
    """Draw one of each, with names that would break a careless page."""
    funnel = measure_funnel(COUNTS, expect_counts(int(COUNTS.sum()), PEOPLE))
    names = [f"<CC d'« Ici » & {rank}>" for rank in range(92)]
    words = {"title": "Un <titre> & son sens", "description": "Ce que l'on voit"}
    return {
        "funnel": draw_funnel(funnel, names, **words),
        "lorenz": draw_lorenz(trace_lorenz(COUNTS, PEOPLE), **words),
        "line": draw_ratio_line(LINE, **words),
    }


@pytest.mark.parametrize("name", ["funnel", "lorenz", "line"])
def test_a_chart_is_valid_said_in_words_and_stays_in_its_frame(name: str) -> None:
    drawn = draw_all()[name]
    assert drawn == draw_all()[name]
    for text in (drawn, stand_alone(drawn).split("\n", 1)[1]):
        root = ET.fromstring(text)  # noqa: S314 (our own drawing)
        words = [element.text for element in root.iter() if element.tag.endswith(("title", "desc"))]
        assert "Un <titre> & son sens" in words
        assert "Ce que l'on voit" in words
    for path in re.findall(r' d="M([\d. L]+)"', drawn):
        points = np.array([[float(part) for part in pair.split()] for pair in path.split(" L")])
        assert (points >= 0).all()
        assert (points[:, 0] <= WIDTH).all()
        assert (points[:, 1] <= HEIGHT).all()


def test_only_who_is_outside_the_limits_is_a_triangle() -> None:
    funnel = measure_funnel(COUNTS, expect_counts(int(COUNTS.sum()), PEOPLE))
    drawn = draw_all()["funnel"]
    inner = funnel.flags[0]
    assert drawn.count("chart-above") == int(inner.is_above.sum()) > 0
    assert drawn.count("chart-below") == int(inner.is_below.sum())
    assert drawn.count("<circle") == 92 - int((inner.is_above | inner.is_below).sum())


def test_a_date_without_presence_is_left_out_of_the_line() -> None:
    gap = RatioPoint(day=date(2024, 1, 1), total=0, ratio=None, ratio_low=None, ratio_high=None)
    assert draw_ratio_line((*LINE, gap), title="T", description="D").count("<circle") == 3


@pytest.mark.parametrize(
    ("count", "said"), [(3, "Observé ÷ attendu<"), (40, "Observé ÷ attendu (8 : 8 ou plus)<")]
)
def test_an_axis_that_is_cut_says_so(count: int, said: str) -> None:
    funnel = measure_funnel([count, 5, 5], [2.0, 5.0, 5.0])
    assert said in draw_funnel(funnel, ["A", "B", "C"], title="T", description="D")

"""The rules of the maps hold on paper: what would mislead is refused, and colours can be told apart."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from colorspacious import cspace_convert

from geo.records import Level
from maps import style
from maps.errors import ClassLimitsError, CountsAsClassesError, RatesAsCirclesError
from maps.measures import Measure, Representation
from maps.print.coverage_drawing import plan_drawing
from maps.print.coverage_page import draw_coverage_page
from maps.print.furniture import Credits
from maps.print.ground import Ground
from maps.print.page import Page
from maps.print.shapes import Area, Disc, Lines
from tests.maps.builders import (
    DATA_DATE,
    list_territories,
    make_coverage,
    make_real_coverage,
    make_row,
    make_square,
)
from tests.maps.test_style import LEAST_DISTANCE, VISIONS, read_colours, see

CREDIT = Credits(source="liste d’essai", data_date=DATA_DATE)
SQUARES = [make_square(code, place % 3, place // 3) for place, code in enumerate("abcdef")]


def draw(*counts: int | None, measure: Measure = Measure.RATIO) -> Page:
    """Draw squares with these counts; None leaves a square without data."""
    rows = [make_row(code, count) for code, count in zip("abcdef", counts, strict=False) if count is not None]
    ground = Ground(SQUARES[: len(counts)])
    return draw_coverage_page(make_coverage(rows), ground=ground, credit=CREDIT, measure=measure)


def test_a_choropleth_of_counts_is_refused_and_the_error_says_why() -> None:
    ground = Ground(SQUARES[:2])
    answer = make_coverage([make_row("a", 3), make_row("b", 1)])
    with pytest.raises(CountsAsClassesError, match="plus riche qu'un petit"):
        plan_drawing(answer, ground, Measure.COUNT, representation=Representation.CLASSES)
    with pytest.raises(RatesAsCirclesError, match="quantité"):
        plan_drawing(answer, ground, Measure.RATIO, representation=Representation.CIRCLES)


def test_too_many_classes_are_refused() -> None:
    answer = make_coverage([make_row("a", 3)])
    with pytest.raises(ClassLimitsError):
        plan_drawing(answer, Ground(SQUARES[:1]), Measure.PER_10K, limits=(1, 2, 3, 4, 5))


def test_every_territory_is_in_one_class_and_the_legend_counts_them() -> None:
    answer = make_real_coverage()
    ground = Ground(list_territories(Level.EPCI))
    for measure in Measure:
        drawing = plan_drawing(answer, ground, measure)
        assert sum(row.count for row in drawing.classes) == len(ground.contours) == 92


def test_zero_is_hatched_and_never_in_a_class_of_colour() -> None:
    rows = [make_row("a", 0), make_row("b", 4)]
    drawing = plan_drawing(make_coverage(rows), Ground(SQUARES[:2]), Measure.PER_10K)
    assert drawing.classes[drawing.class_by_code["a"]].pattern == "zero"
    assert drawing.classes[drawing.class_by_code["b"]].pattern == ""
    hatched = [s for s in draw(0, 4).shapes if isinstance(s, Lines) and s.stroke.colour == style.ZERO_LINES]
    assert len(hatched) == 2  # the map's, and the legend's sample


def test_missing_is_grey_and_is_not_zero() -> None:
    page = draw(4, None)
    grey = [s for s in page.shapes if isinstance(s, Area) and s.fill == style.MISSING_GROUND]
    dots = [s for s in page.shapes if isinstance(s, Disc) and s.fill == style.MISSING_DOTS]
    assert len(grey) == 1
    assert len(dots) > 20  # its grey is close to a class for some eyes: dots tell it apart
    assert "donnée manquante" in [words.text for words in page.words]


def test_circles_have_the_count_as_their_surface_and_the_largest_lie_under() -> None:
    page = draw(4, 1, 100, measure=Measure.COUNT)
    radii = [s.radius_mm for s in page.shapes if isinstance(s, Disc) and s.fill == style.CIRCLE_FILL]
    assert radii == sorted(radii, reverse=True)
    assert np.square(radii) / radii[0] ** 2 == pytest.approx([1.0, 0.04, 0.01])


def test_the_same_limits_serve_every_year() -> None:
    def labels(*counts: int) -> list[str]:
        rows = [make_row(code, count) for code, count in zip("abc", counts, strict=True)]
        drawing = plan_drawing(make_coverage(rows), Ground(SQUARES[:3]), Measure.RATIO)
        return [row.label for row in drawing.classes]

    assert labels(1, 2, 3) == labels(40, 9, 1)


def test_only_a_significant_ratio_is_marked() -> None:
    rows = [make_row("a", 4), make_row("b", 12, ratio_low=1.6, ratio_high=4.2)]
    page = draw_coverage_page(make_coverage(rows), ground=Ground(SQUARES[:2]), credit=CREDIT)
    marks = [s for s in page.shapes if isinstance(s, Area) and s.fill == style.INK and len(s.rings[0]) == 4]
    assert len(marks) == 2  # on the map, and in the legend


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("measure", [Measure.RATIO, Measure.PER_10K])
def test_printed_classes_can_be_told_apart_by_every_eye(measure: Measure, vision: str | None) -> None:
    drawing = plan_drawing(make_real_coverage(), Ground(list_territories(Level.EPCI)), measure)
    colours = tuple(row.fill for row in drawing.classes if not row.is_apart)
    seen = see(colours, vision)
    distances = [float(np.linalg.norm(seen[i] - seen[j])) for i, j in combinations(range(len(seen)), 2)]
    assert min(distances) >= LEAST_DISTANCE


def test_what_is_under_the_expected_is_ruled_so_that_grey_tells_it_apart() -> None:
    drawing = plan_drawing(make_real_coverage(), Ground(list_territories(Level.EPCI)), Measure.RATIO)
    assert [row.pattern for row in drawing.classes if not row.is_apart] == ["under"] * 3 + [""] * 3


def test_a_grey_print_keeps_the_order_of_a_rate() -> None:
    lightness = cspace_convert(read_colours(style.SEQUENTIAL), "sRGB1", "CIELab")[:, 0]
    assert list(lightness) == sorted(lightness, reverse=True)
    for side in (style.DIVERGING_UNDER[::-1], style.DIVERGING_OVER):
        shades = cspace_convert(read_colours(side), "sRGB1", "CIELab")[:, 0]
        assert list(shades) == sorted(shades, reverse=True)

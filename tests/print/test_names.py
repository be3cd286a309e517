"""Names on charts and maps hide nothing: neither the funnel's lines and points nor a territory's border."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest

from data.questions import study_coverage
from data.session import Register
from geo.coverage.funnel import measure_funnel
from geo.position import Position
from maps import style
from maps.print.callouts import Callouts
from maps.print.funnel_chart import draw_funnel
from maps.print.labels import Labels, Place, write_towns
from maps.print.page import Frame, Page, are_overlapping, find_faults
from maps.print.shapes import Disc, Lines, Words
from tests.print.test_pages import read

_FRAME = Frame(x=14, y=30, width=88, height=92)


def draw_on_blank(register: Register) -> tuple[Page, list[Words]]:
    """Draw the funnel of a register alone on a page, and list the names of its points."""
    page = Page(title="Entonnoir", key="entonnoir")
    draw_funnel(page, _FRAME, study_coverage(register))
    # Names are the texts with a halo: axes and headings have none.
    return page, [words for words in page.words if words.halo]


@pytest.mark.parametrize("name", ["sample_register", "crowded_register"])
def test_no_name_of_the_funnel_hides_a_line_or_a_point(name: str, request: pytest.FixtureRequest) -> None:
    page, names = draw_on_blank(request.getfixturevalue(name))
    assert names
    assert find_faults(page) == []
    points = [shape for shape in page.shapes if isinstance(shape, Disc)]
    curves = [
        shape for shape in page.shapes if isinstance(shape, Lines) and shape.stroke.colour == style.FRAME
    ]
    assert len(curves) == 4
    for words in names:
        for point in points:
            r = point.radius_mm
            spot = (point.x - r, point.y - r, point.x + r, point.y + r)
            assert not are_overlapping(words.box, spot), words.text
        for curve in curves:
            for (x, y), (after_x, after_y) in pairwise(curve.paths[0].tolist()):
                step = (min(x, after_x), min(y, after_y) - 0.1, max(x, after_x), max(y, after_y) + 0.1)
                assert not are_overlapping(words.box, step), words.text


def test_every_outlier_of_the_sample_is_named_on_its_funnel(sample_register: Register) -> None:
    page, _ = draw_on_blank(sample_register)
    text = read(page)
    study = study_coverage(sample_register)
    assert study.funnel is not None
    inner = study.funnel.flags[0]
    outliers = [
        row.name
        for row, is_out in zip(study.answer.rows, inner.is_below | inner.is_above, strict=True)
        if is_out
    ]
    assert len(outliers) >= 3
    for name in outliers:
        # A name may be cut in two lines: all its words are there.
        assert all(word.replace("'", "’") in text for word in name.split()), name


def test_a_name_without_room_is_left_out_and_one_that_is_far_is_led_to_its_point() -> None:
    page = Page(title="Essai", key="essai")
    names = Callouts(page, Frame(x=10, y=10, width=60, height=40))
    assert names.write(40, 30, "Lens")
    assert not any(isinstance(shape, Lines) for shape in page.shapes)
    names.curves.append((10, 10, 70, 50))
    assert not names.write(40, 30, "Valenciennes")
    names.curves[-1] = (34, 24, 46, 36)
    assert names.write(40, 30, "Valenciennes")
    (leader,) = [shape for shape in page.shapes if isinstance(shape, Lines)]
    assert leader.paths[0][0].tolist() == [40, 30]


def test_a_town_is_named_off_the_border_where_there_is_room() -> None:
    page = Page(title="Essai", key="essai")
    frame = Frame(x=0, y=0, width=100, height=100)
    border = np.array([[52.0, y / 2] for y in range(200)])
    labels = Labels(page, frame, edge=border)
    assert labels.write_beside(50, 50, "Pas-en-Artois")
    assert page.words[0].box[2] < 50
    # Where every place crosses it, the name is written all the same.
    everywhere = np.array([[x / 2, y / 2] for x in range(200) for y in range(200)])
    assert Labels(page, frame, edge=everywhere).write_beside(20, 20, "Pas-en-Artois")


def test_a_town_whose_mark_would_fall_under_another_name_is_not_marked() -> None:
    page = Page(title="Essai", key="essai")
    labels = Labels(page, Frame(x=0, y=0, width=100, height=100))
    assert labels.write_beside(20, 20, "Rosières-en-Santerre")
    inside = labels.names[0]
    middle = ((inside[0] + inside[2]) / 2, (inside[1] + inside[3]) / 2)

    class _Fixed:
        frame = labels.frame

        def place(self, _x: float, _y: float) -> tuple[float, float]:
            return middle

    write_towns(labels, _Fixed(), [Place("Chaulnes", Position(lon=2.8, lat=49.8))])  # type: ignore[arg-type]
    assert [words.text for words in page.words] == ["Rosières-en-Santerre"]


def test_no_name_of_the_funnel_is_written_over_the_figures_of_its_axes(sample_register: Register) -> None:
    study = study_coverage(sample_register)
    expected = np.array([row.expected or 0.0 for row in study.answer.rows])
    counts = np.round(expected)
    # The three where least is expected have many: their points crowd the upper left, beside « 4 ou + ».
    counts[np.argsort(expected)[:3]] = 4
    page = Page(title="Entonnoir", key="entonnoir")
    draw_funnel(page, _FRAME, dataclasses.replace(study, funnel=measure_funnel(counts, expected)))
    assert find_faults(page) == []
    assert sum(words.halo is not None for words in page.words) >= 3

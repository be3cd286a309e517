"""The board's second page: the coverage curve always, where a change comes from once there are two dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from api.printing import print_board
from data.questions import answer_siting, choose_year_before, compare_dates
from data.session import Register
from maps import style
from maps.print.page import Page, find_faults
from maps.print.shapes import Lines
from tests.api.builders import ARRAS, LENS, LILLE, VALENCIENNES, make_incoming, store_rows
from tests.coverage.builders import open_in

NOW = date(2026, 3, 12)
PLACES = (LENS, LILLE, ARRAS, VALENCIENNES)


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """Give forty invented actors, and thirty more a year later, most of them in Lens."""
    register = open_in(tmp_path_factory.mktemp("two-years"))
    first = [make_incoming(f"Ancien {rank}", PLACES[rank % 4], sectors=("mobilite",)) for rank in range(40)]
    then = choose_year_before(NOW)
    store_rows(register, first, as_of=then)
    later = [
        make_incoming(f"Nouveau {rank}", LENS if rank % 3 else LILLE, sectors=("alimentation",))
        for rank in range(30)
    ]
    store_rows(register, later, source="autre", as_of=NOW)
    yield register
    register.close()


def read(page: Page) -> str:
    return " ".join(words.text for words in page.words).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_change_is_cut_in_parts_that_sum_to_it(two_years: Register) -> None:
    _, second = print_board(two_years)
    assert find_faults(second) == []
    text = read(second)
    assert "Depuis le 12 mars 2025 : d’où vient l’évolution" in text
    change = compare_dates(two_years, since=choose_year_before(NOW), at=NOW)
    parts = change.shift.parts
    assert int(parts.change.sum()) == 30
    rank = [each.code for each in change.shift.territories].index("62")
    gained = int(parts.change[:, rank].sum())
    assert f"Pas-de-Calais +{gained}" in text


def test_without_an_earlier_date_no_change_is_told(sample_register: Register) -> None:
    _, second = print_board(sample_register)
    assert "d’où vient l’évolution" not in read(second)


def test_the_curve_of_today_is_the_one_that_was_measured(sample_register: Register) -> None:
    _, second = print_board(sample_register)
    assert "Qui vit à combien de minutes ?" in read(second)
    curve = answer_siting(sample_register).change.curve_before
    (drawn,) = [
        shape.paths[0]
        for shape in second.shapes
        if isinstance(shape, Lines)
        and shape.stroke.colour == style.FRAME
        and len(shape.paths[0]) == len(curve.minutes)
    ]
    # Heights on paper are shares, turned over: one straight line joins the two.
    heights = (drawn[0, 1] - drawn[:, 1]) / (drawn[0, 1] - drawn[-1, 1])
    shares = (curve.share - curve.share[0]) / (curve.share[-1] - curve.share[0])
    assert np.allclose(heights, shares, atol=1e-6)

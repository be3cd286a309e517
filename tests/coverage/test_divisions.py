"""The land cut one way or another: counts agree, and each division stands beside its own chance."""

from __future__ import annotations

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.coverage_ground import CELL_RESOLUTION, read_cells
from data.reference import load_referential
from geo.coverage.chance import AgainstChance
from geo.coverage.concentration import measure_concentration
from geo.coverage.division import compare_division, gather_by_cell
from geo.coverage.study_sentences import write_divisions
from geo.records import Level


def test_a_division_is_measured_as_its_parts_are() -> None:
    counts, amounts = [0, 3, 9, 0], [100.0, 20.0, 50.0, 5.0]

    found = compare_division("quarts", counts, amounts)

    spread = measure_concentration(np.array(counts), np.array(amounts))
    assert spread is not None
    assert found.hoover == spread.hoover
    # By hand: twelve presences over 175 inhabitants, so 6.9 and 0.3 expected where there is nobody.
    assert (found.territory_count, found.empty_count, found.empty_significant) == (4, 2, 1)
    chances = [(1 - amount / 175) ** 12 for amount in amounts]
    assert found.empty_expected == pytest.approx(sum(chances))


def test_nobody_anywhere_has_no_measure() -> None:
    found = compare_division("quarts", [0, 0], [1.0, 1.0])
    assert (found.hoover, found.empty_expected) == (None, None)
    assert (found.empty_count, found.empty_significant) == (2, 0)


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 1e6), st.integers(0, 5)), min_size=1, max_size=40))
def test_cells_lose_nobody(places: list[tuple[int, float, int]]) -> None:
    names = [str(number) for number in range(len(places))]
    counts, amounts = gather_by_cell(
        dict(zip(names, (place[0] for place in places), strict=True)),
        dict(zip(names, (place[1] for place in places), strict=True)),
        dict(zip(names, (place[2] for place in places), strict=True)),
    )
    assert sum(counts) == sum(place[0] for place in places)
    assert sum(amounts) == pytest.approx(sum(place[1] for place in places))
    assert len(counts) == len(amounts) == len({place[2] for place in places})


def test_a_commune_lies_in_the_cell_of_its_town_hall() -> None:
    referential = load_referential()
    cells = read_cells(referential)
    lens = referential.get(Level.COMMUNE, "62498")
    assert lens.position is not None
    assert cells["62498"] == h3.latlng_to_cell(lens.position.lat, lens.position.lon, CELL_RESOLUTION)
    sizes_km2 = [h3.cell_area(cell, unit="km^2") for cell in set(cells.values())]
    assert 150 < min(sizes_km2) <= max(sizes_km2) < 350


@pytest.mark.parametrize(
    ("p_values", "start"),
    [
        ([0.01, 0.01], "Dans tous"),
        ([0.4, 0.4], "Dans aucun"),
        ([0.01, 0.4], "La réponse dépend du découpage : la répartition s'écarte du hasard par A,"),
    ],
)
def test_the_sentence_follows_the_tests(p_values: list[float], start: str) -> None:
    measured = [
        (name, AgainstChance(value=0.3, chance_mean=0.2, chance_p05=0.1, chance_p95=0.3, p_value=p, draws=99))
        for name, p in zip("AB", p_values, strict=True)
    ]
    assert write_divisions(measured).startswith(start)

"""No sentence of a measure sounds significant where its figure is not, whatever the counts."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import box

from geo.coverage.association import (
    Association,
    GlobalAssociation,
    LocalAssociation,
    measure_local_rate_moran,
    measure_rate_moran,
)
from geo.coverage.checking import IntArray
from geo.coverage.concentration import measure_concentration
from geo.coverage.flows import measure_net_change
from geo.coverage.funnel import measure_funnel
from geo.coverage.laws import adjust_p_values
from geo.coverage.neighbourhood import build_contiguity
from geo.coverage.representation import expect_counts
from geo.coverage.sentences import LEVEL, write_association, write_hoover, write_net_change
from geo.coverage.specialisation import measure_sector_reach, measure_sector_variety, measure_specialisation
from geo.coverage.study_sentences import (
    write_before_after,
    write_funnel,
    write_joining,
    write_local,
    write_reach,
    write_shift,
    write_specialisation,
    write_theil,
    write_variety,
)
from geo.coverage.theil import decompose_theil
from geo.coverage.trend import compare_rates, describe_before_after
from geo.records import Kind

PEOPLE = np.array([900, 300, 250, 120, 80, 60, 40, 30, 20], dtype=np.float64) * 1_000
GRID = build_contiguity([box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)])
QUICK = settings(max_examples=25)
counts_of_nine = arrays(np.int64, 9, elements=st.integers(0, 30)).filter(lambda counts: counts.sum() > 0)
tables = arrays(np.int64, (3, 9), elements=st.integers(0, 12)).filter(lambda cells: cells.sum() > 0)


@QUICK
@given(counts_of_nine)
def test_concentration_and_its_parts(counts: IntArray) -> None:
    found = measure_concentration(counts, PEOPLE, draws=99)
    assert found is not None
    said = write_hoover(found.hoover, Kind.ACTOR)
    assert ("n'est pas significative" in said) == (found.hoover.p_value > LEVEL)
    cut = decompose_theil(counts, PEOPLE, ["dedans"] + ["dehors"] * 8, draws=99)
    assert cut is not None
    told = write_theil(cut, Kind.ACTOR, "la MEL")
    assert ("peut venir du hasard" in told) == (cut.between.p_value > LEVEL)


@QUICK
@given(counts_of_nine)
def test_the_funnel_counts_only_who_is_outside_its_limits(counts: IntArray) -> None:
    funnel = measure_funnel(counts, expect_counts(int(counts.sum()), PEOPLE))
    inner = funnel.flags[0]
    said = write_funnel(funnel)
    for side, flags in (("au-dessus", inner.is_above), ("au-dessous", inner.is_below)):
        told = re.search(rf"(\d+) {side}", said)
        assert (int(told[1]) if told else 0) == int(flags.sum())
    assert "aucun écart n'est démontré" in said


@QUICK
@given(tables)
def test_sectors_are_called_special_only_where_tested_and_found(cells: IntArray) -> None:
    table = measure_specialisation(cells)
    assert table is not None
    names, places = ["a", "b", "c"], [f"p{rank}" for rank in range(9)]
    said = write_specialisation(table, names, places)
    found = int(table.is_over.sum() + table.is_under.sum())
    assert said.count("(p") == found
    assert ("que le hasard" in said) == (found > 0)
    for sector, reach in zip(names, measure_sector_reach(cells, PEOPLE, draws=99), strict=True):
        p_value = reach.p_value if reach else 1.0
        told = write_reach(sector, reach, q_value=p_value)
        assert ("plus regroupées" in told) == (reach is not None and p_value <= LEVEL)
        assert "plus regroupées" not in write_reach(sector, reach)


@QUICK
@given(tables)
def test_variety_is_called_poor_only_once_corrected(cells: IntArray) -> None:
    variety = measure_sector_variety(cells, draws=99)
    tested = variety.p_values[variety.sizes > 1]
    few = int((adjust_p_values(tested) <= LEVEL).sum()) if len(tested) else 0
    assert ("moins de filières" in write_variety(variety)) == (few > 0)


@QUICK
@given(counts_of_nine.filter(lambda counts: np.ptp(counts / PEOPLE) > 0))
def test_blocks_are_told_only_when_shuffles_seldom_make_them(counts: IntArray) -> None:
    moran = measure_rate_moran(counts, PEOPLE, GRID, permutations=99)
    said = write_association(moran)
    assert ("peut venir du hasard" in said) == (moran.p_permuted > LEVEL)
    local = measure_local_rate_moran(counts, PEOPLE, GRID, permutations=99)
    assert ("aucun territoire" in write_local(local, moran)) == (not local.is_significant.any())


@QUICK
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 60), st.integers(0, 60))
def test_changes_are_told_as_their_tests_say(joined: int, left: int, first: int, second: int) -> None:
    net = measure_net_change(joined=joined, left=left)
    said = write_net_change(net, Kind.ACTOR)
    is_loud = re.search(r"(hausse|baisse) significative", said) is not None
    assert is_loud == (net.p_value <= LEVEL)
    rates = compare_rates(first_count=first, first_exposure=1e6, second_count=second, second_exposure=4e6)
    told = write_joining(rates, "la MEL")
    assert (": différence significative" in told) == (rates.ratio is not None and rates.p_exact <= LEVEL)


@QUICK
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 90), st.integers(0, 90))
def test_an_antenne_is_never_said_to_be_a_cause(before: int, after: int, there: int, then: int) -> None:
    change = describe_before_after(
        here_before=(before, 240_000),
        here_after=(after, 240_000),
        elsewhere_before=(there, 900_000),
        elsewhere_after=(then, 900_000),
    )
    said = write_before_after(change)
    assert ("rien ne distingue" in said) == change.is_within_chance
    assert ("ne prouve pas" in said) == (not change.is_within_chance)


@QUICK
@given(change=st.integers(-9, 9), is_beyond=st.booleans())
def test_a_local_effect_is_called_significant_only_when_it_is(change: int, *, is_beyond: bool) -> None:
    said = write_shift(
        place="Oise",
        change=change,
        regional=1.0,
        sectoral=0.5,
        local=change - 1.5,
        is_beyond=is_beyond,
        kind=Kind.ACTOR,
    )
    assert ("non significatif" in said) == (not is_beyond)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([3, 3], "Aucun territoire hors des limites à 95 % (le hasard seul en mettrait au plus 0,1) :"),
        ([12, 3], "1 territoire hors des limites à 95 %, 1 au-dessus ; le hasard"),
        ([12, 0], "2 territoires hors des limites à 95 %, 1 au-dessus et 1 au-dessous ; le hasard"),
    ],
)
def test_the_funnel_counts_in_french(counts: list[int], said: str) -> None:
    assert write_funnel(measure_funnel(counts, [3.5, 4.5])).replace("\u202f", " ").startswith(said)


def test_the_first_of_several_local_findings_carries_the_noun() -> None:
    kinds = (Association.LOW_HIGH, Association.NONE)
    zeros = np.zeros(2)
    local = LocalAssociation(
        index=zeros, p_values=zeros, q_values=zeros, quadrants=kinds, kinds=kinds, false_discovery=0.05
    )
    sure, unsure = _make_overall(p_permuted=0.01), _make_overall(p_permuted=0.4)
    assert write_local(local, sure).endswith(" : 1 territoire très différent de ses voisins.")
    # A local finding without one of the whole is never told as proven.
    assert write_local(local, unsure).endswith("dans l'ensemble, c'est une piste, pas une preuve.")


def _make_overall(*, p_permuted: float) -> GlobalAssociation:
    return GlobalAssociation(
        index=0.1, expected=-0.01, variance_normal=1.0, variance_random=1.0, z_normal=0.0, z_random=0.0,
        p_normal=1.0, p_random=1.0, p_permuted=p_permuted, permutations=99,
    )  # fmt: skip

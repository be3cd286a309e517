"""Sentences that say what their figure shows, and never more."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from shapely import box

from geo.coverage.association import measure_moran
from geo.coverage.chance import set_against_chance
from geo.coverage.flows import measure_net_change
from geo.coverage.neighbourhood import build_contiguity
from geo.coverage.representation import (
    bound_counts,
    expect_counts,
    find_significant_absences,
    measure_outside,
    weigh_outside,
)
from geo.coverage.sentences import (
    is_row_significant,
    write_association,
    write_empty,
    write_empty_by_chance,
    write_hoover,
    write_net_change,
    write_outside,
    write_row,
    write_smoothing,
)
from geo.coverage.smoothing import smooth_rates
from geo.records import CoverageRow, Kind, OutsideShare


def make_coverage_row(count: int, expected: float) -> CoverageRow:
    low, high = bound_counts([count])
    return CoverageRow(
        code="200",
        name="CC d'Ici",
        population=10_000,
        count=count,
        per_10k=float(count),
        expected=expected,
        ratio=count / expected,
        ratio_low=float(low[0]) / expected,
        ratio_high=float(high[0]) / expected,
        significant_absence=bool(find_significant_absences([count], [expected])[0]),
    )


def make_outside(inside: int, outside: int, *, people_inside: int, people_outside: int) -> OutsideShare:
    measured = measure_outside(
        count_inside=inside,
        count_outside=outside,
        population_inside=people_inside,
        population_outside=people_outside,
    )
    return OutsideShare(
        code="200093201",
        name="MEL",
        count_inside=inside,
        count_outside=outside,
        share_outside=measured.share_outside,
        share_low=measured.share_low,
        share_high=measured.share_high,
        population_share_outside=measured.population_share_outside,
        ratio=measured.ratio,
        gap=measured.gap,
    )


@pytest.mark.parametrize(
    ("count", "expected", "kind", "sentence"),
    [
        (2, 4.1, Kind.ACTOR, "2 acteurs pour 4,1 attendus : écart non significatif."),
        (1, 1.2, Kind.PROJECT, "1 projet pour 1,2 attendu : écart non significatif."),
        (0, 1.2, Kind.ACTOR, "Aucun acteur pour 1,2 attendu : absence constatée, non significative."),
        (
            0,
            0.02,
            Kind.ANTENNE,
            "Aucune antenne pour moins de 0,1 attendue : absence constatée, non significative.",
        ),
        (0, 4.1, Kind.ANTENNE, "Aucune antenne pour 4,1 attendues : absence significative."),
        (1, 9.0, Kind.EVENT, "1 temps fort pour 9,0 attendus : présence significativement plus faible."),
        (12, 3.5, Kind.ACTOR, "12 acteurs pour 3,5 attendus : présence significativement plus forte."),
    ],
)
def test_a_row_is_told_as_its_test_says(count: int, expected: float, kind: Kind, sentence: str) -> None:
    assert write_row(make_coverage_row(count, expected), kind) == sentence


@given(st.integers(0, 40), st.floats(0.05, 40))
def test_no_sentence_sounds_significant_when_its_figure_is_not(count: int, expected: float) -> None:
    row = make_coverage_row(count, expected)
    sentence = write_row(row, Kind.ACTOR)
    says_so = "significativement" in sentence or ": absence significative" in sentence
    assert says_so == (is_row_significant(row) or row.significant_absence)
    # An interval that holds 1 stands beside no absence called significant without a word on its test.
    if row.significant_absence and (row.ratio_high or 0) >= 1:
        assert sentence.endswith(": absence significative (test d'un seul côté).")
    assert says_so != ("non significati" in sentence)


def test_proportional_registers_are_called_uneven_in_five_percent_of_the_sentences(
    epci_populations: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    drawn = np.random.default_rng(11).multinomial(300, epci_populations / epci_populations.sum(), size=40)
    expected = expect_counts(300, epci_populations)
    alarms = sum(
        "non significati" not in write_row(make_coverage_row(int(count), float(due)), Kind.ACTOR)
        for counts in drawn
        for count, due in zip(counts, expected, strict=True)
    )
    assert alarms / drawn.size <= 0.05


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_outside_is_called_different_only_beyond_its_exact_test(
    inside: int, outside: int, people_inside: int, people_outside: int
) -> None:
    share = make_outside(inside, outside, people_inside=people_inside, people_outside=people_outside)
    sentence = write_outside(share, Kind.ACTOR)
    p_value = weigh_outside(outside, inside + outside, share.population_share_outside)
    if p_value is None:
        assert "Aucun comparatif possible" in sentence
        return
    assert ("n'est pas significative" in sentence) == (p_value > 0.05)
    assert ("pour la parité" in sentence) <= (p_value <= 0.05)


@pytest.mark.parametrize("share", [0.8005, 0.1995, 0.5])
def test_no_share_of_a_small_register_is_called_different_against_its_exact_test(share: float) -> None:
    wrong = []
    for total in range(1, 61):
        for outside in range(total + 1):
            measured = make_outside(
                total - outside,
                outside,
                people_inside=round((1 - share) * 10_000),
                people_outside=round(share * 10_000),
            )
            p_value = float(binomtest(outside, total, share).pvalue)
            is_told = "est significative" in write_outside(measured, Kind.ACTOR)
            if is_told != (p_value <= 0.05):
                wrong.append((outside, total, p_value))
    assert wrong == []


def test_one_actor_in_the_metropolis_shows_nothing() -> None:
    share = make_outside(1, 0, people_inside=1995, people_outside=8005)
    assert write_outside(share, Kind.ACTOR).endswith(
        ": la différence n'est pas significative (test exact : p = 0,20)."
    )


def test_too_many_outside_is_told_as_well() -> None:
    share = make_outside(20, 280, people_inside=1_000_000, people_outside=4_000_000)
    assert write_outside(share, Kind.ACTOR).endswith(
        "est significative, soit 40 acteurs de plus que la parité."
    )


def test_an_empty_register_is_not_compared() -> None:
    share = make_outside(0, 0, people_inside=1, people_outside=1)
    assert write_outside(share, Kind.ACTOR) == (
        "Aucun comparatif possible : le registre ne compte pas encore d'acteur."
    )
    row = CoverageRow(
        code="1",
        name="CC",
        population=1,
        count=0,
        per_10k=None,
        expected=None,
        ratio=None,
        ratio_low=None,
        ratio_high=None,
        significant_absence=False,
    )
    assert not is_row_significant(row)
    assert write_row(row, Kind.PROJECT).endswith("ne compte pas encore de projet.")


def test_hoover_is_told_beside_chance() -> None:
    simulated = np.linspace(0.15, 0.25, 999)
    assert "n'est pas significative" in write_hoover(set_against_chance(0.2, simulated), Kind.ACTOR)
    assert ": la différence est significative." in write_hoover(
        set_against_chance(0.5, simulated), Kind.ACTOR
    )


def test_empty_territories_are_told_beside_chance() -> None:
    assert write_empty(empty=18, expected_by_chance=18.2, significant=0) == (
        "18 territoires sans présence ; le hasard seul en laisserait 18 ; aucune absence n'est significative."
    )
    for is_feminine, said in ((True, "dans l'une d'entre elles"), (False, "dans l'un d'entre eux")):
        by_chance = write_empty_by_chance(expected_by_chance=3.2, significant=1, is_feminine=is_feminine)
        assert by_chance.startswith("Le hasard seul en laisserait 3 ; l'absence est significative ")
        assert said in by_chance


def test_smoothing_tells_its_reliability() -> None:
    sentence = write_smoothing(smooth_rates([0, 30, 600], [2_000, 10_000, 900_000]))
    assert sentence.replace("\u202f", " ").endswith("fiabilité de 14 % à 99 % selon les territoires.")


def test_neighbours_are_told_to_form_a_block_only_when_they_do() -> None:
    grid = build_contiguity(
        [box(x, y, x + 1, y + 1) for y in range(6) for x in range(6)], shared_border_only=True
    )
    halves = [float(x > 2) for _ in range(6) for x in range(6)]
    chess = [float((x + y) % 2) for y in range(6) for x in range(6)]
    mixed = np.random.default_rng(0).permutation(halves)
    said = [
        write_association(measure_moran(values, grid, permutations=199)) for values in (halves, chess, mixed)
    ]
    assert [any(word in sentence for word in ("font bloc", "damier")) for sentence in said] == [
        True,
        True,
        False,
    ]


def test_a_change_is_told_as_its_test_says() -> None:
    growth = write_net_change(measure_net_change(joined=20, left=2), Kind.ACTOR)
    loss = write_net_change(measure_net_change(joined=1, left=15), Kind.ANTENNE)
    assert growth == "20 acteurs de plus et 2 de moins : hausse significative."
    assert loss == "1 antenne de plus et 15 de moins : baisse significative."
    assert (
        write_net_change(measure_net_change(joined=0, left=0), Kind.ACTOR)
        == "Aucune arrivée et aucun départ."
    )


def test_two_nouns_of_a_kind_each_take_their_article() -> None:
    nobody = OutsideShare(
        code="e", name="MEL", count_inside=0, count_outside=0, share_outside=None, share_low=None,
        share_high=None, population_share_outside=0.8, ratio=None, gap=None,
    )  # fmt: skip
    said = write_outside(nobody, Kind.AMBASSADOR)
    assert said.endswith("le registre ne compte pas encore d'ambassadeur ou d'ambassadrice.")

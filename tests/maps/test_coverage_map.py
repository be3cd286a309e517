"""A coverage map follows the rules of cartography and adds up."""

from __future__ import annotations

import pytest

from geo.records import Denominator, Kind, Level, StatusCounts
from maps import style
from maps.coverage_layers import DOTS_MISSING, HATCH_ABSENCE, HATCH_ZERO
from maps.coverage_map import TABLE_LIMIT, draw_coverage_map
from maps.errors import CountsAsClassesError
from maps.measures import RATIO_LIMITS, Measure, Representation
from tests.maps.builders import (
    SECTORS,
    list_territories,
    make_coverage,
    make_outside,
    make_real_coverage,
    make_row,
    make_square,
)
from tests.maps.reading import PageReader, read_layer, read_values

SQUARES = [make_square(code, column, 0) for column, code in enumerate("abcde")]
ROWS = [
    make_row("a", 2, ratio=0.5),
    make_row("b", 0),
    make_row("c", 0, significant_absence=True),
    make_row("d", 5, ratio=None, per_10k=None, expected=None, ratio_low=None, ratio_high=None),
]


def read_fills(page: str) -> dict[str, str]:
    """Read how each territory is filled, by its code."""
    layer = read_layer(page, "areas")
    codes = [shape["id"] for shape in layer["topology"]["objects"]["territories"]["geometries"]]
    return {code: layer["fills"][place] for code, place in zip(codes, layer["classOf"], strict=True)}


def test_each_state_of_a_territory_has_its_own_drawing() -> None:
    page = draw_coverage_map(make_coverage(ROWS), territories=SQUARES)
    assert read_fills(page) == {
        "a": style.DIVERGING_UNDER[1],
        "b": HATCH_ZERO,
        "c": HATCH_ABSENCE,
        "d": DOTS_MISSING,
        # No row at all is missing too.
        "e": DOTS_MISSING,
    }
    assert read_layer(page, "areas")["absent"] == ["c"]


def test_the_numbers_of_the_legend_add_up_to_the_territories() -> None:
    page = draw_coverage_map(make_real_coverage(), territories=list_territories())
    words = PageReader(page).text
    assert "nombre d’intercommunalités (92 en tout)" in words
    layer = read_layer(page, "areas")
    assert len(layer["classOf"]) == 92
    zero = [row for row in make_real_coverage().rows if row.count == 0]
    assert layer["fills"][layer["classOf"][0]] in {HATCH_ZERO, HATCH_ABSENCE}
    hatched = [place for place in layer["classOf"] if layer["fills"][place] in {HATCH_ZERO, HATCH_ABSENCE}]
    assert len(hatched) == len(zero)


def test_counts_are_circles_the_largest_first() -> None:
    page = draw_coverage_map(make_real_coverage(), territories=list_territories(), measure=Measure.COUNT)
    circles = read_layer(page, "circles")["circles"]
    radii = [radius for _, _, _, radius in circles]
    assert radii == sorted(radii, reverse=True)
    assert radii[0] <= style.CIRCLE_MAX_RADIUS_PX
    assert len(circles) == sum(1 for row in make_real_coverage().rows if row.count)
    fills = read_fills(page)
    assert {fills[row.code] for row in make_real_coverage().rows if row.count} == {style.LAND}


def test_a_choropleth_of_counts_is_refused() -> None:
    with pytest.raises(CountsAsClassesError, match="ne se dessine pas en plages de couleur"):
        draw_coverage_map(
            make_coverage(ROWS),
            territories=SQUARES,
            measure=Measure.COUNT,
            representation=Representation.CLASSES,
        )


def test_rates_never_get_circles() -> None:
    for measure in (Measure.RATIO, Measure.PER_10K):
        page = draw_coverage_map(make_real_coverage(), territories=list_territories(), measure=measure)
        assert "circles" not in {layer["type"] for layer in read_values(page)["layers"]}


def test_two_years_share_their_limits_when_told_to() -> None:
    years = (make_real_coverage(), make_coverage([make_row(t.code, 3) for t in list_territories()]))
    pages = [
        draw_coverage_map(
            answer, territories=list_territories(), measure=Measure.PER_10K, limits=(0.2, 0.4, 0.8)
        )
        for answer in years
    ]
    for page in pages:
        words = PageReader(page).text
        assert "0,8 ou plus" in words
        assert "limites données" in words


def test_the_mel_is_outlined_whatever_the_level() -> None:
    page = draw_coverage_map(make_real_coverage(), territories=list_territories())
    assert read_layer(page, "areas")["outlined"] == ["200093201"]
    assert "Limite de la Métropole Européenne de Lille" in PageReader(page).text
    communes = list_territories(Level.COMMUNE)
    rows = [make_row(commune.code, 1) for commune in communes[:5]]
    fine = draw_coverage_map(make_coverage(rows, level=Level.COMMUNE), territories=communes)
    assert len(read_layer(fine, "areas")["outlined"]) == 95


def test_the_lead_says_what_the_map_proves() -> None:
    words = PageReader(draw_coverage_map(make_coverage(ROWS), territories=SQUARES)).text
    assert "Hors de la MEL se trouvent 60,0 % des acteurs et 80,0 % des habitants" in words
    assert "la différence est significative ; pour la parité, il y manque 20 acteurs." in words
    assert "Intervalle à 95 % de la part des acteurs : de 50,2 % à 69,1 %." in words
    assert "2 intercommunalités sur 4 n’ont aucun acteur ; le seul hasard en laisserait 1" in words
    assert "1 absence est significative (test d’un seul côté) : Territoire c." in words


def test_more_than_the_population_outside_is_said_too() -> None:
    answer = make_coverage(ROWS, outside=make_outside(share_low=0.85, share_high=0.99, gap=-12.2))
    words = PageReader(draw_coverage_map(answer, territories=SQUARES)).text
    assert "soit 12 acteurs de plus que la parité." in words


def test_what_chance_explains_is_never_told_as_a_lack() -> None:
    answer = make_coverage(ROWS, outside=make_outside(share_low=0.55, share_high=0.85, p_value=0.2))
    words = PageReader(draw_coverage_map(answer, territories=SQUARES)).text
    assert "la différence n'est pas significative." in words
    assert "manque" not in words


def test_another_base_than_the_inhabitants_is_named_everywhere() -> None:
    jobs = Denominator(
        name="emplois", unit="emplois de l'ESS", level=Level.EPCI, source="Essai", year=2024, total=400.0,
        territory_count=2,
    )  # fmt: skip
    rows = [make_row(code, count, base=200.0) for code, count in (("a", 2), ("b", 3))]
    answer = make_coverage(rows, denominator=jobs)
    for measure in (Measure.RATIO, Measure.PER_10K):
        page = draw_coverage_map(answer, territories=SQUARES, measure=measure)
        assert "10 000 habitants" not in PageReader(page).text
        lines = " ".join(" ".join(line) for line in read_layer(page, "areas")["lines"])
        assert "200 emplois de l'ESS" in lines
        assert "si leur nombre suivait le nombre d’emplois de l'ESS" in lines
        assert "population" not in lines


def test_another_territory_can_be_left_out() -> None:
    answer = make_coverage(ROWS, outside=make_outside(code="a", name="Territoire a"))
    page = draw_coverage_map(answer, territories=SQUARES)
    assert "Hors de « Territoire a »" in PageReader(page).text
    assert read_layer(page, "areas")["outlined"] == ["a"]


def test_an_empty_register_is_drawn_and_says_so() -> None:
    rows = [make_row(t.code, 0, per_10k=None, expected=None, ratio=None, ratio_low=None, ratio_high=None)
            for t in SQUARES]  # fmt: skip
    outside = make_outside(
        count_inside=0,
        count_outside=0,
        share_outside=None,
        share_low=None,
        share_high=None,
        ratio=None,
        gap=None,
    )
    answer = make_coverage(rows, outside=outside, totals=StatusCounts(), empty_expected_by_chance=None)
    for measure in Measure:
        words = PageReader(draw_coverage_map(answer, territories=SQUARES, measure=measure)).text
        assert "le registre ne compte pas encore d'acteur" in words
        assert "None" not in words
        assert "nan" not in words


def test_the_table_says_what_the_map_shows() -> None:
    page = draw_coverage_map(make_coverage(ROWS), territories=SQUARES, territory_url="/territoires/{code}")
    reader = PageReader(page)
    assert [row["data-code"] for row in reader.find("tr") if "data-code" in row] == ["a", "b", "c", "d"]
    assert "Absence significative" in reader.text
    assert "0,50 (intervalle : 0,00 à 1,40)" in reader.text
    assert "/territoires/a" in [link["href"] for link in reader.find("a")]


def test_a_table_of_communes_keeps_those_that_count() -> None:
    communes = list_territories(Level.COMMUNE)
    rows = [make_row(c.code, int(place < 30), name=c.name) for place, c in enumerate(communes)]
    page = draw_coverage_map(make_coverage(rows, level=Level.COMMUNE), territories=communes)
    reader = PageReader(page)
    assert len([row for row in reader.find("tr") if "data-code" in row]) == 30 <= TABLE_LIMIT
    assert "3 752 autres sont dans le fichier à télécharger" in reader.text


def test_a_reading_note_explains_one_territory() -> None:
    page = draw_coverage_map(make_coverage(ROWS), territories=SQUARES)
    assert "Lecture : « Territoire a » compte 2 acteurs, pour 4,0 attendus" in PageReader(page).text


@pytest.mark.parametrize(
    ("measure", "title"),
    [
        (Measure.RATIO, "Antennes observées et attendues, par intercommunalité : filière « Mobilité »"),
        (Measure.PER_10K, "Antennes pour 10 000 habitants, par intercommunalité : filière « Mobilité »"),
        (Measure.COUNT, "Nombre d’antennes, par intercommunalité : filière « Mobilité »"),
    ],
)
def test_a_title_says_what_is_shown(measure: Measure, title: str) -> None:
    answer = make_coverage(ROWS, kind=Kind.ANTENNE, sector="mobilite")
    page = draw_coverage_map(answer, territories=SQUARES, measure=measure, sectors=SECTORS)
    assert title in PageReader(page).text


def test_the_legend_gives_the_fixed_limits_of_the_ratio() -> None:
    words = PageReader(draw_coverage_map(make_coverage(ROWS), territories=SQUARES)).text
    assert len(RATIO_LIMITS) + 1 <= 9
    for label in (
        "moins de 0,5",
        "de 0,75 à moins de 1",
        "de 1 à moins de 1,33",
        "2 ou plus",
        "aucune présence",
    ):
        assert label in words

"""No text is cut, none runs over another, on any page, whatever the register holds."""

from __future__ import annotations

import re
from functools import cache

import pytest

from api.printing import (
    print_actors,
    print_board,
    print_coverage,
    print_near,
    print_network_kit,
    print_sector_kit,
    print_sheet,
    print_territory_kit,
)
from api.siting_pictures import print_siting
from data.questions import describe_register, describe_territory, study_coverage
from data.session import Register
from geo.position import Position
from geo.records import MEL_CODE, Kind, Level, Origin, Precision
from maps.measures import Measure
from maps.print.furniture import FICTIONAL_MARK
from maps.print.page import Page, find_faults
from maps.print.shapes import Disc
from tests.print.conftest import CROWD

LENS = Origin(position=Position(lon=2.8319, lat=50.4289), label="Lens (62)", precision=Precision.COMMUNE)
LENS_LIEVIN = "246200364"
# Every measure on the sample, the two ways to draw on the others.
_MEASURES = tuple(Measure)


@cache
def print_everything(register: Register) -> tuple[Page, ...]:
    """Print every kind of page, on the whole region and on two territories; once a register."""
    pages = [*print_board(register), *print_network_kit(register), *print_near(register, origin=LENS)]
    pages += print_near(register, origin=LENS, radius_m=5_000, kind=Kind.ACTOR)
    for measure in _MEASURES if describe_register(register).is_fictional else (Measure.RATIO, Measure.COUNT):
        pages += print_coverage(register, measure=measure)
    pages += print_coverage(register, level=Level.DEPARTEMENT, kind=Kind.PROJECT)
    pages += print_actors(register)
    pages += print_sector_kit(register, "reemploi")
    for code in (MEL_CODE, LENS_LIEVIN):
        pages += print_territory_kit(register, code)
        pages += print_actors(register, territory=code)
    return tuple(pages)


def read(page: Page) -> str:
    """Give the words of a page in one line."""
    return " ".join(words.text for words in page.words).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_sheets_of_the_92_epci_hold_all_they_say(sample_register: Register) -> None:
    epcis = sample_register.referential.territories(Level.EPCI)
    faults = {epci.name: find_faults(print_sheet(sample_register, epci.code)[0]) for epci in epcis}
    assert len(faults) == 92
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("name", ["sample_register", "empty_register", "crowded_register"])
def test_every_page_holds_all_it_says(name: str, request: pytest.FixtureRequest) -> None:
    pages = print_everything(request.getfixturevalue(name))
    assert {page.title: faults for page in pages if (faults := find_faults(page))} == {}


def test_the_map_of_a_choice_of_antennes_says_who_is_gained_and_how_times_are_known(
    sample_register: Register,
) -> None:
    (page,) = print_siting(sample_register, communes=["59392"])
    assert find_faults(page) == []
    text = read(page)
    assert "Une antenne à Maubeuge : qui serait rapproché ?" in text
    assert "Rapprochée par ce choix" in text
    assert "Temps estimés à partir de la distance à vol d’oiseau" in text.replace("'", "’")
    assert "Lecture :" in text


@pytest.mark.parametrize("code", ["59", "3215", "62498"])
def test_other_levels_have_their_sheet(sample_register: Register, code: str) -> None:
    if sample_register.referential.find(code) is None:
        pytest.skip(f"no territory {code}")
    (page,) = print_sheet(sample_register, code)
    assert find_faults(page) == []


def test_a_sheet_says_how_its_times_are_known_and_gives_no_empty_interval(sample_register: Register) -> None:
    for epci in sample_register.referential.territories(Level.EPCI):
        text = read(print_sheet(sample_register, epci.code)[0])
        assert "Temps estimés à partir de la distance à vol d’oiseau." in text
        for low, high in re.findall(r"\(entre (\d+) % et (\d+) %, à vol d’oiseau\)", text):
            assert low != high, epci.name


def test_a_small_commune_is_a_dot_in_the_region_on_its_sheet(sample_register: Register) -> None:
    def count_dots(code: str) -> int:
        (page,) = print_sheet(sample_register, code)
        upper = [shape for shape in page.shapes if isinstance(shape, Disc) and shape.y < 50 and shape.x > 160]
        return len(upper)

    assert count_dots("59350") == 1
    assert count_dots(MEL_CODE) == 0


def test_paper_has_one_kind_of_apostrophe(sample_register: Register) -> None:
    for page in print_everything(sample_register):
        assert "'" not in read(page), page.title


def test_a_fictional_register_says_so_on_every_page(
    sample_register: Register, crowded_register: Register
) -> None:
    assert all(FICTIONAL_MARK in read(page) for page in print_everything(sample_register))
    assert not any(FICTIONAL_MARK in read(page) for page in print_board(crowded_register))


def test_what_does_not_fit_is_counted(crowded_register: Register) -> None:
    (page,) = print_sheet(crowded_register, MEL_CODE)
    text = read(page)
    listed = text.count("n° ") + text.count("réparation…") + text.count("circulaire et…")
    assert "… et " in text
    sheet = describe_territory(crowded_register, MEL_CODE)
    others = int(text.split("… et ")[-1].split(" autre")[0].replace(" ", ""))
    assert others > CROWD / 4
    assert others < max(sheet.presence_count, len(sheet.presences))
    assert listed >= 0


def test_an_empty_register_claims_nothing(empty_register: Register) -> None:
    for page in print_everything(empty_register):
        text = read(page)
        assert "la différence est significative" not in text
        assert "significativement" not in text


def test_a_sector_is_called_packed_on_paper_only_where_the_page_calls_it_so(
    sample_register: Register,
) -> None:
    tables = study_coverage(sample_register).sectors
    assert tables is not None
    q_values = dict(zip([each.code for each in tables.sectors], tables.reach_q_values, strict=True))
    # One at a time its test is under 5 %: corrected for the twelve sectors, it is not.
    for code in ("alimentation", "numerique"):
        q_value = q_values[code]
        assert q_value is not None
        assert q_value > 0.05
        text = read(print_sector_kit(sample_register, code)[0])
        assert "la différence n’est pas significative" in text
        assert "regroupée" not in text


def test_every_page_has_source_date_and_contours(sample_register: Register) -> None:
    for page in print_everything(sample_register):
        text = read(page)
        assert "Source : registre de l’Apes" in text
        assert "Données au 12 mars 2026" in text
        assert "IGN" in text


def test_every_map_has_its_scale_its_projection_and_its_reading(sample_register: Register) -> None:
    for page in [*print_coverage(sample_register), *print_actors(sample_register)]:
        text = read(page)
        assert "Lecture :" in text
        assert "Lambert-93" in text
        assert " km" in text


def test_only_public_presences_are_printed(sample_register: Register) -> None:
    (page,) = print_sheet(sample_register, MEL_CODE)
    sheet = describe_territory(sample_register, MEL_CODE)
    names = {presence.name for presence in sheet.presences}
    assert names
    assert "@" not in read(page)

from __future__ import annotations

import pytest

from geo.geocoding.answer import AddressQuery
from geo.geocoding.geocoder import write_address
from geo.geocoding.parse import MAX_CHARACTERS, parse_address
from geo.geocoding.readings import read_streets


def read(text: str) -> list[tuple[str, str]]:
    """Give the number and the street of every reading, likeliest first."""
    return [
        (str(r.number or ""), " ".join(r.words))
        for r in read_streets(parse_address(AddressQuery(text=text)), None)
    ]


@pytest.mark.parametrize(
    ("text", "number", "street"),
    [
        ("12 rue du 8 mai 1945", "12", "rue du 8 mai 1945"),
        ("rue du 8 mai 1945", "", "rue du 8 mai 1945"),
        ("1 bis, route de Socx", "1 bis", "route de socx"),
        ("14BIS Ruelle de la Frête", "14 bis", "ruelle de la frete"),
        ("12 B rue Foch", "12 b", "rue foch"),
        ("63-65, boulevard Clocheville", "63", "boulevard clocheville"),
        ("12 à 14 rue du Bois", "12", "rue du bois"),
        ("12/14 rue du Moulin", "12", "rue du moulin"),
        ("10, la Place", "10", "la place"),
        ("n° 12 rue Foch", "12", "rue foch"),
        ("Centre communal d'action sociale 6, rue Gambetta", "6", "rue gambetta"),
        ("Hôtel de Ville 89, rue du Général-Leclerc BP 1", "89", "rue du general leclerc"),
        ("Maison des associations, bâtiment B, 12 rue Foch", "12", "rue foch"),
        ("877 LE PETIT WANDIN", "877", "le petit wandin"),
        ("7 Grand'Rue", "7", "grand rue"),
        ("5 d'Artagnan", "5", "d artagnan"),
        ("11 Route départementale 201", "11", "route departementale 201"),
    ],
)
def test_the_likeliest_reading_is_the_street(text: str, number: str, street: str) -> None:
    assert read(text)[0] == (number, street)


@pytest.mark.parametrize("text", ["rue Gambetta 6", "Rue Gambetta, 6"])
def test_a_number_after_the_street_is_a_reading_too(text: str) -> None:
    assert ("6", "rue gambetta") in read(text)


@pytest.mark.parametrize(
    "noise",
    [
        "BP 30", "B.P. n° 12", "CS 10 032", "TSA 40001", "CEDEX 9", "3e étage", "2ème étage gauche", "RDC",
        "porte B", "appt 12", "bâtiment C", "tél. 03 20 00 00 00", "03.20.00.00.00", "contact@apes.fr", "https://apes.fr/lens",
        "SIRET 837 914 033 00012", "(France)", "hall 2",
    ],
)  # fmt: skip
def test_noise_leaves_nothing_behind(noise: str) -> None:
    written = write_address(AddressQuery(text=f"12 rue Foch, {noise}, 62300 Lens"))
    assert written == "12 rue foch 62300 lens"


@pytest.mark.parametrize(
    "street", ["rue de la Porte d'Arras", "place de la Porte Rouge", "rue du Hall", "rue de France"]
)
def test_streets_that_sound_like_noise_stay(street: str) -> None:
    words = parse_address(AddressQuery(text=f"3 {street}, 62000 Arras")).words
    assert len(words) == len(street.replace("'", " ").split()) + 4


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("12 rue Foch 59 000 Lille", "59000"),
        ("68 rue eloy59133 phalempin", "59133"),
        ("F-59000 Lille", "59000"),
    ],
)
def test_postcodes_are_found_however_they_are_written(text: str, postcode: str) -> None:
    parsed = parse_address(AddressQuery(text=text))
    assert [parsed.words[i] for i in parsed.postcodes] == [postcode]


@pytest.mark.parametrize("written", ["2840", "2840.0", "02840", " 02840 "])
def test_the_zero_that_a_spreadsheet_took_is_given_back(written: str) -> None:
    parsed = parse_address(AddressQuery(postcode=written, city="Athies-sous-Laon"))
    assert parsed.words[0] == "02840"


def test_long_input_is_cut_and_said() -> None:
    parsed = parse_address(AddressQuery(text="rue " * 5_000))
    assert parsed.is_truncated
    assert len(" ".join(parsed.words)) <= MAX_CHARACTERS


def test_the_declared_city_is_known_as_such() -> None:
    parsed = parse_address(AddressQuery(street="12 rue de Lille", postcode="59100", city="ROUBAIX CEDEX 1"))
    assert parsed.city_span is not None
    assert parsed.words[slice(*parsed.city_span)] == ["roubaix"]
    assert parsed.has_cedex

"""Cells are read as French lists write them; what cannot be read is said, and never raises."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intake.addresses import read_pair
from data.intake.dates import read_date
from data.intake.identifiers import has_luhn_key, is_siret, read_rna, read_siret
from data.intake.values import (
    Reading,
    read_amount,
    read_kind,
    read_radius_m,
    read_visibility,
    read_website,
)
from data.intake.zones import ZoneBook
from geo.records import Kind, Visibility
from geo.territories import Referential

DAYS = st.dates(min_value=date(1971, 1, 1), max_value=date(2069, 12, 31))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("00000000000000", "SIRET fictif"),
        ("39911508800012", "SIRET invalide (clé de contrôle)"),
        ("399115088", "SIREN (9 chiffres) au lieu d'un SIRET (14)"),
        ("3,99115E+13", "SIRET abîmé par le tableur"),
        ("en cours", "SIRET illisible"),
        ("123", "SIRET invalide (3 chiffres au lieu de 14)"),
    ],
)
def test_a_siret_that_is_none_identifies_nobody(text: str, what: str) -> None:
    reading = read_siret(text)

    assert reading.value is None
    assert reading.what is not None
    assert reading.what.startswith(what)
    assert reading.what.endswith("non utilisé pour identifier la ligne")


def test_the_sirets_of_la_poste_follow_their_own_rule() -> None:
    assert is_siret("35600000000048")
    assert is_siret("35600000049837")
    assert not has_luhn_key("35600000049837")
    assert not is_siret("35600000049830")


@given(st.integers(min_value=10**12, max_value=10**13 - 1))
def test_one_key_in_ten_closes_a_siret_and_a_wrong_digit_opens_it(body: int) -> None:
    keys = [key for key in range(10) if has_luhn_key(f"{body}{key}")]

    assert len(keys) == 1
    siret = f"{body}{keys[0]}"
    for place in range(14):
        wrong = f"{siret[:place]}{(int(siret[place]) + 1) % 10}{siret[place + 1 :]}"
        assert not has_luhn_key(wrong)


def test_zeros_that_a_spreadsheet_took_from_a_siret_come_back() -> None:
    reading = read_siret("0021500400011")

    assert reading.value == "00021500400011"
    assert reading.what == "SIRET sans ses zéros de tête (perdus par un tableur) : ils sont remis"


def test_an_rna_is_read_with_its_spaces() -> None:
    assert read_rna(" W 595 001 234 ").value == "W595001234"
    assert read_rna("595001234").value is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-12", "2026-03-12"),
        ("2026-03-12T10:00:00+01:00", "2026-03-12"),
        ("2026-03-12 10:00:00", "2026-03-12"),
        ("12/03/2026", "2026-03-12"),
        ("12/03/2026 10:30", "2026-03-12"),
        ("1-3-2026", "2026-03-01"),
        ("12.03.26", "2026-03-12"),
        ("12/03/98", "1998-03-12"),
        ("jeudi 12 mars 2026", "2026-03-12"),
        ("1er août 2026", "2026-08-01"),
        ("le 3 févr. 2024", "2024-02-03"),
        ("20260312", "2026-03-12"),
        ("2026/03/12", "2026-03-12"),
        ("46093", "2026-03-12"),
        ("03/2026", "2026-03-01"),
        ("mars 2026", "2026-03-01"),
        ("2026", "2026-01-01"),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, expected: str) -> None:
    assert str(read_date(text).value) == expected


@pytest.mark.parametrize(
    "text", ["31/02/2026", "03/25/2026", "au printemps", "0/0/0000", "99999999", "12/2026/03"]
)
def test_no_date_is_guessed(text: str) -> None:
    assert read_date(text) == Reading(None, "Date illisible : conservée telle quelle, non utilisée")


@given(DAYS)
def test_every_day_is_read_back_from_every_form(day: date) -> None:
    forms = [day.isoformat(), day.strftime("%d/%m/%Y"), day.strftime("%d.%m.%y"), day.strftime("%Y%m%d")]

    assert {read_date(form).value for form in forms} == {day}


@pytest.mark.parametrize(
    ("text", "euros"),
    [
        ("12 500 €", 12_500),
        ("12\u202f500,50 €", 12_500.5),
        ("12.500,50", 12_500.5),
        ("12,500.50", 12_500.5),
        ("1.250.000", 1_250_000),
        ("22555.73", 22_555.73),
        ("21254", 21_254),
        ("12,5 k€", 12_500),
        ("1,2 M€", 1_200_000),
        ("300 euros", 300),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_they_are_written(text: str, euros: float) -> None:
    assert read_amount(text).value == pytest.approx(euros)


@pytest.mark.parametrize("text", ["environ 3", "-12", "12 à 15 k€", "gratuit"])
def test_an_amount_that_is_none_is_said(text: str) -> None:
    assert read_amount(text) == Reading(None, "Montant illisible : conservé tel quel, non repris en chiffres")


@pytest.mark.parametrize("text", ["9" * 400, "9" * 16, "9999999999 M€"])
def test_an_amount_that_nothing_can_count_is_said(text: str) -> None:
    assert read_amount(text).value is None
    assert str(read_amount(text).what).startswith("Montant impossible")


@pytest.mark.parametrize("text", ["9" * 400, "100000 km"])
def test_a_radius_wider_than_the_earth_is_said(text: str) -> None:
    assert read_radius_m(text) == (None, "Rayon impossible : conservé tel quel, non utilisé")


def test_kinds_are_read_in_french_and_english() -> None:
    words = {
        Kind.ACTOR: ["Acteur", "ADHÉRENTS", "actor"],
        Kind.PROJECT: ["Projet", "projects"],
        Kind.EVENT: ["Événement", "évènements", "Temps fort", "temps forts", "event"],
        Kind.ANTENNE: ["Antenne", "antennes"],
        Kind.AMBASSADOR: ["Ambassadeur", "ambassadrices", "Ambassadeur·rice", "Ambassadeur/Ambassadrice"],
    }

    assert {word: read_kind(word).value for kind in words for word in words[kind]} == {
        word: kind for kind in words for word in words[kind]
    }
    assert read_kind("SARL").value is None


def test_an_unknown_visibility_is_shown_to_the_staff_only() -> None:
    assert read_visibility("membres").value is Visibility.MEMBERS
    reading = read_visibility("à voir avec Paul")
    assert reading.value is Visibility.STAFF
    assert reading.what is not None


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("www.apes-hdf.org", "https://www.apes-hdf.org"),
        ("http://a.fr/page?x=1", "http://a.fr/page?x=1"),
        ("a.fr ; b.fr", "https://a.fr"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("bientôt", None),
        ("contact@a.fr", None),
    ],
)
def test_only_addresses_of_sites_become_links(text: str, site: str | None) -> None:
    assert read_website(text).value == site


@given(st.text(max_size=40))
def test_no_cell_raises(text: str) -> None:
    for read in (
        read_siret,
        read_rna,
        read_date,
        read_amount,
        read_kind,
        read_visibility,
        read_website,
        read_radius_m,
    ):
        reading = read(text)
        assert reading.what is None or reading.what[0].isupper()
    read_pair(text)


def test_pairs_of_coordinates_are_put_in_order() -> None:
    lens = ("2.83", "50.43")
    assert [
        read_pair(text) for text in ("50.43,2.83", "2.83 50.43", "[2.83, 50.43]", "POINT (2.83 50.43)")
    ] == [lens] * 4
    assert read_pair("50,43 ; 2,83") == ("2,83", "50,43")
    assert read_pair("Lens") is None


def test_zones_are_read_as_codes(referential: Referential) -> None:
    zones = ZoneBook(referential)

    assert zones.read("59 ; 62").codes == ("59", "62")
    assert zones.read("Nord, Pas-de-Calais et Somme").codes == ("59", "62", "80")
    assert zones.read("MEL").codes == ("200093201",)
    assert zones.read("Hauts-de-France").codes == ("32",)
    assert zones.read("62498").codes == ("62498",)
    assert zones.read("Lens, rayon inconnu").unknown == ("rayon inconnu",)
    assert zones.read("30 km").radius_m == 30_000
    assert zones.read("").codes == ()

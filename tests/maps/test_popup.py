"""Text of any origin becomes printable lines; links are web addresses or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.records import Precision
from maps.popup import clean_link, clean_text, describe_presence, label_sectors, render
from tests.maps.builders import PAYLOADS, SECTORS, make_presence


@given(st.text())
def test_cleaned_text_is_one_printable_line_and_stays_so(text: str) -> None:
    cleaned = clean_text(text)
    assert "\n" not in cleaned
    assert "\u202e" not in cleaned
    assert cleaned == cleaned.strip()
    assert clean_text(cleaned) == cleaned
    cleaned.encode("utf-8")


@pytest.mark.parametrize("name", ["Café « L'Été » n° 5", "Œuvre & Cie", "Łódź 🌻"])
def test_ordinary_names_are_kept_whole(name: str) -> None:
    assert clean_text(name) == name


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//apes",
        "ftp://apes-hdf.org",
        "http://",
        "https://apes-hdf.org@mechant.example",
        "mailto:a@b.fr",
        "pas un lien",
        "http://[::1",
        None,
        "",
    ],
)
def test_what_is_no_web_address_is_no_link(link: str | None) -> None:
    assert clean_link(link) == ""


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://www.apes-hdf.org/page?x=1&y=2#z", "https://www.apes-hdf.org/page?x=1&y=2#z"),
        ("www.apes-hdf.org", "https://www.apes-hdf.org"),
        ("  apes-hdf.org/a b ", "https://apes-hdf.org/a%20b"),
        ("HTTP://APES-HDF.ORG", "HTTP://APES-HDF.ORG"),
    ],
)
def test_web_addresses_are_links(link: str, kept: str) -> None:
    assert clean_link(link) == kept


@pytest.mark.parametrize("payload", PAYLOADS)
def test_templates_escape_what_they_are_given(payload: str) -> None:
    written = str(render("search.html", map_id="carte", singular=payload, plural=payload))
    assert payload not in written or "<" not in payload


def test_a_card_says_that_a_presence_is_placed_at_its_commune_only() -> None:
    card = describe_presence(make_presence(precision=Precision.COMMUNE), label_sectors(SECTORS))
    assert card.is_town_level
    assert "mairie" in card.precision


def test_an_address_names_its_town_once() -> None:
    labels = label_sectors(SECTORS)
    apart = make_presence(address="3 rue de Lille", postcode="62300", city="LENS")
    whole = make_presence(address="3 rue de Lille 62300 Lens", postcode="62300", city="LENS")
    assert describe_presence(apart, labels).address == "3 rue de Lille, 62300 LENS"
    assert describe_presence(whole, labels).address == "3 rue de Lille 62300 Lens"


def test_a_presence_without_name_says_so() -> None:
    assert describe_presence(make_presence(name="\u200b \n"), {}).name == "Sans nom"

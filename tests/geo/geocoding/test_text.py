from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reference import load_referential
from geo.geocoding.text import fold, join_names, join_words, normalise, repair_mojibake, split_words


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Nœux-les-Mines", "NOEUX LES MINES"),
        ("L’Étoile", "l'etoile"),
        ("LETOILE", "L Etoile"),
        ("St-André-lez-Lille", "SAINT ANDRE LES LILLE"),
        ("Ste Marie Kerque", "Sainte-Marie-Kerque"),
        ("Boulogne s/ Mer", "Boulogne-sur-Mer"),
        ("12 bd du Gal Leclerc", "12, Boulevard du Général-Leclerc"),
        ("R. du 1er mai", "rue du premier mai"),
        ("rue du huit mai 1945", "Rue du 8 Mai 1945"),
        ("3 r de Lille", "3 rue de Lille"),
        ("E\u0301glise", "Église"),
        ("Val\u00adenciennes\u200b", "Valenciennes"),
        ("145ème Régiment", "145e regiment"),
    ],
)
def test_what_is_written_two_ways_is_one(written: str, meant: str) -> None:
    assert join_words(split_words(written)).replace(",", "") == join_words(split_words(meant)).replace(
        ",", ""
    )


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize(
    "text", ["Château-l'Abbaye", "Nœux-les-Mines", "Marœuil, 3 rue de l’Église", "Quaëdypre"]
)
def test_utf8_read_as_latin1_is_repaired(text: str, encoding: str) -> None:
    broken = text.encode().decode(encoding, errors="replace")
    if "\ufffd" not in broken:
        assert repair_mojibake(broken) == text
    assert normalise(text.encode().decode("latin-1")) == normalise(text)


@pytest.mark.parametrize("text", ["L'ÉCOLE", "CITÉ’S", "Â", "100 °", "À L’ÂTRE", "Ångström"])
def test_what_was_not_broken_is_left_alone(text: str) -> None:
    assert repair_mojibake(text) == text


def test_boundaries_survive_and_hyphens_do_not_bound() -> None:
    words = split_words("Lille 1901 - 12, rue X (Saint-Omer)\n59000 Lille")
    assert words == ["lille", "1901", ",", "12", ",", "rue", "x", ",", "saint", "omer", ",", "59000", "lille"]


@given(st.text(max_size=80))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(
    st.lists(
        st.sampled_from(
            [
                "12",
                "1",
                "bis",
                "st",
                "r",
                "s/",
                "nd",
                "premier",
                "mai",
                "huit",
                ",",
                "-",
                "/",
                "é",
                "œ",
                "Ã©",
                "3e",
                "4ème",
                "l'",
                "av.",
                "59000",
            ]
        ),
        max_size=9,
    )
)
def test_normalising_twice_is_normalising_once_on_the_words_of_addresses(words: list[str]) -> None:
    once = normalise(" ".join(words))
    assert normalise(once) == once


@given(st.text(max_size=60))
def test_folding_leaves_plain_printable_text(text: str) -> None:
    assert all(character.isprintable() or character in "\n\r\t" for character in fold(text))
    assert fold(text).isascii()


def test_names_joined_in_bulk_are_those_joined_one_by_one() -> None:
    names = [alias.name for alias in load_referential().aliases]
    slow = [join_words(split_words(name)) for name in names]
    assert join_names(names) == slow

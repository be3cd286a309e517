"""However a home's address is written, in its cell or in a text, nothing public tells it."""

from __future__ import annotations

import pytest

from data.hiding.fields import show_presence
from data.hiding.places import find_telling, hide_in_link, hide_place, make_pattern
from geo.records import Kind, PlacementStatus, Presence, Visibility

CELLS = [
    "12 rue Victor Hugo",
    "Bâtiment C, 12 rue Victor Hugo",
    "Appt 3 - 12 rue Victor Hugo",
    "12 rue Victor Hugo, Lens",
    "12 rue Victor Hugo Lens",
    "12 rue Victor Hugo (2e étage)",
    "12 rue Victor Hugo, appt 4",
    "12 rue Victor Hugo 62300 Lens",
    "12 rue Victor Hugo\n62300 Lens",
    "chez Mme Fictive, 12 rue Victor Hugo",
    "Résidence les Lilas 12 rue Victor Hugo",
    "12, r. Victor-Hugo",
]
TEXTS = [
    "au 12 rue Victor Hugo",
    "12, rue V. Hugo",
    "12 RUE-VICTOR-HUGO",
    "12 bis, r. Victor Hugo",
    "rue Victor Hugo",
    "rue Hugo",
    "numéro 12 Victor Hugo",
    "https://un.example/12-rue-victor-hugo",
]


def read_hidden(cell: str, text: str, *, city: str = "Lens", commune: str = "Lens") -> str:
    true = {"address": cell, "postcode": "62300", "city": city}
    return hide_place(text, find_telling(true, ["L'Atelier", text], commune_name=commune), instead="…")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("text", TEXTS)
def test_no_way_to_write_a_cell_shows_its_street(cell: str, text: str) -> None:
    hidden = read_hidden(cell, f"Atelier, {text}, le mardi à Lens")
    assert "hugo" not in hidden.lower()
    assert hidden.startswith("Atelier, ")
    assert hidden.endswith(", le mardi à Lens")


@pytest.mark.parametrize(
    ("cell", "text", "secret"),
    [
        ("12 rue du Gal de Gaulle", "au 12 rue du Général de Gaulle", "Gaulle"),
        ("12 rue du Général de Gaulle", "au 12 r du Gal de Gaulle", "Gaulle"),
        ("12 rue Saint-Pierre", "au 12 rue St Pierre", "Pierre"),
        ("3 rue d'Ay", "au 3 rue d'Ay", "Ay"),
        ("3 rue des Œillets", "3 rue des Oeillets", "illets"),
        ("3 rue des Oeillets", "3 rue des Œillets", "illets"),
        ("3 rue de l’Église", "rue de l'Eglise", "glise"),
        ("12 bis, rue du 8 mai 1945", "au 12bis rue du Huit mai 1945", "1945"),
        ("Le Mesnil Fictif", "Ferme du Mesnil Fictif", "Mesnil"),
        ("rue du Parc", "3 rue du parc", "parc"),
    ],
)
def test_abbreviations_letters_and_hamlets_are_known(cell: str, text: str, secret: str) -> None:
    assert secret.lower() not in read_hidden(cell, text).lower()


@pytest.mark.parametrize(
    "text",
    [
        "GPS 50.4241, 2.8109",
        "50,42411 et 2,81092",
        "50°25'26.8\"N 2°48'39.2\"E",
        "Lambert 686123 7037123",
        "aussi au 14 avenue Jean Jaurès",
    ],
)
def test_a_point_or_any_numbered_street_is_hidden_in_what_is_said_of_a_home(text: str) -> None:
    hidden = read_hidden("", text)
    assert "…" in hidden
    assert not any(part in hidden for part in ("50.42", "50,42", "25'26", "7037123", "Jaurès"))


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("SIRET 12345678200010", "78200010"),
        ("Siret : 123 456 782 00010.", "00010"),
        ("SIREN 123.456.782", "782"),
        ("TVA FR 12 123456782", "456"),
        ("RNA W595001234, agréée", "W595"),
        ("au 03 20 11 11 11", "11 11"),
        ("au +33 (0)3.20.11.11.11", "11.11"),
        ("Venir : https://maps.app.goo.gl/AbC12dEf", "AbC12"),
        ("goo.gl/maps/AbC12", "AbC12"),
        ("w3w.co/maison.petite.verte", "maison"),
        ("///maison.petite.verte", "maison"),
        ("8FW4CRFV+2G Lens", "CRFV"),
    ],
)
def test_a_number_or_a_code_that_leads_to_an_address_is_hidden(text: str, secret: str) -> None:
    hidden = read_hidden("12 rue Victor Hugo", text)
    assert "…" in hidden
    assert secret not in hidden


@pytest.mark.parametrize(
    "text",
    [
        "12 cours de cuisine par an, 3 places de spectacle, 1.500 euros, 2,5 km",
        "Né en 2019 à Lens, rendez-vous place de la Mairie",
        "Une épicerie pour la paix, et 120 adhérents",
        "45 000 euros en 2024-2025, 1 200 repas, 3.500 livres, 12+12 places, C++",
        "",
    ],
)
def test_what_tells_nothing_is_left(text: str) -> None:
    assert read_hidden("3 rue de la Paix", text) == text


def test_an_associated_commune_is_hidden_and_the_commune_is_not() -> None:
    assert read_hidden("3 rue X", "À Lomme, près de Lille", city="Lomme", commune="Lille") == (
        "À …, près de Lille"
    )


def test_of_a_link_the_site_alone_is_left() -> None:
    telling = make_pattern("12 rue Victor Hugo", "62300", "Lens", commune_name="Lens")
    assert hide_in_link("https://un.example/agenda", telling) == "https://un.example/agenda"
    assert hide_in_link("https://un.example/%31%32-rue-victor-hugo", telling) == "https://un.example/"
    assert hide_in_link("https://12-rue-victor-hugo.example/agenda", telling) is None
    assert hide_in_link("un.example/rue-victor-hugo", telling) is None
    assert hide_in_link("https://annuaire.example/etablissement/12345678200010", telling) == (
        "https://annuaire.example/"
    )
    assert hide_in_link("https://maps.app.goo.gl/AbC12dEf", telling) is None


def test_a_shown_home_keeps_nothing_of_it_in_any_text() -> None:
    told = "12 rue Victor Hugo"
    home = Presence(
        id=1, kind=Kind.ACTOR, name=f"Atelier {told}", summary=told, stage=told, legal_form=told,
        website="https://un.example/12-rue-victor-hugo", partners=(told,), at_home=True,
        status=PlacementStatus.COMMUNE,
    )  # fmt: skip
    telling = make_pattern(told, "62300", "Lens", commune_name="Lens")
    shown = show_presence(home, {}, reader=Visibility.MEMBERS, telling=telling)
    assert "hugo" not in repr(shown).lower()

"""What may be shown of how to reach somebody: an office's number and address, never a person's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.hiding.contacts import find_landline, find_office_mail, hide_personal_contacts, is_office_mail
from data.hiding.fields import show_presence
from data.hiding.places import hide_place, make_pattern
from data.stored_values import write_search_text
from geo.records import Kind, PlacementStatus, Presence, Visibility


@pytest.mark.parametrize(
    "address",
    [
        "contact@gmail.com",
        "accueil@orange.fr",
        "asso@free.fr",
        "info@wanadoo.fr",
        "contact@yahoo.co.uk",
        "contact@laposte.net",
        "jeanne.petit@apes.example",
        "j.petit@apes.example",
        "jpetit@apes.example",
        "JEANNE_PETIT@APES.EXAMPLE",
        "contact",
        "",
    ],
)
def test_a_person_s_mailbox_is_not_an_office(address: str) -> None:
    assert not is_office_mail(address)
    assert find_office_mail(address) is None


@pytest.mark.parametrize(
    "address",
    ["contact@apes.example", "accueil.lens@apes.example", "epicerie@lens.example", "lacoop@lacoop.example"],
)
def test_an_office_is_one(address: str) -> None:
    assert find_office_mail(f"Écrire à {address}, merci") == address


MOBILES = [
    "06 12 34 56 78",
    "0712345678",
    "+33 6 12 34 56 78",
    "+33612345678",
    "0033 7 12 34 56 78",
    "06.12.34.56.78",
    "+33 (0)6 12 34 56 78",
    "+32 470 12 34 56",
    "06-12-34-56-78",
    "O6 12 34 56 78",
]


@pytest.mark.parametrize("number", MOBILES)
def test_a_mobile_is_nowhere(number: str) -> None:
    assert find_landline(number) is None
    assert find_landline(f"03 20 00 00 00 ou {number}") == "03 20 00 00 00"
    assert number not in hide_personal_contacts(f"Appelez Léa au {number} le matin.")


@pytest.mark.parametrize(
    "number", ["03 20 00 00 00", "+33 3 20 00 00 00", "09 70 00 00 00", "+32 56 12 34 56"]
)
def test_a_landline_is_shown(number: str) -> None:
    assert find_landline(number) == number
    assert hide_personal_contacts(f"Tél. {number}.") == f"Tél. {number}."


@given(st.text(max_size=80))
def test_any_text_is_read_and_hidden_once(text: str) -> None:
    find_landline(text)
    find_office_mail(text)
    once = hide_personal_contacts(text)
    assert hide_personal_contacts(once) == once


def make_presence(*, at_home: bool = False) -> Presence:
    return Presence(
        id=1,
        kind=Kind.ACTOR,
        name="Fictive (06 12 34 56 78)",
        status=PlacementStatus.PLACED,
        summary="Écrire à lea@gmail.com",
        website="https://www.fictive.example",
        email="contact@fictive.example",
        phone="03 20 00 00 00 / 06 12 34 56 78",
        siret="12345678200010",
        address="1 rue Publique",
        source_key="clé",
        partners=("Max 0612345678",),
        at_home=at_home,
    )


def test_each_reader_sees_what_is_for_him() -> None:
    asked = {"website": "staff", "siret": "members"}
    public, members, staff = (show_presence(make_presence(), asked, reader=reader) for reader in Visibility)
    assert (public.website, public.siret, public.source_key) == (None, None, "")
    assert (public.phone, public.email) == ("03 20 00 00 00", "contact@fictive.example")
    assert "06 12" not in public.name
    assert "gmail" not in public.summary
    assert "0612" not in public.partners[0]
    assert (members.website, members.siret) == (None, "12345678200010")
    assert members.phone == "03 20 00 00 00 / 06 12 34 56 78"
    assert staff == make_presence()


def test_at_home_everything_that_reaches_a_person_is_for_staff() -> None:
    public = show_presence(make_presence(at_home=True), {}, reader=Visibility.PUBLIC)
    assert (public.email, public.phone, public.siret) == (None, None, None)
    members = show_presence(make_presence(at_home=True), {}, reader=Visibility.MEMBERS)
    assert (members.email, members.phone, members.siret) == (None, None, None)
    assert "06 12" not in members.name
    staff = show_presence(make_presence(at_home=True), {}, reader=Visibility.STAFF)
    assert staff == make_presence(at_home=True)


def test_at_home_members_read_what_the_list_lets_them_read() -> None:
    said = {"email": "members", "phone": "staff"}
    public, members = (
        show_presence(make_presence(at_home=True), said, reader=reader)
        for reader in (Visibility.PUBLIC, Visibility.MEMBERS)
    )
    assert (public.email, public.phone) == (None, None)
    assert (members.email, members.phone) == ("contact@fictive.example", None)


@pytest.mark.parametrize(
    ("address", "text", "shown"),
    [
        ("3 rue des Secrets", "Permanence au 3, r. des secrets.", "Permanence au …."),
        ("12 bis avenue du Général Leclerc", "12bis av. Général-Leclerc, 2e étage", "…, 2e étage"),
        ("12 avenue Leclerc", "au 12 Leclerc, près de Leclerc", "au …, près de Leclerc"),
        ("Résidence des Églantiers Bleus 59160", "Aux eglantiers bleus (59160)", "Aux … (…)"),
        ("5 rue de la Gare", "Rendez-vous rue de la Gare, pas à la gare", "Rendez-vous …, pas à la gare"),
        ("", "Rien à taire", "Rien à taire"),
    ],
)
def test_the_words_of_an_address_are_found_however_they_are_written(
    address: str, text: str, shown: str
) -> None:
    pattern = make_pattern(address, None, None, commune_name="Lille")
    assert hide_place(text, pattern, instead="…") == shown


def test_a_search_by_name_compares_no_number_nor_address_of_a_person() -> None:
    true = {"at_home": True, "address": "3 rue des Secrets", "postcode": "59160", "city": "Lomme"}
    name = "Alix, 3 rue des Secrets à Lomme, 06 12 34 56 78"
    assert write_search_text(name, "Lille", true) == "alix a lille"
    assert write_search_text("Alix 06 12 34 56 78", None) == "alix"


def test_an_address_spelt_out_is_hidden_beside_one_that_is_not() -> None:
    text = "accueil@lens.example / jean.dupont [at] gmail.com / jean point dupont arobase free.fr"
    hidden = "(coordonnée non publiée)"
    assert hide_personal_contacts(text) == f"accueil@lens.example / {hidden} / {hidden}"

"""Which commune an address means, without any address base."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.reference import load_referential
from geo.geocoding.answer import AddressQuery, Reason
from geo.geocoding.geocoder import Geocoder
from geo.records import Level, PlacementStatus, Precision

LILLE, LENS, TOURCOING, AMIENS, DUNKERQUE = "59350", "62498", "59599", "80021", "59183"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12 rue de Lille 59200 Tourcoing", TOURCOING),
        ("59200 Tourcoing, 12 rue de Lille", TOURCOING),
        ("12 rue de Lille, Tourcoing (59200)", TOURCOING),
        ("12 rue de Rome, Amiens", AMIENS),
        ("12 RUE DE ROME AMIENS", AMIENS),
        ("12 rue du Petit Pont Amiens", AMIENS),
        ("12 rue Louis le Grand Amiens", AMIENS),
        ("Lille 1901, 40 rue de la Paix, 62300 Lens", LENS),
        ("Association Les Amis de Lille, 12 rue Foch 62300 LENS", LENS),
        ("12 rue Foch 62300 Lens - 3e étage, porte B, tél. 03 20 00 00 00", LENS),
        ("25, rue du 11-Novembre 62307 Lens Cedex", LENS),
        ("Mairie, 59453 LILLE CEDEX", LILLE),
        ("72 avenue de la République 59160 LOMME", LILLE),
        ("LOMME", LILLE),
        ("12 rue Foch Hellemmes", LILLE),
        ("12 rue de Mardyck 59640 Saint-Pol-sur-Mer", DUNKERQUE),
        ("2 rue Carnot 62170 Montreuil", "62588"),
        ("12 rue Foch, 80120 Rue", "80688"),
        ("12 rue Foch 59272 Don", "59670"),
        ("4 rue de l'Eglise 80400 HAM", "80410"),
        ("7 rue Principale 80190 Y", "80829"),
        ("12 rue Foch, Turcoing", TOURCOING),
        ("12 rue Foch 59200 Torcoing", TOURCOING),
        ("16 Rue Jean Bart Courcelles-lèq-Lens", "62249"),
        ("10 RUE FOCH NUX-LES-MINES", "62617"),
        ("ChÃ¢teau-l'Abbaye", "59144"),
        ("4 rue de la fourberie verton", "62849"),
        ("1 rue Claude Jean Lens", LENS),
        ("1 rue Saint-Jean Lens", LENS),
        ("2 rue Carnot, Montreuil (62)", "62588"),
    ],
)
def test_the_commune_is_found(geocoder: Geocoder, text: str, code: str) -> None:
    answer = geocoder.geocode(AddressQuery(text=text))
    assert answer.citycode == code, answer
    assert answer.status in (PlacementStatus.COMMUNE, PlacementStatus.PLACED)


@pytest.mark.parametrize(
    "text",
    [
        "1 place Bellecour, Lyon", "5 place Bellecour 69002 Lyon", "8 rue de Rivoli, Paris",
        "12 rue de Rome, Marseille", "7 rue de Lille 75007 Paris",
        "Association Les Amis de Lille, 14 rue de Dunkerque, 75010 Paris",
        "Grote Markt 1, 8000 Brugge, Belgique", "12 rue de Mons 7500 Tournai",
        "B-8500 Kortrijk, Doorniksestraat 12", "3 rue du Moulin, Mouscron", "Avenue Louise 54, Bruxelles",
        "6 rue de Paris 76260 Eu", "13001 Marseille", "BP 123, 76050 LE HAVRE CEDEX",
        "10 Downing Street, London, United Kingdom", "7 place d'Armes, Luxembourg",
        "16 rue Pasteur, Le Mans", "3 rue du Commerce 27140 Gisors", "Toulouse",
    ],
)  # fmt: skip
def test_what_lies_outside_is_refused(geocoder: Geocoder, text: str) -> None:
    answer = geocoder.geocode(AddressQuery(text=text))
    assert (answer.status, answer.citycode, answer.position) == (PlacementStatus.OUT_OF_REGION, None, None)
    assert Reason.OUT_OF_REGION in answer.reasons


@pytest.mark.parametrize(
    "text", ["307 rue du Beau Marais", "1 rue de la Belle Croix", "3 rue du Vieux Lille"]
)
def test_the_end_of_a_street_after_an_article_and_an_adjective_is_no_commune(
    geocoder: Geocoder, text: str
) -> None:
    assert geocoder.geocode(AddressQuery(text=text)).status is PlacementStatus.UNPLACED


def test_the_end_of_a_street_before_a_cedex_postcode_is_no_misspelt_commune(geocoder: Geocoder) -> None:
    hall = geocoder.geocode(AddressQuery(text="13 Rue Joliot-Curie 62968"))  # and not at Écurie
    assert (hall.citycode, hall.precision) == ("62525", Precision.HOUSENUMBER)
    assert geocoder.geocode(AddressQuery(text="12 rue Foch Turcoing 59999")).citycode == TOURCOING


@pytest.mark.parametrize("text", ["62760 Thièvres", "22 rue du Nulle-Part 62760 Thièvres", "THIEVRES 62760"])
def test_the_namesake_of_the_postcodes_own_departement_is_proposed_for_review(
    geocoder: Geocoder, text: str
) -> None:
    answer = geocoder.geocode(AddressQuery(text=text), explain=True)
    assert (answer.status, answer.precision) == (PlacementStatus.TO_REVIEW, Precision.COMMUNE)
    assert answer.citycode == "62814"
    assert Reason.AMBIGUOUS_COMMUNE in answer.reasons
    assert [candidate.citycode for candidate in answer.candidates] == ["62814", "80756"]
    assert "Thièvres (80756)" in next(step.outcome for step in answer.steps if step.name == "Choix")


@pytest.mark.parametrize(("text", "status"), [("Thièvres", "unplaced"), ("80560 Thièvres", "commune")])
def test_no_namesake_is_proposed_where_the_postcode_does_not_tell(
    geocoder: Geocoder, text: str, status: str
) -> None:
    answer = geocoder.geocode(AddressQuery(text=text))
    assert (answer.status, answer.citycode) == (status, "80756" if status == "commune" else None)


def test_a_postcode_of_several_communes_gives_candidates(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(text="28 Rue des Jardins 59440"))
    assert answer.status is PlacementStatus.UNPLACED
    assert Reason.AMBIGUOUS_COMMUNE in answer.reasons
    assert {c.citycode for c in answer.candidates} == set(load_referential().postcodes["59440"])
    assert sum(c.score for c in answer.candidates) == pytest.approx(1)


def test_a_postcode_of_one_commune_gives_it(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(text="37 Rue du Général Douay 59200"))
    assert answer.citycode == TOURCOING
    assert Reason.COMMUNE_FROM_POSTCODE in answer.reasons


@pytest.mark.parametrize(
    "text",
    [
        "20 rue Jean Moulin",
        "37 rue du Général Douay",
        "6 rue de l'Abbé Lemire",
        "432 rue du Sapin Vert",
        "rue de Lille",
    ],
)
def test_the_name_of_a_street_is_not_taken_for_a_commune(geocoder: Geocoder, text: str) -> None:
    answer = geocoder.geocode(AddressQuery(text=text))
    assert (answer.status, answer.citycode) == (PlacementStatus.UNPLACED, None), answer


def test_namesakes_are_candidates_until_the_postcode_parts_them(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(text="3 rue Haute, Fleury"))
    assert answer.citycode is None
    assert len([c for c in answer.candidates if c.label.endswith("Fleury")]) == 4
    assert geocoder.geocode(AddressQuery(text="3 rue Haute, 60240 Fleury")).citycode == "60239"


def test_a_village_here_does_not_pass_for_the_town_elsewhere(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(text="12 rue Foch, Castres"))
    assert answer.citycode is None
    assert [c.citycode for c in answer.candidates] == ["02142"]
    assert geocoder.geocode(AddressQuery(text="12 rue Foch, 02680 Castres")).citycode == "02142"


def test_a_wrong_postcode_is_said_and_the_name_kept(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(text="12 rue Foch 59113 Lille"))
    assert answer.citycode == LILLE
    assert Reason.POSTCODE_MISMATCH in answer.reasons
    assert answer.postcode in load_referential().postcodes_by_commune[LILLE]


def test_a_cedex_postcode_alone_decides_nothing(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(text="12 rue Foch 62307 CEDEX"))
    assert answer.citycode is None
    assert Reason.CEDEX in answer.reasons


def test_the_insee_code_beats_name_and_postcode(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(
        AddressQuery(street="12 rue Foch", postcode="59000", city="Lille", code_insee="62498")
    )
    assert answer.citycode == LENS
    assert {Reason.COMMUNE_FROM_INSEE, Reason.INSEE_MISMATCH} <= set(answer.reasons)


@pytest.mark.parametrize(("written", "today"), [("59355", LILLE), ("2408.0", "02408"), ("62764", "62764")])
def test_old_and_mangled_codes_lead_to_the_commune_of_today(
    geocoder: Geocoder, written: str, today: str
) -> None:
    assert geocoder.geocode(AddressQuery(street="rue Foch", code_insee=written)).citycode == today


def test_a_code_of_elsewhere_is_refused(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(street="12 rue Foch", code_insee="75107"))
    assert answer.status is PlacementStatus.OUT_OF_REGION


@pytest.mark.parametrize("text", ["", "   ", "-", "\u200b", "!?;:,", "\x00\x07"])
def test_nothing_is_an_answer_too(geocoder: Geocoder, text: str) -> None:
    answer = geocoder.geocode(AddressQuery(id="7", text=text))
    assert (answer.id, answer.status, answer.reasons) == ("7", PlacementStatus.UNPLACED, (Reason.EMPTY,))


def test_a_former_commune_is_placed_at_its_own_town_hall(geocoder: Geocoder) -> None:
    lomme, lille = (geocoder.geocode(AddressQuery(text=name)) for name in ("Lomme", "Lille"))
    assert lomme.citycode == lille.citycode == LILLE
    assert lomme.position != lille.position
    assert "Lomme" in lomme.label


def test_the_town_halls_own_address_is_known_by_street_and_number(geocoder: Geocoder) -> None:
    hall = load_referential().town_halls["62041"]
    at_number = geocoder.geocode(AddressQuery(text=f"{hall.housenumber} {hall.street} 62000 Arras"))
    assert (at_number.status, at_number.position) == (PlacementStatus.PLACED, hall.position)
    street_only = geocoder.geocode(AddressQuery(text=f"{hall.street} 62000 Arras"))
    assert street_only.precision is Precision.STREET
    assert Reason.NUMBER_MISSING in street_only.reasons


@pytest.mark.parametrize("text", ["Mairie, 62000 Arras", "Mairie d'Arras", "hôtel de ville 62000 Arras"])
def test_a_town_hall_called_by_its_name_is_placed_at_its_address(
    geocoder: Geocoder, street_geocoder: Geocoder, text: str
) -> None:
    hall = load_referential().town_halls["62041"]
    for each in (geocoder, street_geocoder):
        answer = each.geocode(AddressQuery(text=text))
        assert answer.street == hall.street
        assert answer.position == hall.position
        assert answer.status is PlacementStatus.PLACED


def test_the_town_hall_of_a_part_of_a_town_is_not_the_towns(geocoder: Geocoder) -> None:
    part, town = (geocoder.geocode(AddressQuery(text=f"Mairie de {name}")) for name in ("Hellemmes", "Lille"))
    assert part.citycode == town.citycode == "59350"
    assert part.precision is Precision.COMMUNE
    assert town.precision is not Precision.COMMUNE
    street = geocoder.geocode(AddressQuery(text="Rue de la Mairie, 59260 Hellemmes"))
    assert Reason.TOWN_HALL_ADDRESS not in street.reasons


def test_a_town_level_answer_is_never_passed_off_as_an_address(geocoder: Geocoder) -> None:
    answer = geocoder.geocode(AddressQuery(text="12 rue du Professeur Zyzlowski-Quarkfeld 62300 Lens"))
    assert (answer.status, answer.precision) == (PlacementStatus.COMMUNE, Precision.COMMUNE)
    assert (answer.street, answer.housenumber, answer.result_type) == ("", "", "municipality")
    assert Reason.NO_ADDRESS_BASE in answer.reasons


COMMUNES = load_referential().territories(Level.COMMUNE)
NOISE = (
    "BP 12",
    "3e étage",
    "porte B",
    "Bâtiment A",
    "(France)",
    "CS 40001",
    "tél. 03 21 00 00 00",
    "RDC",
    "Résidence du Parc",
)


@settings(max_examples=150)
@given(
    commune=st.sampled_from(COMMUNES),
    noise=st.lists(st.sampled_from(NOISE), max_size=3),
    swapped=st.booleans(),
    number=st.integers(1, 9_999),
)
def test_noise_never_moves_an_answer_when_postcode_and_city_agree(
    geocoder: Geocoder, commune: object, noise: list[str], number: int, *, swapped: bool
) -> None:
    assert hasattr(commune, "code")
    assert hasattr(commune, "name")
    postcode = load_referential().postcodes_by_commune[commune.code][0]
    city = f"{postcode} {commune.name}"
    street = f"{number} rue de Lille"
    parts = [city, street, *noise] if swapped else [*noise, street, city]
    answer = geocoder.geocode(AddressQuery(text=", ".join(parts)))
    assert answer.citycode == commune.code

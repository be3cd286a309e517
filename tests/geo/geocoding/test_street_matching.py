"""Streets and numbers matched on a small hand-made base."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.reference import load_referential
from geo.geocoding.addressbase import LocalAddresses, open_index
from geo.geocoding.addressbase.building import build_index
from geo.geocoding.answer import AddressQuery, Reason
from geo.geocoding.geocoder import Geocoder
from geo.position import Position
from geo.records import PlacementStatus, Precision
from tests.geo.geocoding.small_base import DOUAI, ELEU, LENS, LILLE, STREETS, point_of

EGLISE = "Rue de l'Église"


@pytest.mark.parametrize(
    ("text", "street", "number"),
    [
        ("12 rue de l'Église 62300 Lens", EGLISE, "12"),
        ("12 RUE DE L EGLISE 62300 LENS", EGLISE, "12"),
        ("62300 Lens, 12 rue de l'Eglise", EGLISE, "12"),
        ("12, r. de l'église - 62300 Lens (France)", EGLISE, "12"),
        ("12 rue de lEglise 62300 Lens", EGLISE, "12"),
        ("12 rue de l'Eglsie 62300 Lens", EGLISE, "12"),
        ("12 rue de l'Élgise 62300 Lense", EGLISE, "12"),
        ("4bis rue de l'Église 62300 Lens", EGLISE, "4 bis"),
        ("4 b rue de l'Église 62300 Lens", EGLISE, "4 bis"),
        ("4 rue de l'Église 62300 Lens", EGLISE, "4"),
        ("5 bd Emile-Basly 62300 Lens", "Boulevard Émile Basly", "5"),
        ("5 avenue Émile Basly 62300 Lens", "Boulevard Émile Basly", "5"),
        ("5 Émile Basly, Lens", "Boulevard Émile Basly", "5"),
        ("8 rue du huit mai 1945, Lens", "Rue du 8 Mai 1945", "8"),
        ("11 rue du 11-novembre-1918 62300 Lens", "Rue du 11 Novembre 1918", "11"),
        ("7 rue Fohc 62300 Lens", "Rue Foch", "7"),
        ("Maison des jeunes, 3 pl. Jean-Jaurès, bâtiment B, 62300 Lens", "Place Jean Jaurès", "3"),
        ("Centre social du Grand Lens 3 place Jean Jaurès 62300 LENS CEDEX", "Place Jean Jaurès", "3"),
        ("3 place Jean Jaurès résidence des Tilleuls 62300 Lens", "Place Jean Jaurès", "3"),
        ("20 avenue du Dr Calmette 62300 Lens", "Avenue du Docteur Calmette (prolongée)", "20"),
        (
            "20 avenue du Docteur Calmette (prolongée) 62300 Lens",
            "Avenue du Docteur Calmette (prolongée)",
            "20",
        ),
        ("rue Foch 7, 62300 Lens", "Rue Foch", "7"),
        ("7 rur Foch 62300 Lens", "Rue Foch", "7"),
        ("20 rue R. Salengro 62300 Lens", "Rue Roger Salengro", "20"),
        ("20 rue Salengro 62300 Lens", "Rue Roger Salengro", "20"),
        ("20E rue Roger Salengro 62300 Lens", "Rue Roger Salengro", "20"),
        ("2 rue P. Thorez 62300 Lens", "Rue Paul Thorez", "2"),
    ],
)
def test_the_street_and_the_number_are_found(
    street_geocoder: Geocoder, text: str, street: str, number: str
) -> None:
    answer = street_geocoder.geocode(AddressQuery(text=text))
    assert (answer.citycode, answer.street, answer.housenumber) == (LENS, street, number), answer
    assert (answer.status, answer.precision) == (PlacementStatus.PLACED, Precision.HOUSENUMBER)
    expected = point_of(LENS, street, number)
    assert answer.position is not None
    assert answer.position.lon_lat() == pytest.approx(expected.lon_lat(), abs=2e-6)
    assert answer.confidence >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "12 rue du Professeur Zyzlowski-Quarkfeld 62300 Lens",
        "12 rue de l'Écluse 62300 Lens",  # Douai has one: it is no misspelt Église
        "12 rue de la Mairie 62300 Lens",
        "8 rue du 18 mai 1945 62300 Lens",
        "11 rue du 11 novembre 1919 62300 Lens",
        "20 rue H. Salengro 62300 Lens",
        "20 rue du Vieux Salengro 62300 Lens",
        "Association Les Amis du Vélo 62300 Lens",
    ],
)
def test_a_street_that_the_commune_does_not_have_leads_to_the_commune_and_says_so(
    street_geocoder: Geocoder, text: str
) -> None:
    answer = street_geocoder.geocode(AddressQuery(text=text))
    assert (answer.citycode, answer.precision, answer.street) == (LENS, Precision.COMMUNE, ""), answer
    assert Reason.STREET_NOT_FOUND in answer.reasons
    assert answer.confidence < 0.9


def test_a_hamlet_that_has_the_number_is_proposed_to_a_person(street_geocoder: Geocoder) -> None:
    guess = street_geocoder.geocode(AddressQuery(text="307 rue du Beau Marais 59500 Douai"))
    assert (guess.citycode, guess.street, guess.housenumber) == (DOUAI, "Marais", "307")
    assert guess.status is PlacementStatus.TO_REVIEW
    # Without that number, nothing says that it is meant.
    for text in (
        "308 rue du Beau Marais 59500 Douai",
        "307 rue de Fleurs-Marais",
        "rue du Beau Marais Douai",
    ):
        assert street_geocoder.geocode(AddressQuery(text=text)).street != "Marais"


def test_an_unknown_suffix_is_placed_at_the_number_and_said(street_geocoder: Geocoder) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="12 ter rue de l'Église 62300 Lens"))
    assert (answer.housenumber, answer.precision) == ("12", Precision.HOUSENUMBER)
    assert Reason.SUFFIX_UNKNOWN in answer.reasons


def test_a_number_between_two_others_is_placed_between_them(street_geocoder: Geocoder) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="8 rue de l'Église 62300 Lens"))
    assert (answer.housenumber, answer.precision) == ("8", Precision.INTERPOLATED)
    assert Reason.NUMBER_INTERPOLATED in answer.reasons
    six, ten = point_of(LENS, EGLISE, "6"), point_of(LENS, EGLISE, "10")
    assert answer.position is not None
    assert six.lon < answer.position.lon < ten.lon


def test_a_number_far_from_all_others_is_placed_in_the_middle_of_the_street(
    street_geocoder: Geocoder,
) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="4000 boulevard Basly Emile 62300 Lens"))
    assert answer.precision is Precision.COMMUNE
    answer = street_geocoder.geocode(AddressQuery(text="4000 boulevard Émile Basly 62300 Lens"))
    assert (answer.precision, answer.housenumber) == (Precision.STREET, "")
    assert Reason.NUMBER_UNKNOWN in answer.reasons


def test_without_number_the_street_is_the_answer(street_geocoder: Geocoder) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="boulevard Émile Basly, Lens"))
    assert (answer.precision, answer.result_type) == (Precision.STREET, "street")
    assert Reason.NUMBER_MISSING in answer.reasons


def test_a_named_place_without_numbers_is_a_locality(street_geocoder: Geocoder) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="Cité des Fleurs, 62300 Lens"))
    assert (answer.precision, answer.result_type) == (Precision.LOCALITY, "locality")


def test_the_number_tells_two_communes_of_one_postcode_apart(street_geocoder: Geocoder) -> None:
    assert street_geocoder.geocode(AddressQuery(text="12 rue de l'Église 62300")).citycode == LENS
    assert street_geocoder.geocode(AddressQuery(text="20 rue de l'Église 62300")).citycode == ELEU
    assert street_geocoder.geocode(AddressQuery(text="15 rue des Mineurs 62300")).citycode == ELEU


def test_the_same_address_in_two_communes_of_one_postcode_is_ambiguous(street_geocoder: Geocoder) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="2 rue de l'Église 62300"))
    assert answer.status is PlacementStatus.TO_REVIEW
    assert Reason.AMBIGUOUS_COMMUNE in answer.reasons
    assert {candidate.citycode for candidate in answer.candidates} == {LENS, ELEU}
    assert answer.confidence < 0.8


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("10 rue Faidherbe 59160 Lomme", "59160"),
        ("10 rue Faidherbe Lomme", "59160"),
        ("10 rue Faidherbe 59000 Lille", "59000"),
        ("10 rue Faidherbe 59160 Lille", "59160"),
    ],
)
def test_the_former_commune_and_the_postcode_tell_two_streets_of_one_name_apart(
    street_geocoder: Geocoder, text: str, postcode: str
) -> None:
    answer = street_geocoder.geocode(AddressQuery(text=text))
    assert (answer.citycode, answer.postcode, answer.status) == (LILLE, postcode, PlacementStatus.PLACED)


def test_two_streets_of_one_name_that_nothing_tells_apart_are_to_review(street_geocoder: Geocoder) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="10 rue Faidherbe, Lille"))
    assert Reason.AMBIGUOUS_STREET in answer.reasons
    assert answer.status is PlacementStatus.TO_REVIEW


@pytest.mark.parametrize("text", ["9 rue Héloïse 59500 Douai", "3 rue des Tribunaux 59500 Douai"])
def test_a_street_that_the_base_lacks_is_not_its_nearest_name(street_geocoder: Geocoder, text: str) -> None:
    answer = street_geocoder.geocode(AddressQuery(text=text))
    assert (answer.precision, answer.status) == (Precision.COMMUNE, PlacementStatus.COMMUNE), answer.label
    assert Reason.STREET_NOT_FOUND in answer.reasons


@pytest.mark.parametrize(
    ("text", "street", "status"),
    [
        ("8 rue Nicolas Leblanc 59500 Douai", "Rue Nicolas de Lancy", PlacementStatus.TO_REVIEW),
        ("15 rue de Bavay 59500 Douai", "Rue de Patay", PlacementStatus.TO_REVIEW),
        ("21 rue Mareschal Leclerc 59500 Douai", "Rue du Maréchal Leclerc", PlacementStatus.PLACED),
        ("9 rue de l'Oei 59500 Douai", "Rue de l'Oie", PlacementStatus.PLACED),
    ],
)
def test_a_name_that_is_rather_another_is_left_to_a_person(
    street_geocoder: Geocoder, text: str, street: str, status: PlacementStatus
) -> None:
    answer = street_geocoder.geocode(AddressQuery(text=text))
    assert (answer.street, answer.status) == (street, status)
    assert Reason.STREET_FUZZY in answer.reasons


def test_a_street_known_in_one_commune_decides_between_misspelt_names(street_geocoder: Geocoder) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="5 rue de l'Écluse, Douay"))
    assert answer.citycode == DOUAI


def test_without_commune_the_street_is_looked_for_around_a_point(street_geocoder: Geocoder) -> None:
    alone = street_geocoder.geocode(AddressQuery(text="20 rue Roger Salengro"))
    assert alone.status is PlacementStatus.UNPLACED
    around = AddressQuery(text="20 rue Roger Salengro", near=Position(lon=2.80, lat=50.42))
    answer = street_geocoder.geocode(around)
    assert (answer.citycode, answer.street) == (LENS, "Rue Roger Salengro")
    assert Reason.COMMUNE_NEAR in answer.reasons
    far = AddressQuery(text="20 rue Roger Salengro", near=Position(lon=4.0, lat=49.6))
    assert street_geocoder.geocode(far).citycode is None


def test_around_a_point_the_end_of_a_street_is_rather_no_far_commune(street_geocoder: Geocoder) -> None:
    text, near_lens = "141 boulevard Jean de la Fontaine", Position(lon=2.8319, lat=50.4489)
    answer = street_geocoder.geocode(AddressQuery(text=text, near=near_lens))
    assert (answer.citycode, answer.housenumber) == (LENS, "141")
    marsh = street_geocoder.geocode(AddressQuery(text="307 rue du Beau Marais", near=near_lens))
    assert LENS in {candidate.citycode for candidate in marsh.candidates}  # and not Aux Marais, in the Oise
    alone = street_geocoder.geocode(AddressQuery(text="Hazebrouck", near=near_lens))
    assert alone.city == "Hazebrouck"


@pytest.mark.parametrize("commune", [ELEU, LENS])
@pytest.mark.parametrize("postcode", ["", " 62300"])
def test_of_two_streets_of_one_name_the_one_beside_the_point_is_meant(
    street_geocoder: Geocoder, commune: str, postcode: str
) -> None:
    door = point_of(commune, EGLISE, "2")
    answer = street_geocoder.geocode(AddressQuery(text=f"2 rue de l'Église{postcode}", near=door))
    assert (answer.status, answer.citycode, answer.position) == (PlacementStatus.PLACED, commune, door)
    assert not answer.candidates


def test_a_point_near_by_never_beats_a_named_commune(street_geocoder: Geocoder) -> None:
    text = "12 rue de l'Église 62300 Lens"
    answer = street_geocoder.geocode(AddressQuery(text=text, near=Position(lon=3.06, lat=50.63)))
    assert answer.citycode == LENS
    named = AddressQuery(text="2 rue de l'Église Lens", near=point_of(ELEU, EGLISE, "2"))
    assert street_geocoder.geocode(named).citycode == LENS


def test_what_lies_outside_is_refused_though_the_street_is_here(street_geocoder: Geocoder) -> None:
    for text in ("12 rue de l'Église, Sens", "12 rue de l'Église 75011 Paris", "7 rue Foch, Mons"):
        answer = street_geocoder.geocode(AddressQuery(text=text))
        assert answer.citycode is None, text


def test_a_commune_without_addresses_still_has_its_town_hall(street_geocoder: Geocoder) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="6 place du Maréchal Foch 62000 Arras"))
    assert answer.citycode == "62041"
    assert answer.precision is not None
    hall = load_referential().town_halls["59009"]
    assert hall.street.lower() == "place salvador-allende"
    elsewhere = street_geocoder.geocode(AddressQuery(text="3 rue Salvador-Allende 59650 Villeneuve-d'Ascq"))
    assert (elsewhere.precision, elsewhere.street) == (Precision.COMMUNE, "")


def test_fields_are_as_good_as_one_line(street_geocoder: Geocoder) -> None:
    one = street_geocoder.geocode(AddressQuery(text="12 rue de l'Église 62300 Lens"))
    fields = street_geocoder.geocode(AddressQuery(street="12 rue de l'Église", postcode="62300", city="LENS"))
    code = street_geocoder.geocode(AddressQuery(street="12 rue de l'Église", code_insee=LENS))
    assert one.position == fields.position == code.position


@settings(max_examples=120)
@given(
    place=st.sampled_from(
        [(c, p, s, n) for c, _, p, s, _, numbers in STREETS for n in numbers if c != LILLE]
    ),
    edits=st.lists(st.tuples(st.integers(2, 40), st.sampled_from("aeirstn")), max_size=2),
    swapped=st.booleans(),
)
def test_no_misspelling_of_a_street_moves_it_to_another_commune(
    street_geocoder: Geocoder,
    place: tuple[str, str, str, str],
    edits: list[tuple[int, str]],
    *,
    swapped: bool,
) -> None:
    code, postcode, street, number = place
    for place_of_edit, letter in edits:
        at = place_of_edit % len(street)
        street = street[:at] + letter + street[at + 1 :]
    city = {LENS: "Lens", ELEU: "Éleu-dit-Leauwette", DOUAI: "Douai"}[code]
    line = f"{postcode} {city}, {number} {street}" if swapped else f"{number} {street} {postcode} {city}"
    assert street_geocoder.geocode(AddressQuery(text=line)).citycode == code


@settings(max_examples=150)
@given(st.text(max_size=80))
def test_any_text_gets_one_answer_from_the_base_too(street_geocoder: Geocoder, text: str) -> None:
    answer = street_geocoder.geocode(AddressQuery(id="x", text=text), explain=True)
    assert answer.id == "x"
    assert (answer.position is None) == (answer.precision is None)


def test_the_provider_says_who_it_is(local: LocalAddresses) -> None:
    assert (local.name, local.is_exhaustive, local.is_remote) == ("local", True, False)
    assert local.version


def test_around_a_point_a_name_at_the_end_of_a_street_belongs_to_the_street(
    street_geocoder: Geocoder,
) -> None:
    near_lens = Position(lon=2.83, lat=50.43)
    query = AddressQuery(text="1 rue Maurice Thorez", near=near_lens)
    assert street_geocoder.geocode(query).citycode == LENS
    refused = AddressQuery(text="12 rue des Lilas, Marseille", near=near_lens)
    assert street_geocoder.geocode(refused).citycode is None


def test_a_street_that_the_named_town_lacks_is_found_in_the_town_of_nearly_that_name(
    street_geocoder: Geocoder,
) -> None:
    answer = street_geocoder.geocode(AddressQuery(text="50 rue Nationale Tillé"))
    assert (answer.citycode, answer.street, answer.housenumber) == (LILLE, "Rue Nationale", "50")
    assert answer.status is PlacementStatus.TO_REVIEW  # Tillé is a town too
    assert {candidate.label for candidate in answer.candidates} == {"59000 Lille", "60000 Tillé"}
    with_postcode = street_geocoder.geocode(AddressQuery(text="50 rue Nationale 60000 Tillé"))
    assert with_postcode.city == "Tillé"


def test_the_street_that_has_the_number_is_proposed_for_one_that_ends_far_from_it(tmp_path: Path) -> None:
    rows = [f"{number};;Rue de la Gare;62300;62498;2.83;50.43" for number in (1, 3, 5)]
    rows += [f"{number};;Avenue de la Gare;62300;62498;2.84;50.44" for number in (1, 99)]
    rows += ["2;;Place du Marché;62300;62498;2.82;50.42", "2;;Place Marché;62300;62498;2.86;50.46"]
    (tmp_path / "adresses-62.csv").write_text(
        "\n".join(["numero;rep;nom_voie;code_postal;code_insee;lon;lat", *rows, ""]), encoding="utf-8"
    )
    build_index(tmp_path, tmp_path / "i", referential=load_referential())
    geocoder = Geocoder(load_referential(), providers=[open_index(tmp_path / "i")])
    proposed = geocoder.geocode(AddressQuery(text="99 rue de la Gare 62300 Lens"))
    assert (proposed.street, proposed.housenumber) == ("Avenue de la Gare", "99")
    assert proposed.status is PlacementStatus.TO_REVIEW
    assert Reason.AMBIGUOUS_STREET in proposed.reasons
    assert geocoder.geocode(AddressQuery(text="3 rue de la Gare 62300 Lens")).street == "Rue de la Gare"
    # The spelling nearest to what is written wins where several streets have its core.
    assert geocoder.geocode(AddressQuery(text="2 place d Marché 62300 Lens")).street == "Place du Marché"


@pytest.mark.parametrize("street", ["Rue Zizine-et-des-Étages", "Petit Chemin des Augustines"])
def test_streets_whose_words_look_like_something_else_are_found(street: str, tmp_path: Path) -> None:
    (tmp_path / "adresses-62.csv").write_text(
        f"numero;rep;nom_voie;code_postal;code_insee;lon;lat\n4;;{street};62300;62498;2.83;50.43\n",
        encoding="utf-8",
    )
    build_index(tmp_path, tmp_path / "i", referential=load_referential())
    geocoder = Geocoder(load_referential(), providers=[open_index(tmp_path / "i")])
    for text in (f"4 {street}, 2e étage 62300 Lens", f"{street} 62300 Lens"):
        assert geocoder.geocode(AddressQuery(text=text)).street == street


@pytest.mark.parametrize(("name", "postcode"), [("Lomme", "59160"), ("Hellemmes", "59260")])
def test_an_associated_commune_keeps_its_own_postcode(
    name: str, postcode: str, street_geocoder: Geocoder
) -> None:
    answer = street_geocoder.geocode(AddressQuery(text=name))
    assert (answer.postcode, answer.citycode) == (postcode, LILLE)

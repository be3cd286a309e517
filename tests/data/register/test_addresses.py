"""What the register remembers of addresses, and how a typed place becomes an origin."""

from __future__ import annotations

import pytest

from data.address_memory import StoredAnswers, get_geocoder
from data.opening import open_register
from data.questions import correct_address, describe_register, find_origin, geocode
from data.session import Register
from geo.geocoding.answer import AddressQuery, Candidate, GeocodedAddress, Reason
from geo.position import Position
from geo.records import Origin, PlacementStatus, Precision

HERE = Position(lon=2.8300, lat=50.4300)


@pytest.mark.parametrize("text", ["50.4289, 2.8319", " 50,4289 2,8319 ", "50.4289;2.8319", "50.4289 2.8319"])
def test_a_latitude_and_longitude_are_an_origin(register: Register, text: str) -> None:
    origin = find_origin(register, text)
    assert isinstance(origin, Origin)
    assert origin.position == Position(lon=2.8319, lat=50.4289)
    assert origin.precision is Precision.GIVEN


def test_a_town_is_an_origin(register: Register) -> None:
    origin = find_origin(register, "Lens")
    assert isinstance(origin, Origin)
    assert origin.precision is Precision.COMMUNE
    assert "Lens" in origin.label


@pytest.mark.parametrize("text", ["", "   ", "nulle part du tout", "Marseille", "95.5, 200.5"])
def test_what_is_nowhere_in_the_region_says_why(register: Register, text: str) -> None:
    answer = find_origin(register, text)
    assert isinstance(answer, GeocodedAddress)
    assert answer.reasons


def test_a_persons_correction_of_an_address_is_used(register: Register) -> None:
    address = AddressQuery(text="12 rue Imaginaire 62300 Lens")
    assert geocode(register, address).precision is Precision.COMMUNE
    correct_address(register, address, HERE, who="Anne", why="vu sur place")
    answer = geocode(register, AddressQuery(text="12, R. IMAGINAIRE, 62300 LENS"))
    assert (answer.position, answer.status) == (HERE, PlacementStatus.PLACED)
    assert Reason.HUMAN_CORRECTION in answer.reasons
    elsewhere = Position(lon=2.8310, lat=50.4310)
    correct_address(register, address, elsewhere, who="Paul", why="erreur de rue")
    assert geocode(register, address).position == elsewhere


def test_another_process_correction_is_seen(register: Register) -> None:
    address = AddressQuery(text="12 rue Imaginaire 62300 Lens")
    get_geocoder(register)
    other = open_register(register.settings)
    correct_address(other, address, HERE, who="Anne", why="vu")
    other.close()
    assert get_geocoder(register).geocode(address).position == HERE


def test_a_remote_answer_is_kept_whole_and_changes_no_answer(register: Register) -> None:
    answers = StoredAnswers(register)
    before = describe_register(register).data_version
    answer = GeocodedAddress(
        id="7",
        status=PlacementStatus.PLACED,
        position=HERE,
        precision=Precision.HOUSENUMBER,
        score=0.97,
        confidence=0.99,
        label="12 Rue Imaginaire 62300 Lens",
        citycode="62498",
        reasons=(Reason.STREET_FUZZY,),
        candidates=(Candidate(label="Lens", citycode="62498", score=1.0, position=HERE),),
    )
    assert answers.find_answer("12 rue", provider="p", version="1") is None
    answers.keep_answers({"12 rue": answer}, provider="p", version="1")
    answers.keep_answers({"12 rue": answer}, provider="p", version="1")
    assert answers.find_answer("12 rue", provider="p", version="1") == answer
    assert answers.find_answer("12 rue", provider="p", version="2") is None
    failure = GeocodedAddress(id="8", status=PlacementStatus.UNPLACED, reasons=(Reason.COMMUNE_NOT_FOUND,))
    answers.keep_answers({"13 rue": failure}, provider="p", version="1")
    assert answers.find_answer("13 rue", provider="p", version="1") == failure
    many = [f"{number} rue" for number in range(1_300)]
    found = answers.find_answers([*many, "12 rue"], provider="p", version="1")
    assert found == {"12 rue": answer, "13 rue": failure}
    assert describe_register(register).data_version == before

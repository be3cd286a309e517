"""Questions about meetings, on a register small enough to answer by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.clock import today
from data.complements import ComplementFileError, load_complements
from data.errors import OutOfBoundsError, UnknownPresenceError
from data.incoming import IncomingPresence
from data.questions import find_presences
from data.questions.facets import count_facets, find_spelling
from data.questions.meeting import find_ambassadors, find_meetings, find_sponsors
from data.questions.places import find_place, make_place, suggest_places
from data.questions.planning import plan_events
from data.questions.surroundings import answer_surroundings
from data.sectors import UnknownSectorError, load_sectors
from data.session import Register
from geo.errors import UnknownTerritoryError
from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.records import Kind, PlacementStatus, Precision, Visibility
from geo.surroundings import SearchPlace
from tests.api.builders import ARRAS, LENS, LILLE, VALENCIENNES, fill_register, make_incoming, store_rows

LIEVIN = ("62510", 2.7848, 50.4216)
LENS_LIEVIN = "246200364"
HELLEMMES = ("59350", 3.1102, 50.6255)


def dress(
    row: IncomingPresence, *, partners: tuple[str, ...] = (), zone: tuple[str, ...] = (), stage: str = ""
) -> IncomingPresence:
    return replace(row, fields=replace(row.fields, partners=partners, zone=zone, stage=stage or None))


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    recent, old = today() - timedelta(days=60), today() - timedelta(days=1_500)
    rows = (
        make_incoming("Épicerie de Lens", LENS, sectors=("epiceries",)),
        make_incoming("Au bord de Lens", LENS, sectors=("epiceries",), north_deg=0.012),
        make_incoming("Lens sans rue", LENS, sectors=("velo",), precision=Precision.COMMUNE),
        make_incoming("Lens pour les membres", LENS, visibility=Visibility.MEMBERS),
        make_incoming("Cantine de Liévin", LIEVIN, sectors=("restauration",)),
        make_incoming("Jardin d'Arras", ARRAS, sectors=("agriculture",)),
        make_incoming("Vélos de Lille", LILLE, sectors=("velo",)),
        make_incoming("Vélos d'Hellemmes", HELLEMMES, sectors=("velo",)),
        dress(
            make_incoming("La halle de Liévin", LIEVIN, kind=Kind.PROJECT, sectors=("circuits-courts",)),
            partners=("epicerie de LENS", "Vélos de Lille", "Une inconnue"),
        ),
        dress(
            make_incoming("Les paniers de Valenciennes", VALENCIENNES, kind=Kind.PROJECT),
            stage="déploiement",
        ),
        make_incoming("Fête à Lens", LENS, kind=Kind.EVENT, starts_on=recent, ends_on=recent),
        make_incoming(
            "Vieille fête à Lille", LILLE, kind=Kind.EVENT, sectors=("velo",), starts_on=old, ends_on=old
        ),
        dress(
            make_incoming("Ambassadrice du bassin", None, kind=Kind.AMBASSADOR, sectors=()),
            zone=(LENS_LIEVIN,),
        ),
        make_incoming(
            "Ambassadeur caché", LENS, kind=Kind.AMBASSADOR, sectors=(), visibility=Visibility.MEMBERS
        ),
    )
    filled = fill_register(tmp_path_factory.mktemp("meeting"), rows, as_of=date(2026, 3, 12))
    yield filled
    filled.close()


def find_id(register: Register, name: str) -> int:
    (found,) = find_presences(register, text=name, reader=Visibility.STAFF).items
    return found.id


def ask(
    register: Register,
    place: str,
    *,
    sectors: tuple[str, ...] = (),
    kind: Kind | None = None,
    radius_m: float | None = None,
    within: str | None = None,
) -> list[tuple[str, int]]:
    answer = answer_surroundings(
        register,
        place=make_place(register, place),
        sectors=sectors,
        kind=kind,
        radius_m=radius_m,
        within=within,
    )
    return [(each.presence.name, round(each.distance_m / 1_000)) for each in answer.results]


def test_a_commune_gives_all_of_its_own_first_then_the_ring_from_its_border(register: Register) -> None:
    found = ask(register, "62498", kind=Kind.ACTOR, radius_m=2_000.0)
    assert found[:3] == [("Au bord de Lens", 0), ("Épicerie de Lens", 0), ("Lens sans rue", 0)]
    assert [name for name, _ in found[3:]] == ["Cantine de Liévin"], "the town hall is 3.4 km away, not 2"
    answer = answer_surroundings(
        register, place=make_place(register, "62498"), kind=Kind.ACTOR, radius_m=2_000.0
    )
    assert (answer.inside_count, answer.around_count, answer.hidden) == (3, 1, 1)


def test_inside_a_territory_is_by_code_whatever_the_distance(register: Register) -> None:
    within = ask(register, "62498", kind=Kind.ACTOR, within=LENS_LIEVIN)
    assert {name for name, _ in within} == {
        "Au bord de Lens",
        "Épicerie de Lens",
        "Lens sans rue",
        "Cantine de Liévin",
    }
    commune = ask(register, "62498", kind=Kind.ACTOR, within="62498")
    assert {name for name, _ in commune} == {"Au bord de Lens", "Épicerie de Lens", "Lens sans rue"}


def test_what_is_remembered_of_a_place_is_for_its_reader_and_its_communes(tmp_path: Path) -> None:
    bony, saint_quentin = ("02100", 3.2215, 49.9867), ("02691", 3.2876, 49.8465)
    rows = (
        make_incoming("Ferme de Bony", bony),
        make_incoming("Épicerie de Saint-Quentin", saint_quentin),
        make_incoming("Pour les membres", saint_quentin, visibility=Visibility.MEMBERS),
    )
    register = fill_register(tmp_path, rows)

    def count(place: SearchPlace, reader: Visibility) -> tuple[int, int]:
        answer = answer_surroundings(register, place=place, radius_m=1.0, reader=reader)
        return answer.inside_count, answer.hidden

    # 02100 is the postcode of Saint-Quentin, and the code of Bony.
    postcode, commune = make_place(register, "cp02100"), make_place(register, "02100")
    for _ in range(2):
        assert count(postcode, Visibility.PUBLIC) == (1, 1)
        assert count(postcode, Visibility.MEMBERS) == (2, 0)
        assert count(commune, Visibility.PUBLIC) == (1, 0)
    store_rows(register, [make_incoming("Moulin de Bony", bony)], source="autre")
    assert count(commune, Visibility.PUBLIC) == (2, 0)
    register.close()


def test_a_limit_cuts_the_list_and_not_the_counts(register: Register) -> None:
    answer = answer_surroundings(
        register, place=make_place(register, "62498"), kind=Kind.ACTOR, radius_m=2_000.0, limit=2
    )
    assert len(answer.results) == 2
    assert (answer.inside_count, answer.around_count) == (3, 1)


def test_several_sectors_are_any_of_them(register: Register) -> None:
    found = ask(register, "62498", sectors=("velo", "restauration"), kind=Kind.ACTOR, radius_m=2_000.0)
    assert [name for name, _ in found] == ["Lens sans rue", "Cantine de Liévin"]
    with pytest.raises(UnknownSectorError):
        ask(register, "62498", sectors=("vélo",), radius_m=2_000.0)


def test_a_point_is_answered_by_the_index_as_by_brute_force(register: Register) -> None:
    place = make_place(register, "59298")
    assert place.area is None, "Hellemmes is a place to start from, not Lille"
    near = answer_surroundings(register, place=place, sectors=("velo", "epiceries"), radius_m=5_000.0)
    assert [each.presence.name for each in near.results] == ["Vélos d'Hellemmes", "Vélos de Lille"]
    assert near.results[0].distance_m < 20
    by_code = answer_surroundings(register, place=place, kind=Kind.ACTOR, within="59350")
    assert [each.presence.name for each in by_code.results] == ["Vélos d'Hellemmes", "Vélos de Lille"]


@pytest.mark.parametrize(
    ("typed", "label", "is_area"),
    [
        ("Lens", "Lens (62)", True),
        ("62300", "62300 Lens, Éleu-dit-Leauwette", True),
        ("Hellemmes", "Hellemmes-Lille (Lille, 59)", False),
        ("Lomme", "Lomme (Lille, 59)", False),
        ("CA de Lens-Liévin", "CA de Lens - Liévin", True),
        ("50.4289, 2.8319", "50.4289, 2.8319", False),
    ],
)
def test_what_is_typed_is_a_place_as_a_whole_or_a_point(
    register: Register, typed: str, label: str, is_area: bool
) -> None:
    place = find_place(register, typed)
    assert isinstance(place, SearchPlace)
    assert place.origin.label == label
    assert (place.area is not None) is is_area


def test_a_place_that_is_none_says_so(register: Register) -> None:
    assert isinstance(find_place(register, "xqzwkj"), GeocodedAddress)
    for code in ("cp99999", "99999", "cp"):
        with pytest.raises(UnknownTerritoryError):
            make_place(register, code)
    with pytest.raises(OutOfBoundsError):
        ask(register, "62498", radius_m=0.0)


def test_names_are_suggested_to_who_may_read_them(register: Register) -> None:
    public = suggest_places(register, "lens pour")
    assert [each for each in public if each.presence_id] == []
    members = suggest_places(register, "lens pour", reader=Visibility.MEMBERS)
    assert [each.label for each in members if each.presence_id] == ["Lens pour les membres"]


def test_a_name_is_suggested_from_any_of_its_words(register: Register) -> None:
    def name(typed: str) -> list[str]:
        return [each.label for each in suggest_places(register, typed) if each.presence_id]

    assert name("FÊTE")[0] == "Fête à Lens", "what begins as typed comes first"
    assert "Vieille fête à Lille" in name("fête")
    assert name("halle de li") == ["La halle de Liévin"]
    assert name("alle de li") == []
    # Its town is no word of a name, though it is searched beside it.
    assert "Épicerie de Lens" in name("lens sans") + name("épicerie")
    assert name("12 halle") == []


def test_partners_of_a_project_are_tied_by_their_names(register: Register) -> None:
    answer = find_meetings(register, find_id(register, "Épicerie de Lens"))
    why_by_name = {each.presence.name: each.why for each in answer.meetings}
    assert why_by_name["La halle de Liévin"].startswith("Projet dont vous êtes partenaire")
    tied = "Déjà partenaires d'un même projet, « La halle de Liévin »"
    assert why_by_name["Vélos de Lille"].startswith(tied)
    assert "Lens pour les membres" not in why_by_name, "what the reader may not read is not suggested"
    project = find_meetings(register, find_id(register, "La halle de Liévin"))
    ids = {name: number is not None for name, number in project.partners.items()}
    assert ids == {"epicerie de LENS": True, "Vélos de Lille": True, "Une inconnue": False}


def test_members_are_suggested_what_they_may_read(register: Register) -> None:
    number = find_id(register, "Épicerie de Lens")
    members = find_meetings(register, number, reader=Visibility.MEMBERS)
    assert "Lens pour les membres" in {each.presence.name for each in members.meetings}
    with pytest.raises(UnknownPresenceError):
        find_meetings(register, find_id(register, "Lens pour les membres"))


def test_projects_elsewhere_are_worth_copying(register: Register) -> None:
    answer = find_meetings(register, find_id(register, "Épicerie de Lens"))
    assert [each.presence.name for each in answer.copies] == ["Les paniers de Valenciennes"]


def test_nobody_sponsors_without_having_said_so(register: Register) -> None:
    assert find_sponsors(register, make_place(register, "62498")) == ()
    with pytest.raises(UnknownSectorError):
        find_sponsors(register, make_place(register, "62498"), sectors=("rien",))


def test_ambassadors_act_for_their_intercommunality_and_its_communes(register: Register) -> None:
    for code in (LENS_LIEVIN, "62498"):
        assert [each.name for each in find_ambassadors(register, code)] == ["Ambassadrice du bassin"]
    members = find_ambassadors(register, LENS_LIEVIN, reader=Visibility.MEMBERS)
    assert {each.name for each in members} == {"Ambassadrice du bassin", "Ambassadeur caché"}
    assert find_ambassadors(register, "200093201") == ()


def test_the_plan_leaves_out_who_was_reached_lately(register: Register) -> None:
    food = plan_events(register, sector="alimentation", reach_m=15_000.0)
    (reach,) = food.by_sector
    # Reached by the event in Lens: two in Lens, one in Liévin. Arras is 16 km away.
    assert (reach.members, reach.reached, reach.events) == (4, 3, 1)
    assert [(line.territory.name, line.gain) for line in food.planned] == [("CU d'Arras", 1)]
    bikes = plan_events(register, sector="velo", reach_m=15_000.0)
    assert bikes.by_sector[0].reached == 0, "the event was four years ago"
    assert (bikes.planned[0].territory.code, bikes.planned[0].gain) == ("200093201", 2)
    longer = plan_events(register, sector="velo", reach_m=15_000.0, months=60)
    assert longer.by_sector[0].reached == 2
    with pytest.raises(OutOfBoundsError):
        plan_events(register, months=0)


def test_facets_count_what_each_choice_would_list(register: Register) -> None:
    questions: list[dict[str, Any]] = [
        {},
        {"territory": "62498"},
        {"text": "lens"},
        {"outside": "200093201"},
    ]
    for asked in questions:
        facets = count_facets(register, kind=Kind.ACTOR, sectors=("alimentation",), **asked)
        for kind in Kind:
            listed = find_presences(register, kind=kind, sectors=("alimentation",), **asked).total
            assert facets.by_kind[kind] == listed
        for code in ("alimentation", "epiceries", "velo", "mobilite"):
            listed = find_presences(register, kind=Kind.ACTOR, sector=code, **asked).total
            assert facets.by_sector.get(code, 0) == listed, code
        page = find_presences(register, kind=Kind.ACTOR, sectors=("alimentation",), **asked)
        assert (facets.shown.received, facets.hidden) == (page.total, page.hidden)


def test_a_misspelt_name_is_corrected_to_words_that_exist(register: Register) -> None:
    assert find_spelling(register, "episerie") == "epicerie"
    assert find_spelling(register, "épicerie lens") is None, "nothing to correct"
    assert find_spelling(register, "membre") is None, "a hidden name teaches no word"
    assert find_spelling(register, "xqzwkjx") is None


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('[[pair]]\nsectors = ["velo"]\nwhy = "x"', "deux codes"),
        ('[[pair]]\nsectors = ["velo", "rien"]\nwhy = "x"', "'rien'"),
        ('[[pair]]\nsectors = ["velo", "repair"]\nwhy = ""', "explication"),
        ("[[pair", "ne se lit pas"),
    ],
)
def test_a_faulty_list_of_complements_names_every_fault(tmp_path: Path, content: str, fault: str) -> None:
    file = tmp_path / "pairs.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ComplementFileError, match=fault):
        load_complements(load_sectors(), file)


def test_the_commune_that_is_still_being_typed_after_a_street_is_completed(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def geocode(_: Register, query: AddressQuery) -> GeocodedAddress:
        asked.append(query.text)
        if query.text == "rue nationale Lille":
            label = "Rue Nationale 59800 Lille"
            return GeocodedAddress(
                id="", status=PlacementStatus.PLACED, precision=Precision.STREET, label=label
            )
        return GeocodedAddress(id="", status=PlacementStatus.UNPLACED)

    monkeypatch.setattr("data.questions.places.geocode", geocode)
    found = suggest_places(register, "rue nationale lil")
    assert [each.label for each in found] == ["Rue Nationale 59800 Lille"]
    assert asked == ["rue nationale lil", "rue nationale Lille"]

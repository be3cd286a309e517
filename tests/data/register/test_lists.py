"""Lists of presences, sheets of territories, the register as a whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from data.clock import today
from data.errors import InvalidCursorError, OutOfBoundsError, UnknownPresenceError
from data.questions import (
    describe_register,
    describe_territory,
    find_presences,
    get_presence,
    list_sectors,
)
from data.sectors import UnknownSectorError
from data.session import Register
from geo.errors import UnknownTerritoryError
from geo.records import MEL_CODE, Kind, Level, PlacementStatus, PresencePage, Visibility
from tests.data.register.builders import AMIENS, LENS, LIEVIN, LILLE, ROUBAIX, import_rows, make_row

LENS_EPCI = "246200364"


def names(page: PresencePage) -> list[str]:
    return [presence.name for presence in page.items]


@pytest.fixture
def filled(register: Register) -> Register:
    import_rows(
        register,
        [
            make_row("1", LENS, name="Épicerie du coin", city="Lens", sectors=("alimentation",)),
            make_row("2", LILLE, name="Atelier vélo", city="Lille", sectors=("velo",)),
            make_row("3", ROUBAIX, name="L'Œuvre 100 % locale", city="Roubaix"),
            make_row("4", AMIENS, name="Café_associatif", city="Amiens", visibility=Visibility.MEMBERS),
            make_row("5", None, name="Zèbre sans adresse"),
            make_row("6", LIEVIN, name="Projet minier", kind=Kind.PROJECT),
            make_row("7", LENS, name="À vérifier", status=PlacementStatus.TO_REVIEW),
        ],
    )
    return register


def test_presences_come_by_name_accents_aside(filled: Register) -> None:
    assert names(find_presences(filled)) == [
        "À vérifier",
        "Atelier vélo",
        "Épicerie du coin",
        "L'Œuvre 100 % locale",
        "Projet minier",
        "Zèbre sans adresse",
    ]


def test_every_filter_keeps_what_it_says(filled: Register) -> None:
    assert names(find_presences(filled, kind=Kind.PROJECT)) == ["Projet minier"]
    assert names(find_presences(filled, sector="mobilite")) == ["Atelier vélo"]
    assert names(find_presences(filled, territory=MEL_CODE)) == ["Atelier vélo", "L'Œuvre 100 % locale"]
    assert names(find_presences(filled, territory="62498")) == ["À vérifier", "Épicerie du coin"]
    outside = ["À vérifier", "Épicerie du coin", "Projet minier"]
    assert names(find_presences(filled, outside=MEL_CODE)) == outside
    assert names(find_presences(filled, territory="62", outside=LENS_EPCI)) == []
    assert names(find_presences(filled, status=PlacementStatus.UNPLACED)) == ["Zèbre sans adresse"]
    assert names(find_presences(filled, territory="59", sector="velo", kind=Kind.ACTOR)) == ["Atelier vélo"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("epicerie", ["Épicerie du coin"]),
        ("COIN épicerie", ["Épicerie du coin"]),
        ("lens", ["À vérifier", "Épicerie du coin"]),
        ("oeuvre", ["L'Œuvre 100 % locale"]),
        ("100%", ["L'Œuvre 100 % locale"]),
        ("_", ["À vérifier", "Atelier vélo"]),
        ("velo lens", []),
        ("' OR 1=1 --", []),
    ],
)
def test_text_is_searched_in_names_and_towns(register: Register, text: str, found: list[str]) -> None:
    rows = [
        make_row("1", LENS, name="Épicerie du coin", city="Lens"),
        make_row("2", LILLE, name="Atelier vélo", city="Lille"),
        make_row("3", ROUBAIX, name="L'Œuvre 100 % locale", city="Roubaix"),
        make_row("7", LENS, name="À vérifier", city="Lens"),
    ]
    import_rows(register, rows)
    page = find_presences(register, text=text, limit=2)
    assert names(page) == found
    # A text without a letter or a number filters nothing.
    assert page.total == (4 if text == "_" else len(found))


def test_a_page_says_how_many_are_hidden_from_its_reader(filled: Register) -> None:
    public = find_presences(filled)
    assert (public.total, public.hidden, public.counts.received) == (6, 1, 7)
    members = find_presences(filled, reader=Visibility.MEMBERS)
    assert (members.total, members.hidden) == (7, 0)
    assert find_presences(filled, territory="80").hidden == 1
    assert public.data_date == date(2026, 1, 1)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_hold_everything_once_and_in_order(filled: Register, limit: int) -> None:
    import_rows(filled, [make_row(str(number), name="Même nom") for number in range(9)], source="autre")
    whole = [presence.id for presence in find_presences(filled).items]
    paged: list[int] = []
    cursor = None
    while True:
        page = find_presences(filled, limit=limit, cursor=cursor)
        assert len(page.items) <= limit
        assert page.total == len(whole)
        paged += [presence.id for presence in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert paged == whole


@pytest.mark.parametrize("cursor", ["", "x", "é", "bnVsbA", "WzEsMl0", "////", "e30", "W10"])
def test_a_cursor_of_nobodys_is_refused(filled: Register, cursor: str) -> None:
    with pytest.raises(InvalidCursorError, match="Marque de page"):
        find_presences(filled, cursor=cursor)


def test_impossible_questions_are_refused(filled: Register) -> None:
    with pytest.raises(OutOfBoundsError):
        find_presences(filled, limit=0)
    with pytest.raises(UnknownSectorError):
        find_presences(filled, sector="x")
    with pytest.raises(UnknownTerritoryError):
        find_presences(filled, territory="x")
    with pytest.raises(UnknownTerritoryError):
        describe_territory(filled, "x")


def test_one_presence_is_given_to_those_who_may_read_it(filled: Register) -> None:
    members_only = find_presences(filled, text="cafe", reader=Visibility.STAFF).items[0]
    assert get_presence(filled, members_only.id, reader=Visibility.MEMBERS) == members_only
    with pytest.raises(UnknownPresenceError):
        get_presence(filled, members_only.id)
    with pytest.raises(UnknownPresenceError):
        get_presence(filled, 999_999, reader=Visibility.STAFF)


def test_a_contact_field_may_be_hidden_alone(register: Register) -> None:
    row = make_row(
        "a",
        website="https://a.example",
        address="1 rue privée",
        field_visibility={"address": Visibility.STAFF, "website": Visibility.MEMBERS},
    )
    identifier = import_rows(register, [row]).ids["a"]
    seen = {
        reader: (
            get_presence(register, identifier, reader=reader).website,
            get_presence(register, identifier, reader=reader).address,
        )
        for reader in Visibility
    }
    assert seen == {
        Visibility.PUBLIC: (None, ""),
        Visibility.MEMBERS: ("https://a.example", ""),
        Visibility.STAFF: ("https://a.example", "1 rue privée"),
    }


def test_a_sheet_says_who_is_there_and_what_is_around(filled: Register) -> None:
    import_rows(
        filled,
        [
            make_row("l", LILLE, name="Antenne de Lille", kind=Kind.ANTENNE),
            make_row("v", ("59606", 3.5234, 50.357), name="Antenne de Valenciennes", kind=Kind.ANTENNE),
        ],
        source="antennes",
    )
    sheet = describe_territory(filled, LENS_EPCI)
    assert sheet.territory.name == "CA de Lens - Liévin"
    assert sheet.territory.contour is not None
    by_kind = {count.kind: count for count in sheet.counts}
    assert list(by_kind) == list(Kind)
    assert (by_kind[Kind.ACTOR].count, by_kind[Kind.PROJECT].count, by_kind[Kind.EVENT].count) == (1, 1, 0)
    assert by_kind[Kind.ACTOR].expected == pytest.approx(4 * sheet.territory.population / 5_992_194)
    assert by_kind[Kind.EVENT].expected is None
    assert [presence.name for presence in sheet.presences] == ["Épicerie du coin", "Projet minier"]
    assert sheet.count_by_sector["alimentation"] == 1
    assert "alimentation" in sheet.sectors_present
    assert "velo" in sheet.sectors_absent
    assert len(sheet.count_by_sector) == len(list_sectors(filled))
    assert "CA de Béthune-Bruay, Artois-Lys Romane" in {each.name for each in sheet.neighbours}
    assert all(each.level is Level.EPCI for each in sheet.neighbours)
    assert sheet.nearest_antenne is not None
    assert sheet.nearest_antenne.presence.name == "Antenne de Lille"
    assert 20_000 < sheet.nearest_antenne.distance_m < 40_000


def test_a_sheet_may_be_asked_of_any_level_and_one_sector(filled: Register) -> None:
    for code, count in (("62498", 1), ("62", 1), ("59", 2), ("32", 4), (MEL_CODE, 2)):
        sheet = describe_territory(filled, code, reader=Visibility.STAFF)
        actors = next(each for each in sheet.counts if each.kind is Kind.ACTOR)
        assert actors.count == count, code
        listed = [presence for presence in sheet.presences if presence.kind is Kind.ACTOR]
        assert len(listed) == count, code
        assert sheet.hidden == 0
    of_sector = describe_territory(filled, MEL_CODE, sector="mobilite")
    assert [presence.name for presence in of_sector.presences] == ["Atelier vélo"]
    assert set(of_sector.count_by_sector) <= {sector.code for sector in list_sectors(filled)}
    assert of_sector.count_by_sector["velo"] == 1
    assert describe_territory(filled, "80").hidden == 1


def test_counts_of_a_sheet_are_those_of_the_coverage(filled: Register) -> None:
    import_rows(filled, [make_row("x", LENS, ends_on=today() - timedelta(days=2))], source="finie")
    sheet = describe_territory(filled, LENS_EPCI)
    assert next(each.count for each in sheet.counts if each.kind is Kind.ACTOR) == 1
    assert "Structure x" not in {presence.name for presence in sheet.presences}


def test_a_former_commune_leads_to_its_successor(filled: Register) -> None:
    assert describe_territory(filled, "59298").territory.name == "Lille"


def test_the_register_is_described_whole(filled: Register) -> None:
    import_rows(filled, [make_row("a")], source="échantillon", is_fictional=True, as_of=date(2026, 3, 1))
    summary = describe_register(filled)
    assert summary.counts.received == 8
    assert summary.counts_by_kind[Kind.ACTOR].received == 7
    assert summary.counts_by_kind[Kind.PROJECT].placed == 1
    assert (summary.hidden, summary.absent) == (1, 0)
    assert describe_register(filled, reader=Visibility.STAFF).hidden == 0
    assert summary.data_date == date(2026, 3, 1)
    assert summary.is_fictional
    assert [(source.name, source.received, source.as_of) for source in summary.sources] == [
        ("liste", 7, date(2026, 1, 1)),
        ("échantillon", 1, date(2026, 3, 1)),
    ]
    assert summary.latest_additions[0].presence.name == "Structure a"
    assert summary.latest_additions[0].seen_since == date(2026, 3, 1)
    assert "Café_associatif" not in {each.presence.name for each in summary.latest_additions}


def test_presences_of_a_fictional_source_say_so(register: Register) -> None:
    import_rows(register, [make_row("a")], source="fictif", is_fictional=True)
    import_rows(register, [make_row("b")], source="vrai")
    assert {each.source: each.is_fictional for each in find_presences(register).items} == {
        "fictif": True,
        "vrai": False,
    }

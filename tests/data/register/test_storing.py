"""What imports write: nothing lost, nothing undone, nothing deleted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from data.clock import today
from data.errors import OutOfBoundsError
from data.questions import (
    answer_near,
    correct_presence,
    describe_register,
    find_presences,
    get_presence,
    history_of,
)
from data.session import Register
from data.storing import compare_presences, find_source, read_rows_as_received, read_source_rows, start_import
from data.tables import presences, source_rows
from geo.position import Position
from geo.records import Kind, Origin, PlacementStatus, Precision, Visibility
from tests.data.register.builders import AMIENS, LENS, LILLE, import_rows, make_row, renamed

YEAR_2025, YEAR_2026 = date(2025, 1, 1), date(2026, 1, 1)


def ask_near(register: Register, place: tuple[str, float, float]) -> list[str]:
    """Name who stands right there."""
    origin = Origin(position=Position(lon=place[1], lat=place[2]), label="", precision=Precision.GIVEN)
    return [each.presence.name for each in answer_near(register, origin=origin, radius_m=10).results]


def test_every_field_of_a_row_comes_back_as_it_was(register: Register) -> None:
    row = make_row(
        "a",
        name="L'Étape <b>&",
        summary="Une recyclerie",
        sectors=("velo", "inconnue"),
        legal_form="SCIC",
        siret="12345678901234",
        rna="W123456789",
        website="https://etape.example",
        address="1 rue de la Paix",
        postcode="62300",
        city="Lens",
        zone=("200093201", "59"),
        zone_radius_m=5_000.0,
        starts_on=date(2020, 2, 29),
        ends_on=date(2030, 1, 1),
        visibility=Visibility.PUBLIC,
        stage="idée",
        amount_sought_eur=1_000.5,
        amount_granted_eur=0.0,
        partners=("Ville", "Région"),
        kind=Kind.PROJECT,
        extra={"téléphone": "03"},
    )
    ids = import_rows(register, [row], source="la liste").ids
    presence = get_presence(register, ids["a"])
    for name in (
        "name", "summary", "sectors", "legal_form", "siret", "rna", "website", "address", "postcode", "city",
        "zone", "zone_radius_m", "starts_on", "ends_on", "stage", "amount_sought_eur", "amount_granted_eur",
        "partners",
    ):  # fmt: skip
        assert getattr(presence, name) == getattr(row.fields, name), name
    assert presence.position == row.placement.position
    assert (presence.commune, presence.commune_name) == ("62498", "Lens")
    assert presence.epci_name == "CA de Lens - Liévin"
    assert (presence.source, presence.source_key, presence.kind) == ("la liste", "a", Kind.PROJECT)
    with register.reading() as session:
        assert read_rows_as_received(session, [ids["a"]]) == {ids["a"]: dict(row.row)}


def test_the_same_list_twice_changes_nothing(register: Register) -> None:
    rows = [make_row("a"), make_row("b", LILLE), make_row("c", None)]
    import_rows(register, rows)
    before = find_presences(register)
    again = import_rows(register, rows)
    assert (again.new, again.changed, again.absent) == (0, 0, 0)
    assert find_presences(register) == before


def test_a_changed_row_changes_the_presence_and_leaves_its_history(register: Register) -> None:
    ids = import_rows(register, [make_row("a")]).ids
    moved = make_row("a", AMIENS, name="Nouveau nom")
    done = import_rows(register, [moved], as_of=date(2026, 2, 1))
    assert done.changed == 1
    assert {(change.field, change.before, change.after) for change in done.changes} >= {
        ("name", "Structure a", "Nouveau nom"),
        ("commune", "62498", "80021"),
    }
    assert ask_near(register, AMIENS) == ["Nouveau nom"]
    assert ask_near(register, LENS) == []
    lines = history_of(register, ids["a"])
    assert lines[0].field == "presence"
    assert lines[0].after == "Structure a"
    by_field = {line.field: line for line in lines[1:]}
    assert by_field["name"].before == "Structure a"
    assert by_field["position"].after == "2.295, 49.8942"
    assert {line.as_of for line in lines[1:]} == {date(2026, 2, 1)}
    assert by_field["name"].file == "liste.csv"


def test_comparing_says_what_updating_would_do_and_does_nothing(register: Register) -> None:
    ids = import_rows(register, [make_row("a")]).ids
    with register.reading() as session:
        changes = compare_presences(session, [(ids["a"], renamed(make_row("a"), "Autre"))])
    assert [(change.presence, change.field, change.after) for change in changes] == [
        ("Structure a", "name", "Autre")
    ]
    assert get_presence(register, ids["a"]).name == "Structure a"


def test_a_vanished_row_is_marked_and_kept_and_may_come_back(register: Register) -> None:
    ids = import_rows(register, [make_row("a"), make_row("b", LILLE)]).ids
    gone = import_rows(register, [make_row("a")], as_of=date(2026, 2, 1))
    assert gone.absent == 1
    assert find_presences(register).total == 1
    assert ask_near(register, LILLE) == []
    assert get_presence(register, ids["b"]).absent_from_source_since == date(2026, 2, 1)
    assert describe_register(register).absent == 1
    back = import_rows(register, [make_row("a"), make_row("b", LILLE)], as_of=date(2026, 3, 1))
    assert (back.new, back.absent) == (0, 0)
    assert ask_near(register, LILLE) == ["Structure b"]
    assert get_presence(register, ids["b"]).absent_from_source_since is None
    lines = [(line.field, line.after) for line in history_of(register, ids["b"])]
    assert lines[1:] == [("absent_from_source_since", "2026-02-01"), ("absent_from_source_since", None)]


def test_a_list_of_one_kind_says_nothing_of_the_others(register: Register) -> None:
    import_rows(register, [make_row("a"), make_row("p", kind=Kind.PROJECT)])
    done = import_rows(register, [], kinds=[Kind.PROJECT], as_of=date(2026, 2, 1))
    assert done.absent == 1
    assert [presence.kind for presence in find_presences(register).items] == [Kind.ACTOR]


def test_one_source_says_nothing_of_another(register: Register) -> None:
    import_rows(register, [make_row("a")], source="une")
    done = import_rows(register, [make_row("a", LILLE)], source="autre")
    assert (done.new, done.absent) == (1, 0)
    assert find_presences(register).total == 2


def test_no_import_undoes_a_correction(register: Register) -> None:
    ids = import_rows(register, [make_row("a"), make_row("b")]).ids
    correct_presence(register, ids["a"], "name", "Le vrai nom", who="Anne", why="appel")
    correct_presence(register, ids["a"], "position", "50.6365, 3.0586", who="Anne", why="vu sur place")
    changed = make_row("a", AMIENS, name="Nom de la source", summary="Neuf")
    done = import_rows(register, [changed, make_row("b")], as_of=date(2026, 2, 1))
    assert [change.field for change in done.changes] == ["summary"]
    presence = get_presence(register, ids["a"])
    assert (presence.name, presence.summary, presence.commune) == ("Le vrai nom", "Neuf", "59350")
    assert presence.precision is Precision.MANUAL
    assert ask_near(register, LILLE) == ["Le vrai nom"]


def test_last_years_list_entered_this_year_changes_last_year_only(register: Register) -> None:
    import_rows(register, [make_row("a"), make_row("new")], as_of=YEAR_2026)
    older = import_rows(register, [make_row("a", LILLE, name="Avant"), make_row("old")], as_of=YEAR_2025)
    assert (older.new, older.changed, older.absent, older.changes) == (1, 1, 0, ())
    assert [presence.name for presence in find_presences(register).items] == ["Structure a", "Structure new"]
    assert get_presence(register, older.ids["a"]).commune == "62498"
    assert get_presence(register, older.ids["old"]).absent_from_source_since == YEAR_2026
    again = import_rows(register, [make_row("a", LILLE, name="Avant"), make_row("old")], as_of=YEAR_2025)
    assert (again.new, again.changed, again.absent) == (0, 0, 0)
    with register.reading() as session:
        newest = read_rows_as_received(session, [older.ids["a"]])
    assert newest[older.ids["a"]]["nom"] == "Structure a"


def test_the_older_list_is_compared_with_what_was_said_then(register: Register) -> None:
    import_rows(register, [make_row("a", LILLE)], as_of=YEAR_2025)
    import_rows(register, [make_row("a", LENS)], as_of=YEAR_2026)
    with register.reading() as session:
        source = find_source(session, "liste")
        assert source is not None
        then = read_source_rows(session, source.id, [Kind.ACTOR], as_of=YEAR_2025)
        now = read_source_rows(session, source.id, [Kind.ACTOR])
    assert then[0].fingerprint == make_row("a", LILLE).fingerprint
    assert now[0].fingerprint == make_row("a", LENS).fingerprint


def test_every_version_of_a_row_is_kept(register: Register) -> None:
    import_rows(register, [make_row("a")])
    import_rows(register, [renamed(make_row("a"), "B")], as_of=date(2026, 2, 1))
    import_rows(register, [renamed(make_row("a"), "C")], as_of=date(2026, 3, 1))
    with register.reading() as session:
        names = session.connection.execute(select(source_rows.c.row).order_by(source_rows.c.as_of)).scalars()
        assert [row["nom"] for row in names] == ["Structure a", "B", "C"]
        assert session.connection.execute(select(func.count()).select_from(presences)).scalar_one() == 1


def test_a_list_of_the_future_is_refused(register: Register) -> None:
    with pytest.raises(OutOfBoundsError, match="un jour passé"):
        import_rows(register, [make_row("a")], as_of=today() + timedelta(days=1))
    assert find_presences(register).total == 0


def test_the_mapping_of_a_source_is_kept_per_kind(register: Register) -> None:
    for kinds, mapping in (([Kind.ACTOR], {"Nom": "name"}), ([Kind.PROJECT], {"Titre": "name", "N°": None})):
        with register.writing() as session:
            start_import(
                session, source="s", kinds=kinds, as_of=YEAR_2026, file_name="f.csv", mapping=mapping
            )
    with register.reading() as session:
        source = find_source(session, "s")
        assert source is not None
        assert source.mapping == {"actor": {"Nom": "name"}, "project": {"Titre": "name", "N°": None}}
        assert find_source(session, "t") is None


def test_whatever_its_status_a_row_is_stored_and_counted_once(register: Register) -> None:
    rows = [
        make_row("placed"),
        make_row("commune", status=PlacementStatus.COMMUNE, precision=Precision.COMMUNE),
        make_row("review", status=PlacementStatus.TO_REVIEW),
        make_row("unplaced", None),
        make_row("away", ("75056", 2.35, 48.85), status=PlacementStatus.OUT_OF_REGION),
    ]
    import_rows(register, rows)
    summary = describe_register(register)
    assert summary.counts.by_status() == dict.fromkeys(
        ["placed", "commune", "to_review", "unplaced", "out_of_region"], 1
    )
    assert summary.counts.received == 5
    assert {presence.name: presence.commune for presence in find_presences(register).items}[
        "Structure away"
    ] is None
    assert sorted(ask_near(register, LENS)) == ["Structure commune", "Structure placed"]

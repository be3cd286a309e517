"""A register of an older program: brought up to date, and back, with all that it holds; on both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, update

from data.address_memory import correct_address, get_geocoder
from data.errors import OutdatedRegisterError
from data.maintenance import check_register
from data.migrations import CURRENT_REVISION, read_revision, run_migrations
from data.opening import open_register, upgrade_register
from data.questions import (
    answer_coverage,
    answer_near,
    correct_presence,
    describe_register,
    find_in_box,
    find_presences,
    get_presence,
    history_of,
)
from data.questions.proposals import find_private_place
from data.search_text import fold_for_search
from data.session import Register
from data.settings import DatabaseSettings
from data.tables import metadata
from geo.boxes import Box
from geo.geocoding.answer import AddressQuery
from geo.geocoding.geocoder import write_address
from geo.position import Position
from geo.records import Kind, Level, Origin, PlacementStatus, Precision, Visibility
from tests.data.register.builders import AMIENS, LENS, LILLE, import_rows, make_row

pytestmark = pytest.mark.engines

AROUND_LENS = Origin(position=Position(lon=2.8, lat=50.4), label="", precision=Precision.GIVEN)
WHOLE_REGION = Box(west=1.3, south=48.8, east=4.3, north=51.1)
NOW = datetime(2025, 5, 1, tzinfo=UTC)

# Level 1 as the first program left it: an actor whose name was corrected, one gone, a project with a zone
# only, an ambassador who was shown where she lives. (All of it fictional.)
_PRESENCE: Mapping[str, Any] = {
    "source_id": 1, "key_kind": "id", "summary": "", "sectors": ["velo", "mobilite"], "address": "",
    "reasons": ["coordinates_given"], "zone": [], "visibility": "public", "field_visibility": {},
    "partners": [], "extra": {"b": "1", "a": "2"}, "seen_since": date(2025, 3, 1), "confidence": 1.0,
    "provider": "given", "precision": "given", "status": "placed",
}  # fmt: skip
_PRESENCES: Sequence[Mapping[str, Any]] = (
    {"id": 1, "kind": "actor", "name": "Corrigé", "lon": 2.83, "lat": 50.43, "commune": "62498"},
    {"id": 2, "kind": "actor", "name": "Partie", "lon": 3.05, "lat": 50.63, "commune": "59350",
     "absent_from_source_since": date(2025, 4, 1)},
    {"id": 3, "kind": "project", "name": "Zone", "lon": None, "lat": None, "commune": None,
     "status": "unplaced", "precision": None, "confidence": None, "provider": None, "reasons": [],
     "zone": ["200093201"]},
    {"id": 4, "kind": "ambassador", "name": "Ana Fictive", "lon": 2.2951, "lat": 49.8943, "commune": "80021",
     "address": "9 rue Inventée", "postcode": "80000", "city": "Amiens"},
)  # fmt: skip


def write_level_1(connection: Connection) -> None:
    """Fill the tables of level 1 as the program of that time did."""
    level_1 = MetaData()
    level_1.reflect(connection)

    def add(name: str, *rows: Mapping[str, Any]) -> None:
        table: Table = level_1.tables[name]
        connection.execute(insert(table), [dict(row) for row in rows])

    add("sources", {"name": "liste", "mapping": {"actor": {"nom": "name"}}, "is_fictional": True,
                    "created_at": NOW})  # fmt: skip
    add("imports", {"source_id": 1, "kinds": ["actor"], "file_name": "liste.csv",
                    "as_of": date(2025, 3, 1), "recorded_at": NOW, "received": 4})  # fmt: skip
    for row in _PRESENCES:
        number = row["id"]
        text = str(row["name"]).casefold()
        add("presences", {**_PRESENCE, "source_key": f"c{number}", "fingerprint": f"{number:064x}",
                          "search_text": text, **row})  # fmt: skip
        add("presence_periods", {"presence_id": number, "seen_from": date(2025, 3, 1),
                                 "seen_until": row.get("absent_from_source_since")})  # fmt: skip
        add("source_rows", {"presence_id": number, "import_id": 1, "as_of": date(2025, 3, 1), "line": number,
                            "fingerprint": f"{number:064x}", "row": {"nom": row["name"]},
                            "status": row.get("status", "placed"), "commune": row["commune"],
                            "sectors": ["velo"], "zone": row.get("zone", [])})  # fmt: skip
        add("presence_sector", {"presence_id": number, "sector_id": 0, "x": None, "y": None})
    add("corrections", {"presence_id": 1, "field": "name", "value": {"name": "Corrigé"},
                        "source_value": {"name": "Reçu"}, "who": "une personne", "at": NOW,
                        "why": "faute"})  # fmt: skip
    add("history", {"presence_id": 1, "field": "name", "before": "Reçu", "after": "Corrigé",
                    "as_of": date(2025, 3, 2), "recorded_at": NOW, "who": "une personne",
                    "why": "faute"})  # fmt: skip
    add("address_corrections", {"address": "9 rue inventee", "lon": 2.3, "lat": 49.9, "label": "Amiens",
                                "who": "une personne", "at": NOW, "why": "vu sur place"})  # fmt: skip


def read_tables(connection: Connection, names: Sequence[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Read tables of the program's own level, rows in the order of their text."""
    return {
        name: sorted((tuple(row) for row in connection.execute(select(metadata.tables[name]))), key=repr)
        for name in names
    }


def make_older(settings: DatabaseSettings, revision: str) -> Register:
    """Give a register whose tables are those of a level, with what level 1 held in them."""
    register = Register(settings)
    register.storage.prepare()
    with register.writing(changes_answers=False) as session:
        if read_revision(session.connection):
            run_migrations(session.connection, "base", down=True)
        run_migrations(session.connection, "0001")
        write_level_1(session.connection)
        if revision != "0001":
            run_migrations(session.connection, revision)
    return register


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_a_register_of_an_older_program_keeps_all_it_holds(settings: DatabaseSettings, revision: str) -> None:
    older = make_older(settings, revision)
    with pytest.raises(OutdatedRegisterError):
        open_register(settings)
    upgrade_register(settings)
    older.close()
    register = open_register(settings)
    assert describe_register(register).counts.received == 3
    assert {each.name for each in find_presences(register).items} == {"Corrigé", "Zone", "Ana Fictive"}
    assert [each.presence.id for each in answer_near(register, origin=AROUND_LENS).results] == [1, 4]
    assert get_presence(register, 2).absent_from_source_since == date(2025, 4, 1)
    assert [(line.before, line.after, line.who) for line in history_of(register, 1)][-1] == (
        "Reçu", "Corrigé", "une personne",
    )  # fmt: skip
    # Where an ambassador lives is for staff only from level 2 on; she is shown at the town hall.
    shown = get_presence(register, 4)
    assert (shown.at_home, shown.address, shown.commune) == (True, "Amiens", "80021")
    assert shown.position is not None
    assert shown.position.lon_lat() != (2.2951, 49.8943)
    private = find_private_place(register, 4)
    assert private is not None
    assert private.address == "9 rue Inventée"
    with register.reading() as session:
        kept = read_tables(session.connection, ["address_corrections", "corrections", "source_rows"])
    assert [len(rows) for rows in kept.values()] == [1, 1, 4]
    assert [check for check in check_register(register) if not check.ok] == []
    # It goes on as any other: the same list again changes nothing, a correction is withdrawn.
    correct_presence(register, 1, "name", "Corrigé encore", who="une personne", why="essai")
    assert get_presence(register, 1).name == "Corrigé encore"
    register.close()


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0008", "0009"])
def test_down_and_up_again_with_data_in_place_gives_the_same_answers(
    settings: DatabaseSettings, revision: str
) -> None:
    register = open_register(settings)
    import_rows(
        register,
        [
            make_row("a", sectors=("velo",), extra={"z": "1", "a": "2"}),
            make_row("b", None),
            make_row("c", LILLE, kind=Kind.PROJECT),
            make_row("d", AMIENS, kind=Kind.AMBASSADOR, address="9 rue Inventée"),
            make_row("e", LENS, status=PlacementStatus.TO_REVIEW),
        ],
    )
    correct_presence(register, 1, "name", "Autre nom", who="une personne", why="essai")
    kept = ["presences", "corrections", "history", "source_rows", "presence_periods", "presence_sector",
            "private_positions", "imports", "sources", "summary_counts", "status_counts"]  # fmt: skip
    with register.reading() as session:
        held = read_tables(session.connection, kept)
    before = answer_all(register)
    with register.writing(changes_answers=False) as session:
        run_migrations(session.connection, revision, down=True)
        assert read_revision(session.connection) == revision
        if revision == "0001":
            assert "private_positions" not in inspect(session.connection).get_table_names()
    register.close()
    upgrade_register(settings)
    again = open_register(settings)
    with again.reading() as session:
        assert read_revision(session.connection) == CURRENT_REVISION
        found = read_tables(session.connection, kept)
        assert {name: len(rows) for name, rows in found.items()} == {
            name: len(rows) for name, rows in held.items()
        }
        for name in kept:
            assert found[name] == held[name], name
    # Down to the order of the columns of the file, which equal dictionaries do not tell.
    with again.reading() as session:
        columns = metadata.tables["presences"].c
        said = session.connection.execute(select(columns.extra).where(columns.id == 1)).scalar_one()
    assert list(said) == ["z", "a"]
    assert answer_all(again) == before
    assert [check for check in check_register(again) if not check.ok] == []
    again.close()


def test_long_texts_of_an_older_program_are_searched_as_those_of_this_one(settings: DatabaseSettings) -> None:
    register = open_register(settings)
    # Longer than this program searches, and still what a server of level 9 took.
    names = {"a": "Maison " * 120, "b": f"Été {'œ' * 500}", "c": "Courte", "d": "é" * 399, "e": "é" * 400}
    towns = {"a": "Noyelles-Godault", "b": "ville " * 40, "c": "Lens", "d": None, "e": None}
    import_rows(register, [make_row(key, name=names[key], city=towns[key]) for key in names])
    address = AddressQuery(text=f"3 rue {'neuve ' * 100}", postcode="62300", city="Lens")
    correct_address(register, address, AROUND_LENS.position, who="une personne", why="vu sur place")
    tables = ["presences", "address_corrections"]
    with register.reading() as session:
        expected = read_tables(session.connection, tables)
    with register.writing(changes_answers=False) as session:
        run_migrations(session.connection, "0009", down=True)
        for key, name in names.items():
            whole = fold_for_search(f"{name} {towns[key] or ''}")
            session.connection.execute(
                update(metadata.tables["presences"])
                .where(metadata.tables["presences"].c.source_key == key)
                .values(search_text=whole)
            )
        session.connection.execute(
            update(metadata.tables["address_corrections"]).values(address=write_address(address))
        )
        assert read_tables(session.connection, tables) != expected
    register.close()
    upgrade_register(settings)
    again = open_register(settings)
    with again.reading() as session:
        assert read_tables(session.connection, tables) == expected
    assert {each.name for each in find_presences(again, text="noyelles").items} == {names["a"]}
    assert get_geocoder(again).geocode(address).position == AROUND_LENS.position
    again.close()


def answer_all(register: Register) -> list[Any]:
    listed = find_presences(register, reader=Visibility.STAFF).items
    return [
        listed,
        answer_near(register, origin=AROUND_LENS).results,
        answer_near(register, origin=AROUND_LENS, sector="velo").results,
        answer_coverage(register, level=Level.EPCI).rows,
        find_in_box(register, box=WHOLE_REGION).items,
        find_in_box(register, box=WHOLE_REGION, sector="velo").items,
        [history_of(register, each.id) for each in listed],
    ]

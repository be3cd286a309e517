"""Many rows at once: the tables are the same after, today's counts follow, what fails leaves no trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text, update

from data import import_runs, opening, stored_values, storing
from data.maintenance import check_register
from data.opening import open_register
from data.questions import describe_register, find_presences
from data.session import Register
from data.settings import DatabaseSettings
from data.tables import presences, register_state, shown_counts
from geo.records import Kind, PlacementStatus, Visibility
from tests.data.register.builders import AMIENS, LENS, LILLE, ROUBAIX, import_rows, make_row, renamed
from tests.engines.builders import make_rows

pytestmark = pytest.mark.engines

MANY = 2_500


def read_schema(register: Register) -> list[tuple[Any, ...]]:
    """Read every index and constraint of the register's tables as the server writes them."""
    with register.reading() as reading:
        rows = reading.connection.execute(
            text(
                "SELECT c.relname, pg_get_indexdef(c.oid), c.reloptions::text FROM pg_index i"
                " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = 'public' UNION ALL"
                " SELECT conname, pg_get_constraintdef(oid), conrelid::regclass::text || convalidated"
                " FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
            )
        )
        return [tuple(row) for row in rows]


def test_indexes_and_constraints_are_the_same_after_a_large_load(server: Register) -> None:
    before = read_schema(server)
    assert len(before) > 60
    import_rows(server, make_rows(MANY))
    assert read_schema(server) == before


def test_a_large_load_leaves_pages_that_all_see_whole_and_what_the_planner_needs(server: Register) -> None:
    import_rows(server, make_rows(MANY))
    with server.reading() as reading:
        found = reading.connection.execute(
            text(
                "SELECT relname, relpages, relallvisible, reltuples FROM pg_class"
                " WHERE relname IN ('presences', 'presence_sector', 'source_rows', 'summary_counts')"
            )
        ).all()
        columns = reading.connection.execute(
            text("SELECT count(*) FROM pg_stats WHERE tablename = 'presences'")
        ).scalar_one()
    assert {name: pages for name, pages, visible, _ in found if visible < pages} == {}
    assert {name: rows for name, _, _, rows in found}["presences"] == MANY
    assert columns > 30


def test_texts_that_copy_has_signs_for_come_back_as_they_were(register: Register) -> None:
    names = ["\\N", "\\.", "a\\tb", "tab\there", "two\nlines", "cr\r", "\\", "N", "été\x0b", "'\""]
    rows = [make_row(str(rank), name=name, partners=(name,)) for rank, name in enumerate(names)]
    import_rows(register, rows)
    held = {each.source_key: each for each in find_presences(register, limit=50).items}
    assert [held[str(rank)].name for rank in range(len(names))] == names
    assert [held[str(rank)].partners for rank in range(len(names))] == [(name,) for name in names]


def test_a_load_that_is_stopped_leaves_everything_as_it_was(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = describe_register(register)
    write = stored_values.write_search_text
    seen: list[str] = []

    def stop(name: str, city: str | None, true: Mapping[str, Any] | None = None) -> str:
        seen.append(name)
        if len(seen) == MANY - 100:
            raise KeyboardInterrupt
        return write(name, city, true)

    monkeypatch.setattr(storing, "write_search_text", stop)
    with pytest.raises(KeyboardInterrupt):
        import_rows(register, make_rows(MANY))
    monkeypatch.setattr(storing, "write_search_text", write)
    assert describe_register(register) == before
    import_rows(register, make_rows(MANY))
    assert [check for check in check_register(register) if not check.ok] == []


def test_counts_follow_small_imports_and_are_not_made_again(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [make_row(f"a{number}", (LENS, LILLE, AMIENS)[number % 3]) for number in range(60)]
    import_rows(register, rows)

    def refuse(*_: object) -> None:
        raise AssertionError("counted again as a whole")

    monkeypatch.setattr(import_runs, "rebuild_summary", refuse)
    moved = replace(make_row("a0", ROUBAIX, sectors=("velo", "mobilite")), fingerprint="f" * 64)
    hidden = replace(make_row("a1", LILLE, visibility=Visibility.STAFF), fingerprint="e" * 64)
    lost = replace(make_row("a2", None, status=PlacementStatus.UNPLACED), fingerprint="d" * 64)
    later = date(2026, 2, 1)
    # Three changed, one renamed, three new (one that ends, one of another kind), two gone.
    import_rows(
        register,
        [
            moved,
            hidden,
            lost,
            renamed(rows[3], "Autre nom"),
            *rows[6:],
            make_row("b0", LILLE, sectors=("velo",)),
            make_row("b1", LENS, ends_on=date(2026, 1, 1)),
            make_row("b2", LENS, kind=Kind.PROJECT, starts_on=date(2100, 1, 1)),
        ],
        as_of=later,
        kinds=list(Kind),
    )
    assert [check for check in check_register(register) if not check.ok] == []
    # A list of the past, then those that were gone again.
    import_rows(register, rows[:4], source="passé", as_of=date(2025, 1, 1))
    import_rows(register, rows, as_of=date(2026, 3, 1), kinds=list(Kind))
    assert [check for check in check_register(register) if not check.ok] == []
    with register.reading() as reading:
        held = sum(
            reading.connection.execute(
                select(shown_counts.c.count).where(shown_counts.c.sector_id == 0)
            ).scalars()
        )
        shown = reading.connection.execute(
            select(presences.c.id).where(presences.c.absent_from_source_since.is_(None))
        ).all()
    assert held == len(shown) > 60


def test_other_territories_leave_the_index_as_it_is(
    register: Register, settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_row("b", AMIENS, kind=Kind.AMBASSADOR, address="9 rue Inventée")
    import_rows(register, [make_row("a"), home, make_row("c", LILLE)])
    with register.writing(changes_answers=False) as writing:
        writing.connection.execute(update(register_state).values(territories_digest="another"))

    def refuse(*_: object) -> None:
        raise AssertionError("the whole index was written again")

    monkeypatch.setattr(opening, "rebuild_index", refuse)
    again = open_register(settings)
    assert [check for check in check_register(again) if not check.ok] == []
    again.close()

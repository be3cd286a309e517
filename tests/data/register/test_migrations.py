"""The tables: one history, equal to what the code says, valid for both engines."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from data.migrations import CURRENT_REVISION, FOLDER, read_revision, run_migrations
from data.questions import find_presences
from data.session import Register
from data.tables import metadata
from tests.data.register.builders import import_rows, make_row


def test_the_program_knows_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [CURRENT_REVISION]


# Alembic cannot compare an index of expressions: what it is good for is asked in `tests/engines`.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index ix_presence")
def test_migrations_make_exactly_the_tables_of_the_code(register: Register) -> None:
    with register.reading() as session:
        context = MigrationContext.configure(session.connection, opts={"compare_type": True})
        differences = [
            difference
            for difference in compare_metadata(context, metadata)
            # The spatial index is the engine's own, and so are the tables that it is kept in.
            if not (difference[0] == "remove_table" and difference[1].name.startswith("presence_rtree"))
        ]
    assert differences == []


def test_going_down_leaves_nothing_and_up_again_everything(register: Register) -> None:
    import_rows(register, [make_row("a")])
    with register.writing(changes_answers=False) as session:
        run_migrations(session.connection, "base", down=True)
        assert set(inspect(session.connection).get_table_names()) == {"alembic_version"}
        assert read_revision(session.connection) is None
        run_migrations(session.connection)
        assert read_revision(session.connection) == CURRENT_REVISION
    assert find_presences(register).total == 0


def test_the_tables_are_valid_for_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    for table in metadata.sorted_tables:
        text = str(CreateTable(table).compile(dialect=dialect))
        assert f"CREATE TABLE {table.name}" in text
        assert "ROWID" not in text
        for index in table.indexes:
            assert "CREATE INDEX" in str(CreateIndex(index).compile(dialect=dialect))
    assert "JSONB" in str(CreateTable(metadata.tables["presences"]).compile(dialect=dialect))


def test_every_constraint_has_a_name_that_says_what_it_is() -> None:
    for table in metadata.sorted_tables:
        for constraint in table.constraints:
            assert str(constraint.name)[:3] in {"pk_", "fk_", "uq_", "ck_"}, (table.name, constraint)
        for index in table.indexes:
            assert str(index.name).startswith(f"ix_{table.name}")

"""The register's tables on PostgreSQL: the same history as on SQLite, up and down, on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.exc import IntegrityError

from data.migrations import CURRENT_REVISION, read_revision, run_migrations
from data.server_tables import server_metadata
from data.tables import metadata, sources
from tests.postgis import find_missing_part, run_cluster

pytestmark = [
    pytest.mark.engines,
    pytest.mark.skipif(find_missing_part() is not None, reason=str(find_missing_part())),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Engine]:
    with run_cluster() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION postgis")
        yield engine
        engine.dispose()


def test_one_history_makes_the_tables_of_the_program_and_takes_them_away(server: Engine) -> None:
    with server.begin() as connection:
        before = set(inspect(connection).get_table_names())
        run_migrations(connection)
        assert read_revision(connection) == CURRENT_REVISION
        made = set(inspect(connection).get_table_names()) - before
        assert set(metadata.tables) <= made
        for name, table in metadata.tables.items():
            columns = {column["name"] for column in inspect(connection).get_columns(name)}
            own = server_metadata.tables.get(name, table)
            assert columns == {*table.columns.keys(), *own.columns.keys()}, name
        run_migrations(connection, "base", down=True)
        assert set(inspect(connection).get_table_names()) - before <= {"alembic_version"}


def test_the_tables_refuse_what_they_refuse_elsewhere(server: Engine) -> None:
    with server.connect() as connection, connection.begin() as transaction:
        run_migrations(connection)
        row = {"name": "liste", "mapping": {}, "is_fictional": False, "created_at": "2026-03-12T00:00:00Z"}
        connection.execute(sources.insert().values(**row))
        with pytest.raises(IntegrityError, match="uq_sources_name"):
            connection.execute(sources.insert().values(**row))
        transaction.rollback()

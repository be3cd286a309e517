"""The register's tables on PostgreSQL: the same history as on SQLite, up and down, on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, func, inspect, make_url, select
from sqlalchemy.exc import IntegrityError

from data.engines.server_tables import server_metadata, territory_contours
from data.errors import MissingExtensionError, OutdatedRegisterError, ServerNotReachedError
from data.maintenance import check_register
from data.migrations import CURRENT_REVISION, read_revision, run_migrations
from data.opening import open_register, upgrade_register
from data.questions import answer_near
from data.settings import DatabaseSettings
from data.tables import metadata, sources
from geo.position import Position
from geo.records import Origin, Precision
from tests.data.register.builders import LILLE, import_rows, make_row
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


def test_going_down_and_up_with_data_in_place_loses_nothing() -> None:
    with run_cluster() as url:
        register = open_register(DatabaseSettings(database_url=url))
        import_rows(register, [make_row("a", sectors=("velo",)), make_row("b", None), make_row("c", LILLE)])
        origin = Origin(position=Position(lon=2.8, lat=50.4), label="", precision=Precision.GIVEN)
        before = answer_near(register, origin=origin), answer_near(register, origin=origin, sector="velo")
        with register.writing(changes_answers=False) as session:
            run_migrations(session.connection, "0003", down=True)
            names = inspect(session.connection).get_table_names()
            assert "territory_contours" not in names
            assert read_revision(session.connection) == "0003"
        with pytest.raises(OutdatedRegisterError):
            open_register(register.settings)
        upgrade_register(register.settings)
        after = answer_near(register, origin=origin), answer_near(register, origin=origin, sector="velo")
        assert after == before
        with register.reading() as session:
            contours = session.connection.execute(select(func.count()).select_from(territory_contours))
            assert contours.scalar_one() > 3_782
        assert all(check.ok for check in check_register(register))
        register.close()


def test_a_user_without_rights_is_told_what_is_missing() -> None:
    with run_cluster() as url:
        owner = create_engine(url, isolation_level="AUTOCOMMIT")
        with owner.connect() as connection:
            connection.exec_driver_sql("CREATE ROLE simple LOGIN PASSWORD 'simple'")
            connection.exec_driver_sql("CREATE DATABASE small OWNER simple")
        owner.dispose()
        simple = make_url(url).set(username="simple", password="simple", database="small")
        settings = DatabaseSettings(database_url=simple.render_as_string(hide_password=False))
        with pytest.raises(MissingExtensionError, match="CREATE EXTENSION postgis;") as refused:
            open_register(settings)
        assert "simple:simple" not in str(refused.value)
        wrong = simple.set(password="faux").render_as_string(hide_password=False)
        with pytest.raises(ServerNotReachedError, match="mot de passe"):
            open_register(DatabaseSettings(database_url=wrong))
        missing = make_url(url).set(database="nulle_part").render_as_string(hide_password=False)
        with pytest.raises(ServerNotReachedError, match="n'existe pas"):
            open_register(DatabaseSettings(database_url=missing))
    with pytest.raises(ServerNotReachedError, match="ne répond pas"):
        open_register(settings)

"""Opening, reading, writing: all or nothing, and a clear word when it cannot be."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from sqlalchemy import select, update

from data.errors import (
    DiskFullError,
    NewerRegisterError,
    NotARegisterError,
    OutdatedRegisterError,
    RegisterBusyError,
    RegisterNotReachedError,
    RegisterReadOnlyError,
    UnsupportedDatabaseError,
)
from data.opening import open_register, upgrade_register
from data.questions import answer_near, describe_register, find_presences
from data.sector_entries import SectorEntry
from data.sectors import SectorBook
from data.session import Register
from data.settings import DatabaseSettings
from data.tables import presence_sector, presences
from geo.position import Position
from geo.records import Origin, Precision, Sector
from tests.data.register.builders import LENS, import_rows, make_row


def test_a_register_is_created_where_there_is_none(tmp_path: Path) -> None:
    settings = DatabaseSettings(home=tmp_path / "deep" / "folder", database_url=None)
    register = open_register(settings)
    import_rows(register, [make_row("a")])
    register.close()
    again = open_register(settings)
    assert find_presences(again).total == 1
    again.close()


def test_several_may_create_it_at_once(tmp_path: Path) -> None:
    settings = DatabaseSettings(home=tmp_path, database_url=None)
    opened: list[Register] = []
    threads = [threading.Thread(target=lambda: opened.append(open_register(settings))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4
    assert {describe_register(register).register_id for register in opened} == {
        describe_register(opened[0]).register_id
    }
    for register in opened:
        register.close()


def test_the_environment_says_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path))
    monkeypatch.delenv("MAILLAGE_DATABASE_URL", raising=False)
    assert DatabaseSettings().url == f"sqlite:///{tmp_path}/registre.sqlite3"
    monkeypatch.setenv("MAILLAGE_DATABASE_URL", f"sqlite:///{tmp_path}/autre.db")
    assert DatabaseSettings().url == f"sqlite:///{tmp_path}/autre.db"


def test_every_setting_is_described_in_french() -> None:
    for name, field in DatabaseSettings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:", "not a url", "duckdb:///x.db"]
)
def test_another_kind_of_database_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedDatabaseError, match="Base non prise en charge"):
        open_register(DatabaseSettings(home=tmp_path, database_url=url))


@pytest.mark.parametrize(
    "url",
    ["mysql://user:secret@host/db", "postgresql://user:secret@host:port/db", "postgresql://user:secret@host"],
)
def test_the_password_of_an_address_is_not_shown(url: str, tmp_path: Path) -> None:
    with pytest.raises(UnsupportedDatabaseError) as refused:
        open_register(DatabaseSettings(home=tmp_path, database_url=url))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("content", [b"nom;ville\nA;Lens\n", b"SQLite format 3\x00cut", b"\x00" * 5_000])
def test_a_file_that_is_no_database_is_left_as_it_is(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(content)
    with pytest.raises(NotARegisterError, match="n'est pas un registre lisible"):
        open_register(DatabaseSettings(home=tmp_path, database_url=f"sqlite:///{path}"))
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "autre.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (id)")
    other.commit()
    other.close()
    content = path.read_bytes()
    with pytest.raises(NotARegisterError, match="autre programme"):
        open_register(DatabaseSettings(home=tmp_path, database_url=f"sqlite:///{path}"))
    assert path.read_bytes() == content


def test_a_damaged_register_is_said_to_be(settings: DatabaseSettings) -> None:
    path = settings.home / "registre.sqlite3"
    content = bytearray(path.read_bytes())
    content[4_096:] = b"\xff" * (len(content) - 4_096)
    path.write_bytes(content)
    with pytest.raises(NotARegisterError, match="abîmé"):
        open_register(settings)


@pytest.mark.parametrize(
    ("revision", "error"), [("9999", NewerRegisterError), ("0000", OutdatedRegisterError)]
)
def test_another_version_of_the_tables_is_not_touched(
    settings: DatabaseSettings, revision: str, error: type[Exception]
) -> None:
    raw = sqlite3.connect(settings.home / "registre.sqlite3")
    raw.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    raw.commit()
    raw.close()
    with pytest.raises(error, match=revision):
        open_register(settings)


def test_upgrading_refuses_a_newer_register(settings: DatabaseSettings) -> None:
    raw = sqlite3.connect(settings.home / "registre.sqlite3")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(NewerRegisterError):
        upgrade_register(settings)


def test_upgrading_an_up_to_date_register_changes_nothing(register: Register) -> None:
    import_rows(register, [make_row("a")])
    before = describe_register(register)
    upgrade_register(register.settings)
    assert describe_register(register) == before


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(RegisterNotReachedError, match="Impossible d'ouvrir"):
        open_register(DatabaseSettings(home=tmp_path / "file" / "home", database_url=None))


def test_an_error_inside_a_writing_session_leaves_no_trace(register: Register) -> None:
    import_rows(register, [make_row("a")])
    before = describe_register(register)

    def write_and_fail() -> None:
        with register.writing() as session:
            session.connection.execute(update(presences).values(name="changed"))
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    assert describe_register(register) == before
    assert [presence.name for presence in find_presences(register).items] == ["Structure a"]


def test_the_data_version_grows_with_changes_only(register: Register) -> None:
    first = describe_register(register).data_version
    with register.writing():
        pass
    assert describe_register(register).data_version == first
    with register.writing(changes_answers=False) as session:
        session.connection.execute(update(presences).values(name="x"))
    assert describe_register(register).data_version == first
    import_rows(register, [make_row("a")])
    assert describe_register(register).data_version == first + 1


def test_a_reader_sees_one_state_while_another_writes(register: Register) -> None:
    import_rows(register, [make_row("a")])
    names = select(presences.c.name)
    with register.reading() as reading:
        before = reading.connection.execute(names).scalars().all()
        with register.writing() as writing:
            writing.connection.execute(update(presences).values(name="written"))
        assert reading.connection.execute(names).scalars().all() == before
    with register.reading() as reading:
        assert reading.connection.execute(names).scalars().all() == ["written"]


def test_a_writing_session_sees_and_keeps_to_itself_what_it_writes(register: Register) -> None:
    with register.writing() as session:
        assert session.remember("answer", lambda: "not yet anybody's") == "not yet anybody's"
    with register.reading() as session:
        assert session.remember("answer", lambda: "everybody's") == "everybody's"


def test_a_second_writer_is_told_that_the_register_is_busy(register: Register) -> None:
    other = sqlite3.connect(register.where, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RegisterBusyError, match="occupé"), register.writing():
        pass
    other.execute("ROLLBACK")
    other.close()
    import_rows(register, [make_row("a")])


def test_a_read_only_register_answers_and_refuses_to_be_written(settings: DatabaseSettings) -> None:
    first = open_register(settings)
    import_rows(first, [make_row("a")])
    url = f"sqlite:///file:{first.where}?mode=ro&uri=true"
    register = open_register(settings.model_copy(update={"database_url": url}))
    assert find_presences(register).total == 1
    with pytest.raises(RegisterReadOnlyError, match="lecture seule"):
        import_rows(register, [make_row("b")])
    assert find_presences(register).total == 1
    register.close()
    first.close()


def test_a_full_disk_changes_nothing(register: Register) -> None:
    import_rows(register, [make_row("a")])
    before = describe_register(register)
    with register.reading() as session:
        pages = session.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        # The same connection is given again: no larger than this, as on a full disk.
        session.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(DiskFullError, match="disque est plein"):
        import_rows(register, [make_row(str(number), summary="x" * 2_000) for number in range(400)])
    assert describe_register(register) == before


def test_killed_in_the_middle_of_writing_the_register_is_as_before(register: Register) -> None:
    import_rows(register, [make_row("a")])
    before = describe_register(register)
    program = textwrap.dedent(
        """
        import os, sys
        from datetime import date
        from pathlib import Path
        from data.opening import open_register
        from data.settings import DatabaseSettings
        from data.storing import insert_presences, start_import
        from geo.records import Kind
        from tests.data.register.builders import make_row

        register = open_register(DatabaseSettings(home=Path(sys.argv[1]), database_url=None))
        with register.writing() as session:
            run = start_import(
                session, source="liste", kinds=[Kind.ACTOR], as_of=date(2026, 2, 1), file_name="x.csv"
            )
            insert_presences(session, run, [make_row(str(number)) for number in range(3_000)])
            print("written", flush=True)
            os._exit(9)
        """
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(register.settings.home)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert (killed.returncode, killed.stdout.strip()) == (9, "written"), killed.stderr
    assert describe_register(register) == before
    assert import_rows(register, [make_row("b")], source="autre").new == 1


def test_threads_read_and_write_together(register: Register) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                if number == 0:
                    import_rows(register, [make_row(f"{number}-{turn}")], source=f"liste {turn}")
                else:
                    page = find_presences(register)
                    assert page.total == len(page.items)
        except BaseException as failure:  # noqa: BLE001 (told by the test itself)
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert find_presences(register).total == 5


def test_a_changed_list_of_sectors_is_taken_over(register: Register) -> None:
    import_rows(register, [make_row("a", sectors=("velo",)), make_row("b", sectors=("disparue",))])
    book = SectorBook(
        [
            SectorEntry(sector=Sector(code="nouvelle", label="Nouvelle")),
            SectorEntry(sector=Sector(code="disparue", label="Revenue")),
            SectorEntry(sector=Sector(code="velo", label="Vélo", parent="nouvelle")),
        ]
    )
    register.close()
    other = open_register(register.settings, sectors=book)
    lens = Origin(position=Position(lon=LENS[1], lat=LENS[2]), label="Lens", precision=Precision.COMMUNE)
    for sector, names in (("nouvelle", ["Structure a"]), ("disparue", ["Structure b"])):
        assert [each.name for each in find_presences(other, sector=sector).items] == names
        near = answer_near(other, origin=lens, sector=sector)
        assert [each.presence.name for each in near.results] == names
    with other.reading() as session:
        indexed = session.connection.execute(select(presence_sector.c.presence_id)).all()
        assert other.proximity.count(session.connection) == len(indexed) == 4
    other.close()

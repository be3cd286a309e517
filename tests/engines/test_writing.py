"""Writing: one writer at a time, readers who see one state, all or nothing; the same on both engines."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, update

from data.errors import RegisterBusyError
from data.maintenance import check_register
from data.opening import open_register
from data.questions import answer_near, describe_register, find_presences, import_file
from data.session import Register
from data.settings import DatabaseSettings
from data.tables import address_corrections, presences, sources
from geo.position import Position
from geo.records import Origin, Precision
from tests.data.register.builders import LENS, import_rows, make_row

pytestmark = pytest.mark.engines


def run_together(works: list[Callable[[], None]]) -> list[BaseException]:
    """Run works in threads of their own, and give what any of them raised."""
    failures: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001 (told by the test)
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_nothing_is_lost_when_many_write_at_once(settings: DatabaseSettings) -> None:
    register = open_register(settings.model_copy(update={"busy_timeout_s": 60.0}))

    def write(number: int) -> Callable[[], None]:
        def work() -> None:
            for turn in range(4):
                import_rows(register, [make_row(f"{number}-{turn}")], source=f"liste {number}-{turn}")

        return work

    def read() -> None:
        for _ in range(10):
            page = find_presences(register)
            assert page.total == len(page.items) == page.counts.received

    assert run_together([*(write(number) for number in range(5)), read, read]) == []
    assert find_presences(register).total == 20
    assert describe_register(register).data_version == 21
    assert all(check.ok for check in check_register(register))
    register.close()


def test_a_second_writer_waits_its_turn_then_is_told(register: Register, settings: DatabaseSettings) -> None:
    other = open_register(settings)
    with register.writing() as session:
        session.connection.execute(update(presences).values(name="x"))
        with pytest.raises(RegisterBusyError, match="occupé"), other.writing():
            pass
    with other.writing():
        pass
    other.close()


def test_a_reader_sees_one_state_while_another_writes(register: Register) -> None:
    import_rows(register, [make_row("a")])
    names = select(presences.c.name)
    with register.reading() as reading:
        assert reading.connection.execute(names).scalars().all() == ["Structure a"]
        with register.writing() as writing:
            writing.connection.execute(update(presences).values(name="écrit"))
        assert reading.connection.execute(names).scalars().all() == ["Structure a"]
        assert reading.data_version == 2
    with register.reading() as reading:
        assert reading.connection.execute(names).scalars().all() == ["écrit"]
        assert reading.data_version == 3


def test_an_error_leaves_no_trace(register: Register) -> None:
    import_rows(register, [make_row("a")])
    before = describe_register(register)

    def write_and_fail() -> None:
        with register.writing() as session:
            session.connection.execute(update(presences).values(name="changé"))
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    assert describe_register(register) == before


def test_the_version_grows_with_what_is_written_and_with_nothing_else(register: Register) -> None:
    def version() -> int:
        return describe_register(register).data_version

    import_rows(register, [make_row("a")])
    first = version()
    with register.writing():
        pass
    with register.writing() as session:
        session.connection.execute(select(presences.c.id)).all()
        session.connection.execute(update(presences).where(presences.c.id == -1).values(name="x"))
        session.connection.execute(delete(address_corrections))
    assert version() == first
    with register.writing(changes_answers=False) as session:
        session.connection.execute(update(presences).values(name="x"))
    assert version() == first
    for statement in (
        update(presences).values(name="y"),
        # The same value again is a write.
        update(presences).values(name="y"),
        insert(sources).values(name="z", mapping={}, is_fictional=False, created_at=session_instant()),
        delete(sources).where(sources.c.name == "z"),
    ):
        with register.writing() as session:
            session.connection.execute(statement)
    assert version() == first + 4


def session_instant() -> object:
    from data.clock import now_utc

    return now_utc()


def test_a_register_opened_twice_at_once_is_made_once(settings: DatabaseSettings) -> None:
    opened: list[Register] = []
    assert run_together([lambda: opened.append(open_register(settings)) for _ in range(4)]) == []
    assert len({describe_register(each).register_id for each in opened}) == 1
    for each in opened:
        each.close()


def test_a_list_written_while_others_read_is_seen_whole(settings: DatabaseSettings) -> None:
    register = open_register(settings.model_copy(update={"busy_timeout_s": 60.0}))
    import_rows(register, [make_row("a")])
    lens = Origin(position=Position(lon=LENS[1], lat=LENS[2]), label="", precision=Precision.GIVEN)
    done = threading.Event()

    def write() -> None:
        import_rows(register, [make_row(f"b-{number}") for number in range(3_000)], source="autre")
        done.set()

    def read() -> None:
        while True:
            is_last = done.is_set()
            assert len(answer_near(register, origin=lens, limit=50).results) in {1, 50}
            assert find_presences(register, limit=1).total in {1, 3_001}
            if is_last:
                return

    assert run_together([write, read, read]) == []
    assert find_presences(register, limit=1).total == 3_001
    register.close()


def test_a_file_is_imported_through_the_whole_intake(register: Register, tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "liste.csv"
    path.write_text(
        "id;nom;latitude;longitude;filière\n1;La Recyclerie;50.4289;2.8319;Vélo\n2;Caf\x00é;50.63;3.05;\n",
        encoding="utf-8",
    )
    report = import_file(register, path, source="essai")
    assert (report.new, report.counts.placed) == (2, 2)
    assert [each.name for each in find_presences(register, text="recyclerie").items] == ["La Recyclerie"]
    again = import_file(register, path, source="essai")
    assert (again.new, again.unchanged) == (0, 2)

"""A register moved from an engine to the other, saved and put back: nothing lost, nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from data import maintenance, moving
from data.errors import CopyDiffersError, RegisterBusyError, RegisterReadOnlyError, TargetNotEmptyError
from data.maintenance import backup_register, check_register, restore_register
from data.moving import CopiedTable, move_register
from data.opening import open_register
from data.questions import describe_register, find_presences, history_of
from data.session import Register
from data.settings import DatabaseSettings
from data.tables import metadata
from geo.records import RegisterSummary, Visibility
from tests.data.register.builders import import_rows, make_row
from tests.engines.builders import fill, make_database, make_rows

pytestmark = pytest.mark.engines

COUNT = 2_500


def read_all(register: Register) -> tuple[RegisterSummary, list[object], list[object]]:
    listed = find_presences(register, limit=10_000, reader=Visibility.STAFF).items
    return (
        describe_register(register),
        list(listed),
        [history_of(register, presence.id) for presence in listed[::150]],
    )


@pytest.mark.parametrize("settings", ["sqlite", "postgis"], indirect=True)
def test_a_register_moves_with_all_it_holds_and_back(
    register: Register, settings: DatabaseSettings, tmp_path: Path, cluster_url: str
) -> None:
    fill(register, make_rows(COUNT))
    expected = read_all(register)
    seen: list[tuple[str, int, int]] = []
    with make_database(cluster_url) as empty:
        target_settings = empty
        if "postgresql" in settings.url:
            target_settings = DatabaseSettings(home=tmp_path / "arrivée", database_url=None)
        target = Register(target_settings)
        copied = move_register(register, target, progress=lambda *told: seen.append(told))
        target.close()
        assert {each.name for each in copied} == set(metadata.tables)
        assert {each.name: each.rows for each in copied}["presences"] == COUNT + 1
        assert ("presences", COUNT + 1, COUNT + 1) in seen
        moved = open_register(target_settings)
        assert read_all(moved) == expected == read_all(register)
        assert all(check.ok for check in check_register(moved))
        if "postgresql" in settings.url:
            with make_database(cluster_url) as back_settings:
                back = Register(back_settings)
                assert _without_state(move_register(moved, back)) == _without_state(copied)
                back.close()
        # New rows are numbered after those that came.
        assert import_rows(moved, [make_row("z")], source="autre").ids == {"z": COUNT + 2}
        moved.close()


def _without_state(copied: tuple[CopiedTable, ...]) -> list[CopiedTable]:
    return [each for each in copied if each.name != "register_state"]


def test_a_copy_that_differs_leaves_the_target_empty(
    register: Register, cluster_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rows(register, [make_row("a")])
    before = describe_register(register)
    read = moving._read

    def lose_a_row(connection, table):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 (the one it stands for)
        rows = list(read(connection, table))
        is_target = connection.engine is not register.engine
        return iter(rows[:-1] if table.name == "presences" and is_target else rows)

    monkeypatch.setattr(moving, "_read", lose_a_row)
    with make_database(cluster_url) as empty:
        target = Register(empty)
        with pytest.raises(
            CopyDiffersError, match="presences n'est pas fidèle : 1 lignes envoyées, 0 relues"
        ):
            move_register(register, target)
        with target.reading() as session:
            assert "presences" not in inspect(session.connection).get_table_names()
        target.close()
    assert describe_register(register) == before


def test_a_database_that_holds_something_is_refused(register: Register, cluster_url: str) -> None:
    import_rows(register, [make_row("a")])
    with make_database(cluster_url) as taken:
        target = open_register(taken)
        import_rows(target, [make_row("b")])
        with pytest.raises(TargetNotEmptyError, match="n'est pas vide"):
            move_register(register, target)
        assert [each.name for each in find_presences(target).items] == ["Structure b"]
        target.close()


def test_what_was_saved_is_put_back_and_the_former_kept(
    register: Register, settings: DatabaseSettings, tmp_path: Path
) -> None:
    import_rows(register, [make_row("a"), make_row("b")])
    saved = read_all(register)
    path = tmp_path / "sauvegarde.sqlite3"
    backup_register(register, path)
    import_rows(register, [make_row("c")], source="autre")
    version = describe_register(register).data_version
    kept = restore_register(settings.model_copy(update={"home": tmp_path}), path)
    assert describe_register(register).data_version > version
    summary, listed, history = read_all(register)
    assert (listed, history) == saved[1:]
    assert summary.counts == saved[0].counts
    assert kept is not None
    former = open_register(DatabaseSettings(database_url=f"sqlite:///{kept}"))
    assert find_presences(former).total == 3
    former.close()
    assert all(check.ok for check in check_register(register))


@pytest.mark.parametrize("settings", ["postgis"], indirect=True)
def test_nothing_is_written_between_what_is_kept_and_what_is_put_back(
    register: Register, settings: DatabaseSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rows(register, [make_row("a")])
    path = tmp_path / "sauvegarde.sqlite3"
    backup_register(register, path)
    version = describe_register(register).data_version
    other = Register(settings)

    def keep(held: Register, kept: Path) -> None:
        backup_register(held, kept)
        # It would be neither in what is kept nor in what is put back, and its version would come again.
        with pytest.raises(RegisterBusyError):
            import_rows(other, [make_row("b")], source="autre")

    monkeypatch.setattr(maintenance, "backup_register", keep)
    assert restore_register(settings.model_copy(update={"home": tmp_path}), path) is not None
    assert describe_register(other).data_version == version + 1
    other.close()


def test_a_copy_is_for_who_made_it(register: Register, settings: DatabaseSettings, tmp_path: Path) -> None:
    import_rows(register, [make_row("a")])
    path = tmp_path / "sauvegarde.sqlite3"
    backup_register(register, path)
    kept = restore_register(settings.model_copy(update={"home": tmp_path}), path)
    assert kept is not None
    assert [oct(each.stat().st_mode)[-3:] for each in (path, kept)] == ["600", "600"]


def test_a_file_that_may_not_be_written_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings = DatabaseSettings(home=tmp_path, database_url=None)
    first = open_register(settings)
    import_rows(first, [make_row("a")])
    first.close()
    # Whoever runs the tests may write everywhere: the system is made to say that they may not.
    monkeypatch.setattr("data.engines.file.os.access", lambda *_: False)
    register = open_register(settings)
    assert [each.name for each in find_presences(register).items] == ["Structure a"]
    with pytest.raises(RegisterReadOnlyError, match="lecture seule"):
        import_rows(register, [make_row("b")])
    register.close()
    assert "lecture seule" in caplog.text
    assert [path.name for path in tmp_path.iterdir()] == ["registre.sqlite3"]

"""Killed while it writes: what was acknowledged is there, nothing is half written, counts equal a recount."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from data.errors import RegisterUnavailableError
from data.maintenance import check_register
from data.opening import open_register
from data.questions import find_presences
from data.session import Register
from data.settings import DatabaseSettings
from geo.records import Visibility
from tests.data.register.builders import import_rows, make_row
from tests.postgis import find_missing_part, start_cluster

pytestmark = pytest.mark.engines

_ROWS = 30
_PROGRAM = textwrap.dedent(
    """
    import sys, threading
    from data.opening import open_register
    from data.settings import DatabaseSettings
    from data.questions import find_presences
    from tests.data.register.builders import import_rows, make_row

    register = open_register(DatabaseSettings(database_url=sys.argv[1], busy_timeout_s=60))

    def write(number):
        for turn in range(500):
            name = f"{number}-{turn}"
            import_rows(register, [make_row(f"{name}-{row}") for row in range(30)], source=name)
            print(name, flush=True)

    threads = [threading.Thread(target=write, args=(number,), daemon=True) for number in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5_000):
        find_presences(register)
    """
)


def read_sources(register: Register) -> dict[str, int]:
    """Count the presences of each source."""
    counts: dict[str, int] = {}
    for presence in find_presences(register, limit=10_000, reader=Visibility.STAFF).items:
        counts[presence.source] = counts.get(presence.source, 0) + 1
    return counts


def check_whole(register: Register, acknowledged: set[str]) -> None:
    """Require all that was acknowledged, nothing in part, and counts equal to a recount."""
    counts = read_sources(register)
    assert acknowledged <= set(counts)
    assert set(counts.values()) == {_ROWS}
    assert [check for check in check_register(register) if not check.ok] == []
    page = find_presences(register, limit=1)
    assert page.counts.received == page.total == sum(counts.values())


def test_the_program_killed_under_load(settings: DatabaseSettings) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, settings.url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert program.stdout is not None
        acknowledged = {program.stdout.readline().strip() for _ in range(8)}
    finally:
        program.kill()
        rest, _ = program.communicate(timeout=30)
    acknowledged |= {line for line in rest.splitlines() if line.count("-") == 1}
    register = open_register(settings.model_copy(update={"busy_timeout_s": 30.0}))
    check_whole(register, acknowledged - {""})
    import_rows(register, [make_row(f"après-{row}") for row in range(_ROWS)], source="après")
    check_whole(register, {"après"})
    register.close()


@pytest.mark.skipif(find_missing_part() is not None, reason=str(find_missing_part()))
def test_the_server_killed_under_load() -> None:
    acknowledged: set[str] = set()
    before, after, stop = threading.Event(), threading.Event(), threading.Event()
    restarted = threading.Event()

    with start_cluster({"fsync": "on"}) as cluster:
        register = open_register(DatabaseSettings(database_url=cluster.url, busy_timeout_s=30.0))

        def write(number: int) -> None:
            turn = 0
            while not stop.is_set():
                name = f"{number}-{turn}"
                turn += 1
                rows = [make_row(f"{name}-{row}") for row in range(_ROWS)]
                try:
                    import_rows(register, rows, source=name)
                except RegisterUnavailableError:
                    # What a person is told; they try again when the server is back.
                    restarted.wait(30)
                    continue
                acknowledged.add(name)
                if restarted.is_set():
                    after.set()
                elif len(acknowledged) >= 8:
                    before.set()

        def read() -> None:
            while not stop.is_set():
                try:
                    assert set(read_sources(register).values()) <= {_ROWS}
                except RegisterUnavailableError:
                    restarted.wait(30)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        threads.append(threading.Thread(target=read))
        for thread in threads:
            thread.start()
        try:
            assert before.wait(60)
            cluster.kill()
            cluster.restart()
            restarted.set()
            assert after.wait(60)
        finally:
            restarted.set()
            stop.set()
            for thread in threads:
                thread.join()
        check_whole(register, acknowledged)
        register.close()

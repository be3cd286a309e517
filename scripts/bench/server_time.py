"""What a database costs its machine: the processor time of PostgreSQL, and one to measure it on."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.opening import open_register
from data.session import Register
from data.settings import DatabaseSettings
from scripts.servers.cluster import run_cluster

_PROCESSES = Path("/proc")
# Where /proc/PID/stat says them, after the name of the program.
_PARENT, _OWN, _BURIED = 1, slice(11, 13), slice(13, 15)


@contextmanager
def open_for_measure(*, url: str | None, on_server: bool) -> Iterator[Register]:
    """
    Open an empty register: of a database that is given, of a PostgreSQL started for this, else of a file.

    Everything that was not there before is removed at the end.
    """
    with tempfile.TemporaryDirectory() as folder:
        # PostgreSQL runs as another user when root starts it.
        Path(folder).chmod(0o755)
        if on_server and url is None:
            with run_cluster(Path(folder, "server")) as cluster:
                register = open_register(DatabaseSettings(home=Path(folder), database_url=cluster.url))
                yield register
                register.close()
            return
        register = open_register(DatabaseSettings(home=Path(folder), database_url=url))
        yield register
        register.close()


def read_server_s(register: Register) -> float:
    """
    Read the processor time that the server of a register has taken so far, in seconds.

    Of all its processes, those that have ended included. 0 for a file, for a server on another machine, and
    where the system has no /proc.
    """
    if register.url.get_backend_name() == "sqlite" or not _PROCESSES.is_dir():
        return 0.0
    with register.reading() as session:
        backend = session.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    found = _read_stat(str(backend))
    if found is None:
        return 0.0
    postmaster = found[_PARENT]
    ticks = 0
    for process in _PROCESSES.iterdir():
        stat = _read_stat(process.name) if process.name.isdecimal() else None
        if stat is not None and process.name == postmaster:
            ticks += sum(map(int, (*stat[_OWN], *stat[_BURIED])))
        elif stat is not None and stat[_PARENT] == postmaster:
            ticks += sum(map(int, stat[_OWN]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _read_stat(process: str) -> list[str] | None:
    try:
        return (_PROCESSES / process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None

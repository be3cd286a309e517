"""A PostGIS cluster of the tests' own: temporary, on loopback, run by an ordinary user, stopped after."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

REMEDY = "sudo apt-get install postgresql postgresql-postgis (ou : brew install postgresql postgis)"

_RESTARTS = 20


def find_missing_part() -> str | None:
    """Say why no cluster can be started here, or None when one can."""
    if _find_binaries() is None:
        return f"PostgreSQL n'est pas installé. Remède : {REMEDY}"
    if os.geteuid() == 0 and _find_ordinary_user() is None:
        return "PostgreSQL refuse root, et il n'y a ni l'utilisateur postgres ni nobody pour le lancer."
    return None


def _find_binaries() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _find_ordinary_user() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Cluster:
    """
    A cluster in a folder of its own.

    Parameters
    ----------
    settings
        Settings of PostgreSQL, by name. By default a commit does not wait for the disk (`fsync` is off).
    """

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        binaries = _find_binaries()
        if binaries is None:
            raise RuntimeError(find_missing_part())
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="maillage-pg-"))
        user = _find_ordinary_user() if os.geteuid() == 0 else None
        self._as_user: dict[str, Any] = {}
        if user:
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        self._data = self._folder / "cluster"
        self._port, password = _free_port(), secrets.token_hex(16)
        self.url = f"postgresql+psycopg://maillage:{password}@127.0.0.1:{self._port}/postgres"
        given = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._folder),
            "fsync": "off",
            **(settings or {}),
        }
        self._options = f"-p {self._port} " + " ".join(f"-c {name}={value}" for name, value in given.items())
        password_file = self._folder / "password"
        password_file.write_text(password)
        if user:
            os.chown(password_file, user.pw_uid, user.pw_gid)
        self._run(
            "initdb", "-D", str(self._data), "-U", "maillage", "-A", "scram-sha-256",
            "--pwfile", str(password_file), "-E", "UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run(
            "pg_ctl", "-D", str(self._data), "-w", "-t", "50", "-l", str(self._folder / "log"),
            "-o", self._options, "start",
        )  # fmt: skip

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would."""
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        found = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(postmaster)], capture_output=True, text=True, check=False
        )
        for process in (postmaster, *map(int, found.stdout.split())):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def restart(self) -> None:
        """Start it after it was killed, as soon as the system has buried its processes."""
        for turn in range(_RESTARTS):
            try:
                self.start()
            except RuntimeError:
                if turn == _RESTARTS - 1:
                    raise
            else:
                return

    def remove(self) -> None:
        """Stop it and remove its folder."""
        if (self._data / "postmaster.pid").exists():
            with suppress(RuntimeError):
                self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._binaries / program), *arguments],
            cwd=self._folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            timeout=60, **self._as_user,
        )  # fmt: skip
        if done.returncode:
            message = f"{program}: {done.stderr or done.stdout}"
            raise RuntimeError(message)


@contextmanager
def start_cluster(settings: dict[str, str] | None = None) -> Iterator[Cluster]:
    """Start a cluster; stop and remove it at the end."""
    cluster = Cluster(settings)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@contextmanager
def run_cluster(settings: dict[str, str] | None = None) -> Iterator[str]:
    """
    Start a cluster whose user may do everything; stop and remove it at the end.

    Yields the SQLAlchemy URL (psycopg 3) of its database `postgres`.
    """
    with start_cluster(settings) as cluster:
        yield cluster.url

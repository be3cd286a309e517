"""A PostgreSQL of our own on loopback, run by an ordinary user, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geo.errors import MaillageError
from scripts.servers.ports import find_free_port

_USER = "maillage"
_STARTS_WITHIN_S = 50
_TIMEOUT_S = 90

SETTINGS: Mapping[str, str] = {
    "shared_buffers": "1GB",
    "effective_cache_size": "3GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "60",
    # On a solid-state disk a page read out of order costs hardly more: the default of 4 shuns indexes.
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
}
"""What a register of up to a million presences asks for on a machine of 4 GB; also in `compose.yaml`."""


class ClusterError(MaillageError, RuntimeError):
    """PostgreSQL is not there, or does not start."""


def find_postgres_programs() -> Path:
    """
    Find the folder of `initdb` and `pg_ctl`.

    Raises
    ------
    ClusterError
        If PostgreSQL is not installed.
    """
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise ClusterError(
            "Ce service demande PostgreSQL et PostGIS, qui ne sont pas installés. "
            "Installez-les, par exemple : sudo apt-get install postgresql postgresql-postgis"
        )
    return found[-1].parent


def _find_ordinary_user() -> pwd.struct_passwd | None:
    """Give who runs PostgreSQL when root starts it, since it refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ClusterError(
        "PostgreSQL refuse d'être lancé par root, et il n'y a ni l'utilisateur postgres ni nobody. "
        "Lancez la commande depuis un compte ordinaire."
    )


class LocalCluster:
    """
    A PostgreSQL in a folder: made the first time, started and stopped as one likes.

    Parameters
    ----------
    folder
        Where it lives; what it holds stays there between two starts.
    port
        The port on 127.0.0.1; a free one by default.
    settings
        PostgreSQL's settings by name, on top of `SETTINGS`.

    Raises
    ------
    ClusterError
        If PostgreSQL is not installed, or cannot make its files.
    """

    def __init__(
        self, folder: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self._programs = find_postgres_programs()
        self._folder = folder.absolute()
        self._user = _find_ordinary_user()
        self._settings = {**SETTINGS, **(settings or {})}
        self.port = port or find_free_port()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._give_to_user(self._folder)
        self._data = self._folder / "cluster"
        self._password_file = self._folder / "password"
        if not (self._data / "PG_VERSION").exists():
            self._make()

    @property
    def url(self) -> str:
        """Give the address of its database."""
        password = self._password_file.read_text().strip()
        return f"postgresql://{_USER}:{password}@127.0.0.1:{self.port}/postgres"

    @property
    def log(self) -> Path:
        """Give the file where it writes what happens."""
        return self._folder / "log"

    def start(self) -> None:
        """
        Start it, and wait until it answers.

        Raises
        ------
        ClusterError
            If it does not start.
        """
        given = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", **self._settings}
        options = f"-p {self.port} " + " ".join(f"-c {name}='{value}'" for name, value in given.items())
        self._run(
            "pg_ctl", "-D", str(self._data), "-w", "-t", str(_STARTS_WITHIN_S),
            "-l", str(self.log), "-o", options, "start",
        )  # fmt: skip

    def stop(self) -> None:
        """Stop it, after what is being written; nothing happens when it does not run."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self._data), "-m", "fast", "-w", "stop")

    def _make(self) -> None:
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_hex(16))
        self._give_to_user(self._password_file)
        self._run(
            "initdb", "-D", str(self._data), "-U", _USER, "-A", "scram-sha-256",
            "--pwfile", str(self._password_file), "-E", "UTF8", "--locale=C",
        )  # fmt: skip

    def _give_to_user(self, path: Path) -> None:
        if self._user:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        as_user: dict[str, Any] = {}
        if self._user:
            as_user = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        done = subprocess.run(  # noqa: S603 (PostgreSQL's own programs)
            [str(self._programs / program), *arguments],
            cwd=self._folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            timeout=_TIMEOUT_S, **as_user,
        )  # fmt: skip
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise ClusterError(
                f"PostgreSQL n'a pas pu faire « {program} » dans {self._folder} : {said} "
                f"Voyez aussi son journal : {self.log}"
            )


@contextmanager
def run_cluster(
    folder: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[LocalCluster]:
    """Run a cluster while the block runs."""
    cluster = LocalCluster(folder, port=port, settings=settings)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()

"""A PostGIS cluster of the tests' own: temporary, on loopback, run by an ordinary user, stopped after."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REMEDY = "sudo apt-get install postgresql postgresql-postgis (ou : brew install postgresql postgis)"


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


@contextmanager
def run_cluster() -> Iterator[str]:
    """
    Start a cluster with a database that has PostGIS; stop and remove it at the end.

    Yields the database's SQLAlchemy URL (psycopg 3).
    """
    binaries = _find_binaries()
    if binaries is None:
        raise RuntimeError(find_missing_part())
    folder = Path(tempfile.mkdtemp(prefix="maillage-pg-"))
    user = _find_ordinary_user() if os.geteuid() == 0 else None
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    port, password = _free_port(), secrets.token_hex(16)

    def run(*command: str) -> None:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=60, **as_user
        )  # type: ignore[call-overload]  # uid and gid only exist when root
        if done.returncode:
            message = f"{command[0]}: {done.stderr or done.stdout}"
            raise RuntimeError(message)

    password_file = folder / "password"
    password_file.write_text(password)
    if user:
        os.chown(password_file, user.pw_uid, user.pw_gid)
    cluster = folder / "cluster"
    try:
        run(
            str(binaries / "initdb"), "-D", str(cluster), "-U", "maillage", "-A", "scram-sha-256",
            "--pwfile", str(password_file), "-E", "UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        run(
            str(binaries / "pg_ctl"), "-D", str(cluster), "-w", "-t", "50", "-l", str(folder / "log"),
            "-o", options, "start",
        )  # fmt: skip
        yield f"postgresql+psycopg://maillage:{password}@127.0.0.1:{port}/postgres"
    finally:
        if (cluster / "postmaster.pid").exists():
            run(str(binaries / "pg_ctl"), "-D", str(cluster), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)

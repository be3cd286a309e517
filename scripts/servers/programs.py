"""What `make server` runs beside PostgreSQL: the site and nginx, each stopped whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path

from scripts.servers.ports import LOOPBACK

_STOPS_WITHIN_S = 15

_AROUND_THE_SITE = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 512; }}
http {{
    access_log off;
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def find_nginx() -> str | None:
    """Find nginx, None where it is not installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def write_proxy_settings(folder: Path, *, port: int, site_port: int) -> Path:
    """Write what nginx reads: the proxy of `compose.yaml`, on the loopback."""
    template = files("scripts.servers").joinpath("proxy", "maillage.conf.template").read_text("utf-8")
    site = template.replace("${MAILLAGE_LISTEN}", f"{LOOPBACK}:{port}").replace(
        "${MAILLAGE_UPSTREAM}", f"{LOOPBACK}:{site_port}"
    )
    settings = folder / "nginx.conf"
    settings.write_text(_AROUND_THE_SITE.format(folder=folder, site=site), encoding="utf-8")
    return settings


@contextmanager
def run_program(
    command: list[str], *, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while the block runs; it and all that it started are gone at the end."""
    program = subprocess.Popen(  # noqa: S603 (our own commands)
        command,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
        # A group of its own: Ctrl-C reaches us only, and we stop each program in order.
        start_new_session=True,
    )
    try:
        yield program
    finally:
        _stop(program)


def _stop(program: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        program.send_signal(signal.SIGTERM)
    try:
        program.wait(_STOPS_WITHIN_S)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
    with suppress(ProcessLookupError):
        # Workers that outlived the one that started them.
        os.killpg(program.pid, signal.SIGTERM)


def write_site_command(*, port: int, workers: int) -> list[str]:
    """Write the command that serves the site, as an administrator would type it."""
    return [sys.executable, "-m", "scripts", "serve", "--port", str(port), "--workers", str(workers)]

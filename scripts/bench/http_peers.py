"""tipg and pygeoapi on the same points, each in one process on the loopback.

They live in environments of their own, whose Python is named by `MAILLAGE_BENCH_TIPG` and
`MAILLAGE_BENCH_PYGEOAPI`; one that is not named is not measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from scripts.servers.ports import LOOPBACK, find_free_port
from scripts.servers.programs import run_program

_READY_WITHIN_S = 90

_TABLE = """
CREATE SCHEMA IF NOT EXISTS peers;
CREATE TABLE IF NOT EXISTS peers.points AS
  SELECT id, name, kind, sectors->>0 AS sector, "precision", commune,
         ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS geom
  FROM presences WHERE lon IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS points_id ON peers.points (id);
CREATE INDEX IF NOT EXISTS points_geom ON peers.points USING gist (geom);
ANALYZE peers.points;
"""

_PYGEOAPI = """
server:
  bind: {{host: {host}, port: {port}}}
  url: http://{host}:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  gzip: false
  languages: [en-US]
  pretty_print: false
  limits: {{default_items: 200, max_items: 1000}}
  map: {{url: "https://example.org/{{z}}/{{x}}/{{y}}.png", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification:
    {{title: t, description: d, keywords: [k], keywords_type: theme,
     terms_of_service: x, url: "https://example.org"}}
  license: {{name: x, url: "https://example.org"}}
  provider: {{name: x, url: "https://example.org"}}
  contact: {{name: x}}
resources:
  points:
    type: collection
    title: points
    description: points
    keywords: [points]
    links: []
    extents: {{spatial: {{bbox: [1.3, 48.8, 4.3, 51.1], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers:
      - type: feature
        name: PostgreSQL
        data:
          {{host: {host}, port: {db_port}, dbname: {db}, user: {user}, password: {password},
            search_path: [peers]}}
        id_field: id
        table: points
        geom_field: geom
"""


def make_peer_table(url: str) -> None:
    """Copy the points into a table as the peers want it: one geometry in degrees, indexed."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in filter(str.strip, _TABLE.split(";")):
            connection.execute(statement.encode())


def find_peer(name: str) -> str | None:
    """Give the Python of a peer's environment, None when it is not named."""
    return os.environ.get(f"MAILLAGE_BENCH_{name.upper()}")


@contextmanager
def run_tipg(python: str, url: str) -> Iterator[int]:
    """Serve the points with tipg; gives the port."""
    port = find_free_port()
    environment = {"DATABASE_URL": url, "TIPG_DB_SCHEMAS": '["peers"]', "TIPG_DB_SPATIAL_EXTENT": "FALSE"}
    command = [python, "-m", "uvicorn", "tipg.main:app", "--host", LOOPBACK, "--port", str(port),
               "--log-level", "error", "--no-access-log"]  # fmt: skip
    with run_program(command, environment=environment) as program:
        _wait(port, "/collections/peers.points", program)
        yield port


@contextmanager
def run_pygeoapi(python: str, url: str) -> Iterator[int]:
    """Serve the points with pygeoapi (gunicorn, one process, sixteen threads); gives the port."""
    port, parts = find_free_port(), urlsplit(url)
    with tempfile.TemporaryDirectory(prefix="maillage-pygeoapi-") as folder:
        settings, description = Path(folder) / "settings.yml", Path(folder) / "openapi.yml"
        settings.write_text(
            _PYGEOAPI.format(
                host=LOOPBACK, port=port, db_port=parts.port, db=parts.path.lstrip("/"),
                user=parts.username, password=parts.password,
            )
        )  # fmt: skip
        environment = {"PYGEOAPI_CONFIG": str(settings), "PYGEOAPI_OPENAPI": str(description)}
        programs = Path(python).parent
        with description.open("wb") as out:
            subprocess.run(  # noqa: S603 (the peer that was named)
                [str(programs / "pygeoapi"), "openapi", "generate", str(settings)],
                env={**os.environ, **environment}, stdout=out, stderr=sys.stderr, check=True, timeout=120,
            )  # fmt: skip
        command = [str(programs / "gunicorn"), "--bind", f"{LOOPBACK}:{port}", "--workers", "1",
                   "--threads", "16", "--log-level", "error", "pygeoapi.flask_app:APP"]  # fmt: skip
        with run_program(command, environment=environment) as program:
            _wait(port, "/collections/points?f=json", program)
            yield port


def _wait(port: int, path: str, program: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline and program.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=_READY_WITHIN_S):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    message = f"{path} did not answer on port {port}"
    raise TimeoutError(message)

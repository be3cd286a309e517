"""The shared service: `make server` runs it and leaves nothing behind; `compose.yaml` says the same."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scripts.servers.cluster import SETTINGS
from scripts.servers.ports import find_free_port
from scripts.servers.programs import find_nginx, write_proxy_settings
from tests.postgis import find_missing_part

ROOT = Path(__file__).parents[2]


def read_compose() -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load((ROOT / "compose.yaml").read_text("utf-8"))
    return document


def test_compose_follows_the_compose_schema() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
         str(ROOT / "compose.yaml")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_wrong_compose_file_would_be_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yaml"
    wrong.write_text("services: {site: {image: x, helthcheck: {}}}")
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(wrong)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert checked.returncode == 1


def test_compose_names_files_that_exist_and_the_settings_that_were_measured() -> None:
    services = read_compose()["services"]
    assert (ROOT / services["site"]["build"]["dockerfile"]).is_file()
    for volume in services["proxy"]["volumes"]:
        assert (ROOT / volume.split(":")[0]).is_file()
    said = dict(part.split("=") for part in services["database"]["command"] if "=" in part)
    # Workers of several machines may share the database of the compose file.
    assert {**said, "max_connections": SETTINGS["max_connections"]} == dict(SETTINGS)
    for service in services.values():
        assert "healthcheck" in service
    # Only the proxy is reached from outside.
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_the_image_is_built_without_the_register_of_the_checkout() -> None:
    left_out = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {"var", ".venv", ".git"} <= set(left_out)
    dockerfile = (ROOT / read_compose()["services"]["site"]["build"]["dockerfile"]).read_text("utf-8")
    assert "COPY . ." in dockerfile


def test_the_proxy_waits_for_the_export_of_a_large_register() -> None:
    template = (ROOT / "scripts/servers/proxy/maillage.conf.template").read_text("utf-8")
    [seconds] = re.findall(r"proxy_read_timeout (\d+)s;", template)
    # A million presences are written at some 5,000 a second on a busy machine.
    assert int(seconds) >= 3 * 1_000_000 / 5_000


def test_nginx_accepts_the_settings_of_the_proxy(tmp_path: Path) -> None:
    nginx = find_nginx()
    if nginx is None:
        pytest.skip("nginx n'est pas installé. Remède : sudo apt-get install nginx")
    settings = write_proxy_settings(tmp_path, port=find_free_port(), site_port=find_free_port())
    tried = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", str(settings)],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


def wait_until_open(program: subprocess.Popen[str]) -> str:
    """Read what the command says until it is open, or has ended (it does so by itself); give all of it."""
    said = ""
    assert program.stdout is not None
    for line in program.stdout:
        said += line
        if "/metrics" in line:
            break
    return said


def ask(port: int, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"accept-encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, gzip.decompress(body) if answer.headers.get("content-encoding") == "gzip" else body


def list_processes(word: str) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if word in line]


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a folder that the account which runs PostgreSQL for root can reach; those of pytest are closed."""
    with tempfile.TemporaryDirectory(prefix="maillage-service-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.engines
def test_the_whole_service_answers_and_nothing_is_left_of_it(home: Path) -> None:
    missing = find_missing_part()
    if missing is not None:
        pytest.skip(missing)
    port = find_free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "scripts.servers", "--port", str(port), "--seconds", "120"],
        env={**os.environ, "MAILLAGE_HOME": str(home), "COLUMNS": "200"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, cwd=ROOT,
    )  # fmt: skip
    try:
        said = wait_until_open(program)
        assert f"http://127.0.0.1:{port}" in said, said
        metrics = re.search(r"127\.0\.0\.1:(\d+)/metrics", said)
        assert metrics, said
        ready, body = ask(port, "/readyz")
        assert (ready.status, b'"status":"ok"' in body) == (200, True)
        page, body = ask(port, "/proche?q=Lens")
        assert page.status == 200
        assert "Lens" in body.decode()
        tile, body = ask(port, "/tiles/presences/8/130/86.mvt")
        assert tile.status == 200
        assert tile.headers["etag"]
        assert body
        behind = int(metrics[1])
        figures = ask(behind, "/metrics")[1].decode()
        assert "maillage_register_up 1.0" in figures
        if find_nginx():
            assert page.headers["content-encoding"] == "gzip"
            assert ask(port, "/metrics")[0].status == 404
    finally:
        program.send_signal(signal.SIGINT)
        rest = program.communicate(timeout=60)[0]
    assert "Tout est arrêté" in rest
    assert list_processes(str(home)) == []
    assert list_processes(f"--port {port}") == []

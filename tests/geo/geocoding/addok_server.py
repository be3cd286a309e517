"""A real addok with addok-csv, the engine of the national service, on 127.0.0.1 with the tests' addresses.

It runs on Python packages of its own (`var/test-tools`, made once) and on the system's Redis, over a socket
in a temporary folder. Both programs end with the tests, even killed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from scripts.bench.addok_programs import NoAddokError, run_redis, run_until_ready, write_configuration
from tests.geo.geocoding.places import PLACES, Place

REQUIREMENTS = Path(__file__).with_name("addok-requirements.txt")
TOOLS = Path(__file__).parents[3] / "var" / "test-tools"
INSTALL_TIMEOUT_S = 600
COMMAND_TIMEOUT_S = 60


@contextmanager
def run_addok() -> Iterator[str]:
    """
    Start addok with the tests' addresses, and stop it at the end; give its address.

    Raises
    ------
    NoAddokError
        If it cannot be installed or started here.
    """
    with ExitStack() as stack:
        # Short on purpose: the path of a socket has 100 characters at most.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="addok-")))
        stack.enter_context(run_redis(folder))
        addok = _install()
        configuration = str(write_configuration(folder))
        environment = {**os.environ, "ADDOK_CONFIG_MODULE": configuration, "PYTHONUNBUFFERED": "1"}
        base = folder / "base.ndjson"
        base.write_text("".join(json.dumps(_as_document(place)) + "\n" for place in PLACES))
        for arguments in (["batch", str(base)], ["ngrams"]):
            _call([str(addok), *arguments], environment)
        port = _free_port()
        serve = [str(addok), "serve", "--host", "127.0.0.1", "--port", str(port)]
        stack.enter_context(run_until_ready(serve, "serving http", environment))
        yield f"http://127.0.0.1:{port}"


def _install() -> Path:
    """Make the environment once, whatever the number of test processes; give the path of addok in it."""
    pins = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    environment = TOOLS / f"addok-{pins}"
    ready, addok = environment / "ready", environment / "bin" / "addok"
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(environment, ignore_errors=True)
            _call([sys.executable, "-m", "venv", str(environment)], dict(os.environ))
            pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
            _call([*pip, "--requirement", str(REQUIREMENTS)], dict(os.environ), INSTALL_TIMEOUT_S)
            ready.touch()
    return addok


def _call(command: list[str], environment: dict[str, str], timeout_s: int = COMMAND_TIMEOUT_S) -> None:
    try:
        subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True, timeout=timeout_s
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr.strip() or error.stdout.strip() or "sans un mot").splitlines()[-1]
        raise NoAddokError(f"« {' '.join(command[:3])} » a échoué : {said}. {_REMEDY}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoAddokError(f"« {' '.join(command[:3])} » : {error}. {_REMEDY}") from error


_REMEDY = "Remède : vérifier la connexion au dépôt de paquets Python, puis relancer les tests"


def _as_document(place: Place) -> dict[str, object]:
    """Write a place in the form that addok imports."""
    lon, lat = place.point
    name = "_".join(place.name.split())
    identifier = place.citycode if place.kind == "municipality" else f"{place.citycode}_{name}"
    document: dict[str, object] = {
        "id": identifier, "type": place.kind, "name": place.name, "postcode": list(place.postcodes),
        "citycode": place.citycode, "city": place.city, "context": place.context, "lon": lon, "lat": lat,
        "importance": place.importance,
    }  # fmt: skip
    if place.numbers:
        document["housenumbers"] = {
            number: {"id": f"{identifier}_{number}", "lon": point[0], "lat": point[1]}
            for number, point in place.numbers.items()
        }
    return document


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

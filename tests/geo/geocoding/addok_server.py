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
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.geo.geocoding.places import PLACES, Place

REQUIREMENTS = Path(__file__).with_name("addok-requirements.txt")
TOOLS = Path(__file__).parents[3] / "var" / "test-tools"
INSTALL_TIMEOUT_S = 600
COMMAND_TIMEOUT_S = 60

CONFIGURATION = '''
"""addok with the French processors that the national service declares."""
REDIS = {
    "unix_socket_path": %(socket)r, "host": None, "port": None, "indexes": {"db": 0}, "documents": {"db": 1},
}
LOG_DIR = %(folder)r
BATCH_WORKERS = 1
EXTRA_FIELDS = [{"key": "citycode"}]
FILTERS = ["type", "postcode", "citycode"]
PROCESSORS_PYPATHS = [
    "addok.helpers.text.tokenize", "addok.helpers.text.normalize", "addok_france.glue_ordinal",
    "addok_france.fold_ordinal", "addok_france.flag_housenumber", "addok.helpers.text.synonymize",
    "addok_fr.phonemicize",
]
QUERY_PROCESSORS_PYPATHS = [
    "addok.helpers.text.check_query_length", "addok_france.extract_address", "addok_france.clean_query",
    "addok_france.remove_leading_zeros",
]
SEARCH_RESULT_PROCESSORS_PYPATHS = [
    "addok.helpers.results.match_housenumber", "addok_france.make_labels",
    "addok.helpers.results.score_by_importance", "addok.helpers.results.score_by_autocomplete_distance",
    "addok.helpers.results.score_by_ngram_distance", "addok.helpers.results.score_by_geo_distance",
]
'''


class NoAddokError(Exception):
    """addok cannot run here: why, and what to do about it, in French."""


@contextmanager
def run_addok() -> Iterator[str]:
    """
    Start addok with the tests' addresses, and stop it at the end; give its address.

    Raises
    ------
    NoAddokError
        If it cannot be installed or started here.
    """
    redis = shutil.which("redis-server")
    if redis is None:
        raise NoAddokError(
            "redis-server n'est pas installé. Remède : sudo apt-get install redis-server "
            "(ou : brew install redis)"
        )
    addok = _install()
    with ExitStack() as stack:
        # Short on purpose: the path of a socket has 100 characters at most.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="addok-")))
        socket_path, configuration = folder / "redis.sock", folder / "conf.py"
        configuration.write_text(CONFIGURATION % {"socket": str(socket_path), "folder": str(folder)})
        environment = {**os.environ, "ADDOK_CONFIG_MODULE": str(configuration), "PYTHONUNBUFFERED": "1"}
        command = [redis, "--port", "0", "--unixsocket", str(socket_path), "--save", "", "--appendonly", "no"]
        stack.enter_context(_run([*command, "--dir", str(folder)], "ready to accept", environment))
        base = folder / "base.ndjson"
        base.write_text("".join(json.dumps(_as_document(place)) + "\n" for place in PLACES))
        for arguments in (["batch", str(base)], ["ngrams"]):
            _call([str(addok), *arguments], environment)
        port = _free_port()
        serve = [str(addok), "serve", "--host", "127.0.0.1", "--port", str(port)]
        stack.enter_context(_run(serve, "serving http", environment))
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


@contextmanager
def _run(command: list[str], ready: str, environment: dict[str, str]) -> Iterator[None]:
    """Run a program until the block ends, once it has said that it is ready."""
    dies_with_us = shutil.which("setpriv")
    prefix = [dies_with_us, "--pdeathsig", "TERM"] if dies_with_us else []
    with subprocess.Popen(
        [*prefix, *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as program:
        assert program.stdout is not None
        too_long = threading.Timer(COMMAND_TIMEOUT_S, program.kill)
        too_long.start()
        try:
            said = ""
            for line in program.stdout:
                said = line.strip() or said
                if ready in line.lower():
                    break
            else:
                raise NoAddokError(f"« {Path(command[0]).name} » ne démarre pas : {said}. {_REMEDY}")
            too_long.cancel()
            yield
        finally:
            too_long.cancel()
            program.terminate()
            program.communicate(timeout=COMMAND_TIMEOUT_S)


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

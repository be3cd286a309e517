"""addok, the engine of the national service, and the Redis it needs: as the bench and the tests start them.

Redis listens on a socket in a folder of its own; both end with the program that started them, even killed.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_TIMEOUT_S = 60

_CONFIGURATION = '''
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


class NoAddokError(RuntimeError):
    """addok cannot run here: why, and what to do about it, in French."""


def write_configuration(folder: Path) -> Path:
    """Write what addok is to be, on the Redis of `run_redis` in the same folder; give the file's path."""
    path = folder / "configuration.py"
    content = _CONFIGURATION % {"socket": str(_socket_of(folder)), "folder": str(folder)}
    path.write_text(content, encoding="utf-8")
    return path


def _socket_of(folder: Path) -> Path:
    return folder / "redis.sock"


@contextmanager
def run_redis(folder: Path) -> Iterator[int]:
    """
    Run Redis on a socket in a folder, whose path is short (100 characters at most); give its process.

    Raises
    ------
    NoAddokError
        If it is not installed or does not start.
    """
    redis = shutil.which("redis-server")
    if redis is None:
        raise NoAddokError(
            "redis-server n'est pas installé. Remède : sudo apt-get install redis-server "
            "(ou : brew install redis)"
        )
    command = [redis, "--port", "0", "--unixsocket", str(_socket_of(folder)), "--save", "", "--appendonly"]
    with run_until_ready([*command, "no", "--dir", str(folder)], "ready to accept") as program:
        yield program.pid


def end_with_us(command: Sequence[str]) -> list[str]:
    """Have a program end when this one does, where the system can."""
    setpriv = shutil.which("setpriv")
    return [*((setpriv, "--pdeathsig", "TERM") if setpriv else ()), *command]


@contextmanager
def run_until_ready(
    command: Sequence[str], ready: str, variables: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """
    Run a program until the block ends, once it has said that it is ready.

    Raises
    ------
    NoAddokError
        If it ends, or takes too long, before it says so.
    """
    with subprocess.Popen(  # noqa: S603 (programs that the caller names)
        end_with_us(command), env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as program:
        if program.stdout is None:
            message = "a program without output"
            raise RuntimeError(message)
        too_long = threading.Timer(START_TIMEOUT_S, program.kill)
        too_long.start()
        # What it goes on to say is read, or it would stop once the pipe is full.
        reading = threading.Thread(target=program.stdout.read, daemon=True)
        try:
            said = ""
            for line in program.stdout:
                said = line.strip() or said
                if ready in line.lower():
                    break
            else:
                raise NoAddokError(f"« {Path(command[0]).name} » ne démarre pas : {said}.")
            too_long.cancel()
            reading.start()
            yield program
        finally:
            too_long.cancel()
            program.terminate()
            program.wait(timeout=START_TIMEOUT_S)
            if reading.ident is not None:
                reading.join(START_TIMEOUT_S)

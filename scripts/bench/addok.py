"""Maillage and addok, the engine of the national service, on the same addresses in one run.

    python -m scripts.bench.addok FOLDER QUERIES [--index INDEX] [--environment VENV] [--count 1000]

FOLDER holds `addok.ndjson` and the address files that say the same (`adresses-XX.csv.gz`); QUERIES is a CSV
with a column `query`. Redis (`redis-server`, of the system) listens on a socket in a temporary folder,
and ends with this program; addok is installed into an environment of its own unless one is named. The two
engines answer the same addresses by turns, a few at a time, so that what else the machine does slows both.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from data.reference import load_referential
from geo.geocoding.addressbase import open_index
from geo.geocoding.addressbase.building import build_index
from geo.geocoding.answer import AddressQuery
from geo.geocoding.geocoder import Geocoder
from scripts.bench.addok_programs import NoAddokError, end_with_us, run_redis, write_configuration
from scripts.bench.bulk import read_memory_mb

REQUIREMENTS = ("addok==1.3.2", "addok-fr==1.1.0", "addok-france==1.2.0", "hiredis", "setuptools<80")
AT_ONCE = 25
"""Addresses that one engine answers before the other has its turn."""

_WARM_UP = 30
_LOAD_TIMEOUT_S = 900

_ANSWERER = """
import json, os, sys, time
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what addok says on its way is no answer
from addok.config import config
config.load()
from addok.core import search
for line in sys.stdin:
    spent = []
    for text in json.loads(line):
        before = time.perf_counter()
        search(text, limit=2, autocomplete=False)
        spent.append(time.perf_counter() - before)
    print(json.dumps(spent), file=answers, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds that each address took, of both engines."""

    addok_s: tuple[float, ...]
    ours_s: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Give how many times faster ours is."""
        return sum(self.addok_s) / sum(self.ours_s)


class Addok:
    """addok answering addresses, in a process of its own, as from a program that imports it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        if process.stdin is None or process.stdout is None:
            message = "addok's process has no pipes"
            raise RuntimeError(message)
        self._asked: IO[str] = process.stdin
        self._answered: IO[str] = process.stdout

    def answer(self, texts: Sequence[str]) -> list[float]:
        """Answer addresses; give the seconds that each took."""
        self._asked.write(json.dumps(texts) + "\n")
        self._asked.flush()
        line = self._answered.readline()
        if not line:
            message = "addok a cessé de répondre"
            raise RuntimeError(message)
        times: list[float] = json.loads(line)
        return times


@contextmanager
def run_addok(base: Path, environment: Path | None) -> Iterator[Addok]:
    """Load a base into Redis, and let addok answer from it until the block ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="addok-")))
        redis = stack.enter_context(run_redis(folder))
        tools = (environment or _install(folder / "environment")) / "bin"
        variables = {**os.environ, "ADDOK_CONFIG_MODULE": str(write_configuration(folder))}
        started = time.perf_counter()
        for arguments in (["batch", str(base)], ["ngrams"]):
            subprocess.run(  # noqa: S603 (programs of ours)
                [str(tools / "addok"), *arguments],
                check=True,
                env=variables,
                stdout=subprocess.DEVNULL,
                timeout=_LOAD_TIMEOUT_S,
            )
        resident, _ = read_memory_mb(redis)
        print(
            f"addok loaded in {time.perf_counter() - started:.0f} s, {resident:.0f} MB in Redis", flush=True
        )
        yield Addok(stack.enter_context(_run([str(tools / "python"), "-c", _ANSWERER], variables)))


def _install(environment: Path) -> Path:
    venv.create(environment, with_pip=True)
    pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *REQUIREMENTS], check=True, timeout=_LOAD_TIMEOUT_S)  # noqa: S603 (as above)
    return environment


@contextmanager
def _run(command: list[str], variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Run a program that is asked and answers through pipes, until the block ends."""
    with subprocess.Popen(  # noqa: S603 (as above)
        end_with_us(command), env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            yield program
        finally:
            program.terminate()


def compare(addok: Addok, geocoder: Geocoder, texts: Sequence[str]) -> Comparison:
    """Let both answer the same addresses, by turns."""
    addok.answer(texts[:_WARM_UP])
    _answer(geocoder, texts[:_WARM_UP])
    theirs: list[float] = []
    ours: list[float] = []
    for start in range(0, len(texts), AT_ONCE):
        part = texts[start : start + AT_ONCE]
        theirs += addok.answer(part)
        ours += _answer(geocoder, part)
    return Comparison(tuple(theirs), tuple(ours))


def _answer(geocoder: Geocoder, texts: Sequence[str]) -> list[float]:
    spent = []
    for text in texts:
        before = time.perf_counter()
        geocoder.geocode(AddressQuery(text=text))
        spent.append(time.perf_counter() - before)
    return spent


def main() -> None:
    """Print what both took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--index", type=Path, help="the address index, built in the folder if not there")
    parser.add_argument("--environment", type=Path, help="a Python environment that has addok")
    parser.add_argument("--count", type=int, default=1_000, help="how many addresses")
    given = parser.parse_args()
    with given.queries.open(encoding="utf-8", newline="") as file:
        texts = sorted({row["query"] for row in csv.DictReader(file)})
    texts = random.Random(1).sample(texts, min(given.count, len(texts)))  # noqa: S311 (a sample, no secret)
    referential = load_referential()
    index = given.index or given.folder / "adresses.index"
    if not index.exists():
        build_index(given.folder, index, referential=referential)
    geocoder = Geocoder(referential, providers=[open_index(index)])
    try:
        with run_addok(given.folder / "addok.ndjson", given.environment) as addok:
            found = compare(addok, geocoder, texts)
    except NoAddokError as error:
        sys.exit(str(error))
    print(f"{len(texts)} addresses, by turns of {AT_ONCE}, one process each")
    for name, times_s in (("addok", found.addok_s), ("Maillage", found.ours_s)):
        ordered = sorted(times_s)
        print(
            f"{name:10s} {len(ordered) / sum(ordered):8.0f} a second; "
            f"p50 {1e3 * ordered[len(ordered) // 2]:.2f} ms, "
            f"p99 {1e3 * ordered[len(ordered) * 99 // 100]:.2f} ms"
        )
    print(f"ratio      {found.ratio:8.1f} ×")


if __name__ == "__main__":
    main()

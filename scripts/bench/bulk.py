"""How many rows a second go from file to file: any list, on the address index of this machine.

Run it with `python -m scripts.bench.bulk [QUERIES…] [--index INDEX] [--rows N] [--workers N]`.
QUERIES are CSV files with a column `query`; without any, the addresses of the region's town halls. Each
address comes once, in an order drawn once, unless more rows are asked for: addresses that come again are
placed once, and cost much less. The index is by default the one of this machine, if any.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import re
import resource
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

from data.bulk import geocode_file
from data.bulk.workers import count_cores
from data.geocoders import GeocoderRecipe
from data.intake.mapping import MappingValue
from data.reference import load_referential
from geo.records import StatusCounts

_WATCHED_EACH_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkMeasure:
    """What one list took, file to file, the start of every process included."""

    counts: StatusCounts
    elapsed_s: float
    processor_s: float
    peak_memory_mb: float
    workers_mb: list[tuple[float, float]]

    @property
    def rows_per_s(self) -> float:
        """Give the speed."""
        return self.counts.received / self.elapsed_s


def read_queries(path: Path | None) -> list[str]:
    """Read the addresses of a list of queries; without any, give those of the town halls."""
    if path is not None:
        with path.open(encoding="utf-8", newline="") as file:
            return [row["query"] for row in csv.DictReader(file)]
    referential = load_referential()
    return [
        f"{hall.housenumber} {hall.street} {hall.postcode} {commune.name}".strip()
        for code, hall in referential.town_halls.items()
        if hall.street and (commune := referential.find(code))
    ]


def write_list(queries: Sequence[str], path: Path, *, rows: int, seed: int = 1) -> None:
    """
    Write a list as people send them.

    Parameters
    ----------
    queries
        The addresses, each used as often as needed.
    path
        Where to write.
    rows
        How many.
    seed
        The same seed draws the same order.
    """
    texts = list(queries)
    random.Random(seed).shuffle(texts)  # noqa: S311 (an order, no secret)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("n", "nom", "adresse", "remarques"))
        for number in range(rows):
            text = texts[number % len(texts)]
            writer.writerow((number, f"Structure n° {number}", text, "une remarque, avec virgule"))


def measure_bulk(path: Path, out: Path, recipe: GeocoderRecipe, *, workers: int | None = None) -> BulkMeasure:
    """Geocode a list from file to file."""
    mapping: dict[str, MappingValue] = {"adresse": "full_address"}
    before = _read_processor_s()
    started = time.perf_counter()
    with MemoryWatch() as watch:
        report = geocode_file(path, out, geocoder=recipe, mapping=mapping, workers=workers)
    elapsed_s = time.perf_counter() - started
    return BulkMeasure(
        counts=report.counts,
        elapsed_s=elapsed_s,
        processor_s=_read_processor_s() - before,
        peak_memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        workers_mb=watch.workers_mb,
    )


def _read_processor_s() -> float:
    """Read the processor time of this process and of all that it started, those that ended included."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    own_s = sum(one.ru_utime + one.ru_stime for one in used)
    return own_s + sum(sum(each.times_s) for each in _list_children(os.getpid()))


class _Process(NamedTuple):
    """A process: its processor seconds, then those of its children that ended."""

    number: int
    times_s: tuple[float, ...]


def _list_children(parent: int) -> list[_Process]:
    """List the processes that a process started and that are still there; none where there is no /proc."""
    ticks = os.sysconf("SC_CLK_TCK")
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(_Process(int(path.parent.name), tuple(int(each) / ticks for each in fields[11:15])))
    return found


class MemoryWatch:
    """Notes the most memory that each process of the work holds, while it runs."""

    def __init__(self) -> None:
        self.most_mb: dict[int, tuple[float, float]] = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    @property
    def workers_mb(self) -> list[tuple[float, float]]:
        """Give what each process that placed rows held: resident, then its fair share of it."""
        starters = {each.number for each in _list_children(os.getpid())}
        return [most for number, most in self.most_mb.items() if number not in starters | {os.getpid()}]

    def _watch(self) -> None:
        while not self._is_over.wait(_WATCHED_EACH_S):
            children = [each.number for each in _list_children(os.getpid())]
            grandchildren = [each.number for child in children for each in _list_children(child)]
            for number in (os.getpid(), *children, *grandchildren):
                with suppress(OSError):
                    resident, share = read_memory_mb(number)
                    before = self.most_mb.get(number, (0.0, 0.0))
                    self.most_mb[number] = (max(resident, before[0]), max(share, before[1]))


def read_memory_mb(process: int | str = "self") -> tuple[float, float]:
    """Read what a process holds in memory: all that is resident, then its fair share of what is shared."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    found = dict(re.findall(r"^(Rss|Pss): +(\d+) kB$", text, re.MULTILINE))
    return int(found["Rss"]) / 1024, int(found["Pss"]) / 1024


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(description="Rows a second, file to file.")
    parser.add_argument("queries", type=Path, nargs="*", help="CSV files with a column « query »")
    parser.add_argument("--index", type=Path, help="the address index")
    parser.add_argument("--rows", type=int, help="by default, one for each different address")
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    recipe = GeocoderRecipe(index=given.index) if given.index else GeocoderRecipe.of_this_machine()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "liste.csv")
        queries = sorted({query for file in given.queries or [None] for query in read_queries(file)})
        write_list(queries, path, rows=given.rows or len(queries))
        measure = measure_bulk(path, Path(folder, "resultat.csv"), recipe, workers=given.workers)
    processes = given.workers or count_cores()
    print(f"{measure.counts.received} rows, {len(queries)} different, {processes} processes at most")
    print(f"speed                 {measure.rows_per_s:10.0f} rows/s")
    print(f"elapsed               {measure.elapsed_s:10.1f} s")
    print(f"processor             {measure.processor_s:10.1f} s, all processes")
    print(f"processor, a row      {1e6 * measure.processor_s / measure.counts.received:10.0f} µs")
    print(f"speed, cores free     {processes * measure.counts.received / measure.processor_s:10.0f} rows/s")
    print(f"peak memory           {measure.peak_memory_mb:10.0f} MB")
    for resident, share in measure.workers_mb:
        print(
            f"a worker              {resident:10.0f} MB resident, {share:.0f} MB with what is shared divided"
        )
    print(f"placed                {measure.counts.placed:10}")


if __name__ == "__main__":
    main()

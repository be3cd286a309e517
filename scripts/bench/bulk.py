"""How many rows a second go from file to file: any list, on the address index of this machine.

Run it with `python -m scripts.bench.bulk [QUERIES] [--index INDEX] [--rows N] [--workers N]`.
QUERIES is a CSV with a column `query`; without it, the addresses of the region's town halls. They are
repeated, in an order drawn once, until there are as many as asked for. The index is by
default the one of this machine, if any.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.bulk import geocode_file
from data.bulk.workers import count_cores
from data.geocoders import GeocoderRecipe
from data.intake.mapping import MappingValue
from data.reference import load_referential
from geo.records import StatusCounts

ROWS = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkMeasure:
    """What one list took, file to file, the start of every process included."""

    counts: StatusCounts
    elapsed_s: float
    processor_s: float
    peak_memory_mb: float
    peak_worker_memory_mb: float

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
    report = geocode_file(path, out, geocoder=recipe, mapping=mapping, workers=workers)
    elapsed_s = time.perf_counter() - started
    return BulkMeasure(
        counts=report.counts,
        elapsed_s=elapsed_s,
        processor_s=_read_processor_s() - before,
        peak_memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        peak_worker_memory_mb=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    )


def _read_processor_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(description="Rows a second, file to file.")
    parser.add_argument("queries", type=Path, nargs="?", help="a CSV with a column « query »")
    parser.add_argument("--index", type=Path, help="the address index")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    recipe = GeocoderRecipe(index=given.index) if given.index else GeocoderRecipe.of_this_machine()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "liste.csv")
        write_list(read_queries(given.queries), path, rows=given.rows)
        measure = measure_bulk(path, Path(folder, "resultat.csv"), recipe, workers=given.workers)
    processes = given.workers or count_cores()
    print(f"{measure.counts.received} rows, {processes} processes at most, file to file")
    print(f"speed                 {measure.rows_per_s:10.0f} rows/s")
    print(f"elapsed               {measure.elapsed_s:10.1f} s")
    print(f"processor             {measure.processor_s:10.1f} s, all processes")
    print(f"speed, cores free     {processes * measure.counts.received / measure.processor_s:10.0f} rows/s")
    print(f"peak memory           {measure.peak_memory_mb:10.0f} MB")
    print(f"peak memory, a worker {measure.peak_worker_memory_mb:10.0f} MB")
    print(f"placed                {measure.counts.placed:10}")


if __name__ == "__main__":
    main()

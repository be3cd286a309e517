"""How long an import takes: 100,000 rows with coordinates, from a CSV to a register that answers.

Run it with `python -m scripts.bench.importing [--rows 100000] [--server | --url URL]`; the file it reads is
made up on the spot, and `--server` starts a PostgreSQL for the measure and removes it.
"""

from __future__ import annotations

import csv
import resource
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from data.questions.importing import import_file
from data.reference import load_referential
from data.sectors import load_sectors
from data.session import Register
from geo.records import ImportReport, Level
from scripts.bench.server_time import open_for_measure, read_server_s
from scripts.bench.storing import OnServer, Url

ROWS = 100_000
_SPREAD_DEG = 0.01
_COLUMNS = (
    "id", "nom", "filière", "description", "forme juridique", "siret", "adresse", "code postal", "commune",
    "latitude", "longitude", "site web", "date de création", "téléphone", "remarques",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTime:
    """Seconds that one import took: of the wall, of our processor, of the server's."""

    what: str
    wall_s: float
    processor_s: float
    server_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMeasure:
    """How long each way of importing one list took, and the most memory taken."""

    rows: int
    times: tuple[ImportTime, ...]
    peak_memory_mb: float


def write_list(path: Path, *, rows: int, edited: int = 0, seed: int = 1) -> None:
    """
    Write a made-up list, most rows where most people live.

    Parameters
    ----------
    path
        Where to write it.
    rows
        How many.
    edited
        How many of them have another description than without.
    seed
        The same seed writes the same list.
    """
    random = np.random.default_rng(seed)
    referential = load_referential()
    communes = [one for one in referential.territories(Level.COMMUNE) if one.position]
    postcodes = referential.postcodes_by_commune
    weights = np.array([commune.population for commune in communes], dtype=np.float64)
    chosen = random.choice(len(communes), size=2 * rows, p=weights / weights.sum())
    centres = np.array([one.position.lon_lat() for one in communes if one.position])
    points = centres[chosen] + random.normal(scale=_SPREAD_DEG, size=(2 * rows, 2))
    located = zip(points.tolist(), referential.locate(points[:, 0], points[:, 1]), strict=True)
    placed = [(lon, lat, code) for (lon, lat), code in located if code is not None]
    labels = [sector.label for sector in load_sectors().sectors]
    picked = random.integers(len(labels), size=rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_COLUMNS)
        for number in range(rows):
            lon, lat, code = placed[number]
            changed = " modifiée" if number < edited else ""
            writer.writerow(
                (
                    f"S{number:06}",
                    f"Structure n° {number}",
                    labels[picked[number]],
                    f"Une description d'une phrase, pour la fiche {number}{changed}.",
                    "Association déclarée",
                    _make_siret(number),
                    f"{number % 200 + 1} rue de la République",
                    (postcodes.get(code) or ("",))[0],
                    referential.get(Level.COMMUNE, code).name,
                    f"{lat:.6f}",
                    f"{lon:.6f}",
                    f"https://structure-{number}.example",
                    date(2000 + number % 25, number % 12 + 1, number % 28 + 1).strftime("%d/%m/%Y"),
                    f"03 20 {number // 10_000:02} {number // 100 % 100:02} {number % 100:02}",
                    "",
                )
            )


def measure_import(rows: int = ROWS, *, url: str | None = None, on_server: bool = False) -> ImportMeasure:
    """
    Import a list, the same again, then with one row in a hundred changed; measure each.

    `url` is that of an empty database; by default, a file of its own, or a server of its own (`on_server`).
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        open_for_measure(url=url, on_server=on_server) as register,
    ):
        path, edited = Path(folder, "liste.csv"), Path(folder, "liste-modifiee.csv")
        write_list(path, rows=rows)
        write_list(edited, rows=rows, edited=rows // 100)
        first, first_time = _import(register, path, "imported and placed")
        if first.new != rows or first.counts.placed + first.counts.out_of_region < rows * 0.99:
            raise AssertionError(f"{first.new} new, {first.counts}")
        again, again_time = _import(register, path, "same file again")
        changed, changed_time = _import(register, edited, "1 % of the rows changed")
        if again.unchanged != rows or changed.changed != rows // 100:
            raise AssertionError(f"{again.unchanged} unchanged, {changed.changed} changed")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return ImportMeasure(rows=rows, times=(first_time, again_time, changed_time), peak_memory_mb=peak)


def _import(register: Register, path: Path, what: str) -> tuple[ImportReport, ImportTime]:
    server, wall, processor = read_server_s(register), time.perf_counter(), time.process_time()
    report = import_file(register, path, source="mesure")
    return report, ImportTime(
        what=what,
        wall_s=time.perf_counter() - wall,
        processor_s=time.process_time() - processor,
        server_s=read_server_s(register) - server,
    )


def _make_siret(number: int) -> str:
    """Make a SIRET whose key is right."""
    body = f"9{number:08}0001"
    total = sum(
        digit if position % 2 else digit // 5 + digit * 2 % 10
        for position, digit in enumerate(map(int, reversed(body)))
    )
    return f"{body}{-total % 10}"


def main(
    rows: Annotated[int, typer.Option(help="How many rows.", min=100)] = ROWS,
    url: Url = None,
    on_server: OnServer = False,
) -> None:
    """Print the measures."""
    measure = measure_import(rows, url=url, on_server=on_server)
    print(f"{measure.rows} rows, coordinates given, CSV of {len(_COLUMNS)} columns: seconds")
    print(f"{'':24}  wall  processor  server's")
    for each in measure.times:
        print(f"{each.what:24}{each.wall_s:6.1f}{each.processor_s:11.1f}{each.server_s:10.1f}")
    print(f"peak memory {measure.peak_memory_mb:.0f} MB")


if __name__ == "__main__":
    typer.run(main)

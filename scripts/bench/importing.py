"""How long an import takes: 100,000 rows with coordinates, from a CSV to a register that answers.

Run it with `python -m scripts.bench.importing [ROWS [URL]]`; the file it reads is made up on the spot.
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from data.questions.importing import import_file
from data.reference import load_referential
from data.sectors import load_sectors
from data.session import open_register
from data.settings import DatabaseSettings
from geo.records import Level

ROWS = 100_000
_SPREAD_DEG = 0.01
_COLUMNS = (
    "id", "nom", "filière", "description", "forme juridique", "siret", "adresse", "code postal", "commune",
    "latitude", "longitude", "site web", "date de création", "téléphone", "remarques",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMeasure:
    """Seconds for each way of importing one list, and the most memory taken."""

    rows: int
    first_s: float
    again_s: float
    changed_s: float
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


def measure_import(rows: int = ROWS, *, url: str | None = None) -> ImportMeasure:
    """
    Import a list, the same again, then with one row in a hundred changed; measure each.

    `url` is that of an empty database; by default, a file of its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        path, edited = Path(folder, "liste.csv"), Path(folder, "liste-modifiee.csv")
        write_list(path, rows=rows)
        write_list(edited, rows=rows, edited=rows // 100)
        register = open_register(DatabaseSettings(home=Path(folder), database_url=url))
        started = time.perf_counter()
        report = import_file(register, path, source="mesure")
        first_s = time.perf_counter() - started
        if report.new != rows or report.counts.placed + report.counts.out_of_region < rows * 0.99:
            raise AssertionError(f"{report.new} new, {report.counts}")
        started = time.perf_counter()
        again = import_file(register, path, source="mesure")
        again_s = time.perf_counter() - started
        started = time.perf_counter()
        changed = import_file(register, edited, source="mesure")
        changed_s = time.perf_counter() - started
        if again.unchanged != rows or changed.changed != rows // 100:
            raise AssertionError(f"{again.unchanged} unchanged, {changed.changed} changed")
        register.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return ImportMeasure(
        rows=rows,
        first_s=first_s,
        again_s=again_s,
        changed_s=changed_s,
        peak_memory_mb=peak,
    )


def _make_siret(number: int) -> str:
    """Make a SIRET whose key is right."""
    body = f"9{number:08}0001"
    total = sum(
        digit if position % 2 else digit // 5 + digit * 2 % 10
        for position, digit in enumerate(map(int, reversed(body)))
    )
    return f"{body}{-total % 10}"


def main() -> None:
    """Print the measures."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    measure = measure_import(rows, url=sys.argv[2] if len(sys.argv) > 2 else None)
    print(f"{measure.rows} rows, coordinates given, CSV of {len(_COLUMNS)} columns")
    print(f"imported and placed     {measure.first_s:6.1f} s")
    print(f"same file again         {measure.again_s:6.1f} s")
    print(f"1 % of the rows changed {measure.changed_s:6.1f} s")
    print(f"peak memory             {measure.peak_memory_mb:6.0f} MB")


if __name__ == "__main__":
    main()

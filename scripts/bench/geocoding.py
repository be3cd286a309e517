"""Answer perturbed addresses with the local engine, as answers.csv for the scorer, and say how fast.

    python -m scripts.bench.geocoding build queries.csv -o answers.csv [--index adresses.index]

`build` is a folder of address files in the official format (adresses-XX.csv.gz), indexed first unless
`--index` names an index that is there already. answers.csv has the columns of the bench: kind, id,
code_insee, street, number, precision (housenumber, street, locality, commune, none), score, lon, lat,
milliseconds; confidence, status and reasons come after them.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from data.reference import load_referential
from geo.geocoding.addressbase import describe_index, open_index
from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.geocoding.geocoder import Geocoder
from geo.records import PlacementStatus, Precision

COLUMNS = (
    "kind", "id", "code_insee", "street", "number", "precision", "score", "lon", "lat", "milliseconds",
    "confidence", "status", "reasons",
)  # fmt: skip
_PRECISIONS = {Precision.INTERPOLATED: "housenumber", None: "none"}
_WARM_UP = 50
_THRESHOLDS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the index if need be, answer, write the answers and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("-o", "--out", type=Path, default=Path("answers.csv"))
    parser.add_argument("--index", type=Path)
    given = parser.parse_args(arguments)
    index = given.index or given.folder / "adresses.index"
    if given.index is None or not index.exists():
        _build(given.folder, index)
    facts = describe_index(index)
    print(f"index: {facts.streets} streets, {facts.numbers} numbers, {facts.size_bytes / 1e6:.1f} MB")
    before_mb = read_resident_mb()
    started = time.perf_counter()
    geocoder = Geocoder(load_referential(), providers=[open_index(index)])
    print(f"opened in {time.perf_counter() - started:.2f} s, {read_resident_mb() - before_mb:.0f} MB")
    with given.queries.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    answers, times_s = answer_all(geocoder, [row["query"] for row in rows])
    write_answers(given.out, rows, answers, times_s)
    print_speed(times_s)
    print_calibration(rows, answers)
    print(f"resident: {read_resident_mb():.0f} MB with every answer kept, {before_mb:.0f} MB before opening")
    return 0


def _build(folder: Path, index: Path) -> None:
    from geo.geocoding.addressbase.building import build_index

    report = build_index(folder, index, referential=load_referential())
    print(f"built in {report.elapsed_s:.1f} s: {report.numbers} numbers, {report.skipped} rows left out")


def answer_all(geocoder: Geocoder, texts: Sequence[str]) -> tuple[list[GeocodedAddress], list[float]]:
    """Answer one address after the other, and time each in seconds."""
    for text in texts[:_WARM_UP]:
        geocoder.geocode(AddressQuery(text=text))
    answers, times_s = [], []
    for text in texts:
        query = AddressQuery(text=text)
        started = time.perf_counter()
        answers.append(geocoder.geocode(query))
        times_s.append(time.perf_counter() - started)
    return answers, times_s


def write_answers(
    path: Path, rows: Sequence[dict[str, str]], answers: Sequence[GeocodedAddress], times_s: Sequence[float]
) -> None:
    """Write answers.csv: see the module for its columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row, answer, time_s in zip(rows, answers, times_s, strict=True):
            lon, lat = answer.position.lon_lat() if answer.position else ("", "")
            precision = _PRECISIONS.get(answer.precision) or str(answer.precision)
            reasons = " ".join(reason.value for reason in answer.reasons)
            found = answer.citycode or ""
            writer.writerow(
                (row["kind"], row["id"], found, answer.street, answer.housenumber, precision,
                 f"{answer.score:.4f}", lon, lat, f"{1_000 * time_s:.3f}", f"{answer.confidence:.4f}",
                 answer.status.value, reasons)
            )  # fmt: skip
    placed = sum(answer.status is PlacementStatus.PLACED for answer in answers)
    print(f"{len(answers)} answers in {path}, {placed} placed")


def print_calibration(rows: Sequence[dict[str, str]], answers: Sequence[GeocodedAddress]) -> None:
    """Print how many answers are kept at each threshold of confidence, and what share of them is right."""
    right = [is_right(row, answer) for row, answer in zip(rows, answers, strict=True)]
    print(f"{'confidence':>10s} {'kept %':>7s} {'right %':>8s}")
    for threshold in _THRESHOLDS:
        kept = [each for each, answer in zip(right, answers, strict=True) if answer.confidence >= threshold]
        if kept:
            print(f"{threshold:10.2f} {100 * len(kept) / len(right):7.2f} {100 * sum(kept) / len(kept):8.3f}")


def is_right(row: dict[str, str], answer: GeocodedAddress) -> bool:
    """Tell whether an answer is right, as the scorer of the bench does."""
    if row["kind"] == "outside_region":
        return answer.citycode is None
    if answer.citycode != row["code_insee"]:
        return False
    if row["kind"] in ("city_only", "street_not_there", "street_elsewhere"):
        return answer.precision is Precision.COMMUNE
    same_street = _plain(answer.street) == _plain(row["street"])
    same_number = _plain(answer.housenumber).replace(" ", "") == _plain(row["number"]).replace(" ", "")
    return same_street and (same_number or row["kind"] == "no_number")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


def print_speed(times_s: Sequence[float]) -> None:
    """Print the throughput of one process, and how long the slow answers take."""
    ordered = sorted(times_s)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    print(
        f"{len(ordered) / sum(ordered):.0f} a second, one process; "
        f"p50 {1_000 * p50:.3f} ms, p99 {1_000 * p99:.3f} ms, slowest {1_000 * ordered[-1]:.1f} ms"
    )


def read_resident_mb() -> float:
    """Read how much of this process is in memory, in megabytes; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.exit(main())

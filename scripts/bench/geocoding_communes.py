"""How often the commune of an address is found without any address base, kind by kind, and every miss.

    python -m scripts.bench.geocoding_communes --queries queries.csv --tester test_public_buildings.csv

`--queries` takes the files of make_queries.py (columns kind, id, query, code_insee), `--tester` those of
geocoder-tester (columns query, expected_city). An answer is right when its commune is, or when the commune
is said to be ambiguous and the right one is among the candidates; for an address outside the region, when
it is refused. A name of geocoder-tester is right under any name the commune has or had.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from data.reference import load_referential
from geo.geocoding.answer import AddressQuery, GeocodedAddress, Reason
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.geocoder import Geocoder
from geo.geocoding.text import join_words, split_words

OUTSIDE = "outside_region"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one table a file; the exit code is 1 when a kind is under 99 %."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--queries", type=Path, nargs="*", default=[])
    parser.add_argument("--tester", type=Path, nargs="*", default=[])
    parser.add_argument("--misses", type=int, default=20, help="misses shown a kind")
    given = parser.parse_args(arguments)
    geocoder = Geocoder(load_referential())
    lowest = 1.0
    for path in given.queries:
        lowest = min(lowest, measure_queries(geocoder, path, given.misses))
    for path in given.tester:
        lowest = min(lowest, measure_tester(geocoder, path, given.misses))
    return 0 if lowest >= 0.99 else 1


def measure_queries(geocoder: Geocoder, path: Path, misses: int) -> float:
    """Measure a file of perturbed queries, and give the share of its worst kind."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    answers = _time(geocoder, [row["query"] for row in rows], path)
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    missed: dict[str, list[str]] = defaultdict(list)
    for row, answer in zip(rows, answers, strict=True):
        counts = tally[row["kind"]]
        counts["n"] += 1
        outcome = _judge(answer, row["code_insee"], is_outside=row["kind"] == OUTSIDE)
        counts[outcome] += 1
        if outcome == "wrong":
            missed[row["kind"]].append(f"{row['query']} ({row['code_insee']}) -> {_tell(answer)}")
    print(f"{'kind':24s} {'n':>6s} {'right %':>8s} {'flagged %':>10s} {'sum %':>7s}")
    shares = []
    for kind, counts in tally.items():
        right, flagged = (100 * counts[outcome] / counts["n"] for outcome in ("right", "flagged"))
        shares.append((right + flagged) / 100)
        print(f"{kind:24s} {counts['n']:6d} {right:8.2f} {flagged:10.2f} {right + flagged:7.2f}")
        for line in missed[kind][:misses]:
            print(f"    {line}")
    return min(shares)


def measure_tester(geocoder: Geocoder, path: Path, misses: int) -> float:
    """Measure a file of geocoder-tester by the commune's name, and give the share found."""
    with path.open(encoding="utf-8") as file:
        separator = ";" if ";" in file.readline() else ","
        file.seek(0)
        rows = [row for row in csv.DictReader(file, delimiter=separator) if row["expected_city"]]
    gazetteer = Gazetteer(load_referential())
    answers = _time(geocoder, [row["query"] for row in rows], path)
    missed = []
    for row, answer in zip(rows, answers, strict=True):
        wanted = join_words(split_words(row["expected_city"]))
        names = {name.key for name in gazetteer.names_of(answer.citycode)} if answer.citycode else set()
        if wanted not in names:
            missed.append(f"{row['query']} (expected {row['expected_city']}) -> {_tell(answer)}")
    share = 1 - len(missed) / len(rows)
    print(f"{path.name}: {len(rows)} rows, commune right {100 * share:.2f} %")
    for line in missed[:misses]:
        print(f"    {line}")
    return share


def _time(geocoder: Geocoder, texts: list[str], path: Path) -> list[GeocodedAddress]:
    started = time.perf_counter()
    answers = geocoder.geocode_many([AddressQuery(text=text) for text in texts])
    elapsed_s = time.perf_counter() - started
    print(f"\n{path}: {len(texts)} addresses in {elapsed_s:.2f} s, {len(texts) / elapsed_s:.0f} a second")
    return answers


def _judge(answer: GeocodedAddress, code: str, *, is_outside: bool) -> str:
    if is_outside:
        return "right" if answer.citycode is None and Reason.OUT_OF_REGION in answer.reasons else "wrong"
    if Reason.AMBIGUOUS_COMMUNE in answer.reasons:
        return "flagged" if code in {candidate.citycode for candidate in answer.candidates} else "wrong"
    return "right" if answer.citycode == code else "wrong"


def _tell(answer: GeocodedAddress) -> str:
    reasons = ", ".join(reason.value for reason in answer.reasons)
    candidates = ", ".join(candidate.label for candidate in answer.candidates[:4])
    return f"{answer.status.value} {answer.label or '-'} [{reasons}] {candidates}".rstrip()


if __name__ == "__main__":
    sys.exit(main())

"""Score geocoder-tester's structured cases by its own rules: every field that a case expects.

    python -m scripts.bench.geocoder_tester cases.csv --truth truth-tester.json --index adresses.index

Scored are the cases whose street is in the base (`--truth`, written with the stand-in). A case has one
answer; values are compared as its `--loose-compare` does, without case, accents nor punctuation, and a
number's suffix with or without its space. A case that names no commune gives a point to look around.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from data.reference import load_referential
from geo.geocoding.addressbase import open_index
from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.geocoding.geocoder import Geocoder
from geo.position import Position

FIELDS = ("housenumber", "street", "city", "postcode")


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer the cases and print the share that is right, by how the commune is told and by field."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    given = parser.parse_args(arguments)
    in_base = {query for each in json.loads(given.truth.read_text("utf-8")) for query in each["queries"]}
    with given.cases.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["query"] in in_base]
    geocoder = Geocoder(load_referential(), providers=[open_index(given.index)])
    asked, right = Counter[str](), Counter[str]()
    for row in rows:
        wrong = find_wrong_fields(row, geocoder.geocode(read_query(row)))
        expected = [field for field in FIELDS if row[f"expected_{field}"]]
        kind = f"told by {_tell_by(row)}"
        asked.update(["all", kind, *expected])
        right.update(
            [*([] if wrong else ["all", kind]), *(field for field in expected if field not in wrong)]
        )
        if wrong:
            print(f"  {row['query']}: {wrong}")
    for name, count in asked.items():
        print(f"{name:20s} {right[name]:5d} of {count:5d}  {100 * right[name] / count:6.2f} %")
    return 0


def read_query(row: dict[str, str]) -> AddressQuery:
    """Read what a case asks, and around which point."""
    near = Position(lon=float(row["lon"]), lat=float(row["lat"])) if row["lon"] else None
    return AddressQuery(text=row["query"], near=near)


def find_wrong_fields(row: dict[str, str], answer: GeocodedAddress) -> dict[str, str]:
    """
    Give the fields that are not as a case expects, with what was answered.

    Examples
    --------
    >>> row = {"expected_housenumber": "35T", "expected_postcode": "2300", "expected_city": "Chauny"}
    >>> from geo.records import PlacementStatus
    >>> answer = GeocodedAddress(id="", status=PlacementStatus.PLACED, housenumber="35 t", postcode="02300")
    >>> find_wrong_fields(row, answer)
    {'city': ''}
    """
    answered = {field: str(getattr(answer, field)) for field in FIELDS}
    expected = {field: row.get(f"expected_{field}", "") for field in FIELDS}
    expected["postcode"] = expected["postcode"] and expected["postcode"].zfill(5)  # Picardie lost its zeros
    return {
        field: answered[field]
        for field, value in expected.items()
        if value and _plain(field, value) != _plain(field, answered[field])
    }


def _plain(field: str, text: str) -> str:
    folded = unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"\W", "" if field == "housenumber" else " ", folded)


def _tell_by(row: dict[str, str]) -> str:
    if row["lon"]:
        return "position"
    return "postcode" if re.search(r"\b\d{5}\b", row["query"]) else "city"


if __name__ == "__main__":
    sys.exit(main())

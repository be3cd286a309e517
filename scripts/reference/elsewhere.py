"""Names of the communes that are not in the region, so that an address can be refused by name."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from scripts.reference.sources import REGION, Packages

HERE = Path(__file__).parent
BELGIUM = "BE"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ElsewhereRow:
    """A commune outside the region; `departement` is « BE » for a Belgian municipality."""

    departement: str
    code_insee: str
    name: str
    postcodes: tuple[str, ...]
    population: int


def read_elsewhere(packages: Packages) -> list[ElsewhereRow]:
    """Gather the other French communes (2026) and the Belgian municipalities of the hand-kept list."""
    rows = []
    for row in packages.read_decoupage(2026, "communes"):
        kind = row["type"]
        if row.get("region") == REGION or kind not in ("commune-actuelle", "arrondissement-municipal"):
            continue
        rows.append(
            ElsewhereRow(
                departement=row.get("departement") or row["code"][:3],
                code_insee=row["code"],
                name=row["nom"],
                postcodes=tuple(row.get("codesPostaux") or ()),
                population=row.get("population") or 0,
            )
        )
    with (HERE / "belgian_communes.csv").open(encoding="utf-8", newline="") as stream:
        rows.extend(
            ElsewhereRow(
                departement=BELGIUM,
                code_insee="",  # a Belgian NIS number would read as a French commune's
                name=name,
                postcodes=tuple(line["postcodes"].split()),
                population=0,
            )
            for line in csv.DictReader(stream)
            for name in (line["name"], line["other_name"])
            if name
        )
    return sorted(rows)

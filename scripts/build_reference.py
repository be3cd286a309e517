"""Build the territory referential shipped in `data/reference/` from public packages; run it again, get the same bytes.

python scripts/build_reference.py --packages DIR --membership appartenance-communes-2024-hdf.csv
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # runs as a file too, without being installed

from scripts.reference import aliases, communes, contours, elsewhere
from scripts.reference.sources import Packages, SourceFileError, fetch_packages

STRINGS = pa.list_(pa.string())
RINGS = pa.list_(pa.list_(pa.list_(pa.int32())))
OUTPUT = Path(__file__).resolve().parents[1] / "data" / "reference"


def build_reference(packages: Packages, out: Path) -> contours.RepairFigures:
    """
    Write every Parquet file of the referential under `out`.

    Parameters
    ----------
    packages
        The opened and checked sources.
    out
        Folder to write in; its Parquet files are replaced.

    Returns
    -------
    RepairFigures
        What the contours' repair met and changed.
    """
    out.mkdir(parents=True, exist_ok=True)
    successors = communes.find_successors(packages)
    live = communes.read_live(packages, 2026)
    codes = [row["code"] for row in live]
    absorbed: dict[str, list[str]] = {}
    for row in communes.read_live(packages, 2022):
        heir = successors[row["code"]][0]
        if row["code"] != heir:
            absorbed.setdefault(heir, []).append(row["code"])
    clean, figures = contours.repair_coverage(codes, communes.read_contours(packages, codes), absorbed)
    _write(out / "communes.parquet", _table_communes(packages, live, clean, successors))
    _write(out / "contours.parquet", _table_contours(codes, clean))
    _write(out / "communes_2022.parquet", _table_communes_2022(packages, successors))
    _write(out / "parts.parquet", _table_parts(packages, successors))
    _write(
        out / "territories.parquet", _table_territories(packages, live, dict(zip(codes, clean, strict=True)))
    )
    alias_rows = aliases.read_aliases(packages, successors)
    _write(out / "aliases.parquet", _table_rows(alias_rows, dict.fromkeys(_ALIAS_COLUMNS, pa.string())))
    _write(out / "elsewhere.parquet", _table_rows(elsewhere.read_elsewhere(packages), _ELSEWHERE_TYPES))
    return figures


_ALIAS_COLUMNS = ("name", "code_insee", "alias_kind", "source", "old_code")
_ELSEWHERE_TYPES = {
    "name": pa.string(),
    "code_insee": pa.string(),
    "departement": pa.string(),
    "postcodes": STRINGS,
    "population": pa.int32(),
}


def _table_communes(
    packages: Packages,
    live: Sequence[Mapping[str, Any]],
    clean: NDArray[np.object_],
    successors: Mapping[str, tuple[str, ...]],
) -> pa.Table:
    _, epci = communes.read_epci(packages, 2026)
    zones = communes.read_zones(packages, 2026, successors)
    halls = communes.read_town_halls(packages)
    postcodes: dict[str, set[str]] = {row["code"]: set(row["codesPostaux"]) for row in live}
    for row in packages.postcode_rows:
        postcodes[successors[row["codeCommune"]][0]].add(row["codePostal"])
    nobody = communes.TownHallRow(lines=(), housenumber="", street="", postcode="", lon=None, lat=None)
    records = []
    for row, contour in zip(live, clean, strict=True):
        code = row["code"]
        hall = halls.get(code, nobody)
        inside = shapely.point_on_surface(contour)
        has_point = hall.lon is not None
        records.append(
            {
                "code": code,
                "name": row["nom"],
                "postcodes": sorted(postcodes[code]),
                "population": row["population"],
                "epci": epci[code],
                "departement": row["departement"],
                **zones[code],
                "lon": hall.lon if has_point else round(inside.x, 6),
                "lat": hall.lat if has_point else round(inside.y, 6),
                "has_town_hall_point": has_point,
                "town_hall_lines": list(hall.lines),
                "town_hall_housenumber": hall.housenumber,
                "town_hall_street": hall.street,
                "town_hall_postcode": hall.postcode,
            }
        )
    return pa.Table.from_pylist(
        records,
        schema=pa.schema(
            {
                "code": pa.string(),
                "name": pa.string(),
                "postcodes": STRINGS,
                "population": pa.int32(),
                "epci": pa.string(),
                "departement": pa.string(),
                "zone_emploi": pa.string(),
                "bassin_vie": pa.string(),
                "unite_urbaine": pa.string(),
                "lon": pa.float64(),
                "lat": pa.float64(),
                "has_town_hall_point": pa.bool_(),
                "town_hall_lines": STRINGS,
                "town_hall_housenumber": pa.string(),
                "town_hall_street": pa.string(),
                "town_hall_postcode": pa.string(),
            }
        ),
    )


def _table_contours(codes: Sequence[str], clean: NDArray[np.object_]) -> pa.Table:
    x, y = contours.to_grid_columns(clean)
    return pa.table(
        {
            "code": pa.array(codes, pa.string()),
            "x_microdeg": pa.array(x, RINGS),
            "y_microdeg": pa.array(y, RINGS),
        }
    )


def _table_communes_2022(packages: Packages, successors: Mapping[str, tuple[str, ...]]) -> pa.Table:
    _, epci = communes.read_epci(packages, 2022)
    zones = communes.read_zones(packages, 2022, successors)
    records = [
        {
            "code": row["code"],
            "name": row["nom"],
            "postcodes": sorted(row["codesPostaux"]),
            "population": row["population"],
            "epci": epci[row["code"]],
            "departement": row["departement"],
            **zones[row["code"]],
            "successors": list(successors.get(f"2022:{row['code']}", successors[row["code"]])),
        }
        for row in communes.read_live(packages, 2022)
    ]
    names = ("code", "name", "epci", "departement", "zone_emploi", "bassin_vie", "unite_urbaine")
    schema = {name: pa.string() for name in names}
    schema.update(postcodes=STRINGS, population=pa.int32(), successors=STRINGS)
    return pa.Table.from_pylist(records, schema=pa.schema(schema))


def _table_parts(packages: Packages, successors: Mapping[str, tuple[str, ...]]) -> pa.Table:
    """Associated and delegated communes, and every other old code, with the commune of 2026 each belongs to."""
    halls = communes.read_town_halls(packages)
    points = communes.read_part_points(packages)
    records = []
    named = set()
    for row in communes.read_parts(packages, 2026):
        code = row["code"]
        named.add(code)
        hall = halls.get(code) if code != row["chefLieu"] else None
        lon, lat = points.get(code, (None, None))
        if hall is not None and hall.lon is not None:
            lon, lat = hall.lon, hall.lat
        records.append(
            {
                "code": code,
                "name": row["nom"],
                "kind": aliases.PART_KINDS[row["type"]],
                "successor": row["chefLieu"],
                "lon": lon,
                "lat": lat,
                "town_hall_lines": list(hall.lines) if hall else [],
            }
        )
    for code, (heir, *_) in sorted(successors.items()):
        if code != heir and code not in named and not code.startswith("2022:"):
            records.append(
                {"code": code, "name": "", "kind": "old_code", "successor": heir, "town_hall_lines": []}
            )
    names_2022 = {row["code"]: row["nom"] for row in communes.read_live(packages, 2022)}
    for record in records:
        record["name"] = record["name"] or names_2022.get(record["code"], "")
    schema = {"code": pa.string(), "name": pa.string(), "kind": pa.string(), "successor": pa.string()}
    schema.update(lon=pa.float64(), lat=pa.float64(), town_hall_lines=STRINGS)
    return pa.Table.from_pylist(records, schema=pa.schema(schema))


def _table_territories(
    packages: Packages, live: Sequence[Mapping[str, Any]], contour_of: Mapping[str, Any]
) -> pa.Table:
    """EPCI of both vintages, départements, zones d'emploi and bassins de vie: names, and what they reach outside."""
    everywhere = {
        row["code"]: row["nom"]
        for row in packages.read_decoupage(2026, "communes")
        if row["type"] == "commune-actuelle"
    }
    departements = {row["code"]: row["nom"] for row in packages.read_decoupage(2026, "departements")}
    records: list[dict[str, Any]] = []
    for vintage in (2022, 2026):
        for row in communes.read_epci(packages, vintage)[0]:
            reach = [f"{count} en {departements[code]}" for code, count in sorted(row["outside"].items())]
            note = f"Cette intercommunalité compte aussi {_join_french(reach, 'communes')}" if reach else None
            records.append(
                {
                    "level": "epci",
                    "vintage": vintage,
                    "code": row["code"],
                    "name": row["name"],
                    "kind": row["kind"],
                    "communes_outside": sum(row["outside"].values()),
                    "note": f"{note} : seules celles des Hauts-de-France sont comptées ici."
                    if note
                    else None,
                }
            )
    zones = communes.read_zones(packages, 2026, communes.find_successors(packages))
    by_zone: dict[str, list[Mapping[str, Any]]] = {}
    for row in live:
        by_zone.setdefault(zones[row["code"]]["zone_emploi"], []).append(row)
    for code, members in sorted(by_zone.items()):
        largest = max(members, key=lambda row: (row["population"], row["code"]))
        records.append(_zone_record("zone_emploi", code, largest["nom"], is_shared=code.startswith("00")))
    for code in sorted({zone["bassin_vie"] for zone in zones.values()}):
        is_outside = code not in {row["code"] for row in live}
        records.append(_zone_record("bassin_vie", code, everywhere[code], is_shared=is_outside))
    records.extend(
        {"level": "departement", "vintage": None, "code": code, "name": name, "communes_outside": 0}
        for code, name in communes.read_departements(packages).items()
    )
    records.append(
        {"level": "region", "vintage": None, "code": "32", "name": "Hauts-de-France", "communes_outside": 0}
    )
    membership = {code: {**zone, "departement": code[:2], "region": "32"} for code, zone in zones.items()}
    past_membership = communes.read_epci(packages, 2022)[1]
    for code, epci in communes.read_epci(packages, 2026)[1].items():
        membership[code].update({"epci:2026": epci, "epci:2022": past_membership.get(code, epci)})
    members: dict[tuple[str, str], list[Any]] = {}
    for code, above in membership.items():
        for level, parent in above.items():
            members.setdefault((level, parent), []).append(contour_of[code])
    for record in records:
        level = f"epci:{record['vintage']}" if record["level"] == "epci" else record["level"]
        record["lon"], record["lat"] = _place_label(members[level, record["code"]])
    schema = {"level": pa.string(), "vintage": pa.int16(), "code": pa.string(), "name": pa.string()}
    schema.update(
        kind=pa.string(), communes_outside=pa.int32(), note=pa.string(), lon=pa.float64(), lat=pa.float64()
    )
    return pa.Table.from_pylist(records, schema=pa.schema(schema))


def _place_label(contours_inside: Sequence[Any]) -> tuple[float, float]:
    """Give the centre of a territory, or a point inside it where the centre is not."""
    whole = shapely.coverage_union_all(contours_inside)
    point = whole.centroid if whole.contains(whole.centroid) else shapely.point_on_surface(whole)
    return round(point.x, 6), round(point.y, 6)


def _zone_record(level: str, code: str, name: str, *, is_shared: bool) -> dict[str, Any]:
    what = {"zone_emploi": "zone d'emploi", "bassin_vie": "bassin de vie"}[level]
    this = "Cette" if level == "zone_emploi" else "Ce"
    return {
        "level": level,
        "vintage": None,
        "code": code,
        "name": name,
        "communes_outside": None if is_shared else 0,
        "note": f"{this} {what} dépasse la région : seules les communes des Hauts-de-France sont comptées ici."
        if is_shared
        else None,
    }


def _join_french(parts: Sequence[str], noun: str) -> str:
    first, *others = parts
    count, _, place = first.partition(" ")
    return " et ".join((f"{count} {noun} {place}", *others))


def _table_rows(rows: Sequence[Any], types: Mapping[str, pa.DataType]) -> pa.Table:
    return pa.table(
        {name: pa.array([getattr(row, name) for row in rows], kind) for name, kind in types.items()}
    )


def _write(path: Path, table: pa.Table) -> None:
    pq.write_table(table, path, compression="zstd", compression_level=19, version="2.6", store_schema=False)


def main() -> None:
    """Read the options, fetch what is missing, build, say what was written."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--packages", type=Path, help="folder that holds the packages; without it they are fetched"
    )
    parser.add_argument(
        "--membership", type=Path, required=True, help="appartenance-communes-2024-hdf.csv (INSEE)"
    )
    parser.add_argument("--out", type=Path, default=OUTPUT)
    arguments = parser.parse_args()
    folder = arguments.packages
    if folder is None:
        folder = Path.home() / ".cache" / "maillage" / "reference"
        fetch_packages(folder)
    try:
        figures = build_reference(Packages(folder, arguments.membership), arguments.out)
    except SourceFileError as error:
        raise SystemExit(str(error)) from error
    print(figures)
    for path in sorted(arguments.out.glob("*.parquet")):
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

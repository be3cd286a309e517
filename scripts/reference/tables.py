"""The tables of the referential, one function a file, in the order their README describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from scripts.reference import communes, contours
from scripts.reference.aliases import PART_KINDS, AliasRow
from scripts.reference.elsewhere import ElsewhereRow
from scripts.reference.labels import label_epci, label_zones
from scripts.reference.sources import Packages

STRINGS = pa.list_(pa.string())
RINGS = pa.list_(pa.list_(pa.list_(pa.int32())))
MEMBERSHIP_COLUMNS = ("epci", "departement", "zone_emploi", "bassin_vie", "unite_urbaine")

TOWN_HALL_SCHEMA = {
    "town_hall_lines": STRINGS,
    "town_hall_housenumber": pa.string(),
    "town_hall_street": pa.string(),
    "town_hall_postcode": pa.string(),
    "town_hall_lon": pa.float64(),
    "town_hall_lat": pa.float64(),
}

Successors = Mapping[str, tuple[str, ...]]
Row = Mapping[str, Any]


def tabulate_communes(packages: Packages, clean: Mapping[str, Any], successors: Successors) -> pa.Table:
    """Today's communes, with their postcodes, their membership and their town hall."""
    membership = read_membership(packages, 2026, successors)
    halls = communes.read_town_halls(packages)
    live = communes.read_live(packages, 2026)
    postcodes: dict[str, set[str]] = {row["code"]: set(row["codesPostaux"]) for row in live}
    for row in packages.postcode_rows:
        postcodes[successors[row["codeCommune"]][0]].add(row["codePostal"])
    records = []
    for row in live:
        code = row["code"]
        hall = halls.get(code, communes.NO_TOWN_HALL)
        is_right = contours.is_near(clean[code], hall.lon, hall.lat, tolerance_m=contours.TOLERANCE_M)
        is_inside = contours.is_near(clean[code], hall.lon, hall.lat)
        point = shapely.Point(hall.lon, hall.lat) if is_inside else shapely.point_on_surface(clean[code])
        records.append(
            {
                "code": code,
                "name": row["nom"],
                "postcodes": sorted(postcodes[code]),
                "population": row["population"],
                **membership[code],
                "lon": round(point.x, 6),
                "lat": round(point.y, 6),
                **_town_hall_cells(hall, keep_point=is_right),
            }
        )
    schema = dict.fromkeys(("code", "name", *MEMBERSHIP_COLUMNS), pa.string())
    schema.update(postcodes=STRINGS, population=pa.int32(), lon=pa.float64(), lat=pa.float64())
    schema.update(TOWN_HALL_SCHEMA)
    return pa.Table.from_pylist(records, schema=pa.schema(schema))


def tabulate_contours(clean: Mapping[str, Any], published: NDArray[np.object_]) -> pa.Table:
    """Contours as whole millionths of a degree, by code, and the area the published ones have, to compare."""
    x, y = contours.to_grid_columns(np.array(list(clean.values()), dtype=object))
    columns = {"code": pa.array(list(clean), pa.string())}
    areas_m2 = np.rint(contours.area_m2(published)).astype(np.int64)
    columns["published_area_m2"] = pa.array(areas_m2, pa.int64())
    columns.update(x_microdeg=pa.array(x, RINGS), y_microdeg=pa.array(y, RINGS))
    return pa.table(columns)


def tabulate_communes_2022(packages: Packages, successors: Successors) -> pa.Table:
    """The communes of 2022 with their membership then, and the communes of today that hold their land."""
    membership = read_membership(packages, 2022, successors)
    records = [
        {
            "code": row["code"],
            "name": row["nom"],
            "postcodes": sorted(row["codesPostaux"]),
            "population": row["population"],
            **membership[row["code"]],
            "successors": list(successors.get(f"2022:{row['code']}", successors[row["code"]])),
        }
        for row in communes.read_live(packages, 2022)
    ]
    schema = dict.fromkeys(("code", "name", *MEMBERSHIP_COLUMNS), pa.string())
    schema.update(postcodes=STRINGS, population=pa.int32(), successors=STRINGS)
    return pa.Table.from_pylist(records, schema=pa.schema(schema))


def tabulate_parts(packages: Packages, successors: Successors, alias_rows: Sequence[AliasRow]) -> pa.Table:
    """Associated and delegated communes and other old codes, with the commune of today each is part of."""
    halls = communes.read_town_halls(packages)
    contour_of = communes.read_part_contours(packages)
    names = {row.old_code: row.name for row in reversed(alias_rows) if row.old_code}
    names_today = {row["code"]: row["nom"] for row in communes.read_live(packages, 2026)}
    records: dict[str, dict[str, Any]] = {}
    for row in communes.read_parts(packages, 2026):
        code = row["code"]
        is_seat = code == row["chefLieu"]  # its town hall is the commune's own
        hall = communes.NO_TOWN_HALL if is_seat else halls.get(code, communes.NO_TOWN_HALL)
        records[code] = {
            "code": code,
            "name": row["nom"],
            "kind": PART_KINDS[row["type"]],
            "successor": row["chefLieu"],
            **_place_part(contour_of.get(code), hall),
        }
    for code, (heir, *_) in sorted(successors.items()):
        if code != heir and code not in records and ":" not in code:
            name = names.get(code, names_today[heir])  # 80831 Ytres moved to the Pas-de-Calais under its name
            records[code] = {"code": code, "name": name, "kind": "absorbed", "successor": heir}
            records[code].update(_town_hall_cells(communes.NO_TOWN_HALL, keep_point=False))
    schema = dict.fromkeys(("code", "name", "kind", "successor"), pa.string())
    schema.update(lon=pa.float64(), lat=pa.float64(), **TOWN_HALL_SCHEMA)
    return pa.Table.from_pylist(list(records.values()), schema=pa.schema(schema))


def _place_part(contour: BaseGeometry | None, hall: communes.TownHallRow) -> Row:
    """Give a point inside a part whose contour is published, and its town hall if that lies there."""
    if contour is None:
        return _town_hall_cells(hall, keep_point=False)
    is_right = contours.is_near(contour, hall.lon, hall.lat, tolerance_m=contours.TOLERANCE_M)
    point = shapely.Point(hall.lon, hall.lat) if is_right else shapely.point_on_surface(contour)
    cells = _town_hall_cells(hall, keep_point=is_right)
    return {"lon": round(point.x, 6), "lat": round(point.y, 6), **cells}


def _town_hall_cells(hall: communes.TownHallRow, *, keep_point: bool) -> Row:
    return {
        "town_hall_lines": list(hall.lines),
        "town_hall_housenumber": hall.housenumber,
        "town_hall_street": hall.street,
        "town_hall_postcode": hall.postcode,
        "town_hall_lon": hall.lon if keep_point else None,
        "town_hall_lat": hall.lat if keep_point else None,
    }


def tabulate_territories(packages: Packages, clean: Mapping[str, Any], successors: Successors) -> pa.Table:
    """Names, notes and label points of the territories above communes."""
    records: list[dict[str, Any]] = []
    for vintage in (2022, 2026):
        membership = read_membership(packages, vintage, successors)
        members: dict[tuple[str, str], set[str]] = {}
        for code, above in membership.items():
            heirs = (code,) if vintage == 2026 else successors.get(f"2022:{code}", successors[code])
            for level, parent in {**above, "region": "32"}.items():
                members.setdefault((level, parent), set()).update(heirs)
        labels = label_epci(packages, vintage) + (
            label_zones(packages, membership) if vintage == 2026 else []
        )
        for label in labels:
            inside = members[label["level"], label["code"]]
            lon, lat = _place_label([clean[code] for code in sorted(inside)])
            records.append({**label, "lon": lon, "lat": lat})
    schema = dict.fromkeys(("level", "code", "name", "kind", "note"), pa.string())
    schema.update(vintage=pa.int16(), communes_outside=pa.int32(), lon=pa.float64(), lat=pa.float64())
    return pa.Table.from_pylist(records, schema=pa.schema(schema))


def _place_label(contours_inside: Sequence[Any]) -> tuple[float, float]:
    """Give the centre of a territory, or a point inside it where the centre is not."""
    whole = shapely.coverage_union_all(contours_inside)
    point = whole.centroid if whole.contains(whole.centroid) else shapely.point_on_surface(whole)
    return round(point.x, 6), round(point.y, 6)


def tabulate_aliases(rows: Sequence[AliasRow]) -> pa.Table:
    """Names of communes, each with its kind and where it is attested."""
    names = ("name", "code_insee", "alias_kind", "source", "old_code")
    return pa.table({name: pa.array([getattr(row, name) for row in rows], pa.string()) for name in names})


def tabulate_elsewhere(rows: Sequence[ElsewhereRow]) -> pa.Table:
    """Names of the communes that are not in the region."""
    types = {"name": pa.string(), "code_insee": pa.string(), "departement": pa.string()}
    types.update(postcodes=STRINGS, population=pa.int32())
    return pa.table(
        {name: pa.array([getattr(row, name) for row in rows], kind) for name, kind in types.items()}
    )


def read_membership(packages: Packages, vintage: int, successors: Successors) -> dict[str, dict[str, str]]:
    """Give the territories above each commune of a vintage."""
    _, epci = communes.read_epci(packages, vintage)
    zones = communes.read_zones(packages, vintage, successors)
    return {code: {"epci": epci[code], "departement": code[:2], **zones[code]} for code in zones}


def repair_contours(
    packages: Packages, successors: Successors
) -> tuple[dict[str, Any], NDArray[np.object_], contours.RepairFigures]:
    """Give the clean contours by code, the published ones in the same order, and what the repair met."""
    codes = [row["code"] for row in communes.read_live(packages, 2026)]
    absorbed: dict[str, list[str]] = {}
    for row in communes.read_live(packages, 2022):
        heir = successors[row["code"]][0]
        if row["code"] != heir:
            absorbed.setdefault(heir, []).append(row["code"])
    published = communes.read_contours(packages, codes)
    clean, figures = contours.repair_coverage(codes, published, absorbed)
    return dict(zip(codes, clean, strict=True)), published, figures

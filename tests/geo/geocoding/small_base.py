"""A hand-made address base in the official format: two communes that share a postcode, and a few others."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

from geo.position import Position, to_lambert93

COLUMNS = [
    "id",
    "id_fantoir",
    "numero",
    "rep",
    "nom_voie",
    "code_postal",
    "code_insee",
    "nom_commune",
    "code_insee_ancienne_commune",
    "nom_ancienne_commune",
    "x",
    "y",
    "lon",
    "lat",
    "type_position",
    "alias",
    "nom_ld",
    "libelle_acheminement",
    "nom_afnor",
    "source_position",
    "source_nom_voie",
    "certification_commune",
    "cad_parcelles",
]

LENS, ELEU, LILLE, DOUAI = "62498", "62291", "59350", "59178"
NAMES = {LENS: "Lens", ELEU: "Éleu-dit-Leauwette", LILLE: "Lille", DOUAI: "Douai", "75056": "Paris"}

# (commune, former commune, postcode, street, first point, numbers)
STREETS = [
    (LENS, "", "62300", "Rue de l'Église", (2.8300, 50.4300), ["1", "2", "4 bis", "4", "6", "10", "12"]),
    (LENS, "", "62300", "Boulevard Émile Basly", (2.8310, 50.4310), ["1", "3", "5", "9999"]),
    (LENS, "", "62300", "Rue du 8 Mai 1945", (2.8320, 50.4320), ["8", "45"]),
    (LENS, "", "62300", "Rue du 11 Novembre 1918", (2.8325, 50.4325), ["11"]),
    (LENS, "", "62300", "Rue Foch", (2.8330, 50.4330), ["7"]),
    (LENS, "", "62300", "Place Jean Jaurès", (2.8340, 50.4340), ["3"]),
    (LENS, "", "62300", "Rue Roger Salengro", (2.8345, 50.4345), ["20"]),
    (LENS, "", "62300", "Rue Maurice Thorez", (2.8346, 50.4346), ["1"]),
    (LENS, "", "62300", "Rue Paul Thorez", (2.8347, 50.4347), ["2"]),
    (LENS, "", "62300", "Avenue du Docteur Calmette (prolongée)", (2.8350, 50.4350), ["20"]),
    (LENS, "", "62300", "Boulevard Jean-de-la-Fontaine", (2.8355, 50.4355), ["141"]),
    (LENS, "", "62300", "Cité des Fleurs", (2.8360, 50.4360), []),
    (ELEU, "", "62300", "Rue de l'Église", (2.8110, 50.4190), ["2", "20"]),
    (ELEU, "", "62300", "Rue des Mineurs", (2.8120, 50.4195), ["15", "17"]),
    (LILLE, "", "59000", "Rue Nationale", (3.0500, 50.6300), [str(n) for n in range(1, 121)]),
    (LILLE, "", "59000", "Rue Faidherbe", (3.0650, 50.6370), ["10"]),
    (LILLE, "59355", "59160", "Rue Faidherbe", (3.0100, 50.6400), ["10"]),
    (LILLE, "", "59800", "Rue de la Chaussée", (3.0700, 50.6400), ["1", "2"]),
    (DOUAI, "", "59500", "Rue de l'Écluse", (3.0800, 50.3700), ["5"]),
    (DOUAI, "", "59500", "Rue de la Mairie", (3.0810, 50.3710), ["5"]),
    (DOUAI, "", "59500", "Rue de l'Oie", (3.0820, 50.3720), ["9"]),
    (DOUAI, "", "59500", "Rue des Troupeaux", (3.0830, 50.3730), ["3"]),
    (DOUAI, "", "59500", "Rue Nicolas de Lancy", (3.0840, 50.3740), ["8"]),
    (DOUAI, "", "59500", "Rue de Patay", (3.0850, 50.3750), ["15"]),
    (DOUAI, "", "59500", "Rue du Maréchal Leclerc", (3.0860, 50.3760), ["21"]),
    (DOUAI, "", "59500", "Marais", (3.0870, 50.3770), ["307"]),
]


def write_small_base(folder: Path) -> Path:
    """Write one plain and one compressed file of the base in a folder."""
    rows: dict[str, list[dict[str, str]]] = {"59": [], "62": []}
    for commune, former, postcode, street, (lon, lat), numbers in STREETS:
        for rank, number in enumerate(numbers or [""]):
            value, _, suffix = number.partition(" ")
            point = (lon + 0.0001 * rank, lat)
            x, y = to_lambert93(*point)
            row = dict.fromkeys(COLUMNS, "") | {
                "id": f"{commune}_{street}_{number}", "numero": value or "99999", "rep": suffix,
                "nom_voie": street, "code_postal": postcode, "code_insee": commune,
                "nom_commune": NAMES[commune], "code_insee_ancienne_commune": former,
                "x": f"{x:.2f}", "y": f"{y:.2f}", "lon": f"{point[0]:.6f}", "lat": f"{point[1]:.6f}",
            }  # fmt: skip
            rows[commune[:2]].append(row)
    rows["59"].append(dict.fromkeys(COLUMNS, "") | {"code_insee": LILLE, "nom_voie": "Rue sans point"})
    folder.mkdir(parents=True, exist_ok=True)
    for departement, lines in rows.items():
        plain = departement == "59"
        path = folder / f"adresses-{departement}.csv{'' if plain else '.gz'}"
        with (
            path.open("w", encoding="utf-8", newline="")
            if plain
            else gzip.open(path, "wt", encoding="utf-8", newline="") as file
        ):
            writer = csv.DictWriter(file, COLUMNS, delimiter=";")
            writer.writeheader()
            writer.writerows(lines)
    return folder


def point_of(commune: str, street: str, number: str) -> Position:
    """Give the point that the base has for a number."""
    lon, lat, numbers = next(
        (*start, numbers) for code, _, _, name, start, numbers in STREETS if (code, name) == (commune, street)
    )
    return Position(lon=round(lon + 0.0001 * numbers.index(number), 6), lat=lat)

"""A few rows of the fictional register in the formats of others: GeoJSON (RFC 7946) and GoGoCarto's JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from data.samples import SAMPLE_AS_OF
from data.sectors import SectorBook
from geo.records import Kind
from scripts.samples.rows import Row

_ADMIN_VALIDATED, _PENDING = 1, 0


def pick_clean_actors(rows: Sequence[Row], count: int) -> list[Row]:
    """Pick the first actors that have coordinates, a sector, nothing wrong and nothing to hide."""
    clean = [
        row
        for row in rows
        if row.kind is Kind.ACTOR
        and not row.mess
        and row.cells["Latitude"]
        and row.cells["Filière"]
        and row.cells["Visibilité"] in ("", "publique")
    ]
    return clean[:count]


def write_geojson(rows: Sequence[Row]) -> str:
    """Write rows as a GeoJSON collection of points, longitude first."""
    features = [
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [float(row.cells["Longitude"]), float(row.cells["Latitude"])],
            },
            "properties": {
                "nom": row.cells["Nom"],
                "filière": row.cells["Filière"],
                "description": row.cells["Description"],
                "adresse": row.cells["Adresse"],
                "code_postal": row.cells["Code postal"],
                "commune": row.cells["Commune"],
            },
        }
        for row in rows
    ]
    return _dump({"type": "FeatureCollection", "name": "acteurs-fictifs", "features": features})


def write_gogocarto(rows: Sequence[Row], sectors: SectorBook) -> str:
    """Write rows as the elements of a GoGoCarto map (`gogofull`); the last one waits for moderation."""
    stamp = f"{SAMPLE_AS_OF.isoformat()}T09:00:00+01:00"
    elements = []
    for rank, row in enumerate(rows, start=1):
        sector = sectors.find(row.cells["Filière"])
        named = [sectors.top_of(sector.code).label, sector.label] if sector else [row.cells["Filière"]]
        number, _, street = row.cells["Adresse"].partition(" ")
        elements.append(
            {
                "id": f"fictif{rank}",
                "name": row.cells["Nom"],
                "geo": {"latitude": float(row.cells["Latitude"]), "longitude": float(row.cells["Longitude"])},
                "sourceKey": "Registre fictif",
                "address": {
                    "streetNumber": number,
                    "streetAddress": street,
                    "addressLocality": row.cells["Commune"],
                    "postalCode": row.cells["Code postal"],
                    "addressCountry": "FR",
                },
                "createdAt": stamp,
                "updatedAt": stamp,
                "status": _PENDING if rank == len(rows) else _ADMIN_VALIDATED,
                "categories": list(dict.fromkeys(named)),
                "categoriesFull": [
                    {"id": index, "name": name, "index": index, "description": ""}
                    for index, name in enumerate(dict.fromkeys(named))
                ],
                "description": row.cells["Description"],
                "website": row.cells["Site web"],
                "email": "private",
            }
        )
    return _dump({"licence": "https://example.org/licence-fictive", "ontology": "gogofull", "data": elements})


def _dump(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

"""What the territories above communes are called, and what a reader must be told of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.reference.communes import read_departements, read_epci, read_live
from scripts.reference.sources import Packages

_ONLY_HERE = "seules celles des Hauts-de-France sont comptées ici."
_DEPARTEMENT_IN = {"76": "en Seine-Maritime"}


def label_epci(packages: Packages, vintage: int) -> list[dict[str, Any]]:
    """Name the EPCI of a vintage; say how many communes one that reaches outside the region has there."""
    labels = []
    for row in read_epci(packages, vintage)[0]:
        outside: Mapping[str, int] = row["outside"]
        reach = [f"{count} communes {_DEPARTEMENT_IN[code]}" for code, count in sorted(outside.items())]
        note = f"Cette intercommunalité compte aussi {' et '.join(reach)} : {_ONLY_HERE}" if reach else None
        label = {"level": "epci", "vintage": vintage, "code": row["code"], "name": row["name"], "note": note}
        labels.append({**label, "kind": row["kind"], "communes_outside": sum(outside.values())})
    return labels


def label_zones(packages: Packages, membership: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    """
    Name zones d'emploi, bassins de vie, départements and the region.

    The membership table has only codes. A zone d'emploi takes the name of its most populated commune; a
    bassin de vie that of the commune whose code is its own (its pole, which may lie outside the region).
    """
    live = {row["code"]: row for row in read_live(packages, 2026)}
    everywhere = {
        row["code"]: row["nom"]
        for row in packages.read_decoupage(2026, "communes")
        if row["type"] == "commune-actuelle"
    }
    zones: dict[str, list[str]] = {}
    for code, above in membership.items():
        zones.setdefault(above["zone_emploi"], []).append(code)
    labels = []
    for zone, codes in sorted(zones.items()):
        largest = max(codes, key=lambda code: (live[code]["population"], code))
        # INSEE numbers 00.. the zones d'emploi that straddle two regions.
        note = _note_beyond("Cette zone d'emploi") if zone.startswith("00") else None
        labels.append(_label("zone_emploi", zone, live[largest]["nom"], note))
    for pole in sorted({above["bassin_vie"] for above in membership.values()}):
        note = None if pole in live else _note_beyond("Ce bassin de vie")
        labels.append(_label("bassin_vie", pole, everywhere[pole], note))
    labels.extend(
        _label("departement", code, name, None) for code, name in read_departements(packages).items()
    )
    labels.append(_label("region", "32", "Hauts-de-France", None))
    return labels


def _label(level: str, code: str, name: str, note: str | None) -> dict[str, Any]:
    return {"level": level, "vintage": None, "code": code, "name": name, "note": note}


def _note_beyond(subject: str) -> str:
    return f"{subject} dépasse la région : seules les communes des Hauts-de-France sont comptées ici."

"""Records to draw: valid by default, so that a test says only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import shapely

from data.reference import load_referential
from geo.position import Position
from geo.records import (
    MEL_CODE,
    CoverageAnswer,
    CoverageRow,
    Kind,
    Level,
    NearAnswer,
    Neighbour,
    Origin,
    OutsideShare,
    PlacementStatus,
    Precision,
    Presence,
    Sector,
    StatusCounts,
    Territory,
)

SECTORS = (
    Sector(code="alimentation", label="Alimentation et agriculture"),
    Sector(code="amap", label="Circuits courts, AMAP et paniers", parent="alimentation"),
    Sector(code="mobilite", label="Mobilité"),
    Sector(code="reemploi", label="Déchets, réemploi et réparation"),
)

LENS = Position(lon=2.8319, lat=50.4289)
DATA_DATE = date(2026, 3, 12)

# Each would run, break out of its place, or reach Folium's templates, if a text were ever taken for code.
PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    '"><svg onload=alert(4)>',
    "' onmouseover='alert(5)",
    "{{ 7 * 7 }}{% raw %}",
    "${alert(6)}`-alert(7)-`",
    "javascript:alert(8)",
    "<!-- --><b onclick=alert(9)>gras</b>",
    "&lt;img src=x onerror=alert(10)&gt;",
)


def make_presence(id_: int = 1, **changes: Any) -> Presence:  # noqa: ANN401  any field of the record
    """Make an actor of Lens, placed at its address."""
    fields: dict[str, Any] = {
        "id": id_,
        "kind": Kind.ACTOR,
        "name": f"Acteur {id_}",
        "status": PlacementStatus.PLACED,
        "sectors": ("alimentation",),
        "position": LENS,
        "precision": Precision.HOUSENUMBER,
        "commune": "62498",
        "commune_name": "Lens",
        "epci": "246200364",
        "epci_name": "CA de Lens-Liévin",
        "departement": "62",
    }
    return Presence(**(fields | changes))


def make_dangerous(id_: int, payload: str) -> Presence:
    """Make a presence with a payload in every field that holds text."""
    return make_presence(
        id_,
        name=payload,
        summary=payload,
        legal_form=payload,
        website=payload,
        address=payload,
        postcode=payload,
        city=payload,
        commune_name=payload,
        epci_name=payload,
        partners=(payload,),
        source=payload,
        stage=payload,
        position=Position(lon=LENS.lon + id_ / 100, lat=LENS.lat),
    )


@cache
def list_territories(level: Level = Level.EPCI) -> tuple[Territory, ...]:
    """List the real territories of a level, with their contours."""
    referential = load_referential()
    contours = referential.contours(level)
    return tuple(replace(t, contour=contours[t.code]) for t in referential.territories(level))


def make_crowd(count: int) -> list[Presence]:
    """Make actors spread over the region's communes, a tenth of them placed at their town hall only."""
    communes = load_referential().territories(Level.COMMUNE)
    names = {territory.code: territory.name for territory in list_territories()}
    crowd = []
    for number in range(1, count + 1):
        # Steps that share no factor with 3,782 visit every commune before coming back.
        commune = communes[number * 1_213 % len(communes)]
        is_town_level = number % 10 == 0
        hall = commune.position or LENS
        shift = 0.0 if is_town_level else (number % 7 - 3) / 1_000
        epci = commune.part_of["epci"]
        crowd.append(
            make_presence(
                number,
                name=f"Association {number} de {commune.name}",
                position=Position(lon=hall.lon + shift, lat=hall.lat - shift / 2),
                precision=Precision.COMMUNE if is_town_level else Precision.HOUSENUMBER,
                sectors=(SECTORS[number % len(SECTORS)].code,),
                commune=commune.code,
                commune_name=commune.name,
                epci=epci,
                epci_name=names[epci],
                departement=commune.part_of["departement"],
            )
        )
    return crowd


def make_antenne(name: str = "Antenne de Lens") -> Presence:
    """Make an antenne."""
    return make_presence(9_000, kind=Kind.ANTENNE, name=name, sectors=())


def make_square(code: str, column: int, row: int, **changes: Any) -> Territory:  # noqa: ANN401  any field
    """Make a territory of a hundredth of a degree in a grid whose neighbours share their edges."""
    west, south = 3 + column / 100, 50 + row / 100
    square = shapely.box(west, south, west + 0.01, south + 0.01)
    fields: dict[str, Any] = {
        "level": Level.EPCI,
        "code": code,
        "name": f"Territoire {code}",
        "population": 10_000,
        "vintage": 2026,
        "contour": shapely.MultiPolygon([square]),
    }
    return Territory(**(fields | changes))


def make_row(code: str, count: int, **changes: Any) -> CoverageRow:  # noqa: ANN401  any field of the record
    """Make a row of 10,000 inhabitants where 4 were expected."""
    fields: dict[str, Any] = {
        "code": code,
        "name": f"Territoire {code}",
        "population": 10_000,
        "count": count,
        "per_10k": float(count),
        "expected": 4.0,
        "ratio": count / 4,
        "ratio_low": max(0.0, count / 4 - 0.9),
        "ratio_high": count / 4 + 0.9,
        "significant_absence": False,
    }
    return CoverageRow(**(fields | changes))


def make_coverage(rows: Sequence[CoverageRow], **changes: Any) -> CoverageAnswer:  # noqa: ANN401  any field
    """Make an answer about actors by EPCI, outside the first row's territory unless told otherwise."""
    fields: dict[str, Any] = {
        "level": Level.EPCI,
        "kind": Kind.ACTOR,
        "sector": None,
        "at": DATA_DATE,
        "vintage": 2026,
        "rows": tuple(rows),
        "outside": make_outside(),
        "totals": StatusCounts(placed=sum(row.count for row in rows), unplaced=4),
        "data_date": DATA_DATE,
        "empty_expected_by_chance": 1.4,
    }
    return CoverageAnswer(**(fields | changes))


def make_outside(**changes: Any) -> OutsideShare:  # noqa: ANN401  any field of the record
    """Make a share outside the MEL."""
    fields: dict[str, Any] = {
        "code": MEL_CODE,
        "name": "Métropole Européenne de Lille",
        "count_inside": 40,
        "count_outside": 60,
        "share_outside": 0.6,
        "share_low": 0.502,
        "share_high": 0.691,
        "population_share_outside": 0.8005,
        "ratio": 0.75,
        "gap": 20.05,
    }
    return OutsideShare(**(fields | changes))


def make_real_coverage() -> CoverageAnswer:
    """Make an answer about the real EPCI, with every class on the map."""
    rows = []
    for number, territory in enumerate(list_territories()):
        count = number % 9
        expected = territory.population / 20_000
        rows.append(
            make_row(
                territory.code,
                count,
                name=territory.name,
                population=territory.population,
                expected=expected,
                per_10k=10_000 * count / territory.population,
                ratio=count / expected,
                significant_absence=count == 0 and expected >= 3,
            )
        )
    return make_coverage(rows)


def make_near(presences: Sequence[Presence], distances_m: Sequence[float], **changes: Any) -> NearAnswer:  # noqa: ANN401
    """Make an answer about who is near Lens."""
    fields: dict[str, Any] = {
        "origin": Origin(position=LENS, label="Lens", precision=Precision.GIVEN),
        "results": tuple(
            Neighbour(presence=presence, distance_m=distance_m)
            for presence, distance_m in zip(presences, distances_m, strict=True)
        ),
        "hidden": 0,
        "counts": StatusCounts(placed=len(presences)),
        "data_date": DATA_DATE,
        "radius_m": 10_000.0,
        "kind": Kind.ACTOR,
    }
    return NearAnswer(**(fields | changes))

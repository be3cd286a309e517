"""From plain columns to territories: the communes of a vintage, then what they add up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from geo.position import Position
from geo.records import Level, Territory
from geo.territories.columns import Columns

REGION_CODE = "32"
"""The region's own code; a département or a commune never has it here."""

Label = tuple[str, str | None, Position | None]


def build_communes(vintage: int, table: Columns) -> dict[str, Territory]:
    """Build the communes of a vintage by code, in the table's order."""
    nowhere = [None] * len(table["code"])
    names = ("code", "name", "population", "epci", "departement", "zone_emploi", "bassin_vie")
    columns = (*(table[name] for name in names), table.get("lon", nowhere), table.get("lat", nowhere))
    return {
        code: Territory(
            level=Level.COMMUNE,
            code=code,
            name=name,
            population=population,
            vintage=vintage,
            position=None if lon is None else Position(lon=lon, lat=lat),
            part_of={
                "epci": epci,
                "departement": departement,
                "zone_emploi": zone_emploi,
                "bassin_vie": bassin_vie,
                "region": REGION_CODE,
            },
            commune_codes=(code,),
        )
        for code, name, population, epci, departement, zone_emploi, bassin_vie, lon, lat in zip(
            *columns, strict=True
        )
    }


def build_groups(
    vintage: int, level: Level, communes: Iterable[Territory], table: Columns
) -> dict[str, Territory]:
    """Add communes up to the territories of a level above them, named by the table of territories."""
    members: dict[str, list[Territory]] = defaultdict(list)
    for commune in communes:
        members[commune.part_of[level.value]].append(commune)
    labels = _read_labels(vintage, level, table)
    groups = {}
    for code in sorted(members):
        name, note, position = labels[code]
        groups[code] = Territory(
            level=level,
            code=code,
            name=name,
            population=sum(commune.population for commune in members[code]),
            vintage=vintage,
            position=position,
            part_of=_find_above(level, members[code]),
            commune_codes=tuple(commune.code for commune in members[code]),
            note=note,
        )
    return groups


def _read_labels(vintage: int, level: Level, table: Columns) -> dict[str, Label]:
    columns = (table[name] for name in ("level", "vintage", "code", "name", "note", "lon", "lat"))
    return {
        code: (name, note, Position(lon=lon, lat=lat))
        for labelled, since, code, name, note, lon, lat in zip(*columns, strict=True)
        if labelled == level.value and since in (None, vintage)
    }


def _find_above(level: Level, members: Sequence[Territory]) -> dict[str, str]:
    """Name the region, and the département where all the members are in one."""
    if level is Level.REGION:
        return {}
    departements = {commune.part_of["departement"] for commune in members}
    if level is Level.DEPARTEMENT or len(departements) > 1:
        return {"region": REGION_CODE}
    return {"departement": departements.pop(), "region": REGION_CODE}

"""From plain columns to the records of names: aliases, town halls, parts, communes elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from geo.position import Position
from geo.territories.columns import Columns
from geo.territories.names import AliasKind, CommuneAlias, CommunePart, ElsewhereCommune, TownHall


def read_aliases(table: Columns) -> tuple[CommuneAlias, ...]:
    """Read the names of communes, in the table's order."""
    columns = (table[name] for name in ("name", "code_insee", "alias_kind", "source", "old_code"))
    return tuple(
        CommuneAlias(
            name=name,
            code_insee=code,
            alias_kind=AliasKind(kind),
            source=source,
            old_code=old_code or None,
        )
        for name, code, kind, source, old_code in zip(*columns, strict=True)
    )


def read_town_halls(table: Columns) -> dict[str, TownHall]:
    """Read the town halls that have address lines or a point, by the code of their row."""
    names = ("lines", "housenumber", "street", "postcode", "lon", "lat")
    columns = (table["code"], *(table[f"town_hall_{name}"] for name in names))
    halls = {}
    for code, lines, housenumber, street, postcode, lon, lat in zip(*columns, strict=True):
        if lines or lon is not None:
            halls[code] = TownHall(
                code_insee=code,
                lines=tuple(lines),
                housenumber=housenumber,
                street=street,
                postcode=postcode,
                position=_read_position(lon, lat),
            )
    return halls


def read_parts(table: Columns) -> dict[str, CommunePart]:
    """Read the former communes by their old code."""
    halls = read_town_halls(table)
    columns = (table[name] for name in ("code", "name", "kind", "successor", "lon", "lat"))
    return {
        code: CommunePart(
            code=code,
            name=name,
            kind=AliasKind(kind),
            successor=successor,
            position=_read_position(lon, lat),
            town_hall=halls.get(code),
        )
        for code, name, kind, successor, lon, lat in zip(*columns, strict=True)
    }


def read_elsewhere(table: Columns) -> tuple[ElsewhereCommune, ...]:
    """Read the communes that are not in the region."""
    names: Sequence[str] = ("name", "code_insee", "departement", "postcodes", "population")
    columns = (table[name] for name in names)
    return tuple(
        ElsewhereCommune(
            name=name,
            code_insee=code,
            departement=departement,
            postcodes=tuple(postcodes),
            population=population,
        )
        for name, code, departement, postcodes, population in zip(*columns, strict=True)
    )


def _read_position(lon: float | None, lat: float | None) -> Position | None:
    return None if lon is None or lat is None else Position(lon=lon, lat=lat)

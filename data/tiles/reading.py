"""The register's points as the columns of a pyramid: what the public map may show, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, select

from data.contacts import hide_personal_contacts
from data.home_texts import read_home_texts
from data.home_words import hide_place
from data.presences import is_shown, may_read
from data.rows import in_batches
from data.session import Register, Session
from data.tables import presence_sector, presences
from geo.records import COUNTED_STATUSES, Kind, Level, Precision, Visibility
from geo.tiles.points import PointClasses, PointColumns

KINDS = tuple(kind.value for kind in Kind)

_ROW = np.dtype(
    [
        ("id", np.int64),
        ("lon", np.float64),
        ("lat", np.float64),
        ("kind", np.int8),
        ("sector", np.int16),
        ("town", np.bool_),
        ("commune", np.int16),
    ]
)


def list_classes(register: Register) -> PointClasses:
    """Give the words of a pyramid's numbers: kinds, top sectors in their order, communes of today."""
    tops = [sector.code for sector in register.sectors.sectors if sector.parent is None]
    communes = [territory.code for territory in register.referential.territories(Level.COMMUNE)]
    return PointClasses(kinds=KINDS, sectors=tops, communes=communes)


def read_points(session: Session) -> PointColumns:
    """
    Read every public presence that counts and is still shown by its source, by id.

    The sector is the top sector of the first that the presence names: the one that gives its colour.
    """
    columns = presences.c
    rows = session.connection.execution_options(stream_results=True).execute(
        select(
            columns.id,
            columns.lon,
            columns.lat,
            columns.kind,
            columns.sectors[0].as_string(),
            columns.precision == Precision.COMMUNE.value,
            columns.commune,
        )
        .where(_is_on_public_map())
        .order_by(columns.id)
    )
    classes = list_classes(session.register)
    tops = _number_tops(session.register, classes)
    kinds = {kind: number for number, kind in enumerate(classes.kinds)}
    communes = {code: number for number, code in enumerate(classes.communes)}
    table = np.fromiter(
        (
            (
                presence_id,
                lon,
                lat,
                kinds[kind],
                tops.get(sector, -1),
                bool(is_town),
                communes.get(commune, -1),
            )
            for presence_id, lon, lat, kind, sector, is_town, commune in rows
        ),
        dtype=_ROW,
    )
    return PointColumns(
        ids=np.ascontiguousarray(table["id"]),
        lon=np.ascontiguousarray(table["lon"]),
        lat=np.ascontiguousarray(table["lat"]),
        kinds=np.ascontiguousarray(table["kind"]),
        sectors=np.ascontiguousarray(table["sector"]),
        at_town_level=np.ascontiguousarray(table["town"]),
        communes=np.ascontiguousarray(table["commune"]),
    )


def read_ids_of_sector(session: Session, sector: str) -> NDArray[np.int64]:
    """
    Read who stands under a sector or under one below it, ids in order.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    """
    first, last = session.register.sectors.id_range(sector)
    rows = session.connection.execute(
        select(presence_sector.c.presence_id).where(presence_sector.c.sector_id.between(first, last))
    )
    return np.unique(np.fromiter((row[0] for row in rows), dtype=np.int64))


def read_names(session: Session, ids: Iterable[int]) -> list[str]:
    """Read the names of presences as everyone may read them, in the order of their ids as given."""
    asked = [int(presence_id) for presence_id in ids]
    names: dict[int, str] = {}
    telling = read_home_texts(session)
    for batch in in_batches(asked):
        rows = session.connection.execute(
            select(presences.c.id, presences.c.name).where(presences.c.id.in_(batch))
        )
        names.update(
            (presence_id, hide_personal_contacts(hide_place(name, telling.get(presence_id))))
            for presence_id, name in rows
        )
    return [names.get(presence_id, "") for presence_id in asked]


def _is_on_public_map() -> ColumnElement[bool]:
    columns = presences.c
    counted = columns.status.in_([status.value for status in COUNTED_STATUSES])
    return is_shown() & may_read(Visibility.PUBLIC) & counted & columns.lon.is_not(None)


def _number_tops(register: Register, classes: PointClasses) -> dict[str | None, int]:
    """Number the top sector of each sector."""
    number_of = {code: number for number, code in enumerate(classes.sectors)}
    return {
        sector.code: number_of[register.sectors.top_of(sector.code).code]
        for sector in register.sectors.sectors
    }

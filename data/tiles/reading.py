"""The register's points as the columns of a pyramid: what the public map may show, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Select, bindparam, cast, func, select

from data.hiding.contacts import hide_personal_contacts
from data.hiding.places import hide_place
from data.homes.texts import read_home_texts
from data.presences import is_shown, may_read
from data.rows import in_batches
from data.session import Register, Session
from data.tables import presence_sector, presences
from geo.records import COUNTED_STATUSES, Kind, Level, Precision, Visibility
from geo.tiles.points import PointClasses, PointColumns

KINDS = tuple(kind.value for kind in Kind)

# Held as words while they are numbered: a million words at once would take ten times the points themselves.
_READ_AT_ONCE = 100_000

# Of PostgreSQL's arrays as they are sent: twenty bytes that say what they hold, then each element after its
# length (src/backend/utils/adt/arrayfuncs.c, array_send).
_ARRAY_HEADER_BYTES = 20
_SENT_IDS = np.dtype([("length", ">i4"), ("value", ">i8")])
_SENT_DEGREES = np.dtype([("length", ">i4"), ("value", ">f8")])

# In none of the words that are numbered: codes of ours.
_BETWEEN_WORDS = "\n"

_Words = Sequence[str]

Number = TypeVar("Number", np.int64, np.float64)


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
    classes = list_classes(session.register)
    kinds = {kind: number for number, kind in enumerate(classes.kinds)}
    tops = _number_tops(session.register, classes)
    communes = {code: number for number, code in enumerate(classes.communes)}
    read = _read_arrays if session.connection.dialect.name == "postgresql" else _read_rows
    parts = [
        PointColumns(
            ids=batch.ids,
            lon=batch.lon,
            lat=batch.lat,
            kinds=np.fromiter(map(kinds.__getitem__, batch.kinds), dtype=np.int8),
            sectors=np.fromiter(map(tops.get, batch.sectors, repeat(-1)), dtype=np.int16),
            at_town_level=np.fromiter(map(_IS_TOWN.__eq__, batch.precisions), dtype=np.bool_),
            communes=np.fromiter(map(communes.get, batch.communes, repeat(-1)), dtype=np.int16),
        )
        for batch in read(session)
    ]
    return PointColumns(*(np.concatenate(columns) for columns in zip(_NO_POINTS, *parts, strict=True)))


class _Batch(NamedTuple):
    """Some points as they are stored; an empty word where nothing is."""

    ids: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    kinds: _Words
    sectors: _Words
    precisions: _Words
    communes: _Words


_IS_TOWN = Precision.COMMUNE.value

_NO_POINTS = PointColumns(
    ids=np.empty(0, dtype=np.int64),
    lon=np.empty(0),
    lat=np.empty(0),
    kinds=np.empty(0, dtype=np.int8),
    sectors=np.empty(0, dtype=np.int16),
    at_town_level=np.empty(0, dtype=np.bool_),
    communes=np.empty(0, dtype=np.int16),
)


def _select_next() -> Select[tuple[int, float, float, str, str, str, str]]:
    """Select the points after one, by id."""
    columns = presences.c
    return (
        select(
            columns.id,
            columns.lon,
            columns.lat,
            columns.kind,
            func.coalesce(columns.sectors[0].as_string(), "").label("sector"),
            func.coalesce(columns.precision, "").label("precision"),
            func.coalesce(columns.commune, "").label("commune"),
        )
        .where(_is_on_public_map(), columns.id > bindparam("after"))
        .order_by(columns.id)
        .limit(_READ_AT_ONCE)
    )


def _read_rows(session: Session) -> Iterator[_Batch]:
    """Read the points row by row."""
    after = -1
    while rows := session.connection.execute(_select_next(), {"after": after}).all():
        ids, lon, lat, *words = zip(*rows, strict=True)
        yield _Batch(np.array(ids, dtype=np.int64), np.array(lon), np.array(lat), *words)
        after = ids[-1]


def _read_arrays(session: Session) -> Iterator[_Batch]:
    """
    Read the points of a server as arrays: a million rows one by one took three times as long.

    The server sends a batch as one row: numbers as arrays in its binary format, words as one text.
    """
    points = _select_next().subquery()
    numbers = (cast(points.c.id, BigInteger), points.c.lon, points.c.lat)
    words = (points.c.kind, points.c.sector, points.c.precision, points.c.commune)
    statement = select(
        *(func.array_send(func.array_agg(each), type_=LargeBinary) for each in numbers),
        *(func.string_agg(each, _BETWEEN_WORDS) for each in words),
    )
    after = -1
    while True:
        sent: Sequence[Any] = session.connection.execute(statement, {"after": after}).one()
        sent_ids, lon, lat, *texts = sent
        if sent_ids is None:
            return
        ids = _read_sent(sent_ids, _SENT_IDS, np.int64)
        after = int(ids[-1])
        yield _Batch(
            ids,
            _read_sent(lon, _SENT_DEGREES, np.float64),
            _read_sent(lat, _SENT_DEGREES, np.float64),
            *(text.split(_BETWEEN_WORDS) for text in texts),
        )


def _read_sent(sent: bytes, element: np.dtype[np.void], kind: type[Number]) -> NDArray[Number]:
    return np.frombuffer(sent, dtype=element, offset=_ARRAY_HEADER_BYTES)["value"].astype(kind)


def read_ids_of_sector(session: Session, sector: str) -> NDArray[np.int64]:
    """
    Read who stands under a sector or under one below it, ids in order.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    """
    first, last = session.register.sectors.id_range(sector)
    chosen = presence_sector.c.sector_id.between(first, last)
    column = presence_sector.c.presence_id
    if session.connection.dialect.name == "postgresql":
        ids = func.array_agg(cast(column, BigInteger))
        sent = session.connection.execute(
            select(func.array_send(ids, type_=LargeBinary)).where(chosen)
        ).scalar_one_or_none()
        return np.unique(_read_sent(sent, _SENT_IDS, np.int64)) if sent else np.empty(0, dtype=np.int64)
    rows = session.connection.execute(select(column).where(chosen))
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

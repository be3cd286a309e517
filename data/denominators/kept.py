"""What presences are counted against besides the inhabitants: kept in the register, read for any level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select

from data.clock import now_utc
from data.denominators.errors import DenominatorLevelError, DenominatorTakenError, UnknownDenominatorError
from data.denominators.files import DenominatorFile
from data.denominators.tables import denominator_values, denominators
from data.session import Session
from data.territories import read_membership
from data.typed_text import refuse_unwanted
from geo.records import Denominator, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class DenominatorValues:
    """A denominator with its values by territory of today, of its own level."""

    denominator: Denominator
    by_territory: Mapping[str, float]


def add_denominator_rows(
    session: Session,
    read: DenominatorFile,
    *,
    name: str,
    unit: str,
    source: str,
    year: int | None,
    file_name: str,
    day: date,
) -> None:
    """
    Store what a file says, under a name that nothing else bears.

    Raises
    ------
    DenominatorTakenError
        If a denominator has this name.
    """
    taken = session.connection.execute(select(denominators.c.id).where(denominators.c.name == name)).first()
    if taken is not None:
        raise DenominatorTakenError(name=name)
    found = session.connection.execute(
        insert(denominators)
        .values(
            name=name,
            unit=unit,
            level=read.level.value,
            source=source,
            year=year,
            file_name=file_name,
            added_on=day,
            recorded_at=now_utc(),
        )
        .returning(denominators.c.id)
    ).scalar_one()
    session.connection.execute(
        insert(denominator_values),
        [{"denominator_id": found, "territory": code, "value": value} for code, value in read.values.items()],
    )


def remove_denominator_rows(session: Session, name: str) -> None:
    """
    Take a denominator away, with its values.

    Raises
    ------
    UnknownDenominatorError
        If none has this name.
    """
    found = _find(session, name)
    session.connection.execute(
        delete(denominator_values).where(denominator_values.c.denominator_id == found.id)
    )
    session.connection.execute(delete(denominators).where(denominators.c.id == found.id))


def read_denominators(session: Session) -> tuple[Denominator, ...]:
    """Give the denominators of the register, in the order they were added."""
    rows = session.connection.execute(_SELECT.order_by(denominators.c.id))
    return tuple(_make(row) for row in rows)


def read_denominator(session: Session, name: str) -> DenominatorValues:
    """
    Give a denominator with its values.

    Raises
    ------
    UnknownDenominatorError
        If none has this name.
    """
    found = _find(session, name)
    columns = denominator_values.c
    rows = session.connection.execute(
        select(columns.territory, columns.value).where(columns.denominator_id == found.id)
    )
    values = {row.territory: row.value for row in rows}
    return DenominatorValues(denominator=_make(found), by_territory=values)


def sum_by_territory(
    session: Session, values: DenominatorValues, level: Level, vintage: int
) -> Mapping[str, float]:
    """
    Sum the values of a denominator by territory of a level, on the memberships of a vintage.

    Raises
    ------
    DenominatorLevelError
        If the values are by EPCI and the level cuts one of them.
    """
    membership = read_membership(session.register.referential, level, vintage)
    if values.denominator.level is Level.COMMUNE:
        sums: defaultdict[str, float] = defaultdict(float)
        for commune, value in values.by_territory.items():
            sums[membership[commune]] += value
        return sums
    if level is Level.EPCI:
        return values.by_territory
    whole = _map_whole(session, membership)
    if any(whole.get(code) is None for code in values.by_territory):
        raise DenominatorLevelError(name=values.denominator.name, level=level)
    sums = defaultdict(float)
    for code, value in values.by_territory.items():
        sums[str(whole[code])] += value
    return sums


def sum_inside(session: Session, values: DenominatorValues, communes: Collection[str], level: Level) -> float:
    """
    Sum the values of a denominator inside a set of communes of today.

    Raises
    ------
    DenominatorLevelError
        If the values are by EPCI and the set cuts one of them.
    """
    if values.denominator.level is Level.COMMUNE:
        return sum(value for code, value in values.by_territory.items() if code in communes)
    whole = _map_whole(
        session,
        {
            code: "inside" if code in communes else "outside"
            for code in read_membership(
                session.register.referential, Level.EPCI, session.register.referential.vintage
            )
        },
    )
    if any(whole.get(code) is None for code in values.by_territory):
        raise DenominatorLevelError(name=values.denominator.name, level=level)
    return sum(value for code, value in values.by_territory.items() if whole[code] == "inside")


def _map_whole(session: Session, membership: Mapping[str, str]) -> Mapping[str, str | None]:
    """Give the group that holds each EPCI of today as a whole, None for one that groups share."""
    referential = session.register.referential
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for commune, epci in read_membership(referential, Level.EPCI, referential.vintage).items():
        groups[epci].add(membership[commune])
    return {epci: next(iter(found)) if len(found) == 1 else None for epci, found in groups.items()}


_VALUES = denominator_values.c
_SELECT: Select[Any] = (
    select(
        *(denominators.c[name] for name in ("id", "name", "unit", "level", "source", "year")),
        func.coalesce(func.sum(_VALUES.value), 0.0).label("total"),
        func.count(_VALUES.value).label("territory_count"),
    )
    .join_from(denominators, denominator_values, isouter=True)
    .group_by(*(denominators.c[name] for name in ("id", "name", "unit", "level", "source", "year")))
)


def _find(session: Session, name: str) -> Row[Any]:
    refuse_unwanted(**{"le nom du dénominateur": name})
    found = session.connection.execute(_SELECT.where(denominators.c.name == name)).first()
    if found is None:
        known = [denominator.name for denominator in read_denominators(session)]
        raise UnknownDenominatorError(name=name, known=known)
    return found


def _make(row: Row[Any]) -> Denominator:
    return Denominator(
        name=row.name,
        unit=row.unit,
        level=Level(row.level),
        source=row.source,
        year=row.year,
        total=float(row.total),
        territory_count=int(row.territory_count),
    )

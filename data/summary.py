"""Reading the counts that are kept ready, and saying when they do not speak of a day any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import JSON, func, select

from data.session import Session
from data.status import make_status_counts
from data.tables import register_state, status_counts, summary_counts
from geo.records import Kind, Level, StatusCounts


@dataclass(frozen=True, slots=True)
class LevelCounts:
    """
    What stands in the territories of one level, for one kind.

    `count_by_territory` leaves out territories without anybody; `count_by_sector` gives, by territory, the
    distinct presences in each sector or under it.
    """

    count_by_territory: Mapping[str, int]
    count_by_sector: Mapping[str, Mapping[str, int]]


def is_summary_of(session: Session, day: date) -> bool:
    """Say whether the counts kept ready hold on a day: no list, start or end came between."""
    columns = register_state.c
    found = session.connection.execute(select(columns.summary_day, columns.summary_until)).one()
    since, until = found
    return since is not None and since <= day and (until is None or day < until)


def read_summary(
    session: Session, level: Level, kind: Kind, *, sector: str | None, territory: str | None = None
) -> LevelCounts:
    """
    Give the counts kept ready for the territories of a level, or for one of them.

    Parameters
    ----------
    session
        Any session.
    level, kind
        Which territories, what to count.
    sector
        Code of a sector: only what is in it or under it. None for everything.
    territory
        Code of the only territory wanted, None for all.
    """
    book = session.register.sectors
    counted_id = 0 if sector is None else book.id_of(sector)
    first, last = (1, len(book)) if sector is None else book.id_range(sector)
    columns = summary_counts.c
    # One row a territory: seven thousand rows a sector each take five times as long to read.
    gather = (
        func.json_object_agg if session.connection.dialect.name == "postgresql" else func.json_group_object
    )
    statement = (
        select(columns.territory, gather(columns.sector_id, columns.count, type_=JSON))
        .where(columns.level == level.value, columns.kind == kind.value)
        .group_by(columns.territory)
    )
    if territory is not None:
        statement = statement.where(columns.territory == territory)
    code_by_key = {str(rank): book.sectors[rank - 1].code for rank in range(first, last + 1)}
    totals: dict[str, int] = {}
    by_sector: dict[str, dict[str, int]] = {}
    for code, counts in session.connection.execute(statement):
        if (total := counts.get(str(counted_id))) is not None:
            totals[code] = total
        if found := {sector: counts[key] for key, sector in code_by_key.items() if key in counts}:
            by_sector[code] = found
    return LevelCounts(totals, by_sector)


def read_summary_statuses(session: Session, kind: Kind, *, sector: str | None) -> StatusCounts:
    """Give the rows in force per status, from the counts kept ready."""
    columns = status_counts.c
    sector_id = 0 if sector is None else session.register.sectors.id_of(sector)
    rows = session.connection.execute(
        select(columns.status, columns.count.label("counted")).where(
            columns.kind == kind.value, columns.sector_id == sector_id
        )
    )
    return make_status_counts({row.status: row.counted for row in rows})

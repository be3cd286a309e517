"""Reading the counts that are kept ready, and saying when they do not speak of a day any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import JSON, func, select

from data.counts.status import make_status_counts
from data.session import Session
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
    since, until = session.remember(
        "summary_days",
        lambda: tuple(session.connection.execute(select(columns.summary_day, columns.summary_until)).one()),
    )
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
    code_by_key = {str(rank): book.sectors[rank - 1].code for rank in range(first, last + 1)}
    counted_key = str(counted_id)
    totals: dict[str, int] = {}
    by_sector: dict[str, dict[str, int]] = {}
    for code, counts in _read_territories(session, level, kind, territory).items():
        if (total := counts.get(counted_key)) is not None:
            totals[code] = total
        if found := {name: counts[key] for key, name in code_by_key.items() if key in counts}:
            by_sector[code] = found
    return LevelCounts(totals, by_sector)


_BySectorId = Mapping[str, int]


def _read_territories(
    session: Session, level: Level, kind: Kind, territory: str | None
) -> Mapping[str, _BySectorId]:
    """Give the counts of each territory by sector id: all sectors of a level are read at once, and kept."""
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

    def read() -> Mapping[str, _BySectorId]:
        return {row[0]: row[1] for row in session.connection.execute(statement)}

    # The communes would fill the memory.
    is_kept = level is not Level.COMMUNE
    if territory is None:
        return session.remember(("level_counts", level, kind), read) if is_kept else read()
    known = is_kept and session.register.find_remembered(session.data_version, ("level_counts", level, kind))
    if known and not session.is_writing:
        return {territory: known.get(territory, {})}
    statement = statement.where(columns.territory == territory)
    return read()


def read_summary_statuses(session: Session, kind: Kind, *, sector: str | None) -> StatusCounts:
    """Give the rows in force per status, from the counts kept ready."""
    sector_id = 0 if sector is None else session.register.sectors.id_of(sector)
    found = session.remember("summary_statuses", lambda: _read_statuses(session))
    return make_status_counts(found.get((kind.value, sector_id), {}))


def _read_statuses(session: Session) -> Mapping[tuple[str, int], Mapping[str, int]]:
    """Read the counts by status of every kind and sector: some hundreds of rows."""
    found: dict[tuple[str, int], dict[str, int]] = {}
    columns = status_counts.c
    for kind, sector_id, status, count in session.connection.execute(
        select(columns.kind, columns.sector_id, columns.status, columns.count)
    ):
        found.setdefault((kind, sector_id), {})[status] = count
    return found

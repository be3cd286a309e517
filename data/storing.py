"""What an import writes: all inside one transaction of the caller, `with register.writing() as session`.

The order is: `start_import`; compare with `read_source_rows`; `insert_presences`, `update_presences`,
`mark_present`, `mark_absent`; `finish_import`, which also brings the summary up to date. Nothing is ever
deleted. A list whose as-of day is older than the newest one of its source changes the past only: its rows are
kept and counted at their day, and what is displayed stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select

from data.counts.following import summary_of, summary_of_new
from data.cycle_search import without_cycle_search
from data.homes.places import insert_private
from data.homes.rows import publish_rows
from data.import_runs import (
    ImportRun,
    StoredSource,
    find_source,
    finish_import,
    rebuild_summary,
    start_import,
)
from data.incoming import IncomingPresence, StoredRow
from data.periods import Period, hide, read_periods, show, write_periods
from data.presence_index import (
    IndexedPresence,
    index_entries,
    is_near_candidate,
    refresh_index,
    write_sector_rows,
)
from data.rows import in_batches, in_blocks, insert_columns, write_day
from data.session import Session
from data.stored_values import CONTENT_COLUMNS, encode_contents, read_content, write_search_text
from data.tables import history, imports, presence_periods, presences, source_rows
from data.updating import plan_updates, write_source_rows, write_updates
from geo.records import FieldChange, Kind

__all__ = [
    "ImportRun",
    "StoredSource",
    "compare_presences",
    "find_source",
    "finish_import",
    "insert_presences",
    "mark_absent",
    "mark_present",
    "read_rows_as_received",
    "read_source_rows",
    "rebuild_summary",
    "start_import",
    "update_presences",
]


def read_source_rows(
    session: Session, source_id: int, kinds: Collection[Kind], *, as_of: date | None = None
) -> list[StoredRow]:
    """
    Give what the register holds of a source, to compare an incoming list with.

    Parameters
    ----------
    session
        Any session.
    source_id, kinds
        What to give.
    as_of
        The as-of day of the incoming list: its rows are compared with what the source said on that day, so
        that an older list imported again changes nothing. None compares with the newest.
    """
    columns = presences.c
    rows = session.connection.execute(
        select(
            columns.id,
            columns.kind,
            columns.source_key,
            columns.fingerprint,
            columns.absent_from_source_since.is_not(None),
        )
        .where(columns.source_id == source_id, columns.kind.in_([kind.value for kind in kinds]))
        .order_by(columns.id)
    )
    then = _read_past_fingerprints(session, source_id, as_of) if as_of else {}
    return [
        StoredRow(
            presence_id=presence_id,
            kind=Kind(kind),
            key=key,
            fingerprint=then.get(presence_id, fingerprint),
            is_absent=is_absent,
        )
        for presence_id, kind, key, fingerprint, is_absent in rows
    ]


def _read_past_fingerprints(session: Session, source_id: int, as_of: date) -> dict[int, str]:
    """Give the fingerprints in force on a day, for the presences that have changed since."""
    columns = source_rows.c
    newer = select(imports.c.id).where(imports.c.source_id == source_id, imports.c.as_of > as_of)
    changed = select(columns.presence_id).where(columns.import_id.in_(newer))
    rows = session.connection.execute(
        select(columns.presence_id, columns.fingerprint)
        .where(columns.presence_id.in_(changed), columns.as_of <= as_of)
        .order_by(columns.as_of, columns.import_id)
    )
    return {row.presence_id: row.fingerprint for row in rows}


def read_rows_as_received(session: Session, presence_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Give the newest source row of presences, every cell of it as received."""
    columns = source_rows.c
    found: dict[int, dict[str, str]] = {}
    for batch in in_batches(presence_ids):
        rows = session.connection.execute(
            select(columns.presence_id, columns.row)
            .where(columns.presence_id.in_(batch))
            .order_by(columns.as_of, columns.import_id)
        )
        found.update((presence_id, row) for presence_id, row in rows)
    return found


def insert_presences(session: Session, run: ImportRun, incoming: Sequence[IncomingPresence]) -> list[int]:
    """Store rows that the register does not hold yet; give the ids of their presences, in their order."""
    connection = session.connection
    # The writing session is alone: no other id can be given meanwhile.
    first = 1 + (connection.execute(select(func.max(presences.c.id))).scalar() or 0)
    ids = range(first, first + len(incoming))
    published = publish_rows(incoming, session.register.referential)
    incoming = published.rows
    with without_cycle_search(), summary_of_new(session, ids), session.loading(len(incoming)):
        insert_columns(
            connection,
            presences,
            (*_IDENTITY_COLUMNS, *CONTENT_COLUMNS),
            _make_presence_blocks(run, incoming, first_id=first, true_by_rank=published.true_by_rank),
        )
        write_source_rows(connection, run.id, run.as_of, list(zip(ids, incoming, strict=True)))
        since, until = write_day(run.as_of), write_day(run.next_as_of)
        insert_columns(
            connection,
            presence_periods,
            ("presence_id", "seen_from", "seen_until"),
            ([some, [since] * len(some), [until] * len(some)] for some in in_blocks(ids)),
        )
        items = _make_indexed(run, incoming, first_id=first)
        entries = write_sector_rows(connection, session.register.id_by_sector, items)
        insert_private(connection, {first + rank: true for rank, true in published.true_by_rank.items()})
    index_entries(connection, session.register.proximity, entries)
    return list(ids)


def _make_presence_blocks(
    run: ImportRun,
    incoming: Sequence[IncomingPresence],
    *,
    first_id: int,
    true_by_rank: Mapping[int, Mapping[str, Any]],
) -> Iterator[list[Sequence[Any]]]:
    """Make what `presences` stores of rows, a few thousand at a time, column by column."""
    since, until = write_day(run.as_of), write_day(run.next_as_of)
    for ranks in in_blocks(range(len(incoming))):
        rows = [incoming[rank] for rank in ranks]
        count = len(rows)
        yield [
            range(first_id + ranks[0], first_id + ranks[0] + count),
            [row.kind.value for row in rows],
            [run.source_id] * count,
            [row.key for row in rows],
            [row.key_kind for row in rows],
            [row.fingerprint for row in rows],
            [
                write_search_text(row.fields.name, row.fields.city, true_by_rank.get(rank))
                for rank, row in zip(ranks, rows, strict=True)
            ],
            [since] * count,
            [until] * count,
            *encode_contents([read_content(row) for row in rows]),
        ]


def _make_indexed(
    run: ImportRun, incoming: Sequence[IncomingPresence], *, first_id: int
) -> Iterator[IndexedPresence]:
    """Make what the index has to know of each row, one at a time."""
    for presence_id, row in enumerate(incoming, start=first_id):
        position = row.placement.position
        is_near = is_near_candidate(status=row.placement.status, is_absent=not run.is_newest)
        point = position.lon_lat() if is_near and position else None
        yield IndexedPresence(presence_id, row.kind, row.fields.sectors, point)


_IDENTITY_COLUMNS = (
    "id",
    "kind",
    "source_id",
    "source_key",
    "key_kind",
    "fingerprint",
    "search_text",
    "seen_since",
    "absent_from_source_since",
)


def compare_presences(
    session: Session, changed: Sequence[tuple[int, IncomingPresence]]
) -> tuple[FieldChange, ...]:
    """
    Say what `update_presences` would change in what is displayed, and change nothing.

    Parameters
    ----------
    session
        Any session.
    changed
        Presence ids with the rows that now speak for them.
    """
    plans = plan_updates(session.connection, changed, session.register.referential)
    return tuple(change for plan in plans for change in plan.changes)


def update_presences(
    session: Session, run: ImportRun, changed: Sequence[tuple[int, IncomingPresence]]
) -> tuple[FieldChange, ...]:
    """
    Store rows that have changed, and give what changes in what is displayed.

    A field that a person corrected keeps the correction; what the source now says of it is kept beside.
    """
    ids = [presence_id for presence_id, _ in changed]
    mark_present(session, run, ids)
    referential = session.register.referential
    shown = publish_rows([row for _, row in changed], referential).rows
    write_source_rows(session.connection, run.id, run.as_of, list(zip(ids, shown, strict=True)))
    if not run.is_newest:
        return ()
    plans = plan_updates(session.connection, changed, referential)
    with summary_of(session, [plan.presence_id for plan in plans if plan.changes_counts]):
        write_updates(
            session.connection, plans, import_id=run.id, as_of=run.as_of, recorded_at=run.recorded_at
        )
    refresh_index(session.connection, session.register.proximity, session.register.id_by_sector, ids)
    return tuple(change for plan in plans for change in plan.changes)


def mark_present(session: Session, run: ImportRun, presence_ids: Collection[int]) -> int:
    """
    Note that the list shows presences that the register already holds; give how many it did not show before.

    Call it with every such presence that `update_presences` is not given, whether marked absent or not.
    """
    return _move_periods(session, run, presence_ids, is_shown=True)


def mark_absent(session: Session, run: ImportRun, presence_ids: Collection[int]) -> int:
    """Note that the list no longer shows presences; give how many it showed before. None is deleted."""
    return _move_periods(session, run, presence_ids, is_shown=False)


def _move_periods(session: Session, run: ImportRun, presence_ids: Collection[int], *, is_shown: bool) -> int:
    connection = session.connection
    move = show if is_shown else hide
    before = read_periods(connection, presence_ids)
    after = {
        presence_id: move(periods, day=run.as_of, next_day=run.next_as_of)
        for presence_id, periods in before.items()
    }
    changed = {
        presence_id: periods for presence_id, periods in after.items() if periods != before[presence_id]
    }
    if not changed:
        return 0
    with summary_of(session, list(changed)):
        write_periods(connection, changed, day=run.as_of)
    if run.is_newest:
        gone = None if is_shown else run.as_of.isoformat()
        connection.execute(
            insert(history),
            [
                {
                    "presence_id": presence_id,
                    "import_id": run.id,
                    "field": "absent_from_source_since",
                    "before": _last_day(before[presence_id]),
                    "after": gone,
                    "as_of": run.as_of,
                    "recorded_at": run.recorded_at,
                }
                for presence_id in changed
            ],
        )
        refresh_index(connection, session.register.proximity, session.register.id_by_sector, changed)
    return len(changed)


def _last_day(periods: Sequence[Period]) -> str | None:
    return write_day(periods[-1].until) if periods else None

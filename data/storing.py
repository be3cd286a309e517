"""What an import writes: all inside one transaction of the caller, `with register.writing() as session`.

The order is: `start_import`; compare with `read_source_rows`; `insert_presences`, `update_presences`,
`mark_present`, `mark_absent`; `finish_import`, which also brings the summary up to date. Nothing is ever
deleted. A list whose as-of day is older than the newest one of its source changes the past only: its rows are
kept and counted at their day, and what is displayed stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Table, func, insert, select, update

from data.clock import now_utc, today
from data.incoming import IncomingPresence, StoredRow
from data.periods import hide, read_periods, show, write_periods
from data.presence_index import IndexedPresence, add_to_index, is_near_candidate, refresh_index
from data.rows import in_batches, insert_rows, write_day
from data.session import Session
from data.stored_values import CONTENT_COLUMNS, encode_content, read_content, write_search_text
from data.summary_tables import rebuild_summary_tables
from data.tables import history, imports, presence_periods, presences, source_rows, sources
from data.updating import plan_updates, write_source_rows, write_updates
from geo.records import FieldChange, ImportReport, Kind

_INSERT_BATCH = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """A source that the register knows, with the mapping of its columns saved for each kind."""

    id: int
    name: str
    is_fictional: bool
    mapping: Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """
    An import in progress.

    `next_as_of` is the as-of day of the same source's next import of these kinds, None when this one is the
    newest: what it says is then what is displayed.
    """

    id: int
    source_id: int
    source: str
    kinds: tuple[Kind, ...]
    as_of: date
    recorded_at: datetime
    next_as_of: date | None

    @property
    def is_newest(self) -> bool:
        """Say whether no newer list of this source has been imported."""
        return self.next_as_of is None


def find_source(session: Session, name: str) -> StoredSource | None:
    """Find a source by its name, with its saved mappings; None when nothing was imported from it yet."""
    row = session.connection.execute(select(sources).where(sources.c.name == name)).one_or_none()
    if row is None:
        return None
    return StoredSource(id=row.id, name=row.name, is_fictional=row.is_fictional, mapping=row.mapping)


def start_import(
    session: Session,
    *,
    source: str,
    kinds: Collection[Kind],
    as_of: date,
    file_name: str,
    file_sha256: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    is_fictional: bool = False,
    recorded_at: datetime | None = None,
) -> ImportRun:
    """
    Begin an import: note it, create its source if need be, and save the mapping of its columns.

    Parameters
    ----------
    session
        A writing session.
    source
        The source's name; the same name is the same source.
    kinds
        The kinds that the list speaks of: presences of other kinds of this source are none of its business.
    as_of
        The day that the list speaks of.
    file_name, file_sha256
        The file as received, to tell imports apart.
    mapping
        Per column of the file, the field that it fills; saved for each kind. None leaves what is saved.
    is_fictional
        True for samples: everything that comes from the source is then shown as fictional.
    recorded_at
        The instant of recording, now by default.
    """
    connection = session.connection
    instant = recorded_at or now_utc()
    ordered = tuple(kind for kind in Kind if kind in kinds)
    known = find_source(session, source)
    saved = dict(known.mapping) if known else {}
    if mapping is not None:
        saved |= {kind.value: dict(mapping) for kind in ordered}
    if known is None:
        source_id = _insert_one(
            session, sources, name=source, mapping=saved, is_fictional=is_fictional, created_at=instant
        )
    else:
        source_id = known.id
        if saved != known.mapping:
            connection.execute(update(sources).where(sources.c.id == source_id).values(mapping=saved))
    others = connection.execute(
        select(imports.c.as_of, imports.c.kinds).where(
            imports.c.source_id == source_id, imports.c.as_of > as_of
        )
    )
    later = [day for day, other_kinds in others if set(other_kinds) & {kind.value for kind in ordered}]
    import_id = _insert_one(
        session,
        imports,
        source_id=source_id,
        kinds=[kind.value for kind in ordered],
        file_name=file_name,
        file_sha256=file_sha256,
        as_of=as_of,
        recorded_at=instant,
    )
    return ImportRun(
        id=import_id,
        source_id=source_id,
        source=source,
        kinds=ordered,
        as_of=as_of,
        recorded_at=instant,
        next_as_of=min(later, default=None),
    )


def _insert_one(session: Session, table: Table, **values: object) -> int:
    created = session.connection.execute(insert(table).values(**values).returning(table.c.id))
    return int(created.scalar_one())


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
    ids: list[int] = []
    for start in range(0, len(incoming), _INSERT_BATCH):
        ids += _insert_batch(session, run, incoming[start : start + _INSERT_BATCH])
    return ids


def _insert_batch(session: Session, run: ImportRun, incoming: Sequence[IncomingPresence]) -> list[int]:
    connection = session.connection
    # The writing session is alone: no other id can be given meanwhile.
    first = 1 + (connection.execute(select(func.max(presences.c.id))).scalar() or 0)
    ids = list(range(first, first + len(incoming)))
    since, until = write_day(run.as_of), write_day(run.next_as_of)
    contents = [read_content(row) for row in incoming]
    rows = []
    items = []
    for presence_id, row, content in zip(ids, incoming, contents, strict=True):
        named = dict(zip(CONTENT_COLUMNS, content, strict=True))
        identity = (presence_id, row.kind.value, run.source_id, row.key, row.key_kind, row.fingerprint)
        rows.append((*identity, write_search_text(named), since, until, *encode_content(content)))
        is_near = is_near_candidate(status=named["status"], is_absent=not run.is_newest)
        items.append(
            IndexedPresence(
                id=presence_id,
                kind=row.kind,
                sectors=named["sectors"],
                lon=named["lon"] if is_near else None,
                lat=named["lat"] if is_near else None,
            )
        )
    insert_rows(connection, presences, (*_IDENTITY_COLUMNS, *CONTENT_COLUMNS), rows)
    write_source_rows(connection, run.id, run.as_of, list(zip(ids, incoming, strict=True)))
    insert_rows(
        connection,
        presence_periods,
        ("presence_id", "seen_from", "seen_until"),
        [(presence_id, since, until) for presence_id in ids],
    )
    add_to_index(connection, session.register.proximity, session.register.id_by_sector, items)
    return ids


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
    return tuple(change for plan in plan_updates(session.connection, changed) for change in plan.changes)


def update_presences(
    session: Session, run: ImportRun, changed: Sequence[tuple[int, IncomingPresence]]
) -> tuple[FieldChange, ...]:
    """
    Store rows that have changed, and give what changes in what is displayed.

    A field that a person corrected keeps the correction; what the source now says of it is kept beside.
    """
    ids = [presence_id for presence_id, _ in changed]
    mark_present(session, run, ids)
    write_source_rows(session.connection, run.id, run.as_of, changed)
    if not run.is_newest:
        return ()
    plans = plan_updates(session.connection, changed)
    write_updates(session.connection, plans, import_id=run.id, as_of=run.as_of, recorded_at=run.recorded_at)
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


def _last_day(periods: Sequence[Any]) -> str | None:
    if not periods or periods[-1].until is None:
        return None
    return str(periods[-1].until.isoformat())


def finish_import(session: Session, run: ImportRun, report: ImportReport) -> None:
    """Keep the report of an import, and bring today's counts up to date."""
    session.connection.execute(
        update(imports)
        .where(imports.c.id == run.id)
        .values(received=report.counts.received, report=orjson.loads(orjson.dumps(report)))
    )
    rebuild_summary(session)


def rebuild_summary(session: Session) -> None:
    """Count today's view again from the presences themselves."""
    rebuild_summary_tables(session.connection, session.register.referential, day=today())

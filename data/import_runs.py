"""Imports and the sources that they come from: beginning one, and keeping its report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from sqlalchemy import Table, insert, select, update

from data.clock import now_utc, today
from data.counts.kept import is_summary_current, rebuild_summary_tables
from data.errors import OutOfBoundsError
from data.session import Session
from data.tables import imports, sources
from data.typed_text import check_name, refuse_unwanted
from geo.records import ImportReport, Kind


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
    refuse_unwanted(**{"le nom de la source": name})
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

    Raises
    ------
    OutOfBoundsError
        If `as_of` lies in the future, or a new source has a name that is none.
    """
    if as_of > today():
        raise OutOfBoundsError(
            name="as_of", received=as_of.isoformat(), expected="un jour passé, ou aujourd'hui"
        )
    connection = session.connection
    instant = recorded_at or now_utc()
    ordered = tuple(kind for kind in Kind if kind in kinds)
    known = find_source(session, source)
    saved = dict(known.mapping) if known else {}
    if mapping is not None:
        saved |= {kind.value: dict(mapping) for kind in ordered}
    if known is None:
        check_name(source, of="de la source")
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


def finish_import(session: Session, run: ImportRun, report: ImportReport) -> None:
    """Keep the report of an import, and bring today's counts up to date."""
    session.connection.execute(
        update(imports)
        .where(imports.c.id == run.id)
        .values(received=report.counts.received, report=orjson.loads(orjson.dumps(report)))
    )
    if not is_summary_current(session.connection, today()):
        rebuild_summary(session)


def rebuild_summary(session: Session) -> None:
    """Count today's view again from the presences themselves."""
    rebuild_summary_tables(session.connection, session.register.referential, day=today())

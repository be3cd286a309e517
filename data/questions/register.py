"""What is true of the whole register: how much it holds, from where, as of when, and its sectors."""

from __future__ import annotations

from sqlalchemy import func, select

from data.counts.status import SHOWN_COUNTS, read_shown_counts, read_status_counts
from data.presences import (
    SELECT_PRESENCES,
    is_shown,
    make_presences,
    may_read,
    read_data_date,
)
from data.session import Register, Session
from data.tables import imports, presences, register_state, sources
from geo.records import Kind, LatestAddition, RegisterSummary, Sector, SourceSummary, Visibility

_LATEST = 30
_IDENTITY = "register_id"


def describe_register(register: Register, *, reader: Visibility = Visibility.PUBLIC) -> RegisterSummary:
    """
    Describe the register: counts per kind, sources, dates, what has lately come in.

    Parameters
    ----------
    register
        The register asked.
    reader
        Who asks: `hidden` counts what this reader may not read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     summary = describe_register(register)
    ...     register.close()
    >>> summary.counts.received, summary.data_date, summary.is_fictional
    (0, None, False)
    """
    version = register.peek_version()
    known: RegisterSummary | None = None
    if version is not None:
        known = register.find_remembered(version, ("register", reader))
    if known is not None:
        return known
    with register.reading() as session:
        return session.remember(("register", reader), lambda: _describe(session, reader))


def count_hidden(register: Register, *, reader: Visibility = Visibility.PUBLIC) -> int:
    """Count what a reader may not read."""
    version = register.peek_version()
    shown = None if version is None else register.find_remembered(version, SHOWN_COUNTS)
    if shown is None:
        with register.reading() as session:
            shown = read_shown_counts(session)
    return int(shown.count_hidden(reader))


def identify_register(register: Register, data_version: int | None = None) -> tuple[str, int]:
    """
    Give the register's own identity and the version of its data: what tells one answer from another.

    Parameters
    ----------
    data_version
        The version that is spoken of; by default, that of now.
    """
    version = register.peek_version() if data_version is None else data_version
    if version is not None:
        known: str | None = register.find_remembered(version, _IDENTITY)
        if known is not None:
            return known, version
    with register.reading() as session:
        version = session.data_version if data_version is None else data_version
        return session.remember(_IDENTITY, lambda: _read_identity(session)), version


def _read_identity(session: Session) -> str:
    return str(session.connection.execute(select(register_state.c.register_id)).scalar_one())


def _describe(session: Session, reader: Visibility) -> RegisterSummary:
    connection = session.connection
    everything = select(func.count()).select_from(presences)
    state = connection.execute(select(register_state.c.register_id, register_state.c.data_version)).one()
    found, shown = _read_sources(session), read_shown_counts(session)
    return RegisterSummary(
        counts=read_status_counts(session),
        counts_by_kind={kind: read_status_counts(session, kind=kind) for kind in Kind},
        hidden=shown.count_hidden(reader),
        absent=connection.execute(everything).scalar_one() - shown.count().received,
        data_date=read_data_date(session),
        data_version=state.data_version,
        register_id=state.register_id,
        is_fictional=any(source.is_fictional for source in found),
        sources=found,
        latest_additions=_read_latest(session, reader),
    )


def _read_sources(session: Session) -> tuple[SourceSummary, ...]:
    shown = (
        select(presences.c.source_id, func.count().label("received"))
        .where(is_shown())
        .group_by(presences.c.source_id)
        .subquery()
    )
    newest = (
        select(imports.c.source_id, func.max(imports.c.as_of).label("as_of"))
        .group_by(imports.c.source_id)
        .subquery()
    )
    rows = session.connection.execute(
        select(sources.c.name, sources.c.is_fictional, func.coalesce(shown.c.received, 0), newest.c.as_of)
        .outerjoin(shown, shown.c.source_id == sources.c.id)
        .outerjoin(newest, newest.c.source_id == sources.c.id)
    )
    found = [
        SourceSummary(name=name, received=received, as_of=as_of, is_fictional=is_fictional)
        for name, is_fictional, received, as_of in rows
    ]
    # A server sorts texts by the language it was installed in: the order is ours.
    return tuple(sorted(found, key=lambda source: source.name))


def _read_latest(session: Session, reader: Visibility) -> tuple[LatestAddition, ...]:
    """Give what came last into the register, newest first; a first list adds everything at once."""
    rows = session.connection.execute(
        SELECT_PRESENCES.add_columns(presences.c.seen_since)
        .where(is_shown(), may_read(reader))
        .order_by(presences.c.seen_since.desc(), presences.c.id.desc())
        .limit(_LATEST)
    ).all()
    made = make_presences(session, rows, reader=reader)
    return tuple(
        LatestAddition(presence=presence, seen_since=row.seen_since)
        for presence, row in zip(made, rows, strict=True)
    )


def list_sectors(register: Register) -> tuple[Sector, ...]:
    """Give the sectors, depth first: each right before those that stand under it."""
    return register.sectors.sectors

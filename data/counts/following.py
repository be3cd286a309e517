"""Keeping today's counts right through an import: what it changes is counted, not the whole register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import func, select

from data.clock import today
from data.counts.counting import Counts
from data.counts.kept import (
    adjust_summary_tables,
    count_presences_now,
    forget_summary_tables,
    is_summary_current,
)
from data.session import Session
from data.tables import presences

# Counting presences by their ids costs two to three times as much each as counting them all.
_FOLLOWED_SHARE = 0.2

_NOTHING = Counts({}, {}, {})


@contextmanager
def summary_of(session: Session, ids: Sequence[int]) -> Iterator[None]:
    """
    Bring the counts along with what the block changes of some presences that the register holds.

    Where that would take longer than to count all, the counts are only noted as out of date: whoever ends
    the import then counts all, once (`finish_import`).
    """
    connection, referential, day = session.connection, session.register.referential, today()
    if not ids or not _is_followed(session, len(ids)):
        yield
        return
    before = count_presences_now(connection, referential, day=day, only=ids)
    yield
    after = count_presences_now(connection, referential, day=day, only=ids)
    adjust_summary_tables(connection, referential, before=before, after=after, day=day, changed=ids)


@contextmanager
def summary_of_new(session: Session, ids: range) -> Iterator[None]:
    """Do the same for presences that the block inserts; `ids` are above all others."""
    connection, referential, day = session.connection, session.register.referential, today()
    if not ids or not _is_followed(session, len(ids)):
        yield
        return
    yield
    after = count_presences_now(connection, referential, day=day, from_id=ids.start)
    adjust_summary_tables(connection, referential, before=_NOTHING, after=after, day=day, from_id=ids.start)


def _is_followed(session: Session, count: int) -> bool:
    connection = session.connection
    if not is_summary_current(connection, today()):
        return False
    # Ids are given one after the other and never taken back: the largest says how many there are.
    held = connection.execute(select(func.max(presences.c.id))).scalar() or 0
    if count <= held * _FOLLOWED_SHARE:
        return True
    forget_summary_tables(connection)
    return False

"""Storing a prepared list: compared with what the register holds of its source; what differs is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from data.incoming import IncomingPresence, StoredRow
from data.intake.difference import Difference, compare_rows
from data.intake.preparing import PreparedList
from data.rows import in_batches
from data.session import Session
from data.storing import (
    ImportRun,
    insert_presences,
    mark_absent,
    mark_present,
    read_rows_as_received,
    read_source_rows,
    update_presences,
)
from data.tables import presences
from data.updating import plan_updates
from geo.records import FieldChange

# A list that makes more than this share of its source vanish is more often cut short than true.
_ALARMING_ABSENT_SHARE = 0.5
_ALARMING_ABSENT_COUNT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDifference:
    """What a list changed; `reappeared` counts, among the changed, those that had been absent."""

    new: int
    changed: int
    absent: int
    reappeared: int
    changes: tuple[FieldChange, ...]

    @property
    def is_nothing(self) -> bool:
        """Say whether the register already says all that the list says."""
        return not (self.new or self.changed or self.absent)


def store_list(session: Session, run: ImportRun, prepared: PreparedList) -> StoredDifference:
    """
    Compare a list with what is held of its source, and write what differs.

    Parameters
    ----------
    session
        A writing session.
    run
        The import, begun.
    prepared
        The list; what is remarkable in the difference is told to its log.
    """
    incoming = prepared.incoming
    stored = read_source_rows(session, run.source_id, run.kinds, as_of=run.as_of)
    difference = compare_rows(incoming, stored, lambda ids: read_rows_as_received(session, ids))
    same, reread = _part_reread(session, run, difference, incoming)
    insert_presences(session, run, [incoming[index] for index in difference.new])
    changed = [(presence_id, incoming[index]) for presence_id, index in (*difference.changed, *reread)]
    changes = update_presences(session, run, changed) if changed else ()
    returned = mark_present(session, run, [presence_id for presence_id, _ in same])
    gone = _find_gone(stored, difference)
    names = _name_presences(session, gone) if gone else {}
    absent = mark_absent(session, run, difference.absent)
    _tell_absences(prepared, stored, absent)
    was_absent = {row.presence_id for row in stored if row.is_absent}
    return StoredDifference(
        new=len(difference.new),
        changed=len(changed) + returned,
        absent=absent,
        reappeared=returned + sum(1 for presence_id, _ in changed if presence_id in was_absent),
        changes=(*changes, *(_tell_gone(names[presence_id], run.as_of) for presence_id in gone if absent)),
    )


def _part_reread(
    session: Session, run: ImportRun, difference: Difference, incoming: Sequence[IncomingPresence]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """
    Part the rows that came back the same from those that are now read otherwise.

    A corrected mapping, a new synonym of a sector or a better geocoder reads the same cells otherwise.
    """
    if not run.is_newest or not difference.same:
        return difference.same, []
    pairs = [(presence_id, incoming[index]) for presence_id, index in difference.same]
    plans = plan_updates(session.connection, pairs, session.register.referential)
    same: list[tuple[int, int]] = []
    reread: list[tuple[int, int]] = []
    for pair, plan in zip(difference.same, plans, strict=True):
        (reread if plan.changed_fields else same).append(pair)
    return same, reread


def _find_gone(stored: Sequence[StoredRow], difference: Difference) -> list[int]:
    absent = set(difference.absent)
    return [row.presence_id for row in stored if row.presence_id in absent and not row.is_absent]


def _name_presences(session: Session, ids: Sequence[int]) -> dict[int, str]:
    names: dict[int, str] = {}
    for batch in in_batches(ids):
        rows = session.connection.execute(
            select(presences.c.id, presences.c.name).where(presences.c.id.in_(batch))
        )
        names.update((presence_id, name) for presence_id, name in rows)
    return names


def _tell_gone(name: str, as_of: date) -> FieldChange:
    return FieldChange(presence=name, field="absent_from_source_since", before=None, after=as_of.isoformat())


def _tell_absences(prepared: PreparedList, stored: Sequence[StoredRow], absent: int) -> None:
    held = sum(1 for row in stored if not row.is_absent)
    if absent > max(_ALARMING_ABSENT_COUNT, _ALARMING_ABSENT_SHARE * held):
        prepared.log.tell(
            None,
            None,
            str(absent),
            f"Cette liste ne montre plus {absent} des {held} fiches de sa source : vérifiez qu'elle est "
            "complète.",
        )

"""The queue of suggestions: taken in within limits, listed, and decided once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from data.clock import now_utc
from data.people.errors import DecidedProposalError, TooManyProposalsError, UnknownProposalError
from data.people_tables import proposals
from data.rows import is_row_number
from data.session import Session
from geo.people import Proposal, ProposalKind, ProposalState

MOST_FROM_ONE_SENDER = 8
"""How many suggestions one sender may leave in a day."""

MOST_IN_AN_HOUR = 60
"""How many suggestions all senders together may leave in an hour."""

KEPT_AFTER_DECISION = timedelta(days=365)
"""How long a decided suggestion is kept."""

_FORGOTTEN = frozenset({"address", "postcode", "email", "phone"})

MOST_WAITING = 2_000
"""How many suggestions may wait; the queue is then full."""


def check_room(session: Session, *, sender_hash: str | None) -> None:
    """
    Check that one more suggestion may be taken in.

    Raises
    ------
    TooManyProposalsError
        If this sender, or everybody together, left too many.
    """
    columns = proposals.c
    now = now_utc()

    def count(*conditions: Any) -> int:  # noqa: ANN401 (conditions in SQL)
        statement = select(func.count()).select_from(proposals).where(*conditions)
        return int(session.connection.execute(statement).scalar_one())

    if sender_hash is not None:
        recent = columns.submitted_at > now - timedelta(days=1)
        if count(columns.sender_hash == sender_hash, recent) >= MOST_FROM_ONE_SENDER:
            raise TooManyProposalsError(is_from_one=True)
    if (
        count(columns.submitted_at > now - timedelta(hours=1)) >= MOST_IN_AN_HOUR
        or count(columns.state == ProposalState.WAITING.value) >= MOST_WAITING
    ):
        raise TooManyProposalsError(is_from_one=False)


def keep_proposal(
    session: Session,
    *,
    kind: ProposalKind,
    presence_id: int | None,
    payload: Mapping[str, str],
    message: str,
    reply_to: str | None,
    sender_hash: str | None,
) -> int:
    """Put a suggestion into the queue, and give its number."""
    return int(
        session.connection.execute(
            insert(proposals)
            .values(
                kind=kind.value,
                presence_id=presence_id,
                payload=dict(payload),
                message=message,
                reply_to=reply_to,
                state=ProposalState.WAITING.value,
                submitted_at=now_utc(),
                sender_hash=sender_hash,
            )
            .returning(proposals.c.id)
        ).scalar_one()
    )


def read_proposals(session: Session, *, state: ProposalState, limit: int) -> tuple[Proposal, ...]:
    """Give the suggestions in a state: those that wait oldest first, the others newest first."""
    column = proposals.c.id
    order = column if state is ProposalState.WAITING else column.desc()
    rows = session.connection.execute(
        select(proposals).where(proposals.c.state == state.value).order_by(order).limit(limit)
    )
    return tuple(make_proposal(row) for row in rows)


def count_proposals(session: Session) -> dict[ProposalState, int]:
    """Count the suggestions in each state."""
    rows = session.connection.execute(select(proposals.c.state, func.count()).group_by(proposals.c.state))
    counts = {ProposalState(state): int(count) for state, count in rows}
    return {state: counts.get(state, 0) for state in ProposalState}


def get_waiting(session: Session, proposal_id: int) -> Proposal:
    """
    Give a suggestion that nobody has decided yet.

    Raises
    ------
    UnknownProposalError, DecidedProposalError
        If there is none, or it is decided.
    """
    asked = select(proposals).where(proposals.c.id == proposal_id)
    row = session.connection.execute(asked).one_or_none() if is_row_number(proposal_id) else None
    if row is None:
        raise UnknownProposalError(proposal_id=proposal_id)
    if row.state != ProposalState.WAITING.value:
        raise DecidedProposalError(proposal_id=proposal_id, decided_by=row.decided_by or "quelqu'un")
    return make_proposal(row)


def close_proposal(
    session: Session,
    proposal_id: int,
    *,
    state: ProposalState,
    who: str,
    why: str,
    presence_id: int | None,
) -> None:
    """
    Note what was decided; from then on nobody needs to know who sent it, nor how to reach whom.

    `presence_id` is the presence that it changed or made. What was decided a year ago is forgotten.
    """
    connection = session.connection
    payload = connection.execute(
        select(proposals.c.payload).where(proposals.c.id == proposal_id)
    ).scalar_one()
    connection.execute(delete(proposals).where(proposals.c.decided_at < now_utc() - KEPT_AFTER_DECISION))
    connection.execute(
        update(proposals)
        .where(proposals.c.id == proposal_id)
        .values(
            state=state.value,
            decided_at=now_utc(),
            decided_by=who,
            why=why,
            presence_id=presence_id,
            payload={name: text for name, text in payload.items() if name not in _FORGOTTEN},
            sender_hash=None,
            reply_to=None,
        )
    )


def make_proposal(row: Row[Any]) -> Proposal:
    """Turn a row into a record."""
    return Proposal(
        id=row.id,
        kind=ProposalKind(row.kind),
        presence_id=row.presence_id,
        payload=row.payload,
        message=row.message,
        reply_to=row.reply_to,
        state=ProposalState(row.state),
        submitted_at=_as_utc(row.submitted_at),
        decided_at=_as_utc(row.decided_at) if row.decided_at else None,
        decided_by=row.decided_by,
        why=row.why,
    )


def _as_utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant

"""Tokens: made, given once, kept as a digest; and the sessions that one opens in a browser.

A token holds 256 random bits: it is looked up by its SHA-256, and no slower digest would make it harder to
guess. Reading never writes; a session ends with its token.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets as random_secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from data.clock import now_utc, today
from data.people.errors import InvalidTokenError, UnknownTokenError
from data.people_tables import token_sessions, tokens
from data.presences import get_presence_record
from data.rows import is_row_number
from data.session import Register, Session
from data.typed_text import refuse_unwanted
from geo.people import Bearer, Role, Token
from geo.records import Visibility

SESSION_LIFE = timedelta(hours=12)
"""How long a browser stays in without giving its token again: a working day."""

_PREFIX = "maillage_"
_SECRET_BYTES = 32
_MOST_CHARACTERS = 200


def create_token(
    register: Register, *, role: Role, lasts: timedelta, label: str = "", presence_id: int | None = None
) -> tuple[Token, str]:
    """
    Make a token; its secret is given here and nowhere else ever again.

    Parameters
    ----------
    register
        The register that will know it.
    role
        What it opens.
    lasts
        How long it is good.
    label
        Whom it is for, to tell tokens apart.
    presence_id
        For a personal link: the only presence that it is about.

    Raises
    ------
    UnknownPresenceError
        If no presence has this id.
    OutOfBoundsError
        If the label holds a control character.
    """
    refuse_unwanted(libellé=label)
    secret = _PREFIX + random_secrets.token_urlsafe(_SECRET_BYTES)
    now = now_utc()
    with register.writing(changes_answers=False) as session:
        if presence_id is not None:
            get_presence_record(session, presence_id, reader=Visibility.STAFF)
        row = session.connection.execute(
            insert(tokens)
            .values(
                hash=_digest(secret),
                role=role.value,
                label=label,
                presence_id=presence_id,
                created_at=now,
                expires_at=now + lasts,
            )
            .returning(tokens)
        ).one()
    return _make_token(row), secret


def list_tokens(register: Register) -> tuple[Token, ...]:
    """Give every token ever made, newest first."""
    with register.reading() as session:
        rows = session.connection.execute(select(tokens).order_by(tokens.c.id.desc())).all()
    return tuple(_make_token(row) for row in rows)


def revoke_token(register: Register, token_id: int) -> Token:
    """
    Make a token open nothing from now on, and end the sessions that it opened.

    Raises
    ------
    UnknownTokenError
        If no token has this number.
    """
    with register.writing(changes_answers=False) as session:
        connection = session.connection
        asked = select(tokens).where(tokens.c.id == token_id)
        found = connection.execute(asked).one_or_none() if is_row_number(token_id) else None
        if found is None:
            raise UnknownTokenError(token_id=token_id)
        if found.revoked_at is None:
            connection.execute(update(tokens).where(tokens.c.id == token_id).values(revoked_at=now_utc()))
        connection.execute(delete(token_sessions).where(token_sessions.c.token_id == token_id))
        row = connection.execute(select(tokens).where(tokens.c.id == token_id)).one()
    return _make_token(row)


def find_bearer(register: Register, secret: str) -> Bearer | None:
    """Find who a token is of, None when it opens nothing."""
    with register.reading() as session:
        found = _find_valid(session, secret)
    return None if found is None else _make_bearer(found)


def open_session(register: Register, secret: str) -> tuple[Bearer, str]:
    """
    Let a browser in, and give the secret that its cookie will hold.

    Raises
    ------
    InvalidTokenError
        If the token opens nothing, or is about one presence only.
    """
    cookie = random_secrets.token_urlsafe(_SECRET_BYTES)
    now = now_utc()
    with register.writing(changes_answers=False) as session:
        found = _find_valid(session, secret)
        if found is None or found.presence_id is not None:
            raise InvalidTokenError
        connection = session.connection
        connection.execute(delete(token_sessions).where(token_sessions.c.expires_at < now))
        connection.execute(
            insert(token_sessions).values(
                hash=_digest(cookie),
                token_id=found.id,
                created_at=now,
                expires_at=min(now + SESSION_LIFE, _as_utc(found.expires_at)),
            )
        )
        connection.execute(update(tokens).where(tokens.c.id == found.id).values(last_used_on=today()))
    return _make_bearer(found), cookie


def find_session(register: Register, cookie: str) -> Bearer | None:
    """Find who a cookie lets in, None when it is over or its token is."""
    if len(cookie) > _MOST_CHARACTERS:
        return None
    digest = _digest(cookie)
    now = now_utc()
    with register.reading() as session:
        found = session.connection.execute(
            select(tokens, token_sessions.c.hash.label("held"), token_sessions.c.expires_at.label("until"))
            .join(token_sessions, token_sessions.c.token_id == tokens.c.id)
            .where(token_sessions.c.hash == digest)
        ).one_or_none()
    if found is None or not hmac.compare_digest(found.held, digest) or _as_utc(found.until) <= now:
        return None
    return _make_bearer(found) if _make_token(found).is_valid(now) else None


def close_session(register: Register, cookie: str) -> None:
    """End a browser's session; one that is over is no error."""
    with register.writing(changes_answers=False) as session:
        session.connection.execute(delete(token_sessions).where(token_sessions.c.hash == _digest(cookie)))


def _find_valid(session: Session, secret: str) -> Row[Any] | None:
    if len(secret) > _MOST_CHARACTERS:
        return None
    digest = _digest(secret.strip())
    found = session.connection.execute(select(tokens).where(tokens.c.hash == digest)).one_or_none()
    if found is None or not hmac.compare_digest(found.hash, digest):
        return None
    return found if _make_token(found).is_valid(now_utc()) else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _as_utc(instant: datetime) -> datetime:
    """Say that an instant is UTC: SQLite gives it back without its zone."""
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant


def _make_token(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        role=Role(row.role),
        label=row.label,
        presence_id=row.presence_id,
        created_at=_as_utc(row.created_at),
        expires_at=_as_utc(row.expires_at),
        revoked_at=_as_utc(row.revoked_at) if row.revoked_at else None,
        last_used_on=row.last_used_on,
    )


def _make_bearer(row: Row[Any]) -> Bearer:
    return Bearer(token_id=row.id, role=Role(row.role), label=row.label, presence_id=row.presence_id)

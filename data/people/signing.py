"""The register's own key, and what is signed with it: forms, and digests of senders."""

from __future__ import annotations

import hashlib
import hmac
import secrets as random_secrets

from sqlalchemy import insert, select

from data.clock import today
from data.people_tables import secrets
from data.session import Register, Session

_NAME = "forms"


def read_key(register: Register) -> bytes:
    """Give the register's key, made the first time it is asked for."""
    with register.reading() as session:
        found = _find_key(session)
    if found is None:
        with register.writing(changes_answers=False) as session:
            # Another process may have made it meanwhile.
            found = _find_key(session)
            if found is None:
                found = random_secrets.token_hex(32)
                session.connection.execute(insert(secrets).values(name=_NAME, value=found))
    return bytes.fromhex(found)


def _find_key(session: Session) -> str | None:
    found = session.connection.execute(select(secrets.c.value).where(secrets.c.name == _NAME)).scalar()
    return None if found is None else str(found)


def sign(key: bytes, text: str) -> str:
    """
    Sign a text.

    Examples
    --------
    >>> sign(b"key", "text") == sign(b"key", "text") != sign(b"other", "text")
    True
    """
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def is_signed(key: bytes, text: str, signature: str) -> bool:
    """Say whether a signature is that of a text, in a time that tells nothing of how far it is right."""
    return hmac.compare_digest(sign(key, text).encode(), signature.encode("utf-8", "replace"))


def digest_sender(key: bytes, address: str) -> str:
    """Digest the network address of a sender: the same for one day, and of no use after it."""
    return sign(key, f"sender {today().isoformat()} {address}")

"""The tables of the people: where homes truly are, who may open what, what was suggested, what is to be sent.

All of them are read by staff only, except what a question makes of them.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Float, ForeignKey, Index, Integer, String, Table, Text

from data.tables import Json, metadata

private_positions = Table(
    "private_positions",
    metadata,
    # For a presence at someone's home: the columns of `presences` that would tell where, as they truly are.
    # `presences` holds the town hall of the commune in their place.
    Column("presence_id", ForeignKey("presences.id"), primary_key=True),
    Column("address", Text, nullable=False),
    Column("postcode", Text),
    Column("city", Text),
    Column("status", String(16), nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("precision", String(16)),
    Column("confidence", Float),
    Column("provider", Text),
    Column("reasons", Json, nullable=False),
    Column("commune", String(5)),
)

tokens = Table(
    "tokens",
    metadata,
    # Personal keys: only a digest of each is kept. One with a presence opens that presence only.
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("label", Text, nullable=False),
    Column("presence_id", ForeignKey("presences.id")),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    Column("last_used_on", Date),
)

token_sessions = Table(
    "token_sessions",
    metadata,
    # What the cookie of a reader who gave a token is looked up by; it ends with the token.
    Column("hash", String(64), primary_key=True),
    Column("token_id", ForeignKey("tokens.id"), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index(None, "token_id"),
)

secrets = Table(
    "secrets",
    metadata,
    # Random keys of this register: what forms are signed with.
    Column("name", String(24), primary_key=True),
    Column("value", String(64), nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    # What people from outside suggest, until staff decides and after.
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("presence_id", ForeignKey("presences.id")),
    Column("payload", Json, nullable=False),
    Column("message", Text, nullable=False),
    Column("reply_to", Text),
    Column("state", String(8), nullable=False),
    Column("submitted_at", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Text),
    Column("why", Text),
    # A keyed digest of where it came from, different each day: enough to limit a rate, no more.
    Column("sender_hash", String(64)),
    Index(None, "state", "id"),
    Index(None, "submitted_at"),
)

outgoing_messages = Table(
    "outgoing_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
)

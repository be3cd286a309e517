"""The people: private positions, tokens, suggestions from outside, confirmations.

An ambassador works from home unless a list says otherwise: the point and the address that level 1 showed go
where only staff reads. The next opening puts each at the town hall of its commune.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOVED = "address, postcode, city, status, lon, lat, precision, confidence, provider, reasons, commune"


def _json() -> sa.types.TypeEngine[object]:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("presences", sa.Column("at_home", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("presences", sa.Column("willing_to_sponsor", sa.Boolean(), nullable=True))
    op.add_column("presences", sa.Column("confirmed_on", sa.Date(), nullable=True))
    op.add_column("presences", sa.Column("email", sa.Text(), nullable=True))
    op.add_column("presences", sa.Column("phone", sa.Text(), nullable=True))
    _create_private_positions()
    _create_tokens()
    _create_proposals()
    _move_homes()


def _create_private_positions() -> None:
    op.create_table(
        "private_positions",
        sa.Column("presence_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("precision", sa.String(length=16), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("reasons", _json(), nullable=False),
        sa.Column("commune", sa.String(length=5), nullable=True),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["presences.id"], name=op.f("fk_private_positions_presence_id_presences")
        ),
        sa.PrimaryKeyConstraint("presence_id", name=op.f("pk_private_positions")),
    )


def _create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("presence_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["presences.id"], name=op.f("fk_tokens_presence_id_presences")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_table(
        "token_sessions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_token_sessions_token_id_tokens")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_token_sessions")),
    )
    op.create_index(op.f("ix_token_sessions_token_id"), "token_sessions", ["token_id"])
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
    )


def _create_proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("presence_id", sa.Integer(), nullable=True),
        sa.Column("payload", _json(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("sender_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["presences.id"], name=op.f("fk_proposals_presence_id_presences")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_state_id"), "proposals", ["state", "id"])
    op.create_index(op.f("ix_proposals_submitted_at"), "proposals", ["submitted_at"])
    op.create_table(
        "outgoing_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_messages")),
    )


def _move_homes() -> None:
    op.execute(
        f"INSERT INTO private_positions (presence_id, {_MOVED})"
        f" SELECT id, {_MOVED} FROM presences WHERE kind = 'ambassador'"
    )
    op.execute(
        "UPDATE presences SET at_home = TRUE, address = '', postcode = NULL, city = NULL, lon = NULL,"
        " lat = NULL, precision = NULL, confidence = NULL, provider = NULL, reasons = '[]',"
        " status = CASE WHEN status = 'placed' THEN 'commune' ELSE status END WHERE kind = 'ambassador'"
    )
    # The next opening writes the index again, with every home at its town hall.
    op.execute("UPDATE register_state SET territories_digest = ''")


def downgrade() -> None:
    """
    Go back to tables that keep nothing private.

    Ambassadors get their point and address back, as they had them; any other home stays at its town hall:
    where it truly is would be public there, and is forgotten.
    """
    _bring_ambassadors_back()
    op.drop_table("outgoing_messages")
    op.drop_table("proposals")
    op.drop_table("secrets")
    op.drop_table("token_sessions")
    op.drop_table("tokens")
    op.drop_table("private_positions")
    for column in ("phone", "email", "confirmed_on", "willing_to_sponsor", "at_home"):
        op.drop_column("presences", column)


def _bring_ambassadors_back() -> None:
    op.execute(
        f"UPDATE presences SET ({_MOVED}) = (SELECT {_MOVED} FROM private_positions"
        " WHERE presence_id = presences.id)"
        " WHERE kind = 'ambassador' AND id IN (SELECT presence_id FROM private_positions)"
    )
    op.execute("UPDATE register_state SET territories_digest = ''")

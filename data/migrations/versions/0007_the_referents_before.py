"""Who referred for a territory before: one line for each change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referent_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("territory", sa.String(length=9), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referent_history")),
    )
    op.create_index(
        op.f("ix_referent_history_territory_recorded_at"),
        "referent_history",
        ["territory", "recorded_at"],
    )
    # Those named before this table was: their first line says since when they are known.
    op.execute(
        "INSERT INTO referent_history (territory, role, after, recorded_at) "
        "SELECT territory, role, name, recorded_at FROM territory_referents "
        "ORDER BY recorded_at, territory, role"
    )


def downgrade() -> None:
    op.drop_table("referent_history")

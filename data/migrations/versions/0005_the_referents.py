"""Who refers for a territory: an employee and a member of the board."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "territory_referents",
        sa.Column("territory", sa.String(length=9), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("territory", "role", name=op.f("pk_territory_referents")),
    )


def downgrade() -> None:
    op.drop_table("territory_referents")

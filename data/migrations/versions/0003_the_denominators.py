"""What presences are counted against, besides the inhabitants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "denominators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denominators")),
        sa.UniqueConstraint("name", name=op.f("uq_denominators_name")),
    )
    op.create_table(
        "denominator_values",
        sa.Column("denominator_id", sa.Integer(), nullable=False),
        sa.Column("territory", sa.String(length=9), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["denominator_id"],
            ["denominators.id"],
            name=op.f("fk_denominator_values_denominator_id_denominators"),
        ),
        sa.PrimaryKeyConstraint("denominator_id", "territory", name=op.f("pk_denominator_values")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("denominator_values")
    op.drop_table("denominators")

"""Pages of a box without sorting what it holds, and who may read what, counted beforehand.

A box is read in strips of 500 m from the south, from west to east in each: the index holds that order, which
the database computes from x and y. `shown_counts` counts what sources still show, by who may read it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ON_SERVER = (
    "CREATE INDEX ix_presence_sector_strip ON presence_sector"
    " (sector_id, ((trunc(y / 500) * 2097152 + trunc(x))::bigint), presence_id) WHERE point IS NOT NULL"
)
_ON_FILE = (
    "CREATE INDEX ix_presence_sector_strip ON presence_sector"
    " (sector_id, (CAST(y / 500 AS INTEGER) * 2097152 + CAST(x AS INTEGER)), presence_id)"
    " WHERE x IS NOT NULL"
)


def upgrade() -> None:
    op.execute(_ON_SERVER if op.get_bind().dialect.name == "postgresql" else _ON_FILE)
    op.create_table(
        "shown_counts",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("visibility", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "sector_id", "status", "visibility", name=op.f("pk_shown_counts")),
        sqlite_with_rowid=False,
    )
    # The first opening counts everything again with the other tables of counts.
    op.execute("UPDATE register_state SET territories_digest = ''")


def downgrade() -> None:
    op.drop_table("shown_counts")
    op.execute("DROP INDEX ix_presence_sector_strip")

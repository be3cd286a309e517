"""The nearest of a sector from one geometry: each sector on a sheet of land of its own, side by side.

On a server only: an index of one geometry is sorted and written in a third of the time that one of sector and
point is filled in, and takes half of its place.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OF_SHEETS = "(ST_MakePoint(x + sector_id * 2097152::double precision, y))"
_OF_SECTOR_AND_POINT = "(sector_id, point)"


def upgrade() -> None:
    _make_index(_OF_SHEETS)


def downgrade() -> None:
    _make_index(_OF_SECTOR_AND_POINT)


def _make_index(columns: str) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_presence_sector_near")
    op.execute(
        f"CREATE INDEX ix_presence_sector_near ON presence_sector USING gist {columns} WHERE point IS NOT NULL"
    )
    op.execute("ANALYZE presence_sector")

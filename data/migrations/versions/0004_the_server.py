"""What only the server needs: the spatial index by sector, the search by name, the contours.

Both engines get the kind of a presence beside its sectors: the server's index of the nearest is of sector,
kind and point. All the rest is PostgreSQL's own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from data.engines.server_extensions import create_extensions

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The numbers of the kinds as this level stores them.
_NUMBER_OF_KIND = (
    "CASE kind WHEN 'actor' THEN 0 WHEN 'project' THEN 1 WHEN 'event' THEN 2 WHEN 'antenne' THEN 3"
    " WHEN 'ambassador' THEN 4 END"
)

_AS_WRITTEN = (("source_rows", "row"), ("presences", "extra"), ("sources", "mapping"), ("imports", "report"))


def upgrade() -> None:
    on_server = op.get_bind().dialect.name == "postgresql"
    if on_server:
        create_extensions(op.get_bind())
    op.add_column(
        "presence_sector", sa.Column("kind", sa.SmallInteger(), nullable=False, server_default="0")
    )
    op.execute(
        f"UPDATE presence_sector SET kind = (SELECT {_NUMBER_OF_KIND} FROM presences"
        " WHERE presences.id = presence_sector.presence_id)"
    )
    if on_server:
        _upgrade_server()


def _upgrade_server() -> None:
    # JSONB forgets the order of keys, which is that of the columns of a file.
    for table, column in _AS_WRITTEN:
        op.execute(f'ALTER TABLE {table} ALTER COLUMN "{column}" TYPE json')
    # The order of SQLite: of code points, whatever the language of the server's cluster.
    op.execute('ALTER TABLE presences ALTER COLUMN search_text TYPE text COLLATE "C"')
    op.execute(
        "CREATE INDEX ix_presences_search_text_trigrams ON presences USING gin (search_text gin_trgm_ops)"
    )
    op.execute(
        "ALTER TABLE presence_sector ADD COLUMN point geometry(Point, 2154)"
        " GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(x, y), 2154)) STORED"
    )
    op.execute(
        "CREATE INDEX ix_presence_sector_near ON presence_sector USING gist (sector_id, point)"
        " WHERE point IS NOT NULL"
    )
    op.execute(
        "CREATE INDEX ix_presence_sector_near_rare ON presence_sector USING gist (sector_id, kind, point)"
        " WHERE point IS NOT NULL AND kind <> 0"
    )
    op.execute(
        "CREATE TABLE territory_contours ("
        " level varchar(12) NOT NULL, code varchar(9) NOT NULL, contour geometry(MultiPolygon, 2154) NOT NULL,"
        " CONSTRAINT pk_territory_contours PRIMARY KEY (level, code))"
    )
    op.execute(
        "CREATE INDEX ix_territory_contours_contour ON territory_contours USING gist (contour)"
    )
    # The first opening fills the contours with the other tables of territories.
    op.execute("UPDATE register_state SET territories_digest = ''")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TABLE territory_contours")
        op.execute("DROP INDEX ix_presence_sector_near_rare")
        op.execute("DROP INDEX ix_presence_sector_near")
        op.execute("ALTER TABLE presence_sector DROP COLUMN point")
        op.execute("DROP INDEX ix_presences_search_text_trigrams")
        # What is kept as it was written stays of the type that does: no program of the level below ever ran on a
        # server, and JSONB would forget for good in which order the columns of a file came.
        op.execute('ALTER TABLE presences ALTER COLUMN search_text TYPE text COLLATE "default"')
    op.drop_column("presence_sector", "kind")

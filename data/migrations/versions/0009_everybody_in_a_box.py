"""What a page of a box shows of everybody, in the order of its strips, in one index.

The strips of everybody leave the index of the sectors, where each presence had to be looked up in its table. On
a server the new index holds all that a page shows: the table is not read at all. An entry of an index has an
end there (2,704 bytes): those whose name has none are in an index of their own.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STANDS = "(status = 'placed' OR status = 'commune') AND absent_from_source_since IS NULL AND lon IS NOT NULL"

_SERVER_KEY = (
    "((trunc(lat / 0.005::float8) * 67108864::float8 + trunc(lon / 0.00001::float8))::bigint)"
)
_SHORT_ON_SERVER = (
    f"CREATE INDEX ix_presences_strip ON presences ({_SERVER_KEY}, id) INCLUDE"
    " (kind, name, sectors, lon, lat, precision, commune, visibility, starts_on, ends_on)"
    f" WHERE {_STANDS} AND octet_length(name) + octet_length(sectors::text) <= 2000"
)
_LONG_ON_SERVER = (
    f"CREATE INDEX ix_presences_strip_long ON presences ({_SERVER_KEY}, id)"
    f" WHERE {_STANDS} AND octet_length(name) + octet_length(sectors::text) > 2000"
)
_ON_FILE = (
    "CREATE INDEX ix_presences_strip ON presences"
    " ((CAST(lat / 0.005 AS INTEGER) * 67108864 + CAST(lon / 0.00001 AS INTEGER)))"
    f" WHERE {_STANDS}"
)

_SERVER_SECTORS = (
    "CREATE INDEX ix_presence_sector_strip ON presence_sector"
    " (sector_id, ((trunc(y / 500) * 2097152 + trunc(x))::bigint), presence_id) INCLUDE (x, y)"
    " WHERE point IS NOT NULL{of_sectors}"
)
_FILE_SECTORS = (
    "CREATE INDEX ix_presence_sector_strip ON presence_sector"
    " (sector_id, (CAST(y / 500 AS INTEGER) * 2097152 + CAST(x AS INTEGER)), presence_id)"
    " WHERE x IS NOT NULL{of_sectors}"
)


def upgrade() -> None:
    _replace_sectors(" AND sector_id <> 0")
    if _is_on_server():
        op.execute(_SHORT_ON_SERVER)
        op.execute(_LONG_ON_SERVER)
        op.execute("ANALYZE presences")
    else:
        op.execute(_ON_FILE)


def downgrade() -> None:
    op.execute("DROP INDEX ix_presences_strip")
    if _is_on_server():
        op.execute("DROP INDEX ix_presences_strip_long")
    _replace_sectors("")


def _replace_sectors(of_sectors: str) -> None:
    op.execute("DROP INDEX ix_presence_sector_strip")
    statement = _SERVER_SECTORS if _is_on_server() else _FILE_SECTORS
    op.execute(statement.format(of_sectors=of_sectors))


def _is_on_server() -> bool:
    return op.get_bind().dialect.name == "postgresql"

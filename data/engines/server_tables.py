"""What only PostgreSQL holds of the register: geometry, as GeoAlchemy2 declares it.

The tables of both engines are in `data.tables`. Imported only where a register is on a server.
"""

from __future__ import annotations

from geoalchemy2 import Geometry
from sqlalchemy import Column, Computed, Float, Index, Integer, MetaData, SmallInteger, String, Table, text

from data.proximity.postgis import ON_SHEET
from data.tables import NAMING_CONVENTION

LAMBERT_93 = 2154
"""The EPSG code of Lambert-93."""

server_metadata = MetaData(naming_convention=NAMING_CONVENTION)

presence_points = Table(
    "presence_sector",
    server_metadata,
    # `data.tables.presence_sector`, with the point that the database writes from x and y.
    Column("presence_id", Integer, primary_key=True),
    Column("sector_id", Integer, primary_key=True),
    Column("x", Float),
    Column("y", Float),
    Column("kind", SmallInteger, nullable=False),
    Column(
        "point",
        Geometry("POINT", srid=LAMBERT_93, spatial_index=False),
        Computed("ST_SetSRID(ST_MakePoint(x, y), 2154)", persisted=True),
    ),
    # Sector and place in one geometry: see `data.proximity.postgis`.
    Index(
        "ix_presence_sector_near",
        text(ON_SHEET),
        postgresql_using="gist",
        postgresql_where=text("point IS NOT NULL"),
    ),
)
Index(
    "ix_presence_sector_near_rare",
    presence_points.c.sector_id,
    presence_points.c.kind,
    presence_points.c.point,
    postgresql_using="gist",
    postgresql_where=presence_points.c.point.is_not(None) & (presence_points.c.kind != 0),
)

territory_contours = Table(
    "territory_contours",
    server_metadata,
    # The contours of today's territories, one row a territory of each level.
    Column("level", String(12), primary_key=True),
    Column("code", String(9), primary_key=True),
    Column("contour", Geometry("MULTIPOLYGON", srid=LAMBERT_93, spatial_index=False), nullable=False),
    Index("ix_territory_contours_contour", "contour", postgresql_using="gist"),
)

"""The tables of what presences are counted against besides the inhabitants."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from data.tables import metadata

denominators = Table(
    "denominators",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    # What is counted, in the plural: « établissements de l'ESS », « emplois ».
    Column("unit", Text, nullable=False),
    Column("level", String(12), nullable=False),
    Column("source", Text, nullable=False),
    Column("year", SmallInteger),
    Column("file_name", Text, nullable=False),
    Column("added_on", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("name"),
)

denominator_values = Table(
    "denominator_values",
    metadata,
    # By territory of today, mergers applied; one that has no value is not here.
    Column("denominator_id", ForeignKey("denominators.id"), primary_key=True),
    Column("territory", String(9), primary_key=True),
    Column("value", Float, nullable=False),
    sqlite_with_rowid=False,
)

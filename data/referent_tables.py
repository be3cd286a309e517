"""The tables of who refers for a territory, and who did."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, String, Table, Text

from data.tables import metadata

territory_referents = Table(
    "territory_referents",
    metadata,
    Column("territory", String(9), primary_key=True),
    # `employee` or `board`: the two of a pair.
    Column("role", String(8), primary_key=True),
    # Published as it stands: a name that the person agreed to, or a role.
    Column("name", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)

referent_history = Table(
    "referent_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("territory", String(9), nullable=False),
    Column("role", String(8), nullable=False),
    # Nobody before, or nobody after.
    Column("before", Text),
    Column("after", Text),
    Column("why", Text),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Index(None, "territory", "recorded_at"),
)

"""The table of who refers for a territory."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, String, Table, Text

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

"""The register's tables, the same for SQLite and PostgreSQL.

Dates are days of the calendar in France; instants are UTC. Lists of codes are JSON. What only one engine can
do (the spatial index) is not here but behind `data.proximity`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.records import Kind, PlacementStatus, Precision, Visibility

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING_CONVENTION)

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

JsonAsWritten = JSON(none_as_null=True)
"""What keeps the order of its keys, as the columns of a file have one: JSONB does not."""


def _one_of(column: str, values: type[Kind | PlacementStatus | Precision | Visibility]) -> str:
    """Write « one of », as ORs: SQLite builds the list of an IN anew for every row."""
    return " OR ".join(f"{column} = '{value.value}'" for value in values)


register_state = Table(
    "register_state",
    metadata,
    # One row, id 1: what is true of the whole register.
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("register_id", String(36), nullable=False),
    Column("data_version", Integer, nullable=False),
    Column("summary_day", Date),
    Column("summary_until", Date),
    Column("sectors_digest", String(64), nullable=False),
    Column("territories_digest", String(64), nullable=False),
    CheckConstraint("id = 1", name="single_row"),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    # Per kind: the columns of the file, and the field that each fills.
    Column("mapping", JsonAsWritten, nullable=False),
    Column("is_fictional", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("name"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("kinds", Json, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", String(64)),
    # The day that the list speaks of, and the instant at which it was recorded.
    Column("as_of", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("received", Integer),
    Column("report", JsonAsWritten),
    Index(None, "source_id", "as_of"),
)

presences = Table(
    "presences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Column("source_key", Text, nullable=False),
    Column("key_kind", String(16), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("name", Text, nullable=False),
    # What a search by name reads: name and town without accents nor capitals.
    Column("search_text", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("sectors", Json, nullable=False),
    Column("legal_form", Text),
    Column("siret", Text),
    Column("rna", Text),
    Column("website", Text),
    Column("address", Text, nullable=False),
    Column("postcode", Text),
    Column("city", Text),
    Column("status", String(16), nullable=False),
    Column("lon", Float),
    Column("lat", Float),
    Column("precision", String(16)),
    Column("confidence", Float),
    Column("provider", Text),
    Column("reasons", Json, nullable=False),
    Column("commune", String(5)),
    Column("zone", Json, nullable=False),
    Column("zone_radius_m", Float),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("visibility", String(8), nullable=False),
    # Per contact field that fewer people may read than the record: the visibility it needs.
    Column("field_visibility", Json, nullable=False),
    Column("stage", Text),
    Column("amount_sought_eur", Float),
    Column("amount_granted_eur", Float),
    Column("partners", Json, nullable=False),
    Column("extra", JsonAsWritten, nullable=False),
    # At someone's home: position and address are those of the town hall, the true ones in private_positions.
    Column("at_home", Boolean, nullable=False, server_default=false()),
    Column("willing_to_sponsor", Boolean),
    Column("confirmed_on", Date),
    Column("email", Text),
    Column("phone", Text),
    # First day at which its source shows it, and the day from which the source shows it no more.
    Column("seen_since", Date, nullable=False),
    Column("absent_from_source_since", Date),
    CheckConstraint(_one_of("kind", Kind), name="kind"),
    CheckConstraint(_one_of("status", PlacementStatus), name="status"),
    CheckConstraint(_one_of("visibility", Visibility), name="visibility"),
    CheckConstraint(f"precision IS NULL OR {_one_of('precision', Precision)}", name="precision"),
    CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="position_whole"),
    CheckConstraint(
        "(status <> 'placed' AND status <> 'commune') OR commune IS NOT NULL", name="counted_has_commune"
    ),
    Index(None, "source_id", "kind"),
    Index(None, "commune", "kind"),
    Index(None, "search_text", "id"),
)

presence_periods = Table(
    "presence_periods",
    metadata,
    # Every period in which the source shows the presence: [seen_from, seen_until), open when until is null.
    Column("presence_id", ForeignKey("presences.id"), primary_key=True),
    Column("seen_from", Date, primary_key=True),
    Column("seen_until", Date),
    sqlite_with_rowid=False,
)

source_rows = Table(
    "source_rows",
    metadata,
    # Every version of a row as received, and what was read of it that a count at a past day needs.
    Column("presence_id", ForeignKey("presences.id"), primary_key=True),
    Column("import_id", ForeignKey("imports.id"), primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("line", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("row", JsonAsWritten, nullable=False),
    Column("status", String(16), nullable=False),
    Column("commune", String(5)),
    Column("sectors", Json, nullable=False),
    Column("zone", Json, nullable=False),
    Column("zone_radius_m", Float),
    Column("starts_on", Date),
    Column("ends_on", Date),
    sqlite_with_rowid=False,
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("presence_id", ForeignKey("presences.id"), nullable=False),
    Column("field", String(24), nullable=False),
    Column("value", Json),
    # What the source says in the corrected columns, kept up to date by imports.
    Column("source_value", Json),
    Column("who", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("presence_id", "field"),
)

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("presence_id", ForeignKey("presences.id"), nullable=False),
    Column("import_id", ForeignKey("imports.id")),
    Column("field", String(32), nullable=False),
    Column("before", Json),
    Column("after", Json),
    Column("as_of", Date, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("who", Text),
    Column("why", Text),
    Index(None, "presence_id", "as_of"),
    Index(None, "field", "as_of"),
)

sectors = Table(
    "sectors",
    metadata,
    # Ids run from 1 in depth-first order: a sector and all under it are the range id..last_id.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("code", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("parent", Text),
    Column("last_id", Integer, nullable=False),
    UniqueConstraint("code"),
)

presence_sector = Table(
    "presence_sector",
    metadata,
    # One row per sector of a presence, and one under sector 0 = all. x and y are Lambert-93 metres, null
    # for what no nearest search may answer (not counted, gone from its source, without a point).
    Column("presence_id", ForeignKey("presences.id"), primary_key=True),
    Column("sector_id", Integer, primary_key=True),
    Column("x", Float),
    Column("y", Float),
    # The number of its kind (`data.proximity.index.KIND_NUMBERS`).
    Column("kind", SmallInteger, nullable=False, server_default="0"),
    Index(None, "sector_id", "presence_id"),
    sqlite_with_rowid=False,
)

territories = Table(
    "territories",
    metadata,
    Column("vintage", SmallInteger, primary_key=True, autoincrement=False),
    Column("level", String(12), primary_key=True),
    Column("code", String(9), primary_key=True),
    Column("name", Text, nullable=False),
    Column("population", Integer, nullable=False),
    sqlite_with_rowid=False,
)

memberships = Table(
    "memberships",
    metadata,
    # Which territories a commune of today belongs to at a vintage.
    Column("vintage", SmallInteger, primary_key=True, autoincrement=False),
    Column("commune", String(5), primary_key=True),
    Column("level", String(12), primary_key=True),
    Column("territory", String(9), nullable=False),
    Index(None, "level", "territory", "vintage"),
    sqlite_with_rowid=False,
)

summary_counts = Table(
    "summary_counts",
    metadata,
    # Today's view by seat: what stands in each territory, per kind and sector (0 = all, never a sum).
    Column("level", String(12), primary_key=True),
    Column("territory", String(9), primary_key=True),
    Column("kind", String(12), primary_key=True),
    Column("sector_id", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

status_counts = Table(
    "status_counts",
    metadata,
    # Today's view again: the rows in force per kind, sector (0 = all) and status, to reconcile with.
    Column("kind", String(12), primary_key=True),
    Column("sector_id", Integer, primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

shown_counts = Table(
    "shown_counts",
    metadata,
    # The rows that their source still shows, whatever their dates, per kind, sector (0 = all), status and
    # who may read them.
    Column("kind", String(12), primary_key=True),
    Column("sector_id", Integer, primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("visibility", String(8), primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

address_corrections = Table(
    "address_corrections",
    metadata,
    # Where people said an address is, by its canonical form.
    Column("address", Text, primary_key=True),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("label", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("why", Text, nullable=False),
)

geocode_answers = Table(
    "geocode_answers",
    metadata,
    # Answers and failures, so that nobody is asked the same twice.
    Column("provider", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("answer", Json, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
)

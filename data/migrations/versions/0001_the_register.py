"""The register: presences, where they come from, what people corrected, what changed, and their counts."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "address_corrections",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_address_corrections")),
    )
    op.create_table(
        "geocode_answers",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("answer", _json(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "version", "address", name=op.f("pk_geocode_answers")),
    )
    op.create_table(
        "memberships",
        sa.Column("vintage", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("commune", sa.String(length=5), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("territory", sa.String(length=9), nullable=False),
        sa.PrimaryKeyConstraint("vintage", "commune", "level", name=op.f("pk_memberships")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_memberships_level_territory_vintage"),
        "memberships",
        ["level", "territory", "vintage"],
        unique=False,
    )
    op.create_table(
        "register_state",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("register_id", sa.String(length=36), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("summary_day", sa.Date(), nullable=True),
        sa.Column("summary_until", sa.Date(), nullable=True),
        sa.Column("sectors_digest", sa.String(length=64), nullable=False),
        sa.Column("territories_digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_register_state_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_state")),
    )
    op.create_table(
        "sectors",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sectors")),
        sa.UniqueConstraint("code", name=op.f("uq_sectors_code")),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mapping", _json(), nullable=False),
        sa.Column("is_fictional", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_sources_name")),
    )
    op.create_table(
        "status_counts",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "sector_id", "status", name=op.f("pk_status_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "summary_counts",
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("territory", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("level", "territory", "kind", "sector_id", name=op.f("pk_summary_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "territories",
        sa.Column("vintage", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("vintage", "level", "code", name=op.f("pk_territories")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("kinds", _json(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received", sa.Integer(), nullable=True),
        sa.Column("report", _json(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_imports_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_source_id_as_of"), "imports", ["source_id", "as_of"], unique=False)
    op.create_table(
        "presences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.Text(), nullable=False),
        sa.Column("key_kind", sa.String(length=16), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("sectors", _json(), nullable=False),
        sa.Column("legal_form", sa.Text(), nullable=True),
        sa.Column("siret", sa.Text(), nullable=True),
        sa.Column("rna", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("precision", sa.String(length=16), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("reasons", _json(), nullable=False),
        sa.Column("commune", sa.String(length=5), nullable=True),
        sa.Column("zone", _json(), nullable=False),
        sa.Column("zone_radius_m", sa.Float(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("visibility", sa.String(length=8), nullable=False),
        sa.Column("field_visibility", _json(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("amount_sought_eur", sa.Float(), nullable=True),
        sa.Column("amount_granted_eur", sa.Float(), nullable=True),
        sa.Column("partners", _json(), nullable=False),
        sa.Column("extra", _json(), nullable=False),
        sa.Column("seen_since", sa.Date(), nullable=False),
        sa.Column("absent_from_source_since", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(status <> 'placed' AND status <> 'commune') OR commune IS NOT NULL",
            name=op.f("ck_presences_counted_has_commune"),
        ),
        sa.CheckConstraint(
            "kind = 'actor' OR kind = 'project' OR kind = 'event' OR kind = 'antenne' OR kind = 'ambassador'",
            name=op.f("ck_presences_kind"),
        ),
        sa.CheckConstraint(
            "precision IS NULL OR precision = 'manual' OR precision = 'given' OR precision = 'housenumber' OR precision = 'interpolated' OR precision = 'street' OR precision = 'locality' OR precision = 'commune'",
            name=op.f("ck_presences_precision"),
        ),
        sa.CheckConstraint(
            "status = 'placed' OR status = 'commune' OR status = 'to_review' OR status = 'unplaced' OR status = 'out_of_region'",
            name=op.f("ck_presences_status"),
        ),
        sa.CheckConstraint(
            "visibility = 'public' OR visibility = 'members' OR visibility = 'staff'",
            name=op.f("ck_presences_visibility"),
        ),
        sa.CheckConstraint("(lon IS NULL) = (lat IS NULL)", name=op.f("ck_presences_position_whole")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_presences_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presences")),
    )
    op.create_index(op.f("ix_presences_commune_kind"), "presences", ["commune", "kind"], unique=False)
    op.create_index(op.f("ix_presences_search_text_id"), "presences", ["search_text", "id"], unique=False)
    op.create_index(op.f("ix_presences_source_id_kind"), "presences", ["source_id", "kind"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("presence_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("value", _json(), nullable=True),
        sa.Column("source_value", _json(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["presences.id"], name=op.f("fk_corrections_presence_id_presences")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("presence_id", "field", name=op.f("uq_corrections_presence_id_field")),
    )
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("presence_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("before", _json(), nullable=True),
        sa.Column("after", _json(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_history_import_id_imports")),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["presences.id"], name=op.f("fk_history_presence_id_presences")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_field_as_of"), "history", ["field", "as_of"], unique=False)
    op.create_index(op.f("ix_history_presence_id_as_of"), "history", ["presence_id", "as_of"], unique=False)
    op.create_table(
        "presence_periods",
        sa.Column("presence_id", sa.Integer(), nullable=False),
        sa.Column("seen_from", sa.Date(), nullable=False),
        sa.Column("seen_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["presences.id"], name=op.f("fk_presence_periods_presence_id_presences")
        ),
        sa.PrimaryKeyConstraint("presence_id", "seen_from", name=op.f("pk_presence_periods")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "presence_sector",
        sa.Column("presence_id", sa.Integer(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Float(), nullable=True),
        sa.Column("y", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["presences.id"], name=op.f("fk_presence_sector_presence_id_presences")
        ),
        sa.PrimaryKeyConstraint("presence_id", "sector_id", name=op.f("pk_presence_sector")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_presence_sector_sector_id_presence_id"),
        "presence_sector",
        ["sector_id", "presence_id"],
        unique=False,
    )
    op.create_table(
        "source_rows",
        sa.Column("presence_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("row", _json(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("commune", sa.String(length=5), nullable=True),
        sa.Column("sectors", _json(), nullable=False),
        sa.Column("zone", _json(), nullable=False),
        sa.Column("zone_radius_m", sa.Float(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_source_rows_import_id_imports")),
        sa.ForeignKeyConstraint(
            ["presence_id"], ["presences.id"], name=op.f("fk_source_rows_presence_id_presences")
        ),
        sa.PrimaryKeyConstraint("presence_id", "import_id", name=op.f("pk_source_rows")),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE presence_rtree USING rtree"
            "(id, x_min, x_max, y_min, y_max, sector_min, sector_max, kind_min, kind_max)"
        )
    # Empty digests: the first opening fills the tables of territories and sectors.
    op.execute(
        sa.text(
            "INSERT INTO register_state (id, register_id, data_version, sectors_digest, territories_digest)"
            " VALUES (1, :register_id, 0, '', '')"
        ).bindparams(register_id=str(uuid.uuid4()))
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE presence_rtree")
    op.drop_table("source_rows")
    op.drop_index(op.f("ix_presence_sector_sector_id_presence_id"), table_name="presence_sector")
    op.drop_table("presence_sector")
    op.drop_table("presence_periods")
    op.drop_index(op.f("ix_history_presence_id_as_of"), table_name="history")
    op.drop_index(op.f("ix_history_field_as_of"), table_name="history")
    op.drop_table("history")
    op.drop_table("corrections")
    op.drop_index(op.f("ix_presences_source_id_kind"), table_name="presences")
    op.drop_index(op.f("ix_presences_search_text_id"), table_name="presences")
    op.drop_index(op.f("ix_presences_commune_kind"), table_name="presences")
    op.drop_table("presences")
    op.drop_index(op.f("ix_imports_source_id_as_of"), table_name="imports")
    op.drop_table("imports")
    op.drop_table("territories")
    op.drop_table("summary_counts")
    op.drop_table("status_counts")
    op.drop_table("sources")
    op.drop_table("sectors")
    op.drop_table("register_state")
    op.drop_index(op.f("ix_memberships_level_territory_vintage"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_table("geocode_answers")
    op.drop_table("address_corrections")

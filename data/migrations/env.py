"""Run by Alembic, on a connection that the program hands over: see `data.migrations.run_migrations`."""

from __future__ import annotations

from alembic import context

from data import people_tables, referent_tables  # noqa: F401 (their tables join the metadata)
from data.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()

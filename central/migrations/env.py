"""What Alembic runs for each step: on the connection that it was given, inside its transaction."""

from __future__ import annotations

from alembic import context

from central import schema

context.configure(
    connection=context.config.attributes["connection"], target_metadata=schema.tables, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()

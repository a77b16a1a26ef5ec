"""What Alembic runs for each step: on the connection that it was given, inside its transaction."""

from __future__ import annotations

from alembic import context

from central.every_table import EVERY_TABLE

context.configure(connection=context.config.attributes["connection"], target_metadata=EVERY_TABLE, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()

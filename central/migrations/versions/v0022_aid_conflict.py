"""A conflict of interest that came up while a lawyer was at work, and the few cases that have one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("aid_case", sa.Column("conflict", sa.String(8), nullable=False, server_default=""))
    on_sqlite, on_postgresql = sa.text("live = 1 AND conflict <> ''"), sa.text("live AND conflict <> ''")
    columns = ["due_ms", "id"]
    op.create_index("aid_case_conflict", "aid_case", columns, sqlite_where=on_sqlite, postgresql_where=on_postgresql)

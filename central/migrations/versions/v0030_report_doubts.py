"""With each version of a form the halls whose clock was wrong."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("report_version", sa.Column("doubts", sa.Text, nullable=False, server_default="[]"))

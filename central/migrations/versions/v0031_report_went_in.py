"""What went into a form of units that had sent none: what comes of them later is told from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "report_went_in",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("form", sa.String(40), primary_key=True),
        sa.Column("counted", sa.Text, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("report_went_in_form", "report_went_in", ["form", "period"])

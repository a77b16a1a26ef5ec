"""Sealed columns: reminders with the numbers they go to, and who a lawyer is.

What stood in the register was sealed by a key that no step has, so the register begins empty: the list is brought in
again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("appointment", sa.String(20), primary_key=True),
        sa.Column("kind", sa.String(12), primary_key=True),
        sa.Column("hall", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("phone", sa.LargeBinary, nullable=False),
        sa.Column("next_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("reminder_by_time", "reminder", ["next_ms"])
    op.drop_table("lawyer_entry")
    op.create_table(
        "lawyer_entry",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("firm", sa.String(120), nullable=False),
        sa.Column("firm_code", sa.String(18), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_lawyer_entry_unit", "lawyer_entry", ["unit"])

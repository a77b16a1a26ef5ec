"""Plans handed down to halls, and what the halls say of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "plan_document",
        sa.Column("kind", sa.String(4), primary_key=True),
        sa.Column("owner", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("parts", sa.Text, nullable=False),
        sa.Column("from_catalogue", sa.String(60), nullable=False),
        sa.Column("valid_from_ms", sa.BigInteger, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("changed_by", sa.String(40), nullable=False),
    )
    op.create_table(
        "hall_plan",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("issued_ms", sa.BigInteger, nullable=False),
        sa.Column("issued_by", sa.String(40), nullable=False),
    )
    op.create_table(
        "plan_report",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("desired", sa.BigInteger, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("path", sa.String(120), nullable=False),
        sa.Column("message", sa.String(400), nullable=False),
        sa.Column("message_zh", sa.String(400), nullable=False),
        sa.Column("said_ms", sa.BigInteger, nullable=False),
    )

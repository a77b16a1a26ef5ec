"""Small places that central itself keeps the queue of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """A place and its kept state; halls say whether their journal is kept here."""
    op.create_table(
        "place",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("plan_next", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("steady_ms", sa.BigInteger, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("awake", sa.Boolean, nullable=False),
        sa.Column("closed_ms", sa.BigInteger),
    )
    op.create_index("place_by_day", "place", ["day"])
    op.create_table(
        "place_state",
        sa.Column("place", sa.String(40), primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    with op.batch_alter_table("hall") as hall:
        hall.add_column(sa.Column("kept_here", sa.Boolean, nullable=False, server_default=sa.false()))

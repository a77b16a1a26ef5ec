"""The tablets of small places: who made a key, when it was used last, since when it is withdrawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "place_tablet",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("window", sa.Integer, nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("used_ms", sa.BigInteger),
        sa.Column("withdrawn_ms", sa.BigInteger),
        sa.Column("withdrawn_by", sa.String(40)),
    )
    op.create_index("place_tablet_by_place", "place_tablet", ["place"])

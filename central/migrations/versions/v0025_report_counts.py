"""What the monthly report counts of halls beside their tickets, made once of the events that are stored already."""

from __future__ import annotations

import json
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
_AT_ONCE: Final = 2000


def upgrade() -> None:
    op.create_table(
        "service_record",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("number", sa.String(12), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("answered_by", sa.String(12), nullable=False),
        sa.Column("groups", sa.String(80), nullable=False),
    )
    op.create_index("service_record_by_day", "service_record", ["day"])
    op.create_table(
        "day_tally",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("code", sa.String(8), primary_key=True),
        sa.Column("n", sa.BigInteger, nullable=False),
    )
    op.create_index("day_tally_by_day", "day_tally", ["day"])

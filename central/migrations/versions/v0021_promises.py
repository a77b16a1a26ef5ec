"""Shorter limits that units promise; deliveries that were noted wrongly, taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "aid_promise",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("rule_id", sa.String(24), nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("day_kind", sa.String(10), nullable=False),
        sa.Column("valid_from", sa.String(10), nullable=False),
        sa.Column("valid_to", sa.String(10)),
        sa.Column("set_by", sa.String(40), nullable=False),
        sa.Column("set_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_by", sa.String(40)),
        sa.Column("ended_ms", sa.BigInteger),
    )
    op.create_index("aid_promise_of_unit", "aid_promise", ["unit", "rule_id"])
    op.add_column("aid_delivery", sa.Column("voided_ms", sa.BigInteger))
    op.add_column("aid_delivery", sa.Column("voided_by", sa.String(40)))
    op.add_column("aid_delivery", sa.Column("void_reason", sa.LargeBinary))

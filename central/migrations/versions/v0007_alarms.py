"""Alarms and who has acknowledged them, device faults over time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _alarms()
    op.create_table(
        "device_fault",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("device", sa.String(60), primary_key=True),
        sa.Column("begun_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("ended_ms", sa.BigInteger),
    )
    op.create_index("device_fault_by_begin", "device_fault", ["begun_ms"])
    op.create_table(
        "line_change",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("online", sa.Boolean, nullable=False),
    )


def _alarms() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hall", sa.String(40), nullable=False),
        sa.Column("rule", sa.String(30), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("begun_ms", sa.BigInteger, nullable=False),
        sa.Column("acknowledged_ms", sa.BigInteger),
        sa.Column("acknowledged_by", sa.String(40)),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("ended_ms", sa.BigInteger),
    )
    still = sa.text("ended_ms IS NULL")
    columns = ["hall", "rule", "subject"]
    op.create_index("alarm_once", "alarm", columns, unique=True, sqlite_where=still, postgresql_where=still)
    op.create_index("alarm_by_begin", "alarm", ["begun_ms"])
    op.create_table(
        "alarm_rule",
        sa.Column("rule", sa.String(30), primary_key=True),
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("open_at", sa.BigInteger, nullable=False),
        sa.Column("end_below", sa.BigInteger, nullable=False),
        sa.Column("hold_s", sa.Integer, nullable=False),
        sa.Column("clear_s", sa.Integer, nullable=False),
    )
    op.create_table(
        "alarm_message",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_ms", sa.BigInteger, nullable=False),
    )

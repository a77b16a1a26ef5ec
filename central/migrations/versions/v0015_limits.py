"""Rest days that were brought in; limits of cases with their stops, reckonings and notices."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_RUNS: Final = sa.text("superseded_ms IS NULL AND ended_ms IS NULL")
_LATE: Final = sa.text("outcome = 'LATE' AND late_reason IS NULL")


def upgrade() -> None:
    op.create_table(
        "rest_day_year",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("put_ms", sa.BigInteger, nullable=False),
        sa.Column("put_by", sa.String(40), nullable=False),
    )
    _limits()
    _stops()
    _notices()
    if op.get_bind().dialect.name == "postgresql":  # room for a case's next state beside the one it replaces
        op.execute("ALTER TABLE aid_case SET (fillfactor = 75)")


def _limits() -> None:
    op.create_table(
        "aid_limit",
        sa.Column("case", sa.String(16), primary_key=True),
        sa.Column("k", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("rule_id", sa.String(24), nullable=False),
        sa.Column("rule_from", sa.String(10), nullable=False),
        sa.Column("remind", sa.String(24), nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("by_days", sa.Boolean, nullable=False),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("due_ms", sa.BigInteger, nullable=False),
        sa.Column("promised_ms", sa.BigInteger),
        sa.Column("near_ms", sa.BigInteger, nullable=False),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("table_revision", sa.String(16), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("superseded_ms", sa.BigInteger),
        sa.Column("paused_ms", sa.BigInteger),
        sa.Column("ended_ms", sa.BigInteger),
        sa.Column("outcome", sa.String(16)),
        sa.Column("late_reason", sa.String(24)),
        sa.Column("late_note", sa.LargeBinary),
        sa.Column("late_by", sa.String(40)),
        sa.Column("late_ms", sa.BigInteger),
    )
    for name, where in (("aid_limit_running", _RUNS), ("aid_limit_late", _LATE)):
        op.create_index(name, "aid_limit", ["near_ms", "case", "k"], sqlite_where=where, postgresql_where=where)


def _stops() -> None:
    op.create_table(
        "aid_stop",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case", sa.String(16), nullable=False, index=True),
        sa.Column("k", sa.Integer, nullable=False),
        sa.Column("rule_id", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("from_ms", sa.BigInteger, nullable=False),
        sa.Column("to_ms", sa.BigInteger),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "aid_recalculation",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("table_revision", sa.String(16), nullable=False),
        sa.Column("moved", sa.Integer, nullable=False),
    )


def _notices() -> None:
    op.create_table(
        "aid_notice",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case", sa.String(16), nullable=False),
        sa.Column("k", sa.Integer, nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("rule_id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("near_ms", sa.BigInteger, nullable=False),
        sa.Column("for_role", sa.String(24), nullable=False),
        sa.Column("for_account", sa.String(40), nullable=False, server_default=""),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("seen_ms", sa.BigInteger),
        sa.Column("seen_by", sa.String(40), nullable=False, server_default=""),
        sa.Column("escalated", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("case", "k", "kind", "near_ms"),
    )
    op.create_index("aid_notice_by_role", "aid_notice", ["for_role", "seen_ms", "at_ms", "id"])

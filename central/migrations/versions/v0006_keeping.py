"""Events by month, on PostgreSQL in partitions; counts that remain of tickets; what
retention has deleted; the keys of encrypted columns.

All events that a journal has had so far lie in the month in which its newest was received.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MONTH: Final = {
    "sqlite": "CAST(strftime('%Y%m', {} / 1000, 'unixepoch') AS INTEGER)",
    "postgresql": "CAST(to_char(to_timestamp({} / 1000) AT TIME ZONE 'UTC', 'YYYYMM') AS INTEGER)",
}
_FACTS: Final = "id, ts, boot, mono, clock, type, late, lane, data, received_ms"


def upgrade() -> None:
    _months()
    _events()
    _counts()
    _keys()


def _months() -> None:
    op.create_table(
        "event_month",
        sa.Column("stream", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("from_seq", sa.BigInteger, nullable=False),
        sa.Column("purged_ms", sa.BigInteger),
    )
    month = _MONTH[op.get_bind().dialect.name].format("max(received_ms)")
    op.execute(
        f"INSERT INTO event_month (stream, month, from_seq) SELECT stream, {month}, 0 FROM event GROUP BY stream"  # noqa: S608
    )


def _events() -> None:
    op.rename_table("event", "event_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX event_pkey RENAME TO event_before_pkey")
    op.create_table(
        "event",
        sa.Column("stream", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("month", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("ts", sa.BigInteger, nullable=False),
        sa.Column("boot", sa.String(64), nullable=False),
        sa.Column("mono", sa.BigInteger, nullable=False),
        sa.Column("clock", sa.String(16), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("lane", sa.String(8), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
        postgresql_partition_by="LIST (month)",
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE TABLE event_other PARTITION OF event DEFAULT")
        for month in op.get_bind().execute(sa.text("SELECT DISTINCT month FROM event_month")).scalars().all():
            op.execute(f"CREATE TABLE event_{month} PARTITION OF event FOR VALUES IN ({month})")
    op.execute(
        f"INSERT INTO event (stream, seq, month, {_FACTS}) SELECT event_before.stream, seq, month, {_FACTS}"  # noqa: S608
        " FROM event_before JOIN event_month ON event_month.stream = event_before.stream"
    )
    op.drop_table("event_before")


def _counts() -> None:
    op.create_table(
        "ticket_count",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("service_issued", sa.String(8), primary_key=True),
        sa.Column("service", sa.String(8), primary_key=True),
        sa.Column("state", sa.String(12), primary_key=True),
        sa.Column("priority", sa.String(16), primary_key=True),
        sa.Column("grade", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.String(12), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("persons", sa.Integer, nullable=False),
        sa.Column("waited", sa.Integer, nullable=False),
        sa.Column("waited_total_s", sa.BigInteger, nullable=False),
        sa.Column("waited_max_s", sa.BigInteger),
        sa.Column("served", sa.Integer, nullable=False),
        sa.Column("served_total_s", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "purge_log",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("before", sa.String(24), nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )


def _keys() -> None:
    op.create_table(
        "data_key",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String(40), nullable=False, index=True),
        sa.Column("algorithm", sa.Integer, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("master", sa.String(16), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
    )

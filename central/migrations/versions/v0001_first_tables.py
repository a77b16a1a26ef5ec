"""The tables of the first version, frozen as they were; a store made before there were migrations begins here too.

``schema_version`` is for programs older than migrations: its number tells them that the store is newer than they are.
"""

from __future__ import annotations

from typing import Final

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
)

revision = "0001"
down_revision = None

NEWER_THAN_ANY: Final = 1000

tables = MetaData()
version = Table("schema_version", tables, Column("version", Integer, primary_key=True))


Table(
    "stream",
    tables,
    Column("id", Integer, primary_key=True),
    Column("hall", String(40), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("applied", BigInteger, nullable=False),
    Column("conflicted", Boolean, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    UniqueConstraint("hall", "epoch"),
)


Table(
    "event",
    tables,
    Column("stream", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("boot", String(64), nullable=False),
    Column("mono", BigInteger, nullable=False),
    Column("clock", String(16), nullable=False),
    Column("type", String(80), nullable=False),
    Column("late", Boolean, nullable=False),
    Column("lane", String(8), nullable=False),
    Column("data", Text, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)


Table(
    "given_up",
    tables,
    Column("stream", Integer, primary_key=True),
    Column("from_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("to_seq", BigInteger, nullable=False),
)


Table(
    "poison",
    tables,
    Column("stream", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(80), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
)


Table(
    "conflict",
    tables,
    Column("stream", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id_came", String(64), primary_key=True),
    Column("id_stored", String(64), nullable=False),
    Column("first_ms", BigInteger, nullable=False),
)


Table(
    "rejected",
    tables,
    Column("id", Integer, primary_key=True),
    Column("hall", String(40), nullable=False),
    Column("topic", String(200), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("size", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    Index("rejected_by_hall", "hall", "id"),
)


Table(
    "hall",
    tables,
    Column("id", String(40), primary_key=True),
    Column("name_zh", String(60), nullable=False),
    Column("name_en", String(60), nullable=False),
    Column("birth", Text, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("bdseq", BigInteger, nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("boot", String(64), nullable=False),
    Column("version", String(60), nullable=False),
    Column("config_rev", BigInteger, nullable=False),
    Column("clock", String(16), nullable=False),
    Column("state_ms", BigInteger, nullable=False),
    Column("heard_ms", BigInteger, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
)

Table(
    "live",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("view", Text, nullable=False),
)

Table(
    "device",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("device", String(60), primary_key=True),
    Column("kind", String(60), nullable=False),
    Column("state", String(20), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("reason", String(200), nullable=False),
    Column("epoch", String(64), nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("counters", Text, nullable=False),
)

Table(
    "ticket",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("number", String(12), primary_key=True),
    Column("epoch", String(64), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("service_issued", String(8), nullable=False),
    Column("service", String(8), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("priority", String(16)),
    Column("persons", Integer, nullable=False),
    Column("window", Integer),
    Column("issued_ms", BigInteger),
    Column("since_ms", BigInteger, nullable=False),
    Column("waited_s", BigInteger),
    Column("served_s", BigInteger),
    Column("calls", Integer, nullable=False),
    Column("transferred", Boolean, nullable=False),
    Column("grade", Integer),
    Column("grade_version", Integer, nullable=False),
    Column("events", Text, nullable=False),
    Index("ticket_by_day", "day", "hall"),
)


Table(
    "hall_order",
    tables,
    Column("id", String(36), primary_key=True),
    Column("hall", String(40), nullable=False),
    Column("op", String(40), nullable=False),
    Column("args", Text, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("asked_key", String(100), nullable=False),
    Column("ttl_ms", BigInteger, nullable=False),
    Column("sent_ms", BigInteger, nullable=False),
    Column("status", String(12), nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_ms", BigInteger),
    UniqueConstraint("actor", "asked_key"),
)


Table(
    "account",
    tables,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("secret_hash", String(200)),
    Column("code_hash", String(64)),
    Column("code_until_ms", BigInteger),
    Column("made_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

Table(
    "session",
    tables,
    Column("token_hash", String(64), primary_key=True),
    Column("account", Integer, nullable=False, index=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
)


Table(
    "attempt",
    tables,
    Column("name_hash", String(64), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("locks", Integer, nullable=False),
    Column("locked_until_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
)


def upgrade() -> None:
    connection = op.get_bind()
    tables.create_all(connection)  # those that are not there yet
    connection.execute(delete(version))
    connection.execute(insert(version).values(version=NEWER_THAN_ANY))

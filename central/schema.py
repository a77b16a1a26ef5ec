"""All tables of central. Statements over them stand in each room's ``store.py``; times are UTC in whole milliseconds.

A change of a table is a step in ``migrations/versions`` too; a test compares what the steps make with this file.
"""

from __future__ import annotations

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
    false,
)

tables = MetaData()

# For programs older than migrations: tells them that this store is too new for them.
schema_version = Table("schema_version", tables, Column("version", Integer, primary_key=True))

# --- what came in -----------------------------------------------------------------------------------------

# One journal of one hall. Everything up to ``applied`` is in the views.
stream = Table(
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

# The events as they came. One key, no second index: each costs a third of the write again. On PostgreSQL the table is
# kept in months; the month follows from stream and seq, see ``ingest/months.py``.
event = Table(
    "event",
    tables,
    Column("stream", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("id", String(64), nullable=False),
    Column("ts", BigInteger, nullable=False),
    Column("boot", String(64), nullable=False),
    Column("mono", BigInteger, nullable=False),
    Column("clock", String(16), nullable=False),
    Column("type", String(80), nullable=False),
    Column("late", Boolean, nullable=False),
    Column("lane", String(8), nullable=False),  # main, unknown (type), poison (shape)
    Column("data", Text, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Where each month of a journal begins, and whether retention has deleted it.
event_month = Table(
    "event_month",
    tables,
    Column("stream", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("from_seq", BigInteger, nullable=False),
    Column("purged_ms", BigInteger),
)

# Ranges that the edge has declared lost (journal.dropped): central no longer asks for them.
given_up = Table(
    "given_up",
    tables,
    Column("stream", Integer, primary_key=True),
    Column("from_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("to_seq", BigInteger, nullable=False),
)

# Stored events that no view can read, so that they can be seen without a walk through all events.
poison = Table(
    "poison",
    tables,
    Column("stream", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(80), nullable=False),
    Column("received_ms", BigInteger, nullable=False),
)

# The same number with another id: a cloned or rolled-back disk.
conflict = Table(
    "conflict",
    tables,
    Column("stream", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("id_came", String(64), primary_key=True),
    Column("id_stored", String(64), nullable=False),
    Column("first_ms", BigInteger, nullable=False),
)

# Messages that could not be read at all, cut short, the newest only.
rejected = Table(
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

# --- views ------------------------------------------------------------------------------------------------

hall = Table(
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
    Column("unit", String(40), nullable=False, server_default="city"),
    Column("kept_here", Boolean, nullable=False, server_default=false()),  # a small place: central keeps its journal
)

live = Table(
    "live",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("view", Text, nullable=False),
)

device = Table(
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

ticket = Table(
    "ticket",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("number", String(12), primary_key=True),
    Column("epoch", String(64), primary_key=True),  # where it was first heard of: a lost disk may give numbers again
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
    Column("staff", String(80)),  # who served it last, as the hall calls them
    Column("events", Text, nullable=False),  # [[stream, seq], …] of its story
    Index("ticket_by_day", "day", "hall"),
)

# --- orders to halls --------------------------------------------------------------------------------------

order = Table(
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

# --- units, and what was done -----------------------------------------------------------------------------

unit = Table(
    "unit",
    tables,
    Column("id", String(40), primary_key=True),
    Column("parent", String(40), nullable=False),  # empty for the root
    Column("level", String(12), nullable=False),
    Column("path", String(200), nullable=False, unique=True),
    Column("name_zh", String(60), nullable=False),
    Column("name_en", String(60), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("closed_ms", BigInteger),
)

# The audit: each line holds the hash of the one before. Nothing here is ever changed.
audit = Table(
    "audit",
    tables,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("path", String(200), nullable=False),  # of the actor's unit
    Column("act", String(40), nullable=False),
    Column("object", String(200), nullable=False),
    Column("result", String(40), nullable=False),
    Column("source", String(60), nullable=False),
    Column("detail", Text, nullable=False),
    Column("before", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# What a key was answered, so that the same wish acts once.
answered = Table(
    "answered",
    tables,
    Column("actor", String(40), primary_key=True),
    Column("asked_key", String(100), primary_key=True),
    Column("wish", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False, index=True),
)

# --- the line ---------------------------------------------------------------------------------------------

enrolment_code = Table(
    "enrolment_code",
    tables,
    Column("hall", String(40), primary_key=True),
    Column("unit", String(40), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)

certificate = Table(
    "certificate",
    tables,
    Column("serial", String(40), primary_key=True),
    Column("hall", String(40), nullable=False, index=True),
    Column("issued_ms", BigInteger, nullable=False),
    Column("not_after_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
)

# --- who may come in --------------------------------------------------------------------------------------

account = Table(
    "account",
    tables,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False, unique=True),
    Column("roles", String(200), nullable=False),  # with a space between them
    Column("unit", String(40), nullable=False),
    Column("secret_hash", String(200)),
    Column("code_hash", String(64)),
    Column("code_until_ms", BigInteger),
    Column("made_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("secret_ms", BigInteger),  # when the secret was chosen
    Column("used_ms", BigInteger, nullable=False, server_default="0"),  # last signed in, or let in anew
    Column("waived", Boolean, nullable=False, server_default=false()),  # of a program: no second factor is asked
)

session = Table(
    "session",
    tables,
    Column("token_hash", String(64), primary_key=True),
    Column("account", Integer, nullable=False, index=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("source", String(60), nullable=False, server_default=""),
    Column("ends_ms", BigInteger),  # at the latest, whatever is done in it
    Column("factor", Boolean, nullable=False, server_default=false()),  # the second factor was given
)

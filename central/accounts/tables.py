"""Tables beside `central.schema.account`: locks, wrong attempts, second factors, emergencies, directory entries."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text, UniqueConstraint

from central.schema import tables

# ``sealed`` is in force, ``pending`` waits for its first code; both sealed by the key in the data folder.
second_factor = Table(
    "second_factor",
    tables,
    Column("account", Integer, primary_key=True, autoincrement=False),
    Column("sealed", Text),
    Column("pending", Text),
    Column("last_step", BigInteger, nullable=False),  # of the last code that was used: none works twice
    Column("set_ms", BigInteger),
)

recovery_code = Table(
    "recovery_code",
    tables,
    Column("account", Integer, primary_key=True, autoincrement=False),
    Column("code_hash", String(64), primary_key=True),
)

# A sealed account for the day when nobody else gets in: opened once.
emergency = Table(
    "emergency",
    tables,
    Column("account", Integer, primary_key=True, autoincrement=False),
    Column("sealed_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("opened_ms", BigInteger),
)

# Whom a bureau's directory knows by which account here.
directory_login = Table(
    "directory_login",
    tables,
    Column("account", Integer, primary_key=True, autoincrement=False),
    Column("issuer", String(200), nullable=False),
    Column("subject", String(255), nullable=False),
    UniqueConstraint("issuer", "subject"),
)

# Wrong attempts by the hash of the name that was typed, whether such an account exists or not.
attempt = Table(
    "attempt",
    tables,
    Column("name_hash", String(64), primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("locks", Integer, nullable=False),
    Column("locked_until_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
)

# An account that the security administrator has locked: it opens to nobody until that is taken back.
account_lock = Table(
    "account_lock",
    tables,
    Column("account", Integer, primary_key=True, autoincrement=False),
    Column("locked_ms", BigInteger, nullable=False),
    Column("locked_by", String(40), nullable=False),
    Column("reason", String(200), nullable=False),
)

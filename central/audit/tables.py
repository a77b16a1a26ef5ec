"""The anchor of the audit: what was cut off at its old end, so that the chain of the rest still stands on something.

One row for each cut. Whoever writes one has the lines up to it taken out by the database itself, whole or not at all;
that is the only way in which lines go (``docs/decisions/0023-the-audit-is-cut-at-an-anchor.md``).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from central.schema import tables

audit_anchor = Table(
    "audit_anchor",
    tables,
    Column("upto", BigInteger, primary_key=True, autoincrement=False),  # the last line that was cut
    Column("hash", String(64), nullable=False),  # of that line: the first of the rest stands on it
    Column("first", BigInteger, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),  # the youngest line that was cut
    Column("days", Integer, nullable=False),
    Column("cut_ms", BigInteger, nullable=False),
    Column("line", BigInteger, nullable=False),  # the line of the audit that tells of it
)

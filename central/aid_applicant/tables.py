"""Sessions of applicants. A token's hash, the case that it opens and nothing of who holds it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table

from central.schema import tables

aid_applicant_session = Table(
    "aid_applicant_session",
    tables,
    Column("token_hash", String(64), primary_key=True),
    Column("case", String(16), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Index("aid_applicant_session_by_case", "case"),
    Index("aid_applicant_session_by_seen", "seen_ms"),
)

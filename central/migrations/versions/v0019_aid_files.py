"""Sessions of applicants, who have no account: a token's hash and the case that it opens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "aid_applicant_session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("case", sa.String(16), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("aid_applicant_session_by_case", "aid_applicant_session", ["case"])
    op.create_index("aid_applicant_session_by_seen", "aid_applicant_session", ["seen_ms"])

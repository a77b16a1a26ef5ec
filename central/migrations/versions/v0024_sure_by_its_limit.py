"""Whether a case's nearest end is sure stands with its limit; index that no list of the desk goes by."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.drop_index("aid_case_by_state", "aid_case")
    op.execute("ALTER TABLE aid_case DROP COLUMN due_sure")

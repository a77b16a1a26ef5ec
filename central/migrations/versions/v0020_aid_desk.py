"""Look-ups counted, and indexes for the desk's list of work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "aid_lookup",
        sa.Column("actor", sa.String(40), primary_key=True),
        sa.Column("from_ms", sa.BigInteger, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("aid_case_due_anywhere", "aid_case", ["live", "due_ms", "id"])
    op.create_index("aid_case_of_state", "aid_case", ["unit", "state", "changed_ms", "id"])
    op.create_index("aid_case_of_state_anywhere", "aid_case", ["state", "changed_ms", "id"])
    _of_live("aid_case_owned", ["owner", "due_ms", "id"], "owner <> ''")
    _of_live("aid_case_first", ["due_ms", "id"], "(urgent OR military)")
    those = sa.text("move = 'OBJECT'")
    op.create_index("aid_step_objections", "aid_step", ["case"], postgresql_where=those, sqlite_where=those)


def _of_live(name: str, columns: list[str], those: str) -> None:
    """Written as each engine writes the same words in a query, or it finds no use for the index."""
    on_sqlite, on_postgresql = sa.text(f"live = 1 AND {those}"), sa.text(f"live AND {those}")
    op.create_index(name, "aid_case", columns, sqlite_where=on_sqlite, postgresql_where=on_postgresql)

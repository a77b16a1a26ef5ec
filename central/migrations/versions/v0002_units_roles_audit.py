"""Units in a tree, several roles for an account, the audit, and the answers that were given to keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _units()
    _audit()
    _answered()
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("roles", sa.String(200), nullable=False, server_default=""))
        account.add_column(sa.Column("unit", sa.String(40), nullable=False, server_default="city"))
    with op.batch_alter_table("session") as session:
        session.add_column(sa.Column("source", sa.String(60), nullable=False, server_default=""))
    op.execute("UPDATE account SET roles = role")
    with op.batch_alter_table("account") as account:
        account.drop_column("role")
        account.alter_column("roles", existing_type=sa.String(200), server_default=None)
        account.alter_column("unit", existing_type=sa.String(40), server_default=None)


def _units() -> None:
    unit = op.create_table(
        "unit",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("parent", sa.String(40), nullable=False),
        sa.Column("level", sa.String(12), nullable=False),
        sa.Column("path", sa.String(200), nullable=False, unique=True),
        sa.Column("name_zh", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("closed_ms", sa.BigInteger),
    )
    root = {"id": "city", "parent": "", "level": "city", "path": "city/", "name_zh": "全市", "name_en": "The city"}
    op.bulk_insert(unit, [{**root, "made_ms": 0}])
    with op.batch_alter_table("hall") as hall:
        hall.add_column(sa.Column("unit", sa.String(40), nullable=False, server_default="city"))


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("object", sa.String(200), nullable=False),
        sa.Column("result", sa.String(40), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _answered() -> None:
    op.create_table(
        "answered",
        sa.Column("actor", sa.String(40), primary_key=True),
        sa.Column("asked_key", sa.String(100), primary_key=True),
        sa.Column("wish", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False, index=True),
    )

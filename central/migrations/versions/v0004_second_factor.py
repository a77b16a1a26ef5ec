"""Second factors, forced changes, emergency accounts, sign-in by a bureau's directory; an audit that only grows.

A secret's age begins with the last change of its account. Accounts that had a secret before go on without a second
factor (``waived``) until the security administrator gives them a new code.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _accounts()
    _second_factors()
    _emergency_and_directory()
    _audit_only_grows()


def _accounts() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("secret_ms", sa.BigInteger))
        account.add_column(sa.Column("used_ms", sa.BigInteger, nullable=False, server_default="0"))
        account.add_column(sa.Column("waived", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("UPDATE account SET secret_ms = changed_ms, used_ms = changed_ms")
    op.execute(sa.text("UPDATE account SET waived = :yes WHERE secret_hash IS NOT NULL").bindparams(yes=True))
    with op.batch_alter_table("session") as session:
        session.add_column(sa.Column("ends_ms", sa.BigInteger))
        session.add_column(sa.Column("factor", sa.Boolean, nullable=False, server_default=sa.false()))


def _second_factors() -> None:
    op.create_table(
        "second_factor",
        sa.Column("account", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.Text),
        sa.Column("pending", sa.Text),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.Column("set_ms", sa.BigInteger),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("code_hash", sa.String(64), primary_key=True),
    )


def _emergency_and_directory() -> None:
    op.create_table(
        "emergency",
        sa.Column("account", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sealed_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("opened_ms", sa.BigInteger),
    )
    op.create_table(
        "directory_login",
        sa.Column("account", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.UniqueConstraint("issuer", "subject"),
    )


def _audit_only_grows() -> None:
    """The database itself refuses to change or take out a line."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the audit only grows'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_refuses_{act.lower()} BEFORE {act} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END"
        )

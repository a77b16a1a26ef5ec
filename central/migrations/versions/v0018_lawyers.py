"""What lawyers can do, the history of their states, whose turn it is, and which account speaks for which firm."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    _lawyers()
    _firms_and_rota()
    _history_only_grows()


def _lawyers() -> None:
    op.create_table(
        "lawyer_facts",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("specialities", sa.String(80), nullable=False, server_default=""),
        sa.Column("first_year", sa.Integer),
        sa.Column("languages", sa.String(200), nullable=False, server_default=""),
        sa.Column("knows_minors", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("criminal_since", sa.String(7)),
        sa.Column("state_as_of_ms", sa.BigInteger, nullable=False),
        sa.Column("suspended_from", sa.String(10)),
        sa.Column("suspended_to", sa.String(10)),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "lawyer_status",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("as_of_ms", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("how", sa.String(8), nullable=False),
        sa.Column("evidence", sa.String(20), nullable=False),
        sa.Column("document", sa.String(60), nullable=False),
        sa.Column("suspended_from", sa.String(10)),
        sa.Column("suspended_to", sa.String(10)),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
    )


def _firms_and_rota() -> None:
    op.create_table(
        "firm_account",
        sa.Column("account", sa.String(40), primary_key=True),
        sa.Column("firm_code", sa.String(18), nullable=False, index=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
    )
    op.create_table(
        "aid_rota",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("lawyer", sa.String(64), primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
    )
    op.create_index("aid_rota_by_unit", "aid_rota", ["unit", "day"])


def _history_only_grows() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION lawyer_status_only_grows() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'the history of a lawyer only grows'; END $$"
        )
        op.execute(
            "CREATE TRIGGER lawyer_status_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON lawyer_status"
            " FOR EACH STATEMENT EXECUTE FUNCTION lawyer_status_only_grows()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER lawyer_status_refuses_{act.lower()} BEFORE {act} ON lawyer_status"
            " BEGIN SELECT RAISE(ABORT, 'the history of a lawyer only grows'); END"
        )
    # INSERT OR REPLACE takes the old row out without a word
    op.execute(
        "CREATE TRIGGER lawyer_status_refuses_again BEFORE INSERT ON lawyer_status"
        " WHEN EXISTS (SELECT 1 FROM lawyer_status WHERE mark = NEW.mark AND n = NEW.n)"
        " BEGIN SELECT RAISE(ABORT, 'the history of a lawyer only grows'); END"
    )

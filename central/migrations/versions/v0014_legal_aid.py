"""Cases of legal aid, with steps that the database itself lets nobody change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_FLAGS = ("urgent", "aided_first", "military", "detained", "proposed")


def upgrade() -> None:
    _aid_case()
    _aid_step()
    _aid_party()
    _aid_file()
    _aid_gap()
    _aid_assignment()
    _aid_arrival()
    _steps_only_grow()


def _steps_only_grow() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION aid_step_only_grows() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'steps of a case only grow'; END $$"
        )
        op.execute(
            "CREATE TRIGGER aid_step_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON aid_step"
            " FOR EACH STATEMENT EXECUTE FUNCTION aid_step_only_grows()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER aid_step_refuses_{act.lower()} BEFORE {act} ON aid_step"
            " BEGIN SELECT RAISE(ABORT, 'steps of a case only grow'); END"
        )
    # INSERT OR REPLACE takes the old row out without a word
    op.execute(
        "CREATE TRIGGER aid_step_refuses_again BEFORE INSERT ON aid_step"
        ' WHEN EXISTS (SELECT 1 FROM aid_step WHERE "case" = NEW."case" AND n = NEW.n)'
        " BEGIN SELECT RAISE(ABORT, 'steps of a case only grow'); END"
    )


def _aid_case() -> None:
    op.create_table(
        "aid_case",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("receipt", sa.String(80), unique=True),
        sa.Column("number", sa.String(80), unique=True),
        sa.Column("code_hash", sa.String(64), unique=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("matter", sa.String(12), nullable=False),
        sa.Column("nature", sa.String(16), nullable=False),
        sa.Column("aid_form", sa.String(8), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(24), nullable=False, server_default=""),
        sa.Column("presumed", sa.String(8), nullable=False, server_default=""),
        sa.Column("groups", sa.String(120), nullable=False, server_default=""),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("hall", sa.String(40)),
        sa.Column("ticket", sa.String(30)),
        *(sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()) for name in _FLAGS),
        sa.Column("identified", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("owner", sa.String(40), nullable=False, server_default=""),
        sa.Column("reviewer", sa.String(40), nullable=False, server_default=""),
        sa.Column("approver", sa.String(40), nullable=False, server_default=""),
        sa.Column("ground", sa.String(40), nullable=False, server_default=""),
        sa.Column("before", sa.String(20), nullable=False, server_default=""),
        sa.Column("received_ms", sa.BigInteger),
        sa.Column("decided_ms", sa.BigInteger),
        sa.Column("closed_ms", sa.BigInteger),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("due_rule", sa.String(24)),
        sa.Column("due_sure", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("live", sa.Boolean, nullable=False, server_default=sa.true()),
    )
    op.create_index("aid_case_by_change", "aid_case", ["unit", "changed_ms"])
    op.create_index("aid_case_by_due", "aid_case", ["unit", "live", "due_ms", "id"])
    op.create_index("aid_case_by_state", "aid_case", ["unit", "state", "due_ms"])


def _aid_step() -> None:
    op.create_table(
        "aid_step",
        sa.Column("case", sa.String(16), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("capacity", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("source", sa.String(60), nullable=False),
        sa.Column("move", sa.String(24), nullable=False),
        sa.Column("from_state", sa.String(20), nullable=False),
        sa.Column("to_state", sa.String(20), nullable=False),
        sa.Column("form", sa.String(40), nullable=False),
        sa.Column("facts", sa.String(2000), nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _aid_party() -> None:
    op.create_table(
        "aid_party",
        sa.Column("case", sa.String(16), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("id_mark", sa.String(64), index=True),
        sa.Column("name_mark", sa.String(64), nullable=False, index=True),
        sa.Column("gone", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def _aid_file() -> None:
    op.create_table(
        "aid_file",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("case", sa.String(16), nullable=False, index=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.LargeBinary),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
    )


def _aid_gap() -> None:
    op.create_table(
        "aid_gap",
        sa.Column("case", sa.String(16), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("notice", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("filled_ms", sa.BigInteger),
    )


def _aid_assignment() -> None:
    op.create_table(
        "aid_assignment",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("case", sa.String(16), nullable=False, index=True),
        sa.Column("lawyer", sa.String(64), nullable=False, index=True),
        sa.Column("firm_code", sa.String(18), nullable=False, index=True),
        sa.Column("provisional", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("reasons", sa.String(1000), nullable=False),
        sa.Column("chosen_by", sa.String(40), nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("accepted_ms", sa.BigInteger),
        sa.Column("engaged_ms", sa.BigInteger),
        sa.Column("until_ms", sa.BigInteger),
        sa.Column("ended_how", sa.String(24)),
        sa.Column("live_case", sa.String(16), unique=True),
    )


def _aid_arrival() -> None:
    op.create_table(
        "aid_arrival",
        sa.Column("receipt", sa.String(80), primary_key=True),
        sa.Column("page", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hall", sa.String(40), nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("facts", sa.String(1000), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("taken", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("problem", sa.String(40), nullable=False, server_default=""),
    )
    op.create_index("aid_arrival_waiting", "aid_arrival", ["taken", "receipt"])

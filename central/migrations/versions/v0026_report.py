"""Forms of the monthly and the yearly report: figures, versions, steps, lines, notes, slips."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    _figures()
    _forms()
    _kept()
    _said()
    _signed()
    _steps_only_grow()


def _figures() -> None:
    op.create_table(
        "report_rule",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("since", sa.String(7), nullable=False),
        sa.Column("rule", sa.String(8), nullable=False),
        sa.Column("set_by", sa.String(40), nullable=False),
        sa.Column("set_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "report_own",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("cells", sa.Text, nullable=False),
        sa.Column("counted_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("report_own_by_period", "report_own", ["period"])
    op.create_table(
        "report_mark",
        sa.Column("part", sa.String(40), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("counted_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "report_year",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("periods", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
    )


def _forms() -> None:
    op.create_table(
        "report",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("nil", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("preparer", sa.String(40), nullable=False, server_default=""),
        sa.Column("reviewer", sa.String(40), nullable=False, server_default=""),
        sa.Column("signer", sa.String(40), nullable=False, server_default=""),
        sa.Column("sent_ms", sa.BigInteger),
        sa.Column("late", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("locked_ms", sa.BigInteger),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("report_by_period", "report", ["period", "state"])


def _kept() -> None:
    op.create_table(
        "report_version",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("counted", sa.Text, nullable=False),
        sa.Column("own", sa.Text, nullable=False),
        sa.Column("total", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("parts", sa.Text, nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "report_step",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("part", sa.String(12), nullable=False),
        sa.Column("move", sa.String(12), nullable=False),
        sa.Column("from_state", sa.String(12), nullable=False),
        sa.Column("to_state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _said() -> None:
    op.create_table(
        "report_line",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("about", sa.String(7), nullable=False, server_default=""),
        sa.Column("events", sa.Text, nullable=False, server_default="[]"),
        sa.Column("evidence", sa.String(120), nullable=False, server_default=""),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("taken_by", sa.String(40), nullable=False, server_default=""),
        sa.Column("taken_ms", sa.BigInteger),
    )
    op.create_index("report_line_of_form", "report_line", ["period", "unit"])
    op.create_table(
        "report_note",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("text", sa.String(400), nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("report_note_of_form", "report_note", ["period", "unit"])


def _signed() -> None:
    op.create_table(
        "report_missing",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("lower", sa.String(40), nullable=False),
        sa.Column("missing", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("report_missing_of_form", "report_missing", ["period", "unit"])
    op.create_table(
        "report_slip",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("old", sa.String(40), nullable=False),
        sa.Column("new", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("proposer", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.String(40), nullable=False, server_default=""),
        sa.Column("decided_ms", sa.BigInteger),
        sa.Column("approved", sa.Boolean),
    )
    op.create_index("report_slip_of_form", "report_slip", ["period", "unit"])


def _steps_only_grow() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION report_step_only_grows() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'steps of a form only grow'; END $$"
        )
        op.execute(
            "CREATE TRIGGER report_step_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON report_step"
            " FOR EACH STATEMENT EXECUTE FUNCTION report_step_only_grows()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER report_step_refuses_{act.lower()} BEFORE {act} ON report_step"
            " BEGIN SELECT RAISE(ABORT, 'steps of a form only grow'); END"
        )
    # INSERT OR REPLACE takes the old row out without a word
    op.execute(
        "CREATE TRIGGER report_step_refuses_again BEFORE INSERT ON report_step"
        " WHEN EXISTS (SELECT 1 FROM report_step WHERE unit = NEW.unit AND period = NEW.period AND n = NEW.n)"
        " BEGIN SELECT RAISE(ABORT, 'steps of a form only grow'); END"
    )

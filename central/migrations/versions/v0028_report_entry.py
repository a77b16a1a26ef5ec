"""What people enter for the monthly report: rows that only grow, and the rows that take them back."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_ONLY_GROW: Final = "entries of the report only grow"
# each with the columns by which SQLite would put a row in the place of another one without a word
_ROWS: Final = {
    "report_entry": "id = NEW.id OR (unit = NEW.unit AND period = NEW.period AND code = NEW.code AND n = NEW.n)",
    "adviser_visit": "id = NEW.id",
    "report_event": "id = NEW.id",
    "report_taken_back": "row = NEW.row",
}


def upgrade() -> None:
    _entry()
    _visit()
    _event()
    _evidence()
    op.create_table(
        "report_taken_back",
        sa.Column("row", sa.String(16), primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guards_on_postgresql()
    else:
        _guards_on_sqlite()


def _entry() -> None:
    op.create_table(
        "report_entry",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("value", sa.String(24), nullable=False),
        sa.Column("carried", sa.Boolean, nullable=False),
        sa.Column("evidence", sa.String(16)),
        sa.Column("kept_at", sa.LargeBinary),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("unit", "period", "code", "n", name="report_entry_turn"),
    )
    op.create_index("report_entry_by_code", "report_entry", ["code", "period"])


def _visit() -> None:
    op.create_table(
        "adviser_visit",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("begins", sa.Integer),
        sa.Column("ends", sa.Integer),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("lawyer", sa.String(64)),
        sa.Column("adviser", sa.LargeBinary),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("adviser_visit_by_unit", "adviser_visit", ["unit", "day"])
    op.create_index("adviser_visit_by_day", "adviser_visit", ["day"])


def _event() -> None:
    op.create_table(
        "report_event",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("title", sa.LargeBinary, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("leaflets", sa.Integer, nullable=False),
        sa.Column("evidence", sa.String(16)),
        sa.Column("kept_at", sa.LargeBinary),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("report_event_by_unit", "report_event", ["unit", "day"])
    op.create_index("report_event_by_day", "report_event", ["day"])


def _evidence() -> None:
    op.create_table(
        "report_evidence",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("unit", "period", "sha256", name="report_evidence_once"),
    )


def _guards_on_sqlite() -> None:
    for table, same in _ROWS.items():
        again = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our own table
        for name, act, when in (
            ("update", f"UPDATE ON {table}", "1"), ("delete", f"DELETE ON {table}", "1"),
            ("again", f"INSERT ON {table}", again),
        ):  # fmt: skip
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{name} BEFORE {act} WHEN {when}"
                f" BEGIN SELECT RAISE(ABORT, '{_ONLY_GROW}'); END"
            )


def _guards_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION report_entry_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_ONLY_GROW}'; END $$"
    )
    for table in _ROWS:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION report_entry_only_grows()"
        )

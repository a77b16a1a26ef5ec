"""Short records with steps that only grow, who is in them, their numbers, and the rooms for remote visits.

A step goes only when its record is gone, and a record goes only once it is closed: that is the rule of retention at
work, and nothing else can take either out.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_ONLY_GROW: Final = "steps of a record only grow"
_OPEN: Final = "an open record stays"


def upgrade() -> None:
    _matter()
    _matter_step()
    _matter_party()
    _rooms()
    if op.get_bind().dialect.name == "postgresql":
        _guards_on_postgresql()
    else:
        _guards_on_sqlite()


def _matter() -> None:
    op.create_table(
        "matter",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("hall", sa.String(40)),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("staff", sa.String(40), nullable=False),
        sa.Column("lawyer", sa.String(64)),
        sa.Column("case", sa.String(16)),
        sa.Column("ticket_day", sa.String(10)),
        sa.Column("ticket_number", sa.String(12)),
        sa.Column("identified", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("opened_ms", sa.BigInteger, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("closed_ms", sa.BigInteger),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("due_rule", sa.String(24)),
        sa.Column("due_sure", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("unit", "kind", "year", "number", name="matter_number_once"),
    )
    op.create_index("matter_by_case", "matter", ["case"])
    op.create_index("matter_by_due", "matter", ["due_ms"])
    op.create_index("matter_by_kind", "matter", ["kind", "closed_ms"])
    op.create_index("matter_by_time", "matter", ["opened_ms", "id"])
    op.create_table(
        "matter_series",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _matter_step() -> None:
    op.create_table(
        "matter_step",
        sa.Column("matter", sa.String(16), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(40), nullable=False),
        sa.Column("move", sa.String(24), nullable=False),
        sa.Column("from_state", sa.String(16), nullable=False),
        sa.Column("to_state", sa.String(16), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _matter_party() -> None:
    op.create_table(
        "matter_party",
        sa.Column("matter", sa.String(16), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("id_mark", sa.String(64)),
        sa.Column("name_mark", sa.String(64)),
    )
    op.create_index("ix_matter_party_id_mark", "matter_party", ["id_mark"])
    op.create_index("ix_matter_party_name_mark", "matter_party", ["name_mark"])


def _rooms() -> None:
    op.create_table(
        "visit_room",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("hall", sa.String(40), nullable=False, index=True),
        sa.Column("name_zh", sa.String(60), nullable=False),
        sa.Column("name_en", sa.String(60), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("closed_ms", sa.BigInteger),
    )
    op.create_table(
        "visit_slot",
        sa.Column("room", sa.String(16), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("minute", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("matter", sa.String(16), nullable=False, index=True),
    )


def _guards_on_sqlite() -> None:
    _refuse("matter_step_refuses_update", "UPDATE ON matter_step", "1", _ONLY_GROW)
    there = "EXISTS (SELECT 1 FROM matter WHERE id = OLD.matter)"
    _refuse("matter_step_refuses_delete", "DELETE ON matter_step", there, _ONLY_GROW)
    # INSERT OR REPLACE takes the old row out without a word
    again = "EXISTS (SELECT 1 FROM matter_step WHERE matter = NEW.matter AND n = NEW.n)"
    _refuse("matter_step_refuses_again", "INSERT ON matter_step", again, _ONLY_GROW)
    _refuse("matter_refuses_delete", "DELETE ON matter", "OLD.closed_ms IS NULL", _OPEN)
    twice = "EXISTS (SELECT 1 FROM matter WHERE id = NEW.id)"
    _refuse("matter_refuses_again", "INSERT ON matter", twice, _OPEN)


def _refuse(name: str, act: str, when: str, why: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} WHEN {when} BEGIN SELECT RAISE(ABORT, '{why}'); END")


def _guards_on_postgresql() -> None:
    place = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
    _function("matter_step_only_grows", f"RAISE EXCEPTION '{_ONLY_GROW}';")
    op.execute(
        "CREATE TRIGGER matter_step_only_grows BEFORE UPDATE OR TRUNCATE ON matter_step"
        " FOR EACH STATEMENT EXECUTE FUNCTION matter_step_only_grows()"
    )
    _function(
        "matter_step_goes_last",
        f"IF EXISTS (SELECT 1 FROM {place}.matter WHERE id = OLD.matter) THEN"  # noqa: S608 - our own table
        f" RAISE EXCEPTION '{_ONLY_GROW}'; END IF; RETURN OLD;",
    )
    _function("matter_goes_closed", f"IF OLD.closed_ms IS NULL THEN RAISE EXCEPTION '{_OPEN}'; END IF; RETURN OLD;")
    for name, table in (("matter_step_goes_last", "matter_step"), ("matter_goes_closed", "matter")):
        op.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")

"""Accounts that are locked by hand, and an audit that may be cut at its old end, at an anchor, and nowhere else.

Lines go in one way only: a row in ``audit_anchor`` that names the last line that is to go, by number and hash, and the
newest line of the audit that tells of it. The database checks it and takes the lines out itself, all of them. A line
that is younger than the law's least (six months, Cybersecurity Law art. 21(3): at most 184 days) goes by no anchor.
Every name is written out with its schema: a temporary table of the same name must not stand in for the real one.
"""

# ruff: noqa: S608 - names of our own tables; nothing of a statement comes from outside
from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

LEAST_DAYS: Final = 184
_DAY_MS: Final = 86_400_000
_ONLY_GROWS: Final = "the audit only grows"
_UNFIT: Final = "no anchor of the audit"

# What an anchor must say so that lines go: nothing of it is taken on trust.
_FITS: Final = """
    SELECT 1 FROM (SELECT min(id) AS a, count(*) AS n, min(at_ms) AS old, max(at_ms) AS young
                     FROM {audit} WHERE id <= NEW.upto) AS gone
      JOIN {audit} AS last_one ON last_one.id = NEW.upto
      JOIN {audit} AS told ON told.id = NEW.line
     WHERE gone.a = NEW.first AND gone.n = NEW.lines AND NEW.lines = NEW.upto - NEW.first + 1
       AND gone.old = NEW.from_ms AND gone.young = NEW.until_ms AND last_one.hash = NEW.hash
       AND told.act = 'audit.cut' AND told.at_ms = NEW.cut_ms AND told.id = (SELECT max(id) FROM {audit})
       AND NEW.line > NEW.upto AND NEW.days >= {least} AND NEW.until_ms < NEW.cut_ms - CAST(NEW.days AS BIGINT) * {day}
"""


def upgrade() -> None:
    op.create_table(
        "account_lock",
        sa.Column("account", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("locked_ms", sa.BigInteger, nullable=False),
        sa.Column("locked_by", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
    )
    op.create_table(
        "audit_anchor",
        sa.Column("upto", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("lines", sa.BigInteger, nullable=False),
        sa.Column("from_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("cut_ms", sa.BigInteger, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def _on_sqlite() -> None:
    fits = _FITS.format(audit="audit", least=LEAST_DAYS, day=_DAY_MS)
    op.execute("DROP TRIGGER audit_refuses_delete")
    cut_off = "OLD.id > coalesce((SELECT max(upto) FROM audit_anchor), 0)"
    _refuse("audit_refuses_delete", "DELETE ON audit", cut_off, _ONLY_GROWS)
    # INSERT OR REPLACE takes the old row out without a word
    _refuse("audit_refuses_again", "INSERT ON audit", "EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)", _ONLY_GROWS)
    wrong = (
        "EXISTS (SELECT 1 FROM audit_anchor WHERE upto = NEW.upto)"
        f" OR (EXISTS (SELECT 1 FROM audit WHERE id <= NEW.upto) AND NOT EXISTS ({fits}))"
    )
    _refuse("audit_anchor_fits", "INSERT ON audit_anchor", wrong, _UNFIT)
    for act in ("UPDATE", "DELETE"):
        _refuse(f"audit_anchor_refuses_{act.lower()}", f"{act} ON audit_anchor", "1", _ONLY_GROWS)
    op.execute(
        "CREATE TRIGGER audit_anchor_cuts AFTER INSERT ON audit_anchor"
        " BEGIN DELETE FROM audit WHERE id <= NEW.upto; END"
    )


def _refuse(name: str, act: str, when: str, why: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} WHEN {when} BEGIN SELECT RAISE(ABORT, '{why}'); END")


def _on_postgresql() -> None:
    place = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
    audit, anchor = f"{place}.audit", f"{place}.audit_anchor"
    fits = _FITS.format(audit=audit, least=LEAST_DAYS, day=_DAY_MS)
    _function(
        "audit_keeps_its_lines",
        f"IF OLD.id > coalesce((SELECT max(upto) FROM {anchor}), 0) THEN RAISE EXCEPTION '{_ONLY_GROWS}'; END IF;"
        " RETURN OLD;",
    )
    _function(
        "audit_anchor_fits",
        f"IF EXISTS (SELECT 1 FROM {audit} WHERE id <= NEW.upto) AND NOT EXISTS ({fits})"
        f" THEN RAISE EXCEPTION '{_UNFIT}'; END IF; RETURN NEW;",
    )
    _function("audit_anchor_cuts", f"DELETE FROM {audit} WHERE id <= NEW.upto; RETURN NULL;")
    op.execute("DROP TRIGGER audit_only_grows ON audit")
    for table, acts in (("audit", "UPDATE OR TRUNCATE"), ("audit_anchor", "UPDATE OR DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER audit_only_grows BEFORE {acts} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()"
        )
    for name, act in (
        ("audit_keeps_its_lines", "BEFORE DELETE ON audit"),
        ("audit_anchor_fits", "BEFORE INSERT ON audit_anchor"),
        ("audit_anchor_cuts", "AFTER INSERT ON audit_anchor"),
    ):
        op.execute(f"CREATE TRIGGER {name} {act} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")

"""With each version of a form the halls whose clock was wrong. Of a visit of an adviser the name may be taken out, and
nothing else, once it was kept for as long as it may be; files behind figures are deleted then, and never changed."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

_ONLY_GROW: Final = "entries of the report only grow"
_STAYS: Final = ("id", "unit", "day", "begins", "ends", "minutes", "people", "by", "at_ms")


def upgrade() -> None:
    op.add_column("report_version", sa.Column("doubts", sa.Text, nullable=False, server_default="[]"))
    if op.get_bind().dialect.name == "postgresql":
        _names_on_postgresql()
    else:
        _names_on_sqlite()


def _names_on_sqlite() -> None:
    same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in _STAYS)
    op.execute("DROP TRIGGER adviser_visit_refuses_update")
    op.execute(
        "CREATE TRIGGER adviser_visit_refuses_update BEFORE UPDATE ON adviser_visit"
        f" WHEN NOT (NEW.lawyer IS NULL AND NEW.adviser IS NULL AND {same})"
        f" BEGIN SELECT RAISE(ABORT, '{_ONLY_GROW}'); END"
    )
    again = (
        "EXISTS (SELECT 1 FROM report_evidence WHERE id = NEW.id"
        " OR (unit = NEW.unit AND period = NEW.period AND sha256 = NEW.sha256))"
    )
    for name, act, when in (("update", "UPDATE", "1"), ("again", "INSERT", again)):
        op.execute(
            f"CREATE TRIGGER report_evidence_refuses_{name} BEFORE {act} ON report_evidence WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{_ONLY_GROW}'); END"
        )


def _names_on_postgresql() -> None:
    same = " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in _STAYS)
    op.execute("DROP TRIGGER adviser_visit_only_grows ON adviser_visit")
    op.execute(
        "CREATE TRIGGER adviser_visit_only_grows BEFORE DELETE OR TRUNCATE ON adviser_visit"
        " FOR EACH STATEMENT EXECUTE FUNCTION report_entry_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER adviser_visit_keeps_all_but_names BEFORE UPDATE ON adviser_visit FOR EACH ROW"
        f" WHEN (NOT (NEW.lawyer IS NULL AND NEW.adviser IS NULL AND {same}))"
        " EXECUTE FUNCTION report_entry_only_grows()"
    )
    op.execute(
        "CREATE TRIGGER report_evidence_only_grows BEFORE UPDATE OR TRUNCATE ON report_evidence"
        " FOR EACH STATEMENT EXECUTE FUNCTION report_entry_only_grows()"
    )

"""With each version of a form the halls whose clock was wrong; what was noted of a service by its ticket.

Of a visit of an adviser the name may be taken out, and nothing else, once it was kept for as long as it may be; files
behind figures are deleted then, and never changed.
"""

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
    _records_by_ticket()
    if op.get_bind().dialect.name == "postgresql":
        _names_on_postgresql()
    else:
        _names_on_sqlite()


def _records_by_ticket() -> None:
    """What was noted of a number is noted of each ticket that had it that day, until the hall says more."""
    op.drop_index("service_record_by_day", "service_record")
    op.rename_table("service_record", "service_record_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX service_record_pkey RENAME TO service_record_before_pkey")
    op.create_table(
        "service_record",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("number", sa.String(12), primary_key=True),
        sa.Column("epoch", sa.String(64), primary_key=True),
        sa.Column("stream", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("answered_by", sa.String(12), nullable=False),
        sa.Column("groups", sa.String(80), nullable=False),
    )
    op.execute(
        'INSERT INTO service_record (hall, day, number, epoch, stream, version, field, answered_by, "groups")'
        ' SELECT r.hall, r.day, r.number, t.epoch, 0, r.version, r.field, r.answered_by, r."groups"'
        " FROM service_record_before r"
        " JOIN ticket t ON t.hall = r.hall AND t.day = r.day AND t.number = r.number"
    )
    op.drop_table("service_record_before")
    op.create_index("service_record_by_day", "service_record", ["day"])


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

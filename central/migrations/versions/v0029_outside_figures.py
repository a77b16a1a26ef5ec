"""Days of the hotline and of the web platform, and calls one by one: versions that are never changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

_HOTLINE = ("g01", "g01v", "g02", "g04s", "g05", "g06", "g07", "g08r", "g08s")
_ADVICE = ("b03", *(f"b{n}" for n in range(11, 23)), *(f"b{n}" for n in range(31, 36)))
_ONLINE = ("n02", "n03", "n07", "n08", "n09", "n10", "n11")


def upgrade() -> None:
    _day_table("hotline_day", _HOTLINE, _ADVICE)
    _day_table("web_day", ("n01", "n04", "n05"), _ONLINE)
    op.create_table(
        "hotline_call",
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("call", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.String(8), nullable=False),
        sa.Column("talk_s", sa.Integer, nullable=False),
        sa.Column("advice_field", sa.String(16), nullable=False),
        sa.Column("answered_by", sa.String(12), nullable=False),
        *_whence(),
    )
    op.create_index("hotline_call_by_day", "hotline_call", ["day"])
    _stay_as_told("hotline_day", "UPDATE", "DELETE")
    _stay_as_told("web_day", "UPDATE", "DELETE")
    _stay_as_told("hotline_call", "UPDATE")  # they go by the rule of retention


def _day_table(name: str, must: tuple[str, ...], may: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("unit", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(code, sa.BigInteger, nullable=False) for code in must),
        *(sa.Column(code, sa.BigInteger) for code in may),
        *_whence(),
    )
    op.create_index(f"{name}_by_day", name, ["day"])


def _whence() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("told_by", sa.String(40), nullable=False),
        sa.Column("told_ms", sa.BigInteger, nullable=False),
        sa.Column("file", sa.String(64), nullable=False),
    )


def _stay_as_told(table: str, *acts: str) -> None:
    name, why = f"{table}_stays", "what was told stays"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{why}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {' OR '.join(acts)} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
        return
    for act in acts:
        op.execute(
            f"CREATE TRIGGER {name}_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )
    key = "call" if table == "hotline_call" else "day"  # INSERT OR REPLACE takes the old row out without a word
    op.execute(
        f"CREATE TRIGGER {name}_again BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table}"  # noqa: S608
        f' WHERE unit = NEW.unit AND "{key}" = NEW."{key}" AND version = NEW.version)'
        f" BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )

"""Ratings with their versions, made once of the events that are stored; cases of bad ones, steps that only grow.

Cases of bad ratings that came before are opened by the job of the room (``central/ratings/recount.py``), which knows
the rest days. Who served a ticket is noted from now on.
"""

from __future__ import annotations

import json
from calendar import monthrange
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
_AT_ONCE: Final = 2000
_ONLY_GROW: Final = "steps of a case only grow"
_OPEN: Final = "an open case stays"
_CHANNELS: Final = ("PAD", "PHONE", "BUTTONS")
_KEY: Final = ("hall", "day", "number")
_FLAGS: Final = ("has_text", "too_fast", "equal_run", "same_device")


def upgrade() -> None:
    op.add_column("ticket", sa.Column("staff", sa.String(80)))
    _ratings()
    _counts_and_looks()
    _cases()
    _fill()
    if op.get_bind().dialect.name == "postgresql":
        _guards_on_postgresql()
    else:
        _guards_on_sqlite()


def _key(*more: sa.Column[Any]) -> list[sa.Column[Any]]:
    return [
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("number", sa.String(12), primary_key=True),
        *more,
    ]


def _flags() -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in _FLAGS]


def _ratings() -> None:
    op.create_table(
        "rating",
        *_key(),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("service", sa.String(8), nullable=False),
        sa.Column("window", sa.Integer, nullable=False),
        sa.Column("staff", sa.String(80), nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("reasons", sa.String(160), nullable=False),
        sa.Column("rated_ms", sa.BigInteger, nullable=False),
        *_flags(),
        sa.Column("done", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("excluded", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_index("rating_by_day", "rating", ["day", "hall"])
    op.create_table(
        "rating_version",
        *_key(sa.Column("epoch", sa.String(64), primary_key=True)),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("reasons", sa.String(160), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        *_flags(),
        sa.Column("stream", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.create_index("rating_version_by_day", "rating_version", ["day"])


def _counts_and_looks() -> None:
    op.create_table(
        "served_count",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("service", sa.String(8), primary_key=True),
        sa.Column("window", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("staff", sa.String(80), primary_key=True),
        sa.Column("n", sa.Integer, nullable=False),
    )
    op.create_index("served_count_by_day", "served_count", ["day"])
    op.create_table(
        "rating_review",
        *_key(sa.Column("n", sa.Integer, primary_key=True, autoincrement=False)),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("decision", sa.String(8), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def _cases() -> None:
    op.create_table(
        "rating_case",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("hall", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("grade", sa.Integer, nullable=False),
        sa.Column("raised", sa.Integer),
        sa.Column("opened_ms", sa.BigInteger, nullable=False),
        sa.Column("contacted_ms", sa.BigInteger),
        sa.Column("in_time", sa.Boolean),
        *_said("late", 80), *_said("proposed_by", 80), *_said("ground", 12), *_said("result", 12),
        *_said("content", 16), *_said("replied_by", 80),
        sa.Column("public_text", sa.Text),
        sa.Column("public_reply", sa.Text),
        sa.Column("published_ms", sa.BigInteger),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("due_rule", sa.String(24)),
        sa.Column("due_sure", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("closed_ms", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("hall", "day", "number", name="rating_case_once"),
    )  # fmt: skip
    op.create_index("rating_case_by_due", "rating_case", ["closed_ms", "due_ms", "id"])
    op.create_table(
        "rating_step",
        sa.Column("case", sa.String(16), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("move", sa.String(16), nullable=False),
        sa.Column("from_state", sa.String(12), nullable=False),
        sa.Column("to_state", sa.String(12), nullable=False),
        sa.Column("facts", sa.String(400), nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )


def _said(name: str, length: int) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(length), nullable=False, server_default="")]


# --- what is there already --------------------------------------------------------------------------------------


def _fill() -> None:
    """In the order in which the views took them in, so that the newest version stands in the end."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT s.hall, s.epoch, e.stream, e.seq, e.ts, e.data FROM event e JOIN stream s ON s.id = e.stream"
            " WHERE e.type = 'rating.given/1' AND e.lane = 'main' AND e.seq <= s.applied"
            " ORDER BY s.first_ms, s.id, e.seq"
        ),
        execution_options={"yield_per": _AT_ONCE},
    )
    for part in found.partitions(_AT_ONCE):
        rows = [row for event in part if (row := _row(event)) is not None]
        if rows:
            connection.execute(_VERSION, rows)
            connection.execute(_RATING, rows)
    for name in _FLAGS:
        connection.execute(_kept(name))
    connection.execute(_DONE)


def _row(event: Any) -> dict[str, Any] | None:
    told = json.loads(event.data)
    row = {
        "hall": event.hall, "epoch": event.epoch, "stream": event.stream, "seq": event.seq, "at_ms": event.ts,
        **{name: told[name] for name in ("day", "number", "service", "window", "staff", "grade", "channel", "version")},
        "reasons": " ".join(sorted(set(told.get("reasons", ())))), "has_text": bool(told.get("text", "").strip()),
        **{name: told.get(name, False) for name in _FLAGS[1:]},
    }  # fmt: skip
    return row if _fits(row) else None


def _fits(row: dict[str, Any]) -> bool:
    texts = ((row["number"], 1, 12), (row["service"], 1, 8), (row["staff"], 0, 80), (row["reasons"], 0, 160))
    return (
        _is_day(row["day"])
        and all(least <= len(text) <= most and (not text or text.isprintable()) for text, least, most in texts)
        and row["channel"] in _CHANNELS
        and 1 <= row["grade"] <= 5
        and 0 <= row["window"] <= 9999
        and 1 <= row["version"] <= 1000
    )


def _is_day(text: str) -> bool:
    year, month, day = (text[:4], text[5:7], text[8:])
    if len(text) != 10 or not (year + month + day).isascii() or not (year + month + day).isdigit():
        return False
    if text[4] + text[7] != "--" or not text.startswith("20") or not 1 <= int(month) <= 12:
        return False
    return 1 <= int(day) <= monthrange(int(year), int(month))[1]


_SHARED: Final = (*_KEY, "epoch", "version", "grade", "channel", "reasons", *_FLAGS)
_NAMES: Final = (*_SHARED, "at_ms", "stream", "seq")
_SERVED: Final = (*_SHARED, "service", '"window"', "staff", "rated_ms")
_CHANGED: Final = ", ".join(f"{name} = excluded.{name}" for name in _SERVED if name not in _KEY)
_VERSION: Final = sa.text(
    f"INSERT INTO rating_version ({', '.join(_NAMES)})"  # noqa: S608 - our own names
    f" VALUES ({', '.join(f':{name}' for name in _NAMES)}) ON CONFLICT DO NOTHING"
)
_RATING: Final = sa.text(
    f"INSERT INTO rating ({', '.join(_SERVED)})"  # noqa: S608 - our own names
    f" VALUES ({', '.join(f':{name}' for name in (*_SHARED, 'service', 'window', 'staff', 'at_ms'))})"
    f" ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET {_CHANGED}"
    " WHERE (excluded.epoch = rating.epoch AND excluded.version > rating.version)"
    " OR (excluded.epoch <> rating.epoch AND excluded.rated_ms >= rating.rated_ms)"
)
# Only a service that was done can be rated. Whose ticket retention has deleted by now counts, as it did before.
_DONE: Final = sa.text(
    "UPDATE rating SET done = true WHERE NOT EXISTS (SELECT 1 FROM ticket t WHERE t.hall = rating.hall"
    " AND t.day = rating.day AND t.number = rating.number) AND EXISTS (SELECT 1 FROM ticket_count c"
    " WHERE c.hall = rating.hall AND c.day = rating.day AND c.state = 'DONE')"
)


def _kept(name: str) -> sa.TextClause:
    """A flag that any version has is the rating's."""
    same = " AND ".join(f"v.{part} = rating.{part}" for part in _KEY)
    there = f"EXISTS (SELECT 1 FROM rating_version v WHERE {same} AND v.{name})"  # noqa: S608
    return sa.text(f"UPDATE rating SET {name} = true WHERE NOT {name} AND {there}")  # noqa: S608


# --- guards -----------------------------------------------------------------------------------------------------


def _guards_on_sqlite() -> None:
    _refuse("rating_step_refuses_update", "UPDATE ON rating_step", "1", _ONLY_GROW)
    there = 'EXISTS (SELECT 1 FROM rating_case WHERE id = OLD."case")'
    _refuse("rating_step_refuses_delete", "DELETE ON rating_step", there, _ONLY_GROW)
    # INSERT OR REPLACE takes the old row out without a word
    again = 'EXISTS (SELECT 1 FROM rating_step WHERE "case" = NEW."case" AND n = NEW.n)'
    _refuse("rating_step_refuses_again", "INSERT ON rating_step", again, _ONLY_GROW)
    _refuse("rating_case_refuses_delete", "DELETE ON rating_case", "OLD.closed_ms IS NULL", _OPEN)


def _refuse(name: str, act: str, when: str, why: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} WHEN {when} BEGIN SELECT RAISE(ABORT, '{why}'); END")


def _guards_on_postgresql() -> None:
    place = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
    _function("rating_step_only_grows", f"RAISE EXCEPTION '{_ONLY_GROW}';")
    op.execute(
        "CREATE TRIGGER rating_step_only_grows BEFORE UPDATE OR TRUNCATE ON rating_step"
        " FOR EACH STATEMENT EXECUTE FUNCTION rating_step_only_grows()"
    )
    _function(
        "rating_step_goes_last",
        f'IF EXISTS (SELECT 1 FROM {place}.rating_case WHERE id = OLD."case") THEN'  # noqa: S608 - our own table
        f" RAISE EXCEPTION '{_ONLY_GROW}'; END IF; RETURN OLD;",
    )
    _function(
        "rating_case_goes_closed", f"IF OLD.closed_ms IS NULL THEN RAISE EXCEPTION '{_OPEN}'; END IF; RETURN OLD;"
    )
    for name, table in (("rating_step_goes_last", "rating_step"), ("rating_case_goes_closed", "rating_case")):
        op.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")

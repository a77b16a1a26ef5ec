"""What the monthly report counts of halls beside their tickets, made once of the events that are stored already."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
_AT_ONCE: Final = 2000
_NUMBER: Final = 12
_DAY: Final = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_ENDS: Final = {"DONE": "A11", "NO_SHOW": "A12", "CANCELLED": "A13", "EXPIRED": "A14"}
_PRIORITIES: Final = {"ELDER": "A17", "DISABLED": "A18", "MILITARY": "A19"}
_SERVICES: Final = {letter: f"A{30 + place}" for place, letter in enumerate("ABCDEFGHJKLT")}


def upgrade() -> None:
    op.create_table(
        "service_record",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("number", sa.String(12), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("answered_by", sa.String(12), nullable=False),
        sa.Column("groups", sa.String(80), nullable=False),
    )
    op.create_index("service_record_by_day", "service_record", ["day"])
    op.create_table(
        "day_tally",
        sa.Column("hall", sa.String(40), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("code", sa.String(8), primary_key=True),
        sa.Column("n", sa.BigInteger, nullable=False),
    )
    op.create_index("day_tally_by_day", "day_tally", ["day"])
    _fill_records()
    _fill_tallies()
    _fill_deleted()


def _stored(*types: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Hall and data of the events of these types that the views have taken in, each once."""
    statement = sa.text(
        "SELECT stream.hall, event.data FROM event JOIN stream ON stream.id = event.stream"
        " WHERE event.type IN :types AND event.lane = 'main' AND event.seq <= stream.applied"
        " ORDER BY event.stream, event.seq"
    ).bindparams(sa.bindparam("types", expanding=True))
    for hall, data in op.get_bind().execute(statement, {"types": types}):
        told = json.loads(data)
        if _DAY.fullmatch(told.get("day", "")):
            yield hall, told


def _fill_records() -> None:
    newest: dict[tuple[str, str, str], dict[str, Any]] = {}
    for hall, told in _stored("service.recorded/1"):
        key = (hall, told["day"], told["number"])
        if len(told["number"]) <= _NUMBER and newest.get(key, {"version": 0})["version"] <= told["version"]:
            newest[key] = told
    _insert(
        "service_record",
        [
            {
                "hall": hall, "day": day, "number": number, "version": told["version"],
                "field": told.get("field") or "", "answered_by": told.get("answered_by") or "",
                "groups": "".join(f" {group} " for group in sorted(set(told.get("groups") or ()))),
            }
            for (hall, day, number), told in newest.items()
        ],
    )  # fmt: skip


def _fill_tallies() -> None:
    found: Counter[tuple[str, str, str]] = Counter()
    for hall, told in _stored("appointment.checked_in/1"):
        found[hall, told["day"], "A15"] += not told["late"]
    for hall, told in _stored("opinion.given/1"):
        found[hall, told["day"], "P16"] += 1
        found[hall, told["day"], "A03"] += told.get("channel", "KIOSK") == "KIOSK"
    for hall, told in _stored("aid.submitted/1"):
        found[hall, told["day"], "A03"] += told["channel"] == "KIOSK"
    _insert("day_tally", _rows(found))


def _fill_deleted() -> None:
    """Of tickets that were deleted there are counts, which say all but who waited long (A23)."""
    found: Counter[tuple[str, str, str]] = Counter()
    rows = op.get_bind().execute(sa.text("SELECT * FROM ticket_count")).mappings()
    for row in rows:
        if row["state"] not in _ENDS:
            continue
        at, done = (row["hall"], row["day"]), row["state"] == "DONE"
        found[(*at, "A10")] += row["count"]
        found[(*at, _ENDS[row["state"]])] += row["count"]
        if row["priority"]:
            found[(*at, _PRIORITIES.get(row["priority"], "A20"))] += row["count"]
        if done:
            found[(*at, _SERVICES.get(row["service"], "A41X"))] += row["count"]
            found[(*at, "A02")] += row["persons"]
            found[(*at, "A21S")] += row["waited_total_s"]
            found[(*at, "A22S")] += row["served_total_s"]
        if done and row["service"] == "A":
            for code in ("B02", "B22", "B35"):
                found[(*at, code)] += row["persons"]
    _insert("day_tally", _rows(found))  # cells of tickets: none of those above


def _rows(found: Mapping[tuple[str, str, str], int]) -> list[dict[str, Any]]:
    return [{"hall": hall, "day": day, "code": code, "n": n} for (hall, day, code), n in found.items() if n]


def _insert(table: str, rows: list[dict[str, Any]]) -> None:
    for place in range(0, len(rows), _AT_ONCE):
        names = list(rows[0])
        columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
        op.get_bind().execute(
            sa.text(f"INSERT INTO {table} ({columns}) VALUES ({values})"),  # noqa: S608
            rows[place : place + _AT_ONCE],
        )

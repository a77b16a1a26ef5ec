"""What the monthly report counts of halls beside their tickets, made once of the events that are stored already."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
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
_ADVICE: Final = "A"
_FIELDS: Final = {
    name: f"B{11 + place}"
    for place, name in enumerate((
        "FAMILY", "INHERITANCE", "LABOUR", "TRAFFIC", "INJURY", "DEBT", "HOUSING", "LAND", "CONSUMER", "CRIMINAL",
        "ADMINISTRATIVE", "OTHER",
    ))
}  # fmt: skip
_ANSWERED: Final = {
    name: f"B{31 + place}" for place, name in enumerate(("LAWYER", "NOTARY", "LEGAL_AID", "MEDIATOR", "OTHER"))
}
_GROUPS: Final = {
    name: f"B{41 + place}"
    for place, name in enumerate(("MIGRANT_WORKER", "ELDER", "WOMAN", "MINOR", "DISABLED", "MILITARY"))
}
_NEWER: Final = (
    " ON CONFLICT (hall, day, number) DO UPDATE SET version = excluded.version, field = excluded.field,"
    ' answered_by = excluded.answered_by, "groups" = excluded."groups"'
    " WHERE service_record.version <= excluded.version"
)
_NO_TICKET: Final = (
    "NOT EXISTS (SELECT 1 FROM ticket t WHERE t.hall = {0}.hall AND t.day = {0}.day AND t.number = {0}.number)"
)
_Key = tuple[str, str, str]  # hall, day, number
_Cell = tuple[str, str, str]  # hall, day, code


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


def _stored(*types: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Hall, type and data of the events of these types that the views have taken in, each once; a year of them is
    more than fits into memory."""
    statement = sa.text(
        "SELECT stream.hall, event.type, event.data FROM event JOIN stream ON stream.id = event.stream"
        " WHERE event.type IN :types AND event.lane = 'main' AND event.seq <= stream.applied"
        " ORDER BY event.stream, event.seq"
    ).bindparams(sa.bindparam("types", expanding=True))
    rows = op.get_bind().execute(statement, {"types": types}, execution_options={"yield_per": _AT_ONCE})
    for hall, kind, data in rows:
        told = json.loads(data)
        if _DAY.fullmatch(told.get("day", "")):
            yield hall, kind, told


def _fill_records() -> None:
    """What was noted of tickets that are here, and of advice of days whose tickets are deleted (`_fold_noted`)."""
    here, gone = _days("SELECT DISTINCT hall, day FROM ticket"), set(_advice_left())
    rows: list[dict[str, Any]] = []
    for hall, _, told in _stored("service.recorded/1"):
        at = (hall, told["day"])
        if len(told["number"]) > _NUMBER or not (at in here or (at in gone and told["service"] == _ADVICE)):
            continue
        rows.append({
            "hall": hall, "day": told["day"], "number": told["number"], "version": told["version"],
            "field": told.get("field") or "", "answered_by": told.get("answered_by") or "",
            "groups": "".join(f" {group} " for group in sorted(set(told.get("groups") or ()))),
        })  # fmt: skip
        if len(rows) == _AT_ONCE:
            _insert("service_record", rows, _NEWER)
            rows = []
    _insert("service_record", rows, _NEWER)


def _days(statement: str) -> set[tuple[str, str]]:
    return {(hall, day) for hall, day in op.get_bind().execute(sa.text(statement))}


def _advice_left() -> dict[tuple[str, str], int]:
    """Hall and day -> how many people were given advice there, of tickets that are deleted."""
    statement = (
        "SELECT hall, day, SUM(persons) FROM ticket_count WHERE state = 'DONE' AND service = :service"
        " GROUP BY hall, day"
    )
    return {(hall, day): int(n) for hall, day, n in op.get_bind().execute(sa.text(statement), {"service": _ADVICE})}


def _fill_tallies() -> None:
    found: Counter[tuple[str, str, str]] = Counter()
    for hall, _, told in _stored("appointment.checked_in/1"):
        found[hall, told["day"], "A15"] += not told["late"]
    for hall, _, told in _stored("opinion.given/1"):
        found[hall, told["day"], "P16"] += 1
        found[hall, told["day"], "A03"] += told.get("channel", "KIOSK") == "KIOSK"
    for hall, _, told in _stored("aid.submitted/1"):
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
    _fold_advice(found)
    _insert("day_tally", _rows(found))  # cells of tickets: none of those above


def _fold_advice(found: Counter[_Cell]) -> None:
    """Advice of deleted tickets, as ``report_counts`` would have left it: what has a record of its own counts there,
    what nobody noted is "other"."""
    left = _advice_left()
    own = _own_records(left)
    ended, persons = _told_of_deleted(left, own)
    for (hall, day), n in left.items():
        found[hall, day, "B02"] += n
    for hall, day, number in (key for key in own if ended[key] == _ADVICE):
        found[hall, day, "B02"] -= min(persons.get((hall, day, number), 1), found[hall, day, "B02"])
    not_here = own | {key for key, service in ended.items() if service != _ADVICE}
    noted = _fold_noted(found, not_here, persons)
    for at in left:
        for code, kind in (("B22", "field"), ("B35", "answered_by")):
            found[(*at, code)] += max(0, found[(*at, "B02")] - noted[(*at, kind)])


def _own_records(left: Mapping[tuple[str, str], int]) -> set[_Key]:
    """Deleted tickets that have a record of advice which was not struck."""
    statement = (
        "SELECT hall, ticket_day, ticket_number FROM matter WHERE kind = 'ADVICE' AND state <> 'STRUCK'"
        " AND hall IS NOT NULL AND ticket_number IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket t"
        " WHERE t.hall = matter.hall AND t.day = matter.ticket_day AND t.number = matter.ticket_number)"
    )
    rows = op.get_bind().execute(sa.text(statement))
    return {(hall, day, number) for hall, day, number in rows if (hall, day) in left}


def _told_of_deleted(
    left: Mapping[tuple[str, str], int], own: AbstractSet[_Key]
) -> tuple[dict[_Key, str], dict[_Key, int]]:
    """As which service these tickets were done at last, and those that were done, reopened and done anew or never; and
    which tickets were for more than one. Where the events are deleted too, the letter of the number tells."""
    ended, persons = {key: key[2][:1] for key in own}, dict[_Key, int]()
    for hall, kind, told in _stored("ticket.issued/1", "ticket.finished/1", "ticket.reopened/1") if left else ():
        key = (hall, told["day"], told["number"])
        if key[:2] not in left:
            continue
        if key in ended or kind == "ticket.reopened/1":
            ended[key] = told["service"] if kind == "ticket.finished/1" else ""
        if kind == "ticket.issued/1" and told.get("persons", 1) != 1:
            persons[key] = told["persons"]
    return ended, persons


def _fold_noted(found: Counter[_Cell], not_here: AbstractSet[_Key], persons: Mapping[_Key, int]) -> Counter[_Cell]:
    """What was noted of deleted tickets goes into the tallies; how many people that was, by hall, day and what."""
    gone = _NO_TICKET.format("service_record")
    statement = f"SELECT * FROM service_record WHERE {gone}"  # noqa: S608 - our own words
    noted: Counter[_Cell] = Counter()
    for row in op.get_bind().execute(sa.text(statement), execution_options={"yield_per": _AT_ONCE}):
        at, key = (row.hall, row.day), (row.hall, row.day, row.number)
        if key in not_here or not found[(*at, "B02")]:
            continue
        n = persons.get(key, 1)
        for kind, code in (("field", _FIELDS.get(row.field)), ("answered_by", _ANSWERED.get(row.answered_by))):
            if code is not None:
                found[(*at, code)] += n
                noted[(*at, kind)] += n
        for group in row.groups.split():
            if group in _GROUPS:
                found[(*at, _GROUPS[group])] += 1
    op.execute(f"DELETE FROM service_record WHERE {gone}")  # noqa: S608 - our own words
    return noted


def _rows(found: Mapping[tuple[str, str, str], int]) -> list[dict[str, Any]]:
    return [{"hall": hall, "day": day, "code": code, "n": n} for (hall, day, code), n in found.items() if n]


def _insert(table: str, rows: list[dict[str, Any]], more: str = "") -> None:
    for place in range(0, len(rows), _AT_ONCE):
        names = list(rows[0])
        columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(f":{name}" for name in names)
        op.get_bind().execute(
            sa.text(f"INSERT INTO {table} ({columns}) VALUES ({values}){more}"),  # noqa: S608
            rows[place : place + _AT_ONCE],
        )

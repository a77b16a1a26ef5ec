"""Statements over central's own records and their steps, by unit; what they come to is not asked of their rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, exists, func, or_, select

from central.aid.chain import broken_at as aid_broken_at
from central.aid.tables import aid_case, aid_party, aid_step
from central.aid_limits.tables import aid_limit
from central.matters.store import broken_at as matter_broken_at
from central.matters.tables import matter, matter_step
from central.ratings.chain import broken_at as rating_broken_at
from central.ratings.tables import rating_case, rating_review, rating_step
from central.report_recount.span import Part
from central.report_recount.steps import Record, records, unstruck

_AT_ONCE: Final = 400
# States of matters and of cases that count at a moment, in which one may stand without a step for years.
_MATTER_OPEN: Final = ("ACCEPTED", "MEDIATING", "ROOM_BOOKED", "CHECKED_IN", "HELD", "WAIVED")
_CASE_OPEN: Final = ("SUBMITTED", "NEED_SUPPLEMENT", "UNDER_REVIEW", "COOP_CHECK", "OBJECTED")
_RATING_OPEN: Final = ("OPEN", "CONTACTED", "RECTIFYING", "REPLIED", "REVISITED")


def matters(connection: Connection, part: Part) -> Iterator[Record]:
    """Records of a unit that did something since the period began, or stood somewhere that counts."""
    here = matter.c.unit == part.unit
    wanted = _moving(matter_step, "matter", part.of.from_ms, _MATTER_OPEN)
    rows, steps = _read(connection, matter, matter_step, "matter", here, wanted)
    return records(rows, steps, "matter", part.cut_ms, matter_broken_at)


def cases(connection: Connection, part: Part) -> Iterator[Record]:
    here = aid_case.c.unit == part.unit
    wanted = _moving(aid_step, "case", part.of.from_ms, _CASE_OPEN)
    rows, steps = _read(connection, aid_case, aid_step, "case", here, wanted)
    return records(rows, steps, "case", part.cut_ms, aid_broken_at)


def rating_cases(connection: Connection, hall: str, part: Part) -> Iterator[Record]:
    wanted = _moving(rating_step, "case", part.of.from_ms, _RATING_OPEN)
    rows, steps = _read(connection, rating_case, rating_step, "case", rating_case.c.hall == hall, wanted)
    return records(rows, steps, "case", part.cut_ms, rating_broken_at)


def _moving(step: Table, key: str, from_ms: int, states: Sequence[str]) -> Select[Any]:
    """Records with a step since then, or whose last step leads to one of these states."""
    later = step.alias()
    last = ~exists().where(later.c[key] == step.c[key], later.c.n > step.c.n)
    return select(step.c[key]).where(or_(step.c.at_ms >= from_ms, (step.c.to_state.in_(states)) & last))


def _read(
    connection: Connection, table: Table, step: Table, key: str, here: ColumnElement[bool], wanted: Select[Any]
) -> tuple[list[RowMapping], list[RowMapping]]:
    own = select(table.c.id).where(here)
    rows = list(
        connection.execute(select(table).where(here, table.c.id.in_(wanted.where(step.c[key].in_(own))))).mappings()
    )
    found: list[RowMapping] = []
    names = [row["id"] for row in rows]
    for place in range(0, len(names), _AT_ONCE):
        some = step.c[key].in_(names[place : place + _AT_ONCE])
        found += connection.execute(select(step).where(some).order_by(step.c[key], step.c.n)).mappings()
    return rows, found


def advice_by_ticket(connection: Connection, hall: str, part: Part) -> set[tuple[str, str]]:
    """Tickets of the period whose advice has a record of its own, that was there then and was not struck."""
    of = matter.c
    here = (of.hall == hall, of.kind == "ADVICE", of.ticket_day.between(*part.days), of.ticket_number.is_not(None))
    rows = list(connection.execute(select(of.id, of.ticket_day, of.ticket_number).where(*here)).mappings())
    names = [row["id"] for row in rows]
    steps: list[RowMapping] = []
    for place in range(0, len(names), _AT_ONCE):
        some = matter_step.c.matter.in_(names[place : place + _AT_ONCE])
        steps += connection.execute(
            select(matter_step).where(some).order_by(matter_step.c.matter, matter_step.c.n)
        ).mappings()
    found = set()
    for record in records(rows, steps, "matter", part.cut_ms, lambda _: None):
        if unstruck(record.steps).state not in ("", "STRUCK"):
            found.add((record.row["ticket_day"], record.row["ticket_number"]))
    return found


# --- what stands beside the steps ---------------------------------------------------------------------------


def applicants(connection: Connection, unit: str) -> dict[str, str]:
    """Case -> the mark of its applicant's number, of those that have one."""
    party = aid_party.c
    statement = (
        select(party.case, func.min(party.id_mark))
        .join(aid_case, aid_case.c.id == party.case)
        .where(aid_case.c.unit == unit, party.role == "APPLICANT", party.gone.is_(False), party.id_mark.is_not(None))
        .group_by(party.case)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def overrun(connection: Connection, part: Part) -> list[RowMapping]:
    """Reckonings of limits of a unit's cases that ended too late in the period and were in force then."""
    of = aid_limit.c
    those = (
        of.unit == part.unit, of.rule_id.in_(("LA_DECIDE", "LA_ASSIGN")), of.outcome == "LATE",
        of.ended_ms >= part.of.from_ms, of.ended_ms < min(part.of.to_ms, part.cut_ms),
        or_(of.superseded_ms.is_(None), of.superseded_ms >= part.cut_ms),
    )  # fmt: skip
    statement = select(of.case, of.rule_id, func.min(of.ended_ms).label("ended_ms")).where(*those)
    return list(connection.execute(statement.group_by(of.case, of.rule_id)).mappings())


def left_out(connection: Connection, hall: str, cut_ms: int) -> set[tuple[str, str]]:
    """Services whose rating the newest decision of that time leaves out."""
    of = rating_review.c
    statement = select(of.day, of.number, of.decision).where(of.hall == hall, of.at_ms < cut_ms)
    newest: dict[tuple[str, str], str] = {}
    for row in connection.execute(statement.order_by(of.n)):
        newest[row.day, row.number] = row.decision
    return {key for key, decision in newest.items() if decision == "EXCLUDE"}

"""Statements over cases, their steps, people, gaps and assignments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from central import schema
from central.aid.tables import aid_assignment, aid_case, aid_file, aid_gap, aid_party, aid_step


def add_case(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(aid_case), dict(row))


def case(connection: Connection, case_id: str, *, to_change: bool = False) -> RowMapping | None:
    """A case; ``to_change``: nobody else changes it until this transaction ends."""
    wanted = select(aid_case).where(aid_case.c.id == case_id)
    return connection.execute(wanted.with_for_update() if to_change else wanted).mappings().one_or_none()


def case_by(connection: Connection, column: str, value: str) -> RowMapping | None:
    """By its receipt, number or the hash of its code."""
    return connection.execute(select(aid_case).where(aid_case.c[column] == value)).mappings().one_or_none()


def change_case(connection: Connection, case_id: str, **facts: Any) -> None:
    connection.execute(update(aid_case).where(aid_case.c.id == case_id).values(**facts))


def path_of(connection: Connection, unit: str) -> str:
    """The path of a unit; empty for one that is not there, which nobody sees."""
    table = schema.unit
    return connection.execute(select(table.c.path).where(table.c.id == unit)).scalar_one_or_none() or ""


# --- steps ------------------------------------------------------------------------------------------------


def last_step(connection: Connection, case_id: str) -> RowMapping | None:
    wanted = select(aid_step).where(aid_step.c.case == case_id).order_by(aid_step.c.n.desc()).limit(1)
    return connection.execute(wanted).mappings().one_or_none()


def add_step(connection: Connection, step: Mapping[str, Any]) -> None:
    connection.execute(insert(aid_step), dict(step))


def steps(connection: Connection, case_id: str, after: int = 0) -> Sequence[RowMapping]:
    """Steps of a case in their order, those behind ``after``."""
    wanted = select(aid_step).where(aid_step.c.case == case_id, aid_step.c.n > after).order_by(aid_step.c.n)
    return connection.execute(wanted).mappings().all()


def actors(connection: Connection, case_id: str, moves: Iterable[str] | None = None) -> set[str]:
    """Who took part in a case, in any of these moves or in all of them."""
    wanted = select(aid_step.c.actor).distinct().where(aid_step.c.case == case_id)
    if moves is not None:
        wanted = wanted.where(aid_step.c.move.in_(list(moves)))
    return set(connection.execute(wanted).scalars())


# --- people -----------------------------------------------------------------------------------------------


def put_parties(connection: Connection, case_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """The people as they are now; who stood here before stays for conflict checks, marked as gone."""
    table = aid_party
    connection.execute(update(table).where(table.c.case == case_id).values(gone=True))
    top = connection.execute(select(func.max(table.c.n)).where(table.c.case == case_id)).scalar_one() or 0
    fresh = [{"case": case_id, "n": top + place, "gone": False, **row} for place, row in enumerate(rows, 1)]
    if fresh:
        connection.execute(insert(table), fresh)


def parties(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    wanted = select(aid_party).where(aid_party.c.case == case_id, aid_party.c.gone.is_(False)).order_by(aid_party.c.n)
    return connection.execute(wanted).mappings().all()


# --- gaps -------------------------------------------------------------------------------------------------


def gaps(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    wanted = select(aid_gap).where(aid_gap.c.case == case_id).order_by(aid_gap.c.n)
    return connection.execute(wanted).mappings().all()


def add_gaps(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(insert(aid_gap), [dict(row) for row in rows])


def fill_gaps(connection: Connection, case_id: str, numbers: Iterable[int], now_ms: int) -> None:
    table = aid_gap
    connection.execute(
        update(table)
        .where(table.c.case == case_id, table.c.n.in_(list(numbers)), table.c.filled_ms.is_(None))
        .values(filled_ms=now_ms)
    )


def open_gaps_again(connection: Connection, case_id: str, filled_ms: int) -> None:
    """Those that were filled at that moment are open once more."""
    table = aid_gap
    connection.execute(
        update(table).where(table.c.case == case_id, table.c.filled_ms == filled_ms).values(filled_ms=None)
    )


# --- assignments ------------------------------------------------------------------------------------------


def assign(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(aid_assignment).values(live_case=facts["case"], **facts))


def live_assignment(connection: Connection, case_id: str) -> RowMapping | None:
    wanted = select(aid_assignment).where(aid_assignment.c.live_case == case_id)
    return connection.execute(wanted).mappings().one_or_none()


def assignment_ended_at(connection: Connection, case_id: str, at_ms: int) -> RowMapping | None:
    """The one that ended at that moment."""
    table = aid_assignment
    wanted = select(table).where(table.c.case == case_id, table.c.until_ms == at_ms).order_by(table.c.since_ms.desc())
    return connection.execute(wanted.limit(1)).mappings().one_or_none()


def assignments(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    wanted = select(aid_assignment).where(aid_assignment.c.case == case_id).order_by(aid_assignment.c.since_ms)
    return connection.execute(wanted).mappings().all()


def change_assignment(connection: Connection, assignment: str, **facts: Any) -> None:
    connection.execute(update(aid_assignment).where(aid_assignment.c.id == assignment).values(**facts))


def end_assignment(connection: Connection, case_id: str, how: str, now_ms: int) -> RowMapping | None:
    """End the live one; what it was, or None."""
    found = live_assignment(connection, case_id)
    if found is not None:
        change_assignment(connection, found["id"], until_ms=now_ms, ended_how=how, live_case=None)
    return found


def cases_of_lawyer(connection: Connection, lawyer: str) -> list[str]:
    """Cases in which this lawyer is at work."""
    table = aid_assignment
    return list(
        connection.execute(
            select(table.c.case).where(table.c.lawyer == lawyer, table.c.live_case.is_not(None)).order_by(table.c.case)
        ).scalars()
    )


def firm_has(connection: Connection, case_id: str, firm_code: str) -> bool:
    """Whether this firm is at work in the case now."""
    found = live_assignment(connection, case_id)
    return found is not None and bool(firm_code) and found["firm_code"] == firm_code


# --- files ------------------------------------------------------------------------------------------------


def file_facts(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    """What was handed in, without its content."""
    table = aid_file
    columns = [column for column in table.c if column.name not in ("content",)]
    return (
        connection.execute(select(*columns).where(table.c.case == case_id).order_by(table.c.made_ms)).mappings().all()
    )


def latest_change(connection: Connection, case_id: str) -> int:
    """The number of a case's last step; 0 before its first."""
    return connection.execute(select(func.max(aid_step.c.n)).where(aid_step.c.case == case_id)).scalar_one() or 0


def without_number(connection: Connection, limit: int) -> list[RowMapping]:
    """Cases that came before their centre was set up."""
    wanted = select(aid_case).where(aid_case.c.number.is_(None)).order_by(aid_case.c.made_ms, aid_case.c.id)
    return list(connection.execute(wanted.limit(limit)).mappings())


def unit_of_hall(connection: Connection, hall: str) -> str | None:
    table = schema.hall
    return connection.execute(select(table.c.unit).where(table.c.id == hall)).scalar_one_or_none()

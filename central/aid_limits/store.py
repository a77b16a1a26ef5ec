"""Statements over the limits of single cases: their reckonings, their stops, the nearest end in the case's row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, insert, select, update

from central.aid.tables import aid_case
from central.aid_limits.tables import aid_limit, aid_notice, aid_stop


def running() -> ColumnElement[bool]:
    """Reckonings that hold, of clocks that are not done with."""
    return and_(aid_limit.c.superseded_ms.is_(None), aid_limit.c.ended_ms.is_(None))


def unit_of_case(connection: Connection, case: str) -> str | None:
    return connection.execute(select(aid_case.c.unit).where(aid_case.c.id == case)).scalar()


def running_clock(connection: Connection, case: str, rule_id: str) -> RowMapping | None:
    table = aid_limit
    statement = select(table).where(table.c.case == case, table.c.rule_id == rule_id, running())
    return connection.execute(statement).mappings().one_or_none()


def last_ended(connection: Connection, case: str, rule_id: str) -> RowMapping | None:
    table = aid_limit
    statement = select(table).where(
        table.c.case == case, table.c.rule_id == rule_id, table.c.superseded_ms.is_(None), table.c.ended_ms.is_not(None)
    )
    return connection.execute(statement.order_by(table.c.id.desc()).limit(1)).mappings().one_or_none()


def add(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(aid_limit).values(**facts))


def change(connection: Connection, number: int, **facts: Any) -> None:
    """What happens to a reckoning that holds: it is paused, done with, or superseded."""
    connection.execute(update(aid_limit).where(aid_limit.c.id == number).values(**facts))


def of_case(connection: Connection, case: str) -> list[RowMapping]:
    """Every reckoning of every clock, in the order they were made."""
    table = aid_limit
    return list(connection.execute(select(table).where(table.c.case == case).order_by(table.c.id)).mappings())


def current(connection: Connection, clock: str) -> RowMapping | None:
    """The reckoning of a clock that holds, running or not."""
    table = aid_limit
    statement = select(table).where(table.c.clock == clock, table.c.superseded_ms.is_(None))
    return connection.execute(statement).mappings().one_or_none()


# --- stops ---


def add_stop(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(aid_stop).values(**facts))


def stops(connection: Connection, clock: str) -> list[RowMapping]:
    table = aid_stop
    statement = select(table).where(table.c.clock == clock).order_by(table.c.from_ms, table.c.id)
    return list(connection.execute(statement).mappings())


def stops_of_case(connection: Connection, case: str) -> list[RowMapping]:
    table = aid_stop
    statement = select(table).where(table.c.case == case).order_by(table.c.from_ms, table.c.id)
    return list(connection.execute(statement).mappings())


def end_stop(connection: Connection, number: int, to_ms: int | None) -> None:
    connection.execute(update(aid_stop).where(aid_stop.c.id == number).values(to_ms=to_ms))


# --- what others see of it ---


def put_nearest(connection: Connection, case: str) -> None:
    """The nearest end that somebody has to do something about, into the case's row; none while all stand still."""
    table = aid_limit
    statement = select(table.c.near_ms, table.c.rule_id, table.c.provisional).where(table.c.case == case, waits())
    found = connection.execute(statement.order_by(table.c.near_ms, table.c.id).limit(1)).one_or_none()
    facts = (found.near_ms, found.rule_id, not found.provisional) if found is not None else (None, None, True)
    values = dict(zip(("due_ms", "due_rule", "due_sure"), facts, strict=True))
    connection.execute(update(aid_case).where(aid_case.c.id == case).values(**values))


def waits() -> ColumnElement[bool]:
    """Clocks that run on, and whose end is somebody's to act on."""
    return and_(running(), aid_limit.c.paused_ms.is_(None), aid_limit.c.remind != "")


def close_notices(connection: Connection, clock: str, at_ms: int) -> None:
    """Nobody need acknowledge what is done with."""
    table = aid_notice
    over = update(table).where(table.c.clock == clock, table.c.seen_ms.is_(None))
    connection.execute(over.values(seen_ms=at_ms))


def keep_late_reason(connection: Connection, clock: str, **facts: Any) -> None:
    table = aid_limit
    connection.execute(update(table).where(table.c.clock == clock, table.c.superseded_ms.is_(None)).values(**facts))


def last_reckoning(connection: Connection, clock: str) -> int:
    table = aid_limit
    return int(connection.execute(select(func.max(table.c.n)).where(table.c.clock == clock)).scalar_one())

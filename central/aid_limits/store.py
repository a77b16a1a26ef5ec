"""Statements over the limits of single cases: their reckonings, their stops, the nearest end in the case's row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, func, insert, select, update

from central.aid.tables import aid_case
from central.aid_limits.tables import aid_limit, aid_notice, aid_stop


def running() -> ColumnElement[bool]:
    """Reckonings that hold, of clocks that are not done with."""
    return and_(aid_limit.c.superseded_ms.is_(None), aid_limit.c.ended_ms.is_(None))


def unit_of_case(connection: Connection, case: str) -> str | None:
    return connection.execute(select(aid_case.c.unit).where(aid_case.c.id == case)).scalar()


def change_unit(connection: Connection, case: str, unit: str) -> None:
    """The case is another unit's now, with its limits."""
    connection.execute(update(aid_limit).where(aid_limit.c.case == case).values(unit=unit))


def running_clock(connection: Connection, case: str, rule_id: str) -> RowMapping | None:
    table = aid_limit
    statement = select(table).where(table.c.case == case, table.c.rule_id == rule_id, running())
    return connection.execute(statement).mappings().one_or_none()


def last_ended(connection: Connection, case: str, rule_id: str) -> RowMapping | None:
    table = aid_limit
    statement = select(table).where(
        table.c.case == case, table.c.rule_id == rule_id, table.c.superseded_ms.is_(None), table.c.ended_ms.is_not(None)
    )
    return connection.execute(statement.order_by(table.c.k.desc()).limit(1)).mappings().one_or_none()


def add(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(aid_limit).values(**facts))


def next_clock(connection: Connection, case: str) -> int:
    """The number of the next clock of a case."""
    return (connection.execute(select(func.max(aid_limit.c.k)).where(aid_limit.c.case == case)).scalar() or 0) + 1


def change(connection: Connection, row: RowMapping, **facts: Any) -> None:
    """What happens to a reckoning that holds: it is paused, done with, superseded, or explained."""
    same = and_(_of_clock(aid_limit, row), aid_limit.c.n == row["n"])
    connection.execute(update(aid_limit).where(same).values(**facts))


def _of_clock(table: Table, row: RowMapping) -> ColumnElement[bool]:
    return and_(table.c.case == row["case"], table.c.k == row["k"])


def of_case(connection: Connection, case: str) -> list[RowMapping]:
    """Every reckoning of every clock, in the order they were made."""
    table = aid_limit
    return list(connection.execute(select(table).where(table.c.case == case).order_by(table.c.k, table.c.n)).mappings())


# --- stops ---


def add_stop(connection: Connection, **facts: Any) -> None:
    connection.execute(insert(aid_stop).values(**facts))


def stops(connection: Connection, row: RowMapping) -> list[RowMapping]:
    table = aid_stop
    statement = select(table).where(_of_clock(table, row)).order_by(table.c.from_ms, table.c.id)
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
    statement = select(table.c.near_ms, table.c.rule_id).where(table.c.case == case, waits())
    found = connection.execute(statement.order_by(table.c.near_ms, table.c.k).limit(1)).one_or_none()
    due_ms, due_rule = found if found is not None else (None, None)
    connection.execute(update(aid_case).where(aid_case.c.id == case).values(due_ms=due_ms, due_rule=due_rule))


def unsure(connection: Connection, cases: Iterable[str]) -> set[str]:
    """Those of the cases whose nearest end follows from an estimated day table.

    Asked for the few that are shown and not kept in their rows: a day table that only makes ends sure would write
    every open case anew.
    """
    table, case = aid_limit, aid_case
    nearest = and_(table.c.case == case.c.id, table.c.near_ms == case.c.due_ms, table.c.rule_id == case.c.due_rule)
    statement = select(case.c.id).join(table, nearest).where(case.c.id.in_(set(cases)), waits(), table.c.provisional)
    return set(connection.execute(statement).scalars())


def waits() -> ColumnElement[bool]:
    """Clocks that run on, and whose end is somebody's to act on."""
    return and_(running(), aid_limit.c.paused_ms.is_(None), aid_limit.c.remind != "")


def close_notices(connection: Connection, row: RowMapping, at_ms: int) -> None:
    """Nobody need acknowledge what is done with."""
    table = aid_notice
    over = update(table).where(_of_clock(table, row), table.c.seen_ms.is_(None))
    connection.execute(over.values(seen_ms=at_ms))

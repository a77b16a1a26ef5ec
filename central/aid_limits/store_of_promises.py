"""Statements over the limits that units promise."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, insert, or_, select, update

from central.aid_limits.tables import aid_promise
from central.schema import unit


def holding(connection: Connection, of_unit: str, rule_id: str, day: str) -> RowMapping | None:
    """What a unit promises on that day, or else the nearest unit above it that promises something."""
    table, own, holder = aid_promise, unit.alias("own"), unit.alias("holder")
    chain = own.join(holder, own.c.path.startswith(holder.c.path)).join(table, table.c.unit == holder.c.id)
    holds = and_(table.c.valid_from <= day, or_(table.c.valid_to.is_(None), table.c.valid_to >= day))
    wanted = select(table).select_from(chain).where(own.c.id == of_unit, table.c.rule_id == rule_id, holds)
    nearest = (func.length(holder.c.path).desc(), table.c.valid_from.desc(), table.c.id.desc())
    return connection.execute(wanted.order_by(*nearest).limit(1)).mappings().one_or_none()


def of_unit(connection: Connection, of_unit: str) -> list[RowMapping]:
    """Everything that a unit itself ever promised, the newest first."""
    table = aid_promise
    wanted = select(table).where(table.c.unit == of_unit)
    return list(connection.execute(wanted.order_by(table.c.valid_from.desc(), table.c.id.desc())).mappings())


def lock_unit(connection: Connection, of_unit: str) -> None:
    """Nobody else changes what this unit promises until the caller's transaction ends."""
    connection.execute(select(unit.c.id).where(unit.c.id == of_unit).with_for_update())


def promise(connection: Connection, of_unit: str, number: int) -> RowMapping | None:
    table = aid_promise
    wanted = select(table).where(table.c.id == number, table.c.unit == of_unit)
    return connection.execute(wanted).mappings().one_or_none()


def add(connection: Connection, **facts: Any) -> int:
    """Its number."""
    return int(connection.execute(insert(aid_promise).values(**facts).returning(aid_promise.c.id)).scalar_one())


def end(connection: Connection, number: int, last_day: str, by: str, at_ms: int) -> None:
    """It holds no longer than to that day."""
    same = aid_promise.c.id == number
    connection.execute(update(aid_promise).where(same).values(valid_to=last_day, ended_by=by, ended_ms=at_ms))


def go_on(connection: Connection, of_unit: str, rule_id: str, ended_ms: int, last_day: str) -> None:
    """What ended on that day because another was set at that moment holds on, as if it had not been."""
    table = aid_promise
    then = and_(table.c.ended_ms == ended_ms, table.c.valid_to == last_day)
    those = and_(table.c.unit == of_unit, table.c.rule_id == rule_id, then)
    connection.execute(update(table).where(those).values(valid_to=None, ended_by=None, ended_ms=None))

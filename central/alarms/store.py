"""Statements over alarms, units' own rules and messages that wait for the webhook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, or_, select, update

from central import schema
from central.alarms.rules import CENTRAL, Key, Rule, standard
from central.alarms.tables import alarm, alarm_message, alarm_rule
from central.database import replace_row
from central.failures import NotFound
from central.units.rules import ROOT

_RULE_FACTS: Final = ("enabled", "level", "open_at", "end_below", "hold_s", "clear_s")


def _in_reach(path: str) -> ColumnElement[bool]:
    """Alarms of halls at or below a unit; those of central itself for whoever sees everything."""
    at = schema.unit.c.path.startswith(path)
    return or_(at, alarm.c.hall == CENTRAL) if f"{ROOT}/".startswith(path) else at


def _alarms(path: str) -> Any:
    hall = schema.hall
    return (
        select(alarm, hall.c.name_zh, hall.c.name_en, schema.unit.c.path)
        .outerjoin(hall, hall.c.id == alarm.c.hall)
        .outerjoin(schema.unit, schema.unit.c.id == hall.c.unit)
        .where(_in_reach(path))
    )


def open_alarms(connection: Connection, path: str = "") -> list[RowMapping]:
    """What is not over, the oldest first."""
    statement = _alarms(path).where(alarm.c.ended_ms.is_(None)).order_by(alarm.c.begun_ms, alarm.c.id)
    return list(connection.execute(statement).mappings())


def alarms(
    connection: Connection, path: str, *, over: bool | None, hall: str | None, rule: str | None,
    before: tuple[int, int] | None, limit: int,
) -> list[RowMapping]:  # fmt: skip
    """The newest first. ``over`` True: only those that ended, False: only those that did not."""
    statement = _alarms(path)
    if over is not None:
        statement = statement.where(alarm.c.ended_ms.is_not(None) if over else alarm.c.ended_ms.is_(None))
    if hall is not None:
        statement = statement.where(alarm.c.hall == hall)
    if rule is not None:
        statement = statement.where(alarm.c.rule == rule)
    if before is not None:
        begun_ms, number = before
        older = (alarm.c.begun_ms < begun_ms) | ((alarm.c.begun_ms == begun_ms) & (alarm.c.id < number))
        statement = statement.where(older)
    statement = statement.order_by(alarm.c.begun_ms.desc(), alarm.c.id.desc()).limit(limit)
    return list(connection.execute(statement).mappings())


def require_alarm(connection: Connection, number: int, path: str) -> RowMapping:
    """Raises `NotFound` for one that never was, or is of a hall out of reach."""
    row: RowMapping | None = connection.execute(_alarms(path).where(alarm.c.id == number)).mappings().one_or_none()
    if row is None:
        raise NotFound("NO_SUCH_ALARM")
    return row


def begin(connection: Connection, opened: Mapping[Key, int], rule_of: Mapping[Key, Rule], now_ms: int) -> None:
    rows = [
        {
            "hall": key.hall, "rule": key.rule, "subject": key.subject[:60], "level": rule_of[key].level,
            "value": value, "begun_ms": now_ms, "note": "",
        }
        for key, value in opened.items()
    ]  # fmt: skip
    if rows:
        connection.execute(insert(alarm), rows)


def worsen(connection: Connection, number: int, value: int) -> None:
    connection.execute(update(alarm).where(alarm.c.id == number).values(value=value))


def end(connection: Connection, numbers: Iterable[int], now_ms: int) -> None:
    for number in numbers:
        connection.execute(update(alarm).where(alarm.c.id == number).values(ended_ms=now_ms))


def acknowledge(connection: Connection, number: int, person: str, note: str, now_ms: int) -> None:
    facts = {"acknowledged_ms": now_ms, "acknowledged_by": person, "note": note}
    connection.execute(update(alarm).where(alarm.c.id == number).values(**facts))


# --- rules ---


def own_rules(connection: Connection, unit: str | None = None) -> list[RowMapping]:
    """What units have said, all of them or one."""
    statement = select(alarm_rule, schema.unit.c.path).join(schema.unit, schema.unit.c.id == alarm_rule.c.unit)
    if unit is not None:
        statement = statement.where(alarm_rule.c.unit == unit)
    return list(connection.execute(statement.order_by(schema.unit.c.path, alarm_rule.c.rule)).mappings())


def as_rule(row: RowMapping) -> Rule:
    return standard()[row["rule"]].model_copy(update={name: row[name] for name in _RULE_FACTS})


def keep_rule(connection: Connection, rule: str, unit: str, facts: Rule) -> None:
    values = {name: getattr(facts, name) for name in _RULE_FACTS}
    connection.execute(replace_row(connection, alarm_rule), {"rule": rule, "unit": unit, **values})


def forget_rule(connection: Connection, rule: str, unit: str) -> bool:
    """False when the unit had none of its own."""
    found = delete(alarm_rule).where(alarm_rule.c.rule == rule, alarm_rule.c.unit == unit)
    return bool(connection.execute(found).rowcount)


# --- messages to the webhook ---


def add_message(connection: Connection, body: str, now_ms: int) -> None:
    connection.execute(insert(alarm_message).values(body=body, made_ms=now_ms, attempts=0, next_ms=now_ms))


def next_message(connection: Connection) -> RowMapping | None:
    """The oldest; those behind it wait, so that nobody hears of an end before the beginning."""
    return connection.execute(select(alarm_message).order_by(alarm_message.c.id).limit(1)).mappings().one_or_none()


def drop_messages(connection: Connection, numbers: Sequence[int]) -> None:
    connection.execute(delete(alarm_message).where(alarm_message.c.id.in_(numbers)))


def drop_older(connection: Connection, made_before_ms: int) -> int:
    """How many were given up."""
    return int(connection.execute(delete(alarm_message).where(alarm_message.c.made_ms < made_before_ms)).rowcount)


def try_later(connection: Connection, number: int, attempts: int, next_ms: int) -> None:
    changed = update(alarm_message).where(alarm_message.c.id == number)
    connection.execute(changed.values(attempts=attempts, next_ms=next_ms))

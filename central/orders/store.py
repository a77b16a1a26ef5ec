"""Statements over orders and their answers."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, RowMapping, insert, select, update

from central import schema
from central.orders.stages import SENT, after
from central.strict_json import write_json
from hall.wire import Order, OrderAnswer

_MAX_ANSWER = 20_000


def by_key(connection: Connection, actor: str, asked_key: str) -> RowMapping | None:
    """The order that this person asked for under this key before."""
    table = schema.order
    statement = select(table).where(table.c.actor == actor, table.c.asked_key == asked_key)
    return connection.execute(statement).mappings().one_or_none()


def by_id(connection: Connection, hall: str, order: str) -> RowMapping | None:
    table = schema.order
    return connection.execute(select(table).where(table.c.id == order, table.c.hall == hall)).mappings().one_or_none()


def newest(connection: Connection, hall: str, operations: Collection[str], limit: int) -> list[RowMapping]:
    """Orders of these kinds to one hall, the newest first."""
    table = schema.order
    statement = select(table).where(table.c.hall == hall, table.c.op.in_(sorted(operations)))
    return list(connection.execute(statement.order_by(table.c.sent_ms.desc(), table.c.id).limit(limit)).mappings())


def add(connection: Connection, hall: str, order: Order, asked_key: str, now_ms: int) -> None:
    connection.execute(
        insert(schema.order).values(
            id=order.id,
            hall=hall,
            op=order.op,
            args=write_json(dict(order.args)),
            actor=order.actor,
            asked_key=asked_key,
            ttl_ms=order.ttl_ms,
            sent_ms=now_ms,
            status=SENT,
            answer="{}",
            answered_ms=None,
        )
    )


def answer(connection: Connection, hall: str, given: OrderAnswer, now_ms: int) -> None:
    """Keep a hall's answer to an order of ours; anything else changes nothing."""
    known = by_id(connection, hall, given.cmd_id)
    status = after(known["status"], given.status) if known is not None else None
    if status is None:
        return
    text = write_json(dict(given.data))
    table = schema.order
    connection.execute(
        update(table)
        .where(table.c.id == given.cmd_id)
        .values(status=status, answer=text if len(text) <= _MAX_ANSWER else "{}", answered_ms=now_ms)
    )


def release_key(connection: Connection, order: str) -> None:
    """The key of an order that is a day old may be used for another one."""
    table = schema.order
    connection.execute(update(table).where(table.c.id == order).values(asked_key=order))

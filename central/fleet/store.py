"""Statements over devices' faults and the coming and going of halls' lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, insert, select, update

from central import schema
from central.database import upsert
from central.fleet.tables import device_fault, line_change
from hall.wire import DeviceState

BROKEN: Final = frozenset({"absent", "lost", "quarantined", "degraded"})


def device_moved(connection: Connection, hall: str, state: DeviceState, now_ms: int) -> None:
    """Begin, go on with or end a fault; called when the state was the newest."""
    table = device_fault
    here = (table.c.hall == hall) & (table.c.device == state.device[:60]) & table.c.ended_ms.is_(None)
    present = connection.execute(select(table.c.state, table.c.reason).where(here)).one_or_none()
    facts = {"state": state.state[:20], "reason": state.reason[:200]}
    if state.state not in BROKEN:
        if present is not None:
            connection.execute(update(table).where(here).values(ended_ms=now_ms))
    elif present is None:
        statement = upsert(connection, table).on_conflict_do_nothing()
        row = {"hall": hall, "device": state.device[:60], "begun_ms": now_ms, "kind": state.kind[:60], **facts}
        connection.execute(statement, row)
    elif (present.state, present.reason) != (facts["state"], facts["reason"]):
        connection.execute(update(table).where(here).values(**facts))


def line_moved(connection: Connection, hall: str, online: bool, now_ms: int) -> None:
    """Note that the hall came or went, once for each time."""
    table = line_change
    last = select(table.c.online, table.c.at_ms).where(table.c.hall == hall).order_by(table.c.at_ms.desc()).limit(1)
    known = connection.execute(last).one_or_none()
    if known is None or known.online != online:
        at_ms = now_ms if known is None else max(now_ms, known.at_ms + 1)
        connection.execute(insert(table).values(hall=hall, at_ms=at_ms, online=online))


def line_changes(connection: Connection, halls: list[str]) -> dict[str, list[tuple[int, bool]]]:
    """All that is kept of these halls, in order."""
    table, found = line_change, dict[str, list[tuple[int, bool]]]()
    statement = select(table).where(table.c.hall.in_(halls)).order_by(table.c.hall, table.c.at_ms)
    for row in connection.execute(statement):
        found.setdefault(row.hall, []).append((row.at_ms, row.online))
    return found


def faults_since(connection: Connection, halls: list[str], since_ms: int) -> list[RowMapping]:
    """Faults of these halls that were not over by then."""
    table = device_fault
    open_or_late = table.c.ended_ms.is_(None) | (table.c.ended_ms > since_ms)
    statement = select(table).where(table.c.hall.in_(halls), open_or_late)
    return list(connection.execute(statement).mappings())


def faults(
    connection: Connection, hall: str, device: str | None, before: tuple[int, str] | None, limit: int
) -> list[RowMapping]:
    """One hall's, the newest first."""
    table = device_fault
    statement = select(table).where(table.c.hall == hall)
    if device is not None:
        statement = statement.where(table.c.device == device)
    if before is not None:
        begun_ms, name = before
        statement = statement.where(
            (table.c.begun_ms < begun_ms) | ((table.c.begun_ms == begun_ms) & (table.c.device > name))
        )
    return list(connection.execute(statement.order_by(table.c.begun_ms.desc(), table.c.device).limit(limit)).mappings())


def versions(connection: Connection, path: str) -> list[Mapping[str, Any]]:
    """Which version runs in which halls, id by id; a small place has no controller that could run one."""
    hall = schema.hall
    statement = (
        select(hall.c.id, hall.c.version)
        .join(schema.unit, schema.unit.c.id == hall.c.unit)
        .where(schema.unit.c.path.startswith(path), hall.c.state_ms > 0, hall.c.kept_here.is_(False))
    )
    return [dict(row) for row in connection.execute(statement).mappings()]

"""Statements over halls' devices and their faults."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Select, and_, func, or_, select

from central import schema
from central.fleet.tables import device_fault


@dataclass(frozen=True, slots=True)
class HallOfDevices:
    id: str
    unit: str
    first_ms: int
    devices: int


def halls(connection: Connection, units: Select[str], before_ms: int) -> list[HallOfDevices]:
    """Halls of these units that were there before that moment and have devices."""
    hall, device = schema.hall, schema.device
    statement = (
        select(hall.c.id, hall.c.unit, hall.c.first_ms, func.count())
        .join(device, device.c.hall == hall.c.id)
        .where(hall.c.unit.in_(units), hall.c.first_ms < before_ms)
        .group_by(hall.c.id, hall.c.unit, hall.c.first_ms)
    )
    return [HallOfDevices(*row) for row in connection.execute(statement)]


def faults(
    connection: Connection, units: Select[str], from_ms: int, to_ms: int
) -> dict[str, list[tuple[int, int | None]]]:
    """Hall -> begin and end of each fault that lies at least partly in that time, of devices that the hall has."""
    fault, device, hall = device_fault.c, schema.device.c, schema.hall.c
    statement = (
        select(fault.hall, fault.begun_ms, fault.ended_ms)
        .join(schema.device, and_(device.hall == fault.hall, device.device == fault.device))
        .join(schema.hall, hall.id == fault.hall)
        .where(hall.unit.in_(units), fault.begun_ms < to_ms, or_(fault.ended_ms.is_(None), fault.ended_ms > from_ms))
    )
    found: dict[str, list[tuple[int, int | None]]] = {}
    for name, begun_ms, ended_ms in connection.execute(statement):
        found.setdefault(name, []).append((begun_ms, ended_ms))
    return found

"""Statements over what people and other systems told of units, and over devices of halls: rows as they stand."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, exists, or_, select

from central import schema
from central.fleet.tables import device_fault, line_change
from central.outside.tables import hotline_call, hotline_day, web_day
from central.report_entry.tables import adviser_visit, report_entry, report_event, report_taken_back

_OF_DAYS: Final = {"hotline": hotline_day, "web": web_day}


def _stands(table: Table, cut_ms: int) -> ColumnElement[bool]:
    """A row that was there at that moment and not taken back by then."""
    back = report_taken_back.c
    gone = exists().where(back.row == table.c.id, back.at_ms <= cut_ms)
    return (table.c.at_ms <= cut_ms) & ~gone


def unit_then(connection: Connection, unit: str) -> RowMapping:
    of = schema.unit
    return connection.execute(select(of).where(of.c.id == unit)).mappings().one()


def entries(connection: Connection, unit: str, upto_period: str, cut_ms: int) -> list[RowMapping]:
    """The older first: of one field the last row is the one that counts."""
    of = report_entry.c
    here = (of.unit == unit, of.period <= upto_period, _stands(report_entry, cut_ms))
    columns = (of.id, of.period, of.code, of.n, of.value)
    return list(connection.execute(select(*columns).where(*here).order_by(of.period, of.n)).mappings())


def visits(connection: Connection, unit: str, days: tuple[str, str], cut_ms: int) -> list[RowMapping]:
    of = adviser_visit.c
    here = (of.unit == unit, of.day.between(*days), _stands(adviser_visit, cut_ms))
    return list(connection.execute(select(of.id, of.day, of.minutes).where(*here).order_by(of.day, of.id)).mappings())


def lectures(connection: Connection, unit: str, days: tuple[str, str], cut_ms: int) -> list[RowMapping]:
    """Lectures and other events."""
    of = report_event.c
    here = (of.unit == unit, of.day.between(*days), _stands(report_event, cut_ms))
    columns = (of.id, of.day, of.kind, of.people, of.leaflets)
    return list(connection.execute(select(*columns).where(*here).order_by(of.day, of.id)).mappings())


def told_days(connection: Connection, system: str, unit: str, last: str, cut_ms: int) -> list[RowMapping]:
    """Every version of every day up to one, the older first."""
    table = _OF_DAYS[system]
    here = (table.c.unit == unit, table.c.day <= last, table.c.told_ms < cut_ms)
    return list(connection.execute(select(table).where(*here).order_by(table.c.day, table.c.version)).mappings())


def told_calls(connection: Connection, unit: str, days: tuple[str, str], cut_ms: int) -> list[RowMapping]:
    """Every version of every call that was ever said to be of these days, the older first."""
    table = hotline_call
    named = select(table.c.call).where(table.c.unit == unit, table.c.day.between(*days))
    here = (table.c.unit == unit, table.c.call.in_(named), table.c.told_ms < cut_ms)
    return list(connection.execute(select(table).where(*here).order_by(table.c.call, table.c.version)).mappings())


# --- devices ------------------------------------------------------------------------------------------------


def devices(connection: Connection, hall: str) -> tuple[int, list[str]]:
    """Since when a hall is known, and the devices that it has."""
    of = schema.device.c
    first_ms = connection.execute(select(schema.hall.c.first_ms).where(schema.hall.c.id == hall)).scalar_one()
    return int(first_ms), list(connection.execute(select(of.device).where(of.hall == hall)).scalars())


def line(connection: Connection, hall: str) -> list[tuple[int, bool]]:
    of = line_change.c
    found = connection.execute(select(of.at_ms, of.online).where(of.hall == hall).order_by(of.at_ms))
    return [(row.at_ms, row.online) for row in found]


def faults(connection: Connection, hall: str, from_ms: int, to_ms: int) -> list[RowMapping]:
    of = device_fault.c
    here = (of.hall == hall, of.begun_ms < to_ms, or_(of.ended_ms.is_(None), of.ended_ms > from_ms))
    return list(connection.execute(select(device_fault).where(*here)).mappings())

"""Statements over services, calendars and places."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import Connection, RowMapping, delete, select

from central import schema
from central.catalogue.rules import Calendar, Service
from central.catalogue.tables import calendar, hall_place, service_entry
from central.database import replace_row
from central.strict_json import write_json


def owners_of(connection: Connection, hall: str) -> list[str]:
    """The units that a hall belongs to, the nearest first."""
    joined = select(schema.unit.c.path).join(schema.hall, schema.hall.c.unit == schema.unit.c.id)
    path: str | None = connection.execute(joined.where(schema.hall.c.id == hall)).scalar()
    return owners_on(path or "")


def owners_on(path: str) -> list[str]:
    """The units of a path, the lowest first."""
    return path.strip("/").split("/")[::-1]


def put_service(connection: Connection, owner: str, service: Service, now_ms: int) -> None:
    row = {**asdict(service), "owner": owner, "changed_ms": now_ms}
    connection.execute(replace_row(connection, service_entry), row)


def remove_service(connection: Connection, owner: str, letter: str) -> bool:
    table = service_entry
    return connection.execute(delete(table).where(table.c.owner == owner, table.c.letter == letter)).rowcount > 0


def services(connection: Connection, owners: Collection[str]) -> list[Service]:
    """Everything that these units offer."""
    rows = connection.execute(select(service_entry).where(service_entry.c.owner.in_(owners))).mappings()
    return [Service(**{name: value for name, value in row.items() if name != "changed_ms"}) for row in rows]


def put_calendar(connection: Connection, kind: str, owner: str, document: Calendar, by: str, now_ms: int) -> None:
    text = write_json(document.model_dump(mode="json", exclude_none=True))
    row = {"kind": kind, "owner": owner, "document": text, "changed_ms": now_ms, "changed_by": by}
    connection.execute(replace_row(connection, calendar), row)


def everything(connection: Connection) -> tuple[list[Service], dict[tuple[str, str], Calendar]]:
    """All services, and all calendars by kind and owner: for whoever looks at every hall at once."""
    entries = connection.execute(select(service_entry)).mappings()
    documents = connection.execute(select(calendar)).mappings()
    services = [Service(**{name: value for name, value in row.items() if name != "changed_ms"}) for row in entries]
    return services, {(row["kind"], row["owner"]): read_calendar(row["document"]) for row in documents}


def paths(connection: Connection) -> dict[str, str]:
    """The path of every unit."""
    return {row.id: row.path for row in connection.execute(select(schema.unit.c.id, schema.unit.c.path))}


def own_calendar(connection: Connection, kind: str, owner: str) -> Calendar | None:
    """What an owner itself says."""
    statement = select(calendar.c.document).where(calendar.c.kind == kind, calendar.c.owner == owner)
    text = connection.execute(statement).scalar()
    return read_calendar(text) if text is not None else None


def calendars(connection: Connection, hall: str) -> list[Calendar]:
    """All that is said of a hall, the nearest first."""
    chain = [("hall", hall), *(("unit", owner) for owner in owners_of(connection, hall))]
    wanted = {owner for _, owner in chain}
    rows = connection.execute(select(calendar).where(calendar.c.owner.in_(wanted))).mappings()
    known = {(row["kind"], row["owner"]): row["document"] for row in rows}
    return [read_calendar(known[one]) for one in chain if one in known]


def read_calendar(text: str) -> Calendar:
    """A calendar as it was stored."""
    document: Calendar = Calendar.model_validate(json.loads(text))
    return document


def put_place(connection: Connection, hall: str, now_ms: int, **facts: str | int | None) -> None:
    connection.execute(replace_row(connection, hall_place), {"hall": hall, **facts, "changed_ms": now_ms})


def places(connection: Connection) -> dict[str, RowMapping]:
    """Where halls stand, by hall."""
    return {row["hall"]: row for row in connection.execute(select(hall_place)).mappings()}

"""Statements over plans."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, func, insert, select

from central import schema
from central.database import replace_row
from central.plans.rules import Document
from central.plans.tables import hall_plan, plan_document, plan_report
from central.strict_json import write_json
from central.units import store as units
from hall.plan_messages import PlanReported

_MOST_NAMES: Final = 500


def document(connection: Connection, kind: str, owner: str) -> Document:
    """What an owner says now."""
    table = plan_document
    statement = select(table).where(table.c.kind == kind, table.c.owner == owner).order_by(table.c.version.desc())
    row = connection.execute(statement.limit(1)).mappings().one_or_none()
    return Document() if row is None else _document(row)


def put_document(connection: Connection, kind: str, owner: str, said: Document) -> Document:
    """Say something else from now on; gives it with its version."""
    version = document(connection, kind, owner).version + 1
    row = {
        "kind": kind,
        "owner": owner,
        "version": version,
        "parts": write_json(dict(said.parts)),
        "from_catalogue": " ".join(said.from_catalogue),
        "valid_from_ms": said.valid_from_ms,
        "changed_ms": said.changed_ms,
        "changed_by": said.changed_by,
    }
    connection.execute(insert(plan_document).values(row))
    return document(connection, kind, owner)


def paths_of(connection: Connection, halls: Collection[str]) -> dict[str, str]:
    """The path of the unit that each of these halls belongs to."""
    joined = select(schema.hall.c.id, schema.unit.c.path).join(schema.unit, schema.hall.c.unit == schema.unit.c.id)
    found = dict.fromkeys(halls, "")
    for some in _lots(halls):
        found.update({row.id: row.path for row in connection.execute(joined.where(schema.hall.c.id.in_(some)))})
    return found


def documents(connection: Connection, kind: str, owners: Collection[str]) -> dict[str, Document]:
    """What each of these owners says now; who says nothing is left out."""
    table = plan_document
    newest = select(table.c.owner, func.max(table.c.version).label("version")).where(table.c.kind == kind)
    found: dict[str, Document] = {}
    for some in _lots(owners):
        last = newest.where(table.c.owner.in_(some)).group_by(table.c.owner).subquery()
        same = (table.c.owner == last.c.owner) & (table.c.version == last.c.version) & (table.c.kind == kind)
        rows = connection.execute(select(table).join(last, same)).mappings()
        found.update({row["owner"]: _document(row) for row in rows})
    return found


def documents_on(connection: Connection, path: str) -> list[tuple[str, str, Document]]:
    """What the units of a path say, the highest first."""
    return [("unit", owner, document(connection, "unit", owner)) for owner in units_on(path)]


def units_on(path: str) -> list[str]:
    """The units of a path, the highest first."""
    return [owner for owner in path.strip("/").split("/") if owner]


def document_then(connection: Connection, kind: str, owner: str, at_ms: int) -> Document:
    """What an owner said at a moment."""
    table = plan_document
    statement = select(table).where(table.c.kind == kind, table.c.owner == owner, table.c.changed_ms <= at_ms)
    row = connection.execute(statement.order_by(table.c.version.desc()).limit(1)).mappings().one_or_none()
    return Document() if row is None else _document(row)


def halls_below(connection: Connection, path: str) -> list[str]:
    """Halls with a controller at or below a path; small places are told their rules by their own page."""
    table = schema.hall
    here = units.below(path) & table.c.kept_here.is_(False)
    return list(connection.execute(select(table.c.id).where(here).order_by(table.c.id)).scalars())


def halls_of_catalogue(connection: Connection) -> list[str]:
    """Halls for which anybody has said that parts follow the catalogue."""
    table = plan_document
    owners = select(table.c.kind, table.c.owner).where(table.c.from_catalogue != "").distinct()
    found: set[str] = set()
    for kind, owner in connection.execute(owners):
        unit = units.unit(connection, owner) if kind == "unit" else None
        found.update([owner] if kind == "hall" else halls_below(connection, unit["path"]) if unit else [])
    return sorted(found)


def add_plan(connection: Connection, hall: str, revision: int, plan: str, now_ms: int, by: str) -> None:
    row = {"hall": hall, "revision": revision, "plan": plan, "issued_ms": now_ms, "issued_by": by}
    connection.execute(insert(hall_plan).values(row))


def newest_plan(connection: Connection, hall: str) -> RowMapping | None:
    """What was last handed to a hall."""
    table = hall_plan
    statement = select(table).where(table.c.hall == hall).order_by(table.c.revision.desc()).limit(1)
    return connection.execute(statement).mappings().one_or_none()


def newest_plans(connection: Connection, halls: Collection[str]) -> dict[str, RowMapping]:
    """What was last handed to each of these halls."""
    table, found = hall_plan, {}
    for some in _lots(halls):
        newest = _newest()
        same = (newest.c.hall == table.c.hall) & (newest.c.revision == table.c.revision)
        rows = connection.execute(select(table).join(newest, same).where(table.c.hall.in_(some))).mappings()
        found.update({row["hall"]: row for row in rows})
    return found


def plan_of(connection: Connection, hall: str, revision: int) -> RowMapping | None:
    """What was handed to a hall under this number."""
    table = hall_plan
    statement = select(table).where(table.c.hall == hall, table.c.revision == revision)
    return connection.execute(statement).mappings().one_or_none()


def plans_of(connection: Connection, hall: str, before: int, limit: int) -> list[RowMapping]:
    """What was handed to a hall under the numbers below ``before``, the newest first."""
    table = hall_plan
    statement = select(table).where(table.c.hall == hall, table.c.revision < before)
    return list(connection.execute(statement.order_by(table.c.revision.desc()).limit(limit)).mappings())


def report(connection: Connection, hall: str) -> RowMapping | None:
    table = plan_report
    return connection.execute(select(table).where(table.c.hall == hall)).mappings().one_or_none()


def put_report(connection: Connection, hall: str, said: PlanReported, now_ms: int) -> None:
    trouble = said.error
    row = {
        "hall": hall,
        "revision": said.revision,
        "state": said.state[:20],
        "desired": said.desired,
        "code": trouble.code[:40] if trouble else "",
        "path": trouble.path[:120] if trouble else "",
        "message": trouble.message[:400] if trouble else "",
        "message_zh": trouble.message_zh[:400] if trouble else "",
        "said_ms": now_ms,
    }
    connection.execute(replace_row(connection, plan_report), row)


def standings(connection: Connection, path: str, after: str, limit: int) -> list[RowMapping]:
    """Every hall with a controller at or below a path, with what was handed to it and what it says, by id."""
    statement = _standings().where(units.below(path), schema.hall.c.id > after, schema.hall.c.kept_here.is_(False))
    return list(connection.execute(statement.order_by(schema.hall.c.id).limit(limit)).mappings())


def standing(connection: Connection, hall: str) -> RowMapping:
    """One hall with what was handed to it and what it says."""
    return connection.execute(_standings().where(schema.hall.c.id == hall)).mappings().one()


def to_be_told(connection: Connection) -> list[tuple[str, str]]:
    """Halls that have not answered for the newest plan handed to them, each with that plan."""
    newest = _newest()
    answered = func.coalesce(plan_report.c.desired, 0)
    statement = (
        select(hall_plan.c.hall, hall_plan.c.plan)
        .join(newest, (newest.c.hall == hall_plan.c.hall) & (newest.c.revision == hall_plan.c.revision))
        .outerjoin(plan_report, plan_report.c.hall == hall_plan.c.hall)
        .where(answered < hall_plan.c.revision)
    )
    return [(row.hall, row.plan) for row in connection.execute(statement)]


def _lots(names: Collection[str]) -> Iterator[list[str]]:
    """No statement has more parameters than an engine takes."""
    every = sorted(names)
    for start in range(0, len(every), _MOST_NAMES):
        yield every[start : start + _MOST_NAMES]


def _newest() -> Any:
    table = hall_plan
    return select(table.c.hall, func.max(table.c.revision).label("revision")).group_by(table.c.hall).subquery()


def _standings() -> Select[Any]:
    hall, newest = schema.hall, _newest()
    return (
        select(
            hall.c.id, hall.c.name_zh, hall.c.name_en, hall.c.unit, hall.c.config_rev,
            newest.c.revision.label("handed"), hall_plan.c.issued_ms, hall_plan.c.issued_by,
            plan_report.c.revision, plan_report.c.state, plan_report.c.desired, plan_report.c.code,
            plan_report.c.path, plan_report.c.message, plan_report.c.message_zh, plan_report.c.said_ms,
        )
        .outerjoin(newest, newest.c.hall == hall.c.id)
        .outerjoin(hall_plan, (hall_plan.c.hall == hall.c.id) & (hall_plan.c.revision == newest.c.revision))
        .outerjoin(plan_report, plan_report.c.hall == hall.c.id)
    )  # fmt: skip


def _document(row: RowMapping) -> Document:
    return Document(
        parts=json.loads(row["parts"]),
        from_catalogue=tuple(row["from_catalogue"].split()),
        valid_from_ms=row["valid_from_ms"],
        version=row["version"],
        changed_ms=row["changed_ms"],
        changed_by=row["changed_by"],
    )

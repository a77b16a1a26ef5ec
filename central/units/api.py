"""``/api/v1/units`` and where a hall belongs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import AfterValidator, Field
from sqlalchemy import Connection, RowMapping

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import RefusedByRule
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.once import once
from central.places import store as places
from central.units import rules, store
from central.units.rules import Level
from central.web_doors import Limit, May, Strict, StrictRoute, TheParts, real_day
from hall.moment import local_ms
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["units"])

Manager = Annotated[Person, Depends(May(Act.MANAGE_UNITS))]
Viewer = Annotated[Person, Depends(May(Act.SEE_UNITS))]
UnitId = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[0-9a-z-]+$")]
PathUnit = Annotated[str, Path(pattern=r"^[0-9a-z-]{2,40}$")]
PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
UnitName = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]
Since = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(real_day)]


class NewUnit(Strict):
    """``since``: from which day on it has been there and reports, for one that is older than its entry here."""

    id: UnitId
    parent: UnitId
    level: Annotated[Level, Field(strict=False)]
    name_zh: UnitName
    name_en: UnitName
    since: Since | None = None
    command_id: Key | None = None


class UnitChange(Strict):
    """What is left out stays as it is."""

    parent: UnitId | None = None
    name_zh: UnitName | None = None
    name_en: UnitName | None = None
    closed: bool | None = None
    command_id: Key | None = None


class HallPlace(Strict):
    unit: UnitId
    command_id: Key | None = None


@router.get("/units")
def units(person: Viewer, parts: TheParts, limit: Limit = 100, cursor: Cursor | None = None) -> dict[str, Any]:
    """One's own unit and all below it, each behind its parent."""
    after = cursors.read("units", cursor, str)
    with parts.database.read() as connection:
        found = store.units(connection, person.path, after[0] if after else "", limit + 1)
    last = cursors.give("units", (found[limit - 1]["path"],)) if len(found) > limit else None
    return {"items": [_told(row) for row in found[:limit]], "next": last}


@router.post("/units", status_code=201)
def add(body: NewUnit, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """A new unit below one of one's own."""
    asked = the_key(key, body.command_id)
    now = now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            parent = _open_unit(connection, body.parent, person)
            rules.check_new(body.id, body.level, Level(parent["level"]))
            made_ms = now if body.since is None else local_ms(body.since, 0)
            rules.check_since(made_ms, now)
            if store.unit(connection, body.id) is not None:
                raise RefusedByRule("UNIT_TAKEN", "id")
            path = rules.path_below(parent["path"], body.id)
            names = {"name_zh": body.name_zh, "name_en": body.name_en}
            store.add_unit(
                connection, id=body.id, parent=body.parent, level=body.level.value, path=path, made_ms=made_ms, **names
            )
            note_change(
                connection, person, request, "unit.add", body.id, now, parent=body.parent, level=body.level.value,
                **({} if body.since is None else {"since": body.since}),
            )  # fmt: skip
            return _told(store.require_unit(connection, body.id, person.path))

        told = once(connection, person.name, asked, {"path": "/units", **body.model_dump()}, now, act)
    parts.hub.tell_all()
    return told


@router.patch("/units/{unit}")
def change(
    unit: PathUnit, body: UnitChange, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Rename a unit, move it with all below it, close it, open it again."""
    asked = the_key(key, body.command_id)
    now = now_ms()
    renamed = False
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            nonlocal renamed
            row = store.require_unit(connection, unit, person.path)
            if body.parent is not None and body.parent != row["parent"]:
                _move(connection, row, _open_unit(connection, body.parent, person))
            if body.closed is not None:
                _close(connection, row, body.closed, now)
            names = {name: value for name in ("name_zh", "name_en") if (value := getattr(body, name)) is not None}
            if names:
                store.change_unit(connection, unit, **names)
                renamed = places.call_as_units(connection)
            changed = body.model_dump(exclude_none=True, exclude={"command_id"})
            note_change(connection, person, request, "unit.change", unit, now, **changed)
            return _told(store.require_unit(connection, unit, person.path))

        told = once(connection, person.name, asked, {"path": f"/units/{unit}", **body.model_dump()}, now, act)
    if renamed:
        parts.places.renamed()
    parts.hub.tell_all()
    return told


@router.put("/halls/{hall}/unit")
def place(
    hall: PathHall, body: HallPlace, person: Manager, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Say to which unit a hall belongs; a hall that came by itself belongs to the topmost one."""
    asked = the_key(key, body.command_id)
    now = now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, hall, person.path)
            _open_unit(connection, body.unit, person)
            store.put_hall(connection, hall, body.unit)
            note_change(connection, person, request, "hall.place", hall, now, unit=body.unit)
            return {"hall": hall, "unit": body.unit}

        told = once(connection, person.name, asked, {"path": f"/halls/{hall}/unit", **body.model_dump()}, now, act)
    parts.hub.tell([hall])
    return told


def _open_unit(connection: Connection, unit: str, person: Person) -> RowMapping:
    row = store.require_unit(connection, unit, person.path)
    if row["closed_ms"] is not None:
        raise RefusedByRule("UNIT_CLOSED", "unit")
    return row


def _move(connection: Connection, row: RowMapping, below: RowMapping) -> None:
    rules.check_move(row["path"], Level(row["level"]), below["path"], Level(below["level"]))
    path = rules.path_below(below["path"], row["id"])
    longest = store.longest_below(connection, row["path"]) - len(row["path"]) + len(path)
    if longest > rules.LONGEST_PATH:
        raise RefusedByRule("UNIT_DEEP", "parent")
    store.move_below(connection, row["path"], path)
    store.change_unit(connection, row["id"], parent=below["id"])


def _close(connection: Connection, row: RowMapping, closed: bool, now: int) -> None:
    if closed and row["id"] == rules.ROOT:
        raise RefusedByRule("UNIT_IS_ROOT", "closed")
    if closed and store.is_used(connection, row["path"]):
        raise RefusedByRule("UNIT_IN_USE", "closed")
    store.change_unit(connection, row["id"], closed_ms=(row["closed_ms"] or now) if closed else None)


def _told(row: RowMapping) -> dict[str, Any]:
    return {
        "id": row["id"],
        "parent": row["parent"] or None,
        "level": row["level"],
        "path": row["path"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "closed_at": rfc3339(row["closed_ms"]) if row["closed_ms"] is not None else None,
    }

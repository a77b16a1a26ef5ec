"""``/api/v1/catalogue`` and who says when a hall is open and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.catalogue import rules, store
from central.catalogue.rules import Calendar, Service
from central.clock import now_ms
from central.failures import NotFound
from central.keys import Key, KeyHeader, the_key
from central.live import store as live_store
from central.once import gone_before, once
from central.units import store as units
from central.web_doors import Looking, May, Strict, StrictRoute, TheParts

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["catalogue"])

Keeper = Annotated[Person, Depends(May(Act.KEEP_CATALOGUE))]
PathUnit = Annotated[str, Path(pattern=r"^[0-9a-z-]{2,40}$")]
PathHall = Annotated[str, Path(pattern=r"^[0-9a-z-]{3,40}$")]
PathLetter = Annotated[str, Path(pattern=r"^[A-HJ-NP-Z]$")]
_LINE = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=_LINE)]
Story = Annotated[str, Field(max_length=400, pattern=_LINE)]


class ServiceGiven(Strict):
    """What is offered under one letter; ``from_phones``: a number may be taken from outside the hall."""

    name_zh: Name
    name_en: Name
    about_zh: Story = ""
    about_en: Story = ""
    papers_zh: Story = ""
    papers_en: Story = ""
    average_service_s: Annotated[int, Field(ge=10, le=28_800)] = 600
    by_appointment: bool = False
    from_phones: bool = True
    command_id: Key | None = None


class PlaceGiven(Strict):
    """Where a hall stands; degrees as on any map (WGS 84)."""

    address_zh: Annotated[str, Field(min_length=1, max_length=120, pattern=_LINE)]
    address_en: Annotated[str, Field(max_length=120, pattern=_LINE)] = ""
    phone: Annotated[str, Field(max_length=40, pattern=r"^[0-9 +()-]*$")] = ""
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    command_id: Key | None = None


@router.get("/units/{unit}/services")
def services_of_unit(unit: PathUnit, person: Looking, parts: TheParts) -> dict[str, Any]:
    """What a unit offers: its own word and that of the units above it; ``owner`` says whose each is."""
    with parts.database.read() as connection:
        row = units.require_unit(connection, unit, person.path)
        owners = store.owners_on(row["path"])
        offered = rules.services(store.services(connection, owners), owners)
        names = units.names(connection, owners)
    return {"items": [{**asdict(one), **_owner_named(names, one.owner)} for one in offered.values()], "next": None}


@router.put("/units/{unit}/services/{letter}")
def put_service(
    unit: PathUnit, letter: PathLetter, body: ServiceGiven, person: Keeper, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Offer a class of matters in a unit and all below it, or change what is said of it."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, unit, person.path)
            service = Service(letter=letter, owner=unit, **body.model_dump(exclude={"command_id"}))
            store.put_service(connection, unit, service, now)
            note_change(connection, person, request, "service.put", f"{unit}/{letter}", now)
            return asdict(service)

        wish = {"path": f"/units/{unit}/services/{letter}", **body.model_dump()}
        return once(connection, person.name, asked, wish, now, act)


@router.delete("/units/{unit}/services/{letter}", status_code=204)
def remove_service(
    unit: PathUnit, letter: PathLetter, person: Keeper, parts: TheParts, request: Request, key: KeyHeader = None
) -> None:
    """Take back a unit's own word; what is said above it holds again."""
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now_ms()):
            return
        units.require_unit(connection, unit, person.path)
        if not store.remove_service(connection, unit, letter):
            raise NotFound("NO_SUCH_SERVICE")
        note_change(connection, person, request, "service.remove", f"{unit}/{letter}", now_ms())


@router.get("/units/{unit}/calendar")
def unit_calendar(unit: PathUnit, person: Looking, parts: TheParts) -> dict[str, Any]:
    """A unit's own hours, rest days and exchanged days; ``above``: those of the units above it, the nearest first."""
    with parts.database.read() as connection:
        _, *above = store.owners_on(units.require_unit(connection, unit, person.path)["path"])
        own = _told(store.own_calendar(connection, "unit", unit))
        return {**own, "above": _above(connection, above)}


@router.put("/units/{unit}/calendar")
def put_unit_calendar(
    unit: PathUnit, body: Calendar, person: Keeper, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """A unit's own hours, rest days and exchanged days, in place of those before; they hold below it too."""
    with parts.database.write() as connection:
        units.require_unit(connection, unit, person.path)
        return _put(connection, "unit", unit, body, person, request, the_key(key, None))


@router.get("/halls/{hall}/calendar")
def hall_calendar(hall: PathHall, person: Looking, parts: TheParts) -> dict[str, Any]:
    """A hall's own calendar, and under ``in_force`` what holds there together with its units' calendars (``above``)."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        owners = store.owners_of(connection, hall)
        offered = rules.services(store.services(connection, owners), owners)
        calendars = store.calendars(connection, hall)
        own, above = store.own_calendar(connection, "hall", hall), _above(connection, owners)
    return {**_told(own), "in_force": rules.parts_for_plan(calendars, offered), "above": above}


@router.put("/halls/{hall}/calendar")
def put_hall_calendar(
    hall: PathHall, body: Calendar, person: Keeper, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """A hall's own hours and days, in place of those before."""
    with parts.database.write() as connection:
        live_store.require_hall(connection, hall, person.path)
        return _put(connection, "hall", hall, body, person, request, the_key(key, None))


@router.put("/halls/{hall}/place")
def put_place(
    hall: PathHall, body: PlaceGiven, person: Keeper, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Say where a hall stands and how it is called by telephone."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            live_store.require_hall(connection, hall, person.path)
            facts = body.model_dump(exclude={"command_id", "latitude", "longitude"})
            micro = {"latitude_micro": _micro(body.latitude), "longitude_micro": _micro(body.longitude)}
            store.put_place(connection, hall, now, **facts, **micro)
            note_change(connection, person, request, "hall.put_place", hall, now)
            return {"hall": hall, **body.model_dump(exclude={"command_id"})}

        return once(connection, person.name, asked, {"path": f"/halls/{hall}/place", **body.model_dump()}, now, act)


def _put(
    connection: Connection, kind: str, owner: str, body: Calendar, person: Person, request: Request, asked: str
) -> dict[str, Any]:
    now = now_ms()

    def act() -> dict[str, Any]:
        rules.check_calendar(body)
        store.put_calendar(connection, kind, owner, body, person.name, now)
        note_change(connection, person, request, "calendar.put", f"{kind} {owner}", now)
        return _told(body)

    wish = {"path": f"/{kind}s/{owner}/calendar", **body.model_dump(mode="json")}
    return once(connection, person.name, asked, wish, now, act)


def _told(calendar: Calendar | None) -> dict[str, Any]:
    return (calendar or Calendar()).model_dump(mode="json", exclude_none=True)


def _above(connection: Connection, owners: Sequence[str]) -> list[dict[str, Any]]:
    """The calendars of these units, each with its owner's names; whoever says nothing is left out."""
    names = units.names(connection, owners)
    own = ((owner, store.own_calendar(connection, "unit", owner)) for owner in owners)
    return [{"owner": owner, **_owner_named(names, owner), **_told(one)} for owner, one in own if one is not None]


def _owner_named(names: Mapping[str, tuple[str, str]], owner: str) -> dict[str, str]:
    zh, en = names.get(owner, (owner, owner))
    return {"owner_zh": zh, "owner_en": en}


def _micro(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * 1_000_000)

"""``/api/v1/aid/rota``: whose turn it is; and ``/api/v1/firms``: which account speaks for which firm."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field
from sqlalchemy import Connection

from central.accounts import store as accounts
from central.accounts.desk import Person
from central.accounts.permissions import Act, Role
from central.accounts.person import roles_of
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound, RefusedByRule, WrongField
from central.imports.lawyers import LawyerState
from central.imports.register import Register, masked
from central.keys import Key, KeyHeader, the_key
from central.lawyers import store
from central.once import gone_before, once
from central.units import store as units
from central.web_doors import May, Strict, StrictRoute, TheParts, UnitId
from hall.moment import local_day

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["lawyers"])

MOST_A_DAY = 20
Clerk = Annotated[Person, Depends(May(Act.AID_WORK))]
Supervisor = Annotated[Person, Depends(May(Act.AID_SUPERVISE))]
Mark = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PathDay = Annotated[str, Path(pattern=r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")]
PathFirm = Annotated[str, Path(pattern=r"^31[0-9A-Z]{16}$")]
PathName = Annotated[str, Path(pattern=r"^[a-z][0-9a-z._-]{2,39}$")]
Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class Turns(Strict):
    """Who has the turn on a day, the first one first; nobody is an empty list."""

    lawyers: Annotated[tuple[Mark, ...], Field(max_length=MOST_A_DAY, strict=False)]
    unit: Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z-]{0,39}$")] | None = None
    command_id: Key | None = None


class Tie(Strict):
    command_id: Key | None = None


@router.get("/aid/rota")
def rota(person: Clerk, parts: TheParts, month: Month, unit: UnitId | None = None) -> dict[str, Any]:
    """Each day of a month with whose turn it is."""
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    with parts.database.read() as connection:
        whose = units.require_unit(connection, unit or person.unit, person.path)["id"]
        found = store.rota(connection, whose, first.isoformat(), last.isoformat())
        register = Register(parts.vault, connection, now_ms())
        named = {row["mark"]: row for row in store.some_lawyers(connection, {row["lawyer"] for row in found})}
        days: dict[str, list[dict[str, Any]]] = {}
        for row in found:
            told = _told(named.get(row["lawyer"]), row["lawyer"], register)
            days.setdefault(row["day"], []).append(told)
    every = [(first + timedelta(days=step)).isoformat() for step in range(last.day)]
    return {"items": [{"day": day, "lawyers": days.get(day, [])} for day in every], "next": None, "unit": whose}


@router.put("/aid/rota/{day}")
def put_rota(
    day: PathDay, body: Turns, person: Supervisor, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Whose turn it is on a day. Only who is active, and in one place a day."""
    asked, now = the_key(key, body.command_id), now_ms()
    _check_day(day, now)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            unit = units.require_unit(connection, body.unit or person.unit, person.path)
            _check_turns(connection, unit["id"], unit["path"], day, body.lawyers)
            store.put_rota(connection, unit["id"], day, body.lawyers)
            note_change(connection, person, request, "rota.put", f"{unit['id']}/{day}", now, lawyers=len(body.lawyers))
            return {"day": day, "unit": unit["id"], "lawyers": list(body.lawyers)}

        return once(connection, person.name, asked, {"path": f"/aid/rota/{day}", **body.model_dump()}, now, act)


@router.get("/firms")
def firms(person: Supervisor, parts: TheParts) -> dict[str, Any]:
    """Firms that have lawyers here, and firms' accounts with the one each speaks for."""
    with parts.database.read() as connection:
        found = store.firms(connection, person.path)
        known = store.firm_accounts(connection, person.path)
    speak: dict[str, list[str]] = {}
    for one in known:
        speak.setdefault(one["firm_code"] or "", []).append(one["name"])
    items = [{**row, "accounts": speak.get(row["firm_code"], [])} for row in found]
    return {"items": items, "next": None, "untied": speak.get("", [])}


@router.put("/firms/{firm_code}/accounts/{name}")
def tie(
    firm_code: PathFirm, name: PathName, person: Supervisor, parts: TheParts, request: Request, body: Tie | None = None,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """Let an account speak for a firm: it sees the firm's live cases of the account's unit, and nothing else.

    The security administrator made the account with that role; whose it is, the agency says: two people each time.
    """
    asked, now = the_key(key, body.command_id if body is not None else None), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            account = _require_account(connection, name, person)
            if all(row["firm_code"] != firm_code for row in store.firms(connection, person.path)):
                raise NotFound("NO_SUCH_FIRM")
            if store.firm_of_account(connection, name) not in (None, firm_code):
                raise RefusedByRule("FIRM_ACCOUNT_TAKEN", "name")
            row = {"account": name, "firm_code": firm_code, "unit": account["unit"], "made_ms": now, "by": person.name}
            store.put_firm_account(connection, row)
            note_change(connection, person, request, "firm.tie", f"{firm_code}/{name}", now)
            return {"firm_code": firm_code, "account": name}

        return once(connection, person.name, asked, {"path": request.url.path, "method": "PUT"}, now, act)


@router.delete("/firms/{firm_code}/accounts/{name}", status_code=204)
def untie(
    firm_code: PathFirm, name: PathName, person: Supervisor, parts: TheParts, request: Request, key: KeyHeader = None
) -> None:
    """The account speaks for nobody from now on."""
    now = now_ms()
    with parts.database.write() as connection:
        if gone_before(connection, person.name, key, request.url.path, now):
            return
        _require_account(connection, name, person)
        if not store.drop_firm_account(connection, name, firm_code):
            raise NotFound("NO_SUCH_ACCOUNT")
        note_change(connection, person, request, "firm.untie", f"{firm_code}/{name}", now)


def _told(row: Any, mark: str, register: Register) -> dict[str, Any]:
    if row is None:
        return {"mark": mark, "name": "", "firm": "", "state": LawyerState.UNKNOWN.value}
    who = masked(register.open(row["sealed"], mark))
    return {"mark": mark, "name": who.name, "licence": who.licence, "firm": row["firm"], "state": row["state"]}


def _check_day(day: str, now: int) -> None:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise NotFound("NOT_FOUND") from None
    if day < local_day(now):
        raise RefusedByRule("ROTA_PAST", "day")


def _check_turns(connection: Connection, unit: str, path: str, day: str, marks: tuple[str, ...]) -> None:
    known = {row["mark"]: row for row in store.some_lawyers(connection, set(marks))}
    for mark in marks:
        row = known.get(mark)
        if row is None or not row["path"].startswith(path):
            raise WrongField("ROTA_LAWYER", "lawyers")
        if row["state"] != LawyerState.ACTIVE:
            raise RefusedByRule("ROTA_LAWYER", "lawyers")
    if len(set(marks)) < len(marks) or store.turn_elsewhere(connection, unit, day, marks):
        raise RefusedByRule("ROTA_TWICE", "lawyers")


def _require_account(connection: Connection, name: str, person: Person) -> Any:
    row = accounts.account(connection, name)
    if row is None or not row["path"].startswith(person.path):
        raise NotFound("NO_SUCH_ACCOUNT")
    if Role.FIRM not in roles_of(row["roles"]):
        raise RefusedByRule("FIRM_ACCOUNT_ROLE", "name")
    return row

"""``/api/v1/aid/units/{unit}/promises``: the shorter limits that a unit promises, what held before, and their ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field
from sqlalchemy import Connection

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid_limits import store_of_promises
from central.aid_limits.rules_of_promises import check_end, check_promise, day_before, promisable
from central.audit.changes import note_change
from central.clock import now_ms
from central.failures import NotFound, WrongField
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.units import store as units
from central.web_doors import May, Strict, StrictRoute, TheParts
from hall.law.limits import DayKind, LimitRule, china_day
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["aid limits"])

Setter = Annotated[Person, Depends(May(Act.AID_SETTINGS))]
PathUnit = Annotated[str, Path(pattern=r"^[0-9a-z-]{2,40}$")]
PathPromise = Annotated[int, Path(ge=1, le=2**31 - 1)]


class PromiseGiven(Strict):
    """So many days in place of the law's, for clocks that begin on ``valid_from`` or later."""

    rule: Annotated[str, Field(pattern=r"^[A-Z_]{2,24}$")]
    value: Annotated[int, Field(ge=1, le=366)]
    day_kind: Literal["CALENDAR", "WORKING"]
    valid_from: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    command_id: Key | None = None


class Ended(Strict):
    """Nothing but the key."""

    command_id: Key | None = None


@router.get("/units/{unit}/promises")
def promises(unit: PathUnit, person: Setter, parts: TheParts) -> dict[str, Any]:
    """Every limit that may be promised shorter, with what holds today and of whom; ``history``: what this unit said."""
    today = china_day(now_ms())
    with parts.database.read() as connection:
        units.require_unit(connection, unit, person.path)
        items = [_limit(connection, one, unit, today) for one in promisable(today)]
        own = [_told(row) for row in store_of_promises.of_unit(connection, unit)]
    return {"items": items, "next": None, "history": own, "today": today.isoformat()}


@router.post("/units/{unit}/promises", status_code=201)
def promise(
    unit: PathUnit, body: PromiseGiven, person: Setter, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Promise it. One that held until then ends the day before; clocks that run already keep what they have."""
    asked, now = the_key(key, body.command_id), now_ms()
    first = _day(body.valid_from)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, unit, person.path)
            store_of_promises.lock_unit(connection, unit)
            before = store_of_promises.of_unit(connection, unit)
            kind = DayKind(body.day_kind)
            for number in check_promise(body.rule, body.value, kind, first, china_day(now), before):
                store_of_promises.end(connection, number, day_before(first).isoformat(), person.name, now)
            said = {"value": body.value, "day_kind": body.day_kind, "valid_from": body.valid_from}
            made = store_of_promises.add(
                connection, unit=unit, rule_id=body.rule, **said, set_by=person.name, set_ms=now
            )  # fmt: skip
            note_change(connection, person, request, "aid.promise_put", f"{unit}/{body.rule}", now, **said)
            return _found(connection, unit, made)

        wish = {"path": f"/aid/units/{unit}/promises", **body.model_dump(exclude={"command_id"})}
        return once(connection, person.name, asked, wish, now, act)


@router.post("/units/{unit}/promises/{promise}/end")
def end(
    unit: PathUnit, promise: PathPromise, body: Ended, person: Setter, parts: TheParts, request: Request,
    key: KeyHeader = None,
) -> dict[str, Any]:  # fmt: skip
    """No clock that begins from today on carries it; one that never held gives the one before it back."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            units.require_unit(connection, unit, person.path)
            store_of_promises.lock_unit(connection, unit)
            row = store_of_promises.promise(connection, unit, promise)
            if row is None:
                raise NotFound("NO_SUCH_PROMISE")
            last, today = check_end(row, china_day(now)), china_day(now).isoformat()
            if row["valid_from"] > today:
                until = day_before(date.fromisoformat(row["valid_from"])).isoformat()
                store_of_promises.go_on(connection, unit, row["rule_id"], row["set_ms"], until)
            store_of_promises.end(connection, promise, last.isoformat(), person.name, now)
            detail = {"value": row["value"], "day_kind": row["day_kind"], "valid_to": last.isoformat()}
            note_change(connection, person, request, "aid.promise_end", f"{unit}/{row['rule_id']}", now, **detail)
            return _found(connection, unit, promise)

        return once(connection, person.name, asked, {"path": f"/aid/units/{unit}/promises/{promise}/end"}, now, act)


def _limit(connection: Connection, rule: LimitRule, unit: str, today: date) -> dict[str, Any]:
    row = store_of_promises.holding(connection, unit, rule.rule_id, today.isoformat())
    zh, en = units.names(connection, [row["unit"]])[row["unit"]] if row is not None else ("", "")
    return {
        "rule": rule.rule_id,
        "article": rule.article,
        "value": rule.value,
        "day_kind": rule.day_kind.value,
        "promise": None if row is None else {**_told(row), "unit_zh": zh, "unit_en": en},
    }


def _found(connection: Connection, unit: str, number: int) -> dict[str, Any]:
    row = store_of_promises.promise(connection, unit, number)
    assert row is not None
    return _told(row)


def _told(row: Mapping[Any, Any]) -> dict[str, Any]:
    kept = ("id", "unit", "value", "day_kind", "valid_from", "valid_to", "set_by", "ended_by")
    ended = row["ended_ms"]
    return {
        **{name: row[name] for name in kept},
        "rule": row["rule_id"],
        "set_at": rfc3339(row["set_ms"]),
        "ended_at": None if ended is None else rfc3339(ended),
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongField("AID_NO_SUCH_DAY", "valid_from") from None

"""``…/plan``: what units and halls say of how halls shall work, and how far each hall follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit import store as audit
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound, WrongField
from central.keys import Key, KeyHeader, the_key
from central.line.api import PathHall
from central.live import store as live_store
from central.once import once
from central.parts import Parts
from central.plans import rules, store
from central.plans.handing import hand_down, post_of, problems_below
from central.plans.rules import Document
from central.units import store as units
from central.units.api import PathUnit
from central.web_doors import Limit, Looking, May, Strict, StrictRoute, TheParts, source_of
from hall_config.problems import Problem
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["plans"])

Planner = Annotated[Person, Depends(May(Act.MANAGE_PLANS))]
PlanPart = Literal["opening", "rest_day", "work_day", "service"]
_MOMENT = r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z$"


class Said(Strict):
    """``parts``: those of a hall file. ``from_catalogue``: parts that follow the service catalogue and the calendars.
    ``valid_from``: from when on at the earliest."""

    parts: dict[str, Any] = Field(default_factory=dict)
    from_catalogue: Annotated[list[PlanPart], Field(max_length=4)] = Field(default_factory=list)
    valid_from: Annotated[str, Field(pattern=_MOMENT)] | None = None
    command_id: Key | None = None


class Checked(Strict):
    parts: dict[str, Any]


class Again(Strict):
    command_id: Key | None = None


@router.get("/plans")
def plans(person: Looking, parts: TheParts, limit: Limit = 100, cursor: Cursor | None = None) -> dict[str, Any]:
    """Every hall with the plan that was handed to it and the one that it works by."""
    after = cursors.read("plans", cursor, str)
    with parts.database.read() as connection:
        found = store.standings(connection, person.path, after[0] if after else "", limit + 1)
    last = cursors.give("plans", (found[limit - 1]["id"],)) if len(found) > limit else None
    return {"items": [_standing(row) for row in found[:limit]], "next": last}


@router.post("/plans/check")
def check(body: Checked, person: Planner) -> dict[str, Any]:
    """Everything that is wrong with these parts; nothing is kept."""
    return {"problems": [_told_problem(one) for one in rules.document_problems(body.parts)]}


@router.get("/units/{unit}/plan")
def of_unit(unit: PathUnit, person: Looking, parts: TheParts) -> dict[str, Any]:
    """What a unit itself says; version 0: nothing."""
    with parts.database.read() as connection:
        units.require_unit(connection, unit, person.path)
        return _told(store.document(connection, "unit", unit))


@router.put("/units/{unit}/plan")
def put_unit(
    unit: PathUnit, body: Said, person: Planner, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Say it for a unit and all halls below, in place of what it said before; halls whose plan changes get the new."""
    asked = the_key(key, body.command_id)
    with parts.database.write() as connection:
        row = units.require_unit(connection, unit, person.path)
        halls = store.halls_below(connection, row["path"])
        told = _say(connection, "unit", unit, body, halls, person, request, asked)
    _send(parts)
    return told


@router.get("/halls/{hall}/plan")
def of_hall(hall: PathHall, person: Looking, parts: TheParts) -> dict[str, Any]:
    """What a hall's own document says, and what was handed to it with the parts of all above it."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        own, last = store.document(connection, "hall", hall), store.newest_plan(connection, hall)
    return {**_told(own), "handed": last["plan"] if last is not None else None}


@router.put("/halls/{hall}/plan")
def put_hall(
    hall: PathHall, body: Said, person: Planner, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Say it for one hall, in place of what was said for it before."""
    asked = the_key(key, body.command_id)
    with parts.database.write() as connection:
        live_store.require_hall(connection, hall, person.path)
        told = _say(connection, "hall", hall, body, [hall], person, request, asked)
    _send(parts)
    return told


@router.post("/halls/{hall}/plan/again", status_code=201)
def again(
    hall: PathHall, body: Again, person: Planner, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Hand the same plan down under a new number, after the hall has refused it or taken it back."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:
        live_store.require_hall(connection, hall, person.path)

        def act() -> dict[str, Any]:
            handed = hand_down(connection, [hall], person.name, now, again=True)
            if not handed:
                raise NotFound("NO_PLAN")
            _note(connection, person, request, "plan.again", hall, now, revision=handed[hall])
            return {"hall": hall, "revision": handed[hall]}

        told = once(connection, person.name, asked, {"path": f"/halls/{hall}/plan/again"}, now, act)
    _send(parts)
    return told


def _say(
    connection: Connection,
    kind: str,
    owner: str,
    body: Said,
    halls: Sequence[str],
    person: Person,
    request: Request,
    asked: str,
) -> dict[str, Any]:
    now = now_ms()

    def act() -> dict[str, Any]:
        problems = rules.document_problems(body.parts)
        if problems:
            raise _refused(problems[0])
        said = Document(body.parts, tuple(sorted(set(body.from_catalogue))), _ms(body.valid_from), 0, now, person.name)
        kept = store.put_document(connection, kind, owner, said)
        for hall, problem in problems_below(connection, halls):
            raise _refused(problem, hall)
        handed = hand_down(connection, halls, person.name, now)
        _note(connection, person, request, f"plan.{kind}", owner, now, version=kept.version, halls=len(handed))
        return {**_told(kept), "halls": handed}

    return once(connection, person.name, asked, {"path": f"/{kind}s/{owner}/plan", **body.model_dump()}, now, act)


def _refused(problem: Problem, hall: str = "") -> WrongField:
    """With the words that ``hall config check`` has for it, and the hall where it comes to light."""
    where = f"{hall}: " if hall else ""
    field = f"parts.{problem.key}".rstrip(".")
    return WrongField("PLAN_WRONG", field, words=(where + problem.words("zh"), where + problem.words("en")))


def _send(parts: Parts) -> None:
    post_of(parts.database, parts.link, parts.authority).send()


def _told(document: Document) -> dict[str, Any]:
    return {
        "version": document.version,
        "parts": dict(document.parts),
        "from_catalogue": list(document.from_catalogue),
        "valid_from": rfc3339(document.valid_from_ms) if document.valid_from_ms else None,
        "changed_at": rfc3339(document.changed_ms) if document.version else None,
        "changed_by": document.changed_by,
    }


def _standing(row: RowMapping) -> dict[str, Any]:
    """``state`` is the hall's word on the plan handed last; ``sent`` while it has not said anything of it."""
    handed, said = row["handed"] or 0, row["desired"] or 0
    state = "none" if not handed else row["state"] if row["state"] is not None and said >= handed else "sent"
    wrong = row["code"] and state in ("refused", "rolled_back")
    error = {"code": row["code"], "path": row["path"], "message": row["message"], "message_zh": row["message_zh"]}
    return {
        "hall": row["id"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "unit": row["unit"],
        "handed": handed or None,
        "handed_at": rfc3339(row["issued_ms"]) if handed else None,
        "handed_by": row["issued_by"],
        "in_force": row["revision"] if row["revision"] is not None else row["config_rev"] or None,
        "state": state,
        "said_at": rfc3339(row["said_ms"]) if row["said_ms"] is not None else None,
        "error": error if wrong else None,
    }


def _told_problem(problem: Problem) -> dict[str, str]:
    return {
        "code": problem.code,
        "path": problem.key,
        "message": problem.words("en"),
        "message_zh": problem.words("zh"),
    }


def _ms(moment: str | None) -> int:
    """Raises `WrongField` for a moment that is in no calendar."""
    if moment is None:
        return 0
    try:
        return int(datetime.fromisoformat(moment).timestamp() * 1000)
    except ValueError:
        raise WrongField("WRONG_FIELD", "valid_from") from None


def _note(
    connection: Connection, person: Person, request: Request, act: str, object: str, now: int, **detail: Any
) -> None:
    audit.note(
        connection,
        at_ms=now,
        actor=person.name,
        path=person.path,
        act=act,
        object=object,
        source=source_of(request),
        detail=detail,
    )

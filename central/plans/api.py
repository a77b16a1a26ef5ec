"""``…/plan``: what units and halls say of how halls shall work, and how far each hall follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy import Connection

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit.changes import note_change
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound, RefusedByRule, WrongField
from central.keys import Key, KeyHeader, the_key
from central.line.api import PathHall
from central.live import store as live_store
from central.once import once
from central.parts import Parts
from central.places.store import is_place
from central.plans import rules, store
from central.plans.handing import hand_down, post_of, problems_below
from central.plans.rules import Document
from central.plans.telling import document_told, problem_told, standing_told
from central.plans.wishes import wish_of
from central.units import store as units
from central.units.api import PathUnit
from central.web_doors import Limit, Looking, May, Strict, StrictRoute, TheParts
from hall_config.problems import Problem

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["plans"])

Planner = Annotated[Person, Depends(May(Act.MANAGE_PLANS))]
PlanPart = Literal["opening", "rest_day", "work_day", "service"]
_MOMENT = r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z$"


class Said(Strict):
    """``parts``: those of a hall file. ``from_catalogue``: parts that follow the service catalogue and the calendars.
    ``valid_from``: from when on at the earliest. ``version``: the one that was read before; refused where another one
    came between."""

    parts: dict[str, Any] = Field(default_factory=dict)
    from_catalogue: Annotated[list[PlanPart], Field(max_length=4)] = Field(default_factory=list)
    valid_from: Annotated[str, Field(pattern=_MOMENT)] | None = None
    version: Annotated[int, Field(ge=0, lt=2**31)] | None = None
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
    return {"items": [standing_told(row) for row in found[:limit]], "next": last}


@router.post("/plans/check")
def check(body: Checked, person: Planner) -> dict[str, Any]:
    """Everything that is wrong with these parts; nothing is kept."""
    return {"problems": [problem_told(one) for one in rules.document_problems(body.parts)]}


@router.get("/units/{unit}/plan")
def of_unit(unit: PathUnit, person: Looking, parts: TheParts) -> dict[str, Any]:
    """What a unit itself says; version 0: nothing. ``above``: what the units above it say, laid together."""
    with parts.database.read() as connection:
        path = units.require_unit(connection, unit, person.path)["path"]
        *higher, (_, _, own) = store.documents_on(connection, path)
    return {**document_told(own), "above": rules.wanted({}, rules.said_instead(higher)).parts}


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
    """What a hall's own document says, what was handed to it with the parts of all above it, and what it says of that.

    ``above``: what it would be told if its own document said nothing.
    """
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        own, last = store.document(connection, "hall", hall), store.newest_plan(connection, hall)
        above = wish_of(connection, hall, ("hall", hall, Document())).parts
        told = standing_told(store.standing(connection, hall))
    return {
        **document_told(own),
        "handed": last["plan"] if last is not None else None,
        "above": above,
        "standing": told,
    }


@router.put("/halls/{hall}/plan")
def put_hall(
    hall: PathHall, body: Said, person: Planner, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Say it for one hall, in place of what was said for it before."""
    asked = the_key(key, body.command_id)
    with parts.database.write() as connection:
        _require_controller(connection, hall, person)
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
        _require_controller(connection, hall, person)

        def act() -> dict[str, Any]:
            handed = hand_down(connection, [hall], person.name, now, again=True)
            if not handed:
                raise NotFound("NO_PLAN")
            note_change(connection, person, request, "plan.again", hall, now, revision=handed[hall])
            return {"hall": hall, "revision": handed[hall]}

        told = once(connection, person.name, asked, {"path": f"/halls/{hall}/plan/again"}, now, act)
    _send(parts)
    return told


def _require_controller(connection: Connection, hall: str, person: Person) -> None:
    live_store.require_hall(connection, hall, person.path)
    if is_place(connection, hall):
        raise RefusedByRule("PLACE_HAS_OWN_RULES", "hall")


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
        if body.version is not None and body.version != store.document(connection, kind, owner).version:
            raise RefusedByRule("PLAN_CHANGED")
        said = said_by(body, person.name, now)
        kept = store.put_document(connection, kind, owner, said)
        for hall, problem in problems_below(connection, halls):
            raise _refused(problem, hall)
        handed = hand_down(connection, halls, person.name, now)
        note_change(connection, person, request, f"plan.{kind}", owner, now, version=kept.version, halls=len(handed))
        return {**document_told(kept), "halls": handed}

    return once(connection, person.name, asked, {"path": f"/{kind}s/{owner}/plan", **body.model_dump()}, now, act)


def said_by(body: Said, by: str, now: int) -> Document:
    """Raises `WrongField` for a moment that is in no calendar."""
    return Document(body.parts, tuple(sorted(set(body.from_catalogue))), _ms(body.valid_from), 0, now, by)


def _refused(problem: Problem, hall: str = "") -> WrongField:
    """With the words that ``hall config check`` has for it, and the hall where it comes to light."""
    where = f"{hall}: " if hall else ""
    field = f"parts.{problem.key}".rstrip(".")
    return WrongField("PLAN_WRONG", field, words=(where + problem.words("zh"), where + problem.words("en")))


def _send(parts: Parts) -> None:
    post_of(parts.database, parts.link, parts.authority).send()


def _ms(moment: str | None) -> int:
    if moment is None:
        return 0
    try:
        return int(datetime.fromisoformat(moment).timestamp() * 1000)
    except ValueError:
        raise WrongField("WRONG_FIELD", "valid_from") from None

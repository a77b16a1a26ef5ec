"""``/api/v1/places/{place}/plan``: what a small place works by, what another plan would change, and saying it."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.audit import store as audit
from central.clock import now_ms
from central.failures import RefusedByRule, WrongField
from central.keys import KeyHeader, the_key
from central.once import once
from central.places import store
from central.places.asking import place_at
from central.places.plans import check_plan, laid_out, usual_parts
from central.places.requests import PathPlace, PlanSaid, PlanTried
from central.plans.rules import document_problems
from central.plans.telling import problem_told
from central.web_doors import Looking, May, StrictRoute, TheParts, source_of
from hall.emptiness import is_empty
from hall_config.problems import HallFileError, Problem

router = APIRouter(prefix="/api/v1/places/{place}/plan", route_class=StrictRoute, tags=["places"])

Planning = Annotated[Person, Depends(May(Act.PLAN_PLACES))]


@router.get("")
def plan(place: PathPlace, person: Looking, parts: TheParts) -> dict[str, Any]:
    """What was said last (``parts``), and what is in force; the former waits until nobody is there.

    ``usual`` is what holds of what nobody says.
    """
    with parts.database.read() as connection:
        store.require_place(connection, place, person.path)
        row = store.read_place(connection, place)
    assert row is not None
    return {
        "place": place,
        "revision": row["revision"],
        "in_force": json.loads(row["plan"]),
        "waits": row["plan_next"] is not None,
        "parts": json.loads(row["plan_next"] or row["plan"]),
        "usual": usual_parts(),
        "seen": _seen(row),
    }


@router.post("/preview")
def preview(place: PathPlace, body: PlanTried, person: Planning, parts: TheParts) -> dict[str, Any]:
    """All that is wrong with a plan, each with its place; if nothing is, what it would change. Nothing is kept.

    ``at_once``: nobody is there, so that it would come into force as soon as it is said.
    """
    at, _ = place_at(parts, place, person.path)
    with parts.database.read() as connection:
        row = store.read_place(connection, place)
    assert row is not None
    before = laid_out(json.loads(row["plan"]))
    told = {"revision": row["revision"], "at_once": is_empty(at.state), "before": before}
    problems = _problems(body.parts)
    if problems:
        return {**told, "problems": [problem_told(one) for one in problems], "after": {}}
    return {**told, "problems": [], "after": laid_out(body.parts)}


@router.put("")
def put_plan(
    place: PathPlace, body: PlanSaid, person: Planning, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """A new plan; it comes into force at once where nobody is, else as soon as the place is empty."""
    asked, now = the_key(key, body.command_id), now_ms()
    wrong = _problems(body.parts)
    if wrong:
        raise refused(wrong[0])
    text = check_plan(body.parts)
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            store.require_place(connection, place, person.path)
            row = store.read_place(connection, place)
            if row is None or body.seen not in (None, _seen(row)):
                raise RefusedByRule("PLAN_CHANGED", "seen")
            store.change_place(connection, place, plan_next=text)
            audit.note(
                connection, at_ms=now, actor=person.name, path=person.path, act="place.plan", object=place,
                source=source_of(request), detail={"parts": sorted(body.parts)},
            )  # fmt: skip
            return {"place": place}

        told = once(connection, person.name, asked, {"path": f"/places/{place}/plan", **body.model_dump()}, now, act)
    parts.places.again(place)
    return told


def refused(problem: Problem) -> WrongField:
    """With the words that ``hall config check`` has for it."""
    return WrongField("WRONG_PLAN", f"parts.{problem.key}"[:120], words=(problem.words("zh"), problem.words("en")))


def _problems(parts: dict[str, Any]) -> list[Problem]:
    found = document_problems(parts)
    if not found:
        try:
            check_plan(parts)
        except HallFileError as faulty:
            return list(faulty.problems)
    return found


def _seen(row: RowMapping) -> str:
    """Another word for each plan that was said."""
    text = f"{row['revision']} {row['plan_next'] or row['plan']}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]

"""``…/plan/preview``, ``…/plan/revisions``: what a plan would change before it is said, what halls were handed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path
from sqlalchemy import Connection

from central import cursors
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound
from central.line.api import PathHall
from central.live import store as live_store
from central.plans import rules, store
from central.plans.api import Planner, Said, said_by
from central.plans.handing import is_news
from central.plans.rules import Document
from central.plans.telling import problem_told
from central.plans.wishes import Wishes, wish_of
from central.units import store as units
from central.units.api import PathUnit
from central.web_doors import Limit, Looking, StrictRoute, TheParts
from hall_config.handed_plan import OF_THE_HALL_ALONE
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["plans"])

_MOST_PROBLEMS = 50  # of all the halls of a city
PathRevision = Annotated[int, Path(gt=OF_THE_HALL_ALONE, lt=2**53)]


@router.post("/units/{unit}/plan/preview")
def preview_of_unit(unit: PathUnit, body: Said, person: Planner, parts: TheParts) -> dict[str, Any]:
    """What would be wrong with it, and to how many halls it would be news; nothing is kept."""
    with parts.database.read() as connection:
        row = units.require_unit(connection, unit, person.path)
        before = store.document(connection, "unit", unit).parts
        said = ("unit", unit, said_by(body, person.name, now_ms()))
        told = _previewed(connection, said, store.halls_below(connection, row["path"]))
    return {**told, "in_force": None, "before": dict(before), "after": body.parts}


@router.post("/halls/{hall}/plan/preview")
def preview_of_hall(hall: PathHall, body: Said, person: Planner, parts: TheParts) -> dict[str, Any]:
    """What would be wrong with it, the plan that the hall says it works by (``before``) and the one that it would get.

    ``in_force`` is the number of the former; None: the hall has not said, or works by its own file alone.
    """
    said = ("hall", hall, said_by(body, person.name, now_ms()))
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        told = _previewed(connection, said, [hall])
        report = store.report(connection, hall)
        standing = store.plan_of(connection, hall, report["revision"]) if report is not None else None
        after = {} if told["problems"] else wish_of(connection, hall, said).parts
    before = json.loads(standing["plan"])["parts"] if standing is not None else {}
    in_force = standing["revision"] if standing is not None else None
    return {**told, "in_force": in_force, "before": before, "after": after}


@router.get("/halls/{hall}/plan/revisions")
def revisions(
    hall: PathHall, person: Looking, parts: TheParts, limit: Limit = 20, cursor: Cursor | None = None
) -> dict[str, Any]:
    """What was handed to a hall, the newest first."""
    before = cursors.read("plan_revisions", cursor, int)
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        found = store.plans_of(connection, hall, before[0] if before else 2**53, limit + 1)
    items = [
        {"revision": row["revision"], "issued_at": rfc3339(row["issued_ms"]), "issued_by": row["issued_by"]}
        for row in found[:limit]
    ]
    last = cursors.give("plan_revisions", (items[-1]["revision"],)) if len(found) > limit else None
    return {"items": items, "next": last}


@router.get("/halls/{hall}/plan/revisions/{revision}")
def revision(hall: PathHall, revision: PathRevision, person: Looking, parts: TheParts) -> dict[str, Any]:
    """One of them, and under ``back`` what the hall's own document must say for the hall to work by it again."""
    with parts.database.read() as connection:
        live_store.require_hall(connection, hall, person.path)
        row = store.plan_of(connection, hall, revision)
        if row is None:
            raise NotFound("NO_SUCH_REVISION")
        then = store.document_then(connection, "hall", hall, row["issued_ms"])
        now = wish_of(connection, hall, ("hall", hall, then)).parts
    plan = json.loads(row["plan"])
    back = {"parts": rules.back_to(plan["parts"], then.parts, now), "from_catalogue": list(then.from_catalogue)}
    return {
        "revision": revision,
        "issued_at": rfc3339(row["issued_ms"]),
        "issued_by": row["issued_by"],
        "parts": plan["parts"],
        "back": back,
    }


def _previewed(connection: Connection, said: tuple[str, str, Document], halls: Sequence[str]) -> dict[str, Any]:
    """All that is wrong with the document itself; if nothing is, the first problem of each hall that has one."""
    problems = [problem_told(one) for one in rules.document_problems(said[2].parts)]
    if problems:
        return {"problems": problems, "halls": 0}
    newest, wishes, news = store.newest_plans(connection, halls), Wishes(connection, halls, said), 0
    for hall, wish in wishes:
        wrong = wishes.problem(wish)
        problems += [problem_told(wrong, hall)] if wrong is not None else []
        news += is_news(newest.get(hall), wish)
    return {"problems": problems[:_MOST_PROBLEMS], "halls": news}

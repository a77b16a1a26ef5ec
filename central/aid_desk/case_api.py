"""``/api/v1/aid/cases/{case}/tasks``: what is to be done now, and the short records that belong to the case."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Connection, RowMapping

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid import limits
from central.aid import store as cases
from central.aid.access import capacities, require_case
from central.aid.people import Work, open_application
from central.aid.signing import form_signed
from central.aid_desk import rules, store, tasks
from central.aid_desk.api import PathCase
from central.aid_papers import issuing
from central.aid_papers.forms import form_table
from central.clock import now_ms
from central.web_doors import May, StrictRoute, TheParts
from hall.intake.codes import Channel
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid desk"])

Seeing = Annotated[Person, Depends(May(Act.AID_SEE))]


@router.get("/cases/{case}/tasks")
def to_do(case: PathCase, person: Seeing, parts: TheParts) -> dict[str, Any]:
    """What presses first stands first; ``mine``: it is this person's to do. ``linked``: short records of the case."""
    now = now_ms()
    with parts.database.read() as connection:
        row = require_case(connection, person, case, Act.AID_SEE)
        stands = _stands(connection, Work(connection, parts.vault, now), row)
        linked = store.linked(connection, case)
    own = capacities(person)
    items = [
        {
            "task": one.task,
            "who": one.who,
            "due_at": rfc3339(one.due_ms) if one.due_ms is not None else None,
            "about": one.about or None,
            "mine": one.who in own,
        }
        for one in tasks.to_do(stands)
    ]
    records = [{**one, "opened_at": rfc3339(one.pop("opened_ms"))} for one in linked]
    coming = rules.next_of(stands.state, proposed=stands.proposed)
    return {"now": rfc3339(now), "items": items, "next": None, "next_step": coming, "linked": records}


def _stands(connection: Connection, work: Work, row: RowMapping) -> tasks.Stands:
    assignment = cases.live_assignment(connection, row["id"])
    clocks = limits.told(work, row["id"])
    application = None if row["channel"] == Channel.ORGAN else open_application(work, row["id"], row["sealed"])
    return tasks.stands_of(
        dict(row),
        cases.steps(connection, row["id"]),
        work.now_ms,
        signed=form_signed(application, [one["kind"] for one in cases.file_facts(connection, row["id"])]),
        accepted=None if assignment is None else assignment["accepted_ms"] is not None,
        gaps=tuple(gap["kind"] for gap in cases.gaps(connection, row["id"]) if gap["filled_ms"] is None),
        due_ms=_due(clocks, limits.running(work, row["id"])),
        undelivered=_undelivered(connection, row["id"]),
        unexplained=tuple(one["rule"] for one in clocks if one["needs_reason"]),
    )


def _due(clocks: list[dict[str, Any]], running: dict[str, int]) -> dict[str, int]:
    """The last moments of limits that run; one that stands still ends on no day that could be told."""
    still = {one["rule"] for one in clocks if one["paused_at"] is not None and one["ended_at"] is None}
    return {rule: due_ms for rule, due_ms in running.items() if rule not in still}


def _undelivered(connection: Connection, case: str) -> tuple[str, ...]:
    """Forms of the case that somebody must be served with and was not."""
    papers = [one for one in issuing.papers_of(connection, case) if one["voided_ms"] is None]
    served = {form.code for form in form_table().forms.values() if form.served}
    waiting = [one for one in papers if one["form"] in served]
    done = {one["document"] for one in issuing.deliveries_of(connection, [one["id"] for one in waiting])}
    return tuple(one["form"] for one in waiting if one["id"] not in done)

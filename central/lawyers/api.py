"""``/api/v1/lawyers``: the register, a lawyer's state, and who is suggested for a case; for the agency's people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field

from central import cursors
from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid.access import actor_of, require_case
from central.aid.people import Work
from central.audit.changes import note_change
from central.clock import now_ms
from central.cursors import Cursor
from central.failures import NotFound, WrongField
from central.imports.lawyers import LawyerState
from central.imports.register import Register
from central.keys import Key, KeyHeader, the_key
from central.lawyers import choosing, status, store, telling
from central.lawyers.codes import Evidence, How, Language
from central.lawyers.status import LOST, Told
from central.once import once
from central.web_doors import Limit, May, Strict, StrictRoute, TheParts
from hall_config.wording import rfc3339

router = APIRouter(prefix="/api/v1", route_class=StrictRoute, tags=["lawyers"])

Clerk = Annotated[Person, Depends(May(Act.AID_WORK))]
Supervisor = Annotated[Person, Depends(May(Act.AID_SUPERVISE))]
Assigner = Annotated[Person, Depends(May(Act.AID_ASSIGN))]
PathMark = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
GivenDay = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Moment = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2})$")]
Document = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f\x7f\u2028\u2029]*$")]


class StateGiven(Strict):
    """A state that somebody looked up: when, and what it goes by. Without ``as_of``: now."""

    state: LawyerState = Field(strict=False)
    evidence: Evidence = Field(strict=False)
    document: Document = ""
    as_of: Moment | None = None
    suspended_from: GivenDay | None = None
    suspended_to: GivenDay | None = None
    command_id: Key | None = None


@router.get("/lawyers")
def lawyers(person: Clerk, parts: TheParts, limit: Limit = 200, cursor: Cursor | None = None) -> dict[str, Any]:
    """The register with today's load, names masked; by firm."""
    place, now = cursors.read("lawyers", cursor, str, str), now_ms()
    with parts.database.read() as connection:
        found = store.lawyers(connection, person.path, place, limit + 1)
        loads = store.loads(connection, [row["mark"] for row in found])
        register = Register(parts.vault, connection, now)
        items = [telling.lawyer(row, register, loads.get(row["mark"], 0), now) for row in found[:limit]]
    last = items[-1] if len(found) > limit else None
    return {"items": items, "next": cursors.give("lawyers", (last["firm"], last["mark"])) if last else None}


@router.get("/lawyers/{mark}")
def one_lawyer(mark: PathMark, person: Clerk, parts: TheParts) -> dict[str, Any]:
    """A lawyer with the states they were told to be in, the newest first."""
    now = now_ms()
    with parts.database.read() as connection:
        row = _require(connection, mark, person)
        load = store.loads(connection, [mark]).get(mark, 0)
        told = telling.lawyer(row, Register(parts.vault, connection, now), load, now)
        return {**told, "history": [telling.status(one) for one in store.history(connection, mark)]}


@router.post("/lawyers/{mark}/status")
def tell_state(
    mark: PathMark, body: StateGiven, person: Supervisor, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """A state looked up by hand; who is suspended, revoked or cancelled loses every live case with it."""
    asked, now = the_key(key, body.command_id), now_ms()
    if body.state in LOST and not body.document.strip():
        raise WrongField("LAWYER_DOCUMENT", "document")
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            _require(connection, mark, person)
            told = Told(
                body.state, _as_of(body.as_of, now), How.HAND, body.evidence, body.document.strip(),
                _real(body.suspended_from, "suspended_from"), _real(body.suspended_to, "suspended_to"),
            )  # fmt: skip
            work = Work(connection, parts.vault, now)
            cases = status.take_state(work, actor_of(person, request), mark, told)
            facts = {"state": body.state.value, "cases": len(cases)}
            note_change(connection, person, request, "lawyer.state", mark, now, **facts)
            return {"mark": mark, "state": body.state.value, "as_of": rfc3339(told.as_of_ms), "cases": cases}

        wish = {"path": f"/lawyers/{mark}/status", **body.model_dump()}
        return once(connection, person.name, asked, wish, now, act)


@router.get("/aid/cases/{case}/suggestions")
def suggestions(
    case: PathCase, person: Assigner, parts: TheParts, language: Annotated[Language | None, Query()] = None,
    limit: Limit = 50,
) -> dict[str, Any]:  # fmt: skip
    """Who fits a case, best first, with the reasons; a person chooses. Who may not be chosen stands last, and why."""
    now = now_ms()
    with parts.database.read() as connection:
        row = require_case(connection, person, case, Act.AID_ASSIGN)
        found = choosing.suggest(connection, parts.vault, row, now, language)[:limit]
        others = {conflict.case for one in found for conflict in one.candidate.conflicts}
        seen = store.numbers_of(connection, others, person.path)
        return {"items": [telling.candidate(one, seen) for one in found], "next": None}


def _require(connection: Any, mark: str, person: Person) -> Any:
    row = store.lawyer(connection, mark)
    if row is None or not row["path"].startswith(person.path):
        raise NotFound("NO_SUCH_LAWYER")
    return row


def _as_of(said: str | None, now: int) -> int:
    if said is None:
        return now
    try:
        return int(datetime.fromisoformat(said).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise WrongField("WRONG_FIELD", "as_of") from None


def _real(day: str | None, field: str) -> str | None:
    try:
        return day if day is None else date.fromisoformat(day).isoformat()
    except ValueError:
        raise WrongField("LAWYER_SUSPENSION_DAYS", field) from None

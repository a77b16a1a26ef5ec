"""``/api/v1/aid``: cases taken in, looked at and moved."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import Field

from central.accounts.desk import Person
from central.accounts.permissions import Act
from central.aid import casework, centres, conflicts, telling
from central.aid.access import actor_of, capacities, require_case
from central.aid.given import Day, Text
from central.aid.named import named
from central.aid.origin import Origin, letter_received, read_notice
from central.aid.people import Work, read_application
from central.aid.stages import Move
from central.aid_applicant import store as applicants
from central.audit.changes import note_change
from central.audit.disclosure import disclose
from central.audit.reasons import Reason, audited
from central.clock import now_ms
from central.failures import WrongField
from central.keys import Key, KeyHeader, the_key
from central.once import once
from central.web_doors import May, Strict, StrictRoute, TheParts, source_of
from hall.intake.codes import Channel
from hall_config.written_names import is_written

router = APIRouter(prefix="/api/v1/aid", route_class=StrictRoute, tags=["legal aid"])

Clerk = Annotated[Person, Depends(May(Act.AID_WORK))]
Seeing = Annotated[Person, Depends(May(Act.AID_SEE))]
Moving = Annotated[Person, Depends(May(Act.AID_MOVE))]
PathCase = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
UnitGiven = Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z-]{0,39}$")]


class CaseGiven(Strict):
    """An application taken at a window or a street station, or for whoever called."""

    application: dict[str, Any]
    unit: UnitGiven | None = None
    channel: Annotated[str, Field(pattern=r"^(WINDOW|STATION|DUTY_LAWYER)$")] = "WINDOW"
    identified: bool = True
    urgent: bool = False
    first_check: Text | None = None
    command_id: Key | None = None


class NoticeGiven(Strict):
    """An organ's letter (通知辩护)."""

    notice: dict[str, Any]
    unit: UnitGiven | None = None
    received_on: Day | None = None  # when the letter reached the centre: the three days run from it
    command_id: Key | None = None


class MoveGiven(Strict):
    """One step of a case; ``version`` is that of the case as it was seen."""

    move: Annotated[Move, Field(strict=False)]
    version: Annotated[int, Field(ge=1, le=10**6)]
    given: dict[str, Any] = Field(default_factory=dict)
    command_id: Key | None = None


class Disclosure(Strict):
    reason: Reason


class NewCode(Strict):
    """``reason``: how the applicant proved who they are, and what became of the code before."""

    reason: Reason
    command_id: Key | None = None


@router.post("/cases", status_code=201)
def take(body: CaseGiven, person: Clerk, parts: TheParts, request: Request, key: KeyHeader = None) -> dict[str, Any]:
    """Take an application in: its number, its receipt, and the seven days begin."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            work = Work(connection, parts.vault, now)
            unit = centres.centre_for(connection, person, body.unit)
            application = read_application(body.application)
            if body.channel == Channel.STATION and not is_written(body.first_check or ""):
                raise WrongField("AID_FIRST_CHECK_MISSING", "first_check")
            origin = Origin(
                unit, Channel(body.channel), now, identified=body.identified, urgent=body.urgent,
                first_check=body.first_check,
            )  # fmt: skip
            case_id = casework.open_case(work, actor_of(person, request), application, origin)
            centres.give_code(connection, parts.visitors.key, case_id)
            note_change(connection, person, request, "aid.take", case_id, now, channel=body.channel)
            return centres.receipt_of(connection, case_id)

        done = once(connection, person.name, asked, {"path": "/aid/cases", **body.model_dump()}, now, act)
    return {**done, "code": centres.code_of(parts.visitors.key, done["id"])}


@router.post("/notices", status_code=201)
def take_notice(
    body: NoticeGiven, person: Clerk, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """Take an organ's notice in: three days to assign a lawyer and tell the organ (法律援助法 36)."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            work = Work(connection, parts.vault, now)
            received = letter_received(body.received_on, now)
            origin = Origin(centres.centre_for(connection, person, body.unit), Channel.ORGAN, received)
            case_id = casework.open_notice(work, actor_of(person, request), read_notice(body.notice), origin)
            note_change(connection, person, request, "aid.take", case_id, now, channel=Channel.ORGAN.value)
            return centres.receipt_of(connection, case_id)

        return once(connection, person.name, asked, {"path": "/aid/notices", **body.model_dump()}, now, act)


@router.get("/cases/{case}")
def see(case: PathCase, person: Seeing, parts: TheParts) -> dict[str, Any]:
    """The case with its people masked, its limits, documents and files, and what this person may do with it now."""
    with parts.database.read() as connection:
        row = require_case(connection, person, case, Act.AID_SEE)
        work = Work(connection, parts.vault, now_ms())
        return {**telling.whole(work, row, capacities(person)), "conflicts": conflicts.told(work, row, person.path)}


@router.get("/cases/{case}/steps")
def steps(
    case: PathCase, person: Seeing, parts: TheParts, after: Annotated[int, Query(ge=0, le=10**6)] = 0
) -> dict[str, Any]:
    """What happened, in order."""
    with parts.database.read() as connection:
        require_case(connection, person, case, Act.AID_SEE)
        return {"items": telling.steps(Work(connection, parts.vault, now_ms()), case, after), "next": None}


@router.get("/cases/{case}/chain")
def chain(case: PathCase, person: Seeing, parts: TheParts) -> dict[str, Any]:
    """Whether nothing of the case's history was changed."""
    with parts.database.read() as connection:
        require_case(connection, person, case, Act.AID_SEE)
        return telling.chain(Work(connection, parts.vault, now_ms()), case)


@router.post("/cases/{case}/disclose")
def see_in_full(case: PathCase, body: Disclosure, person: Seeing, parts: TheParts, request: Request) -> dict[str, Any]:
    """Everything that was filled in; who looked and why is in the audit before it is shown."""
    now = now_ms()
    with parts.database.write() as connection:
        row = require_case(connection, person, case, Act.AID_SEE)
        work = Work(connection, parts.vault, now)
        disclose(connection, person, f"aid/{case}", body.reason, now, source_of(request), fields=("application",),
                 people=named(work, row))  # fmt: skip
        return telling.full(work, row)


@router.post("/cases/{case}/code")
def renew_code(
    case: PathCase, body: NewCode, person: Clerk, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """A new code for the applicant's page, told once to whoever proved who they are; the one before opens nothing."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            row = require_case(connection, person, case, Act.AID_WORK)
            why = audited(body.reason, named(Work(connection, parts.vault, now), row))
            centres.give_code(connection, parts.visitors.key, case, f"{case}/{now}")
            applicants.end_all(connection, case)
            note_change(connection, person, request, "aid.code", case, now, reason=why)
            return {"id": case, "of": f"{case}/{now}"}

        wish = {"path": f"/aid/cases/{case}/code", **body.model_dump()}
        done = once(connection, person.name, asked, wish, now, act)
    return {"id": case, "code": centres.code_of(parts.visitors.key, done["of"])}


@router.post("/cases/{case}/moves")
def make_move(
    case: PathCase, body: MoveGiven, person: Moving, parts: TheParts, request: Request, key: KeyHeader = None
) -> dict[str, Any]:
    """One step; a second one at the same moment is told what has changed, and changes nothing."""
    asked, now = the_key(key, body.command_id), now_ms()
    with parts.database.write() as connection:

        def act() -> dict[str, Any]:
            require_case(connection, person, case, Act.AID_MOVE)
            work = Work(connection, parts.vault, now)
            row = casework.move(work, actor_of(person, request), case, body.move, body.given, body.version)
            note_change(connection, person, request, "aid.move", case, now, move=body.move.value, state=row["state"])
            return {"id": case, "state": row["state"], "version": row["version"]}

        return once(connection, person.name, asked, {"path": f"/aid/cases/{case}/moves", **body.model_dump()}, now, act)

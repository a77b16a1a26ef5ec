"""The supervisor over HTTP: windows moved to other classes, the rota, evacuation."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from edge.screens.appointments import Day
from edge.screens.desk import Desk
from edge.screens.requests import Key, KeyHeader, ServiceLetter, Strict, command_key
from edge.screens.sessions import staff_only, supervisors_only
from edge.screens.tickets import NoBody
from edge.screens.windows import WindowInPath
from edge.staff import Session
from hall.duty.words import Duty, Half, MarkAbsent, MarkPresent, SetRota
from hall.queue.words import AssignWindow, EndAssignment
from hall.safety.words import EndEvacuation, Evacuate

Person = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[0-9A-Za-z_.\-\u4e00-\u9fff·]+$")]


class Assigning(Strict):
    """``POST /api/v1/windows/{n}/assignment``"""

    services: Annotated[list[ServiceLetter], Field(min_length=1, max_length=26)]
    minutes: Annotated[int, Field(ge=1, le=720)] = 60
    command_id: Key | None = None


class DutyGiven(Strict):
    """One line of a rota."""

    person: Person
    services: Annotated[list[ServiceLetter], Field(min_length=1, max_length=26)]
    half: Literal["MORNING", "AFTERNOON", "DAY"] = "DAY"


class RotaGiven(Strict):
    """``PUT /api/v1/rota/{day}``"""

    duties: Annotated[list[DutyGiven], Field(max_length=200)]
    command_id: Key | None = None


class Absence(Strict):
    """``POST /api/v1/rota/absences``"""

    person: Person
    command_id: Key | None = None


class DutySeen(BaseModel):
    person: str
    services: list[str]
    half: Half
    absent: bool


class RotaSeen(BaseModel):
    day: str
    duties: list[DutySeen]


class WindowAssignedTo(BaseModel):
    window: int
    services: list[str]
    minutes: int


class EvacuationNow(BaseModel):
    evacuating: bool


def supervision_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["supervisor"])
    _windows(router, desk)
    _rota(router, desk)
    _evacuation(router, desk)
    return router


def _windows(router: APIRouter, desk: Desk) -> None:
    supervisor = Depends(supervisors_only(desk))

    @router.post("/windows/{n}/assignment")
    def assign(
        n: WindowInPath, body: Assigning, key: KeyHeader = None, session: Session = supervisor
    ) -> WindowAssignedTo:
        """Let a window serve other classes for a while."""
        name = session.staff.name
        command = AssignWindow(n, name, tuple(body.services), body.minutes * 60)
        desk.door.ask(command, command_key(f"assign:{name}:{n}", key, body.command_id))
        return WindowAssignedTo(window=n, services=body.services, minutes=body.minutes)

    @router.delete("/windows/{n}/assignment", status_code=204)
    def end(n: WindowInPath, key: KeyHeader = None, session: Session = supervisor) -> None:
        """The window serves its own classes again."""
        name = session.staff.name
        desk.door.ask(EndAssignment(n, name), command_key(f"unassign:{name}:{n}", key, None))


def _rota(router: APIRouter, desk: Desk) -> None:
    signed_in, supervisor = Depends(staff_only(desk)), Depends(supervisors_only(desk))

    @router.get("/rota/{day}")
    def see(day: Day, _session: Session = signed_in) -> RotaSeen:
        """Who is on duty on a day."""
        return _seen(desk, day)

    @router.put("/rota/{day}")
    def set_rota(day: Day, body: RotaGiven, key: KeyHeader = None, session: Session = supervisor) -> RotaSeen:
        """Set the rota of a day, in place of the one before."""
        name = session.staff.name
        duties = tuple(Duty(one.person, tuple(one.services), Half(one.half)) for one in body.duties)
        desk.door.ask(SetRota(day, duties, name), command_key(f"rota:{name}:{day}", key, body.command_id))
        return _seen(desk, day)

    @router.post("/rota/absences", status_code=204)
    def absent(body: Absence, key: KeyHeader = None, session: Session = supervisor) -> None:
        """Somebody of today's rota is not here; whoever waits for this person is handed over."""
        name = session.staff.name
        desk.door.ask(MarkAbsent(body.person, name), command_key(f"absent:{name}", key, body.command_id))

    @router.delete("/rota/absences/{person}", status_code=204)
    def present(
        person: Annotated[str, Path(min_length=1, max_length=32)], key: KeyHeader = None, session: Session = supervisor
    ) -> None:
        """Somebody who was absent is here."""
        name = session.staff.name
        desk.door.ask(MarkPresent(person, name), command_key(f"present:{name}:{person}", key, None))


def _evacuation(router: APIRouter, desk: Desk) -> None:
    signed_in, supervisor = Depends(staff_only(desk)), Depends(supervisors_only(desk))

    @router.post("/evacuation")
    def evacuate(body: NoBody = None, key: KeyHeader = None, session: Session = signed_in) -> EvacuationNow:
        """Evacuate the hall: anybody of the staff may."""
        name = session.staff.name
        desk.door.ask(Evacuate(name), command_key(f"evacuate:{name}", key, body.command_id if body else None))
        return EvacuationNow(evacuating=True)

    @router.delete("/evacuation")
    def end(key: KeyHeader = None, session: Session = supervisor) -> EvacuationNow:
        """The evacuation is over."""
        name = session.staff.name
        desk.door.ask(EndEvacuation(name), command_key(f"end-evacuation:{name}", key, None))
        return EvacuationNow(evacuating=False)


def _seen(desk: Desk, day: str) -> RotaSeen:
    state = desk.door.look()[0].duty
    today = desk.door.look()[0].queue.day
    duties = [
        DutySeen(
            person=one.person,
            services=list(one.services),
            half=one.half,
            absent=day == today and one.person in state.absent,
        )
        for one in state.rotas.get(day, ())
    ]
    return RotaSeen(day=day, duties=duties)

"""Appointments over HTTP: the staff hand in a day's list, visitors check in by code or by a phone's last digits."""

from __future__ import annotations

import secrets
from collections import deque
from threading import Lock
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from edge.appointments import Bearer
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import Key, KeyHeader, ServiceLetter, Strict, command_key, minute_of
from edge.screens.sessions import staff_only, supervisors_only
from edge.screens.tickets import TicketGiven, given
from edge.staff import Session
from hall.appointments.words import Appointment, CheckIn, SetAppointments
from hall.moment import local_day
from hall.queue.words import Channel
from hall.refusal import Code, Refusal

Day = Annotated[str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
_WRONG_AT_MOST: Final = 10
_WITHIN_MS: Final = 60_000


class AppointmentGiven(Strict):
    """One line of a day's list. Card number and phone digits are hashed at once and kept nowhere."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z._-]{1,40}$")]
    time: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    service: ServiceLetter
    persons: Annotated[int, Field(ge=1, le=200)] = 1
    person: Annotated[str, Field(max_length=32)] | None = None
    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z -]{4,20}$")] | None = None
    phone_tail: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None
    card_number: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{8,20}$")] | None = None


class DayList(Strict):
    """``PUT /api/v1/appointments/{day}``"""

    items: Annotated[list[AppointmentGiven], Field(max_length=1000)]
    command_id: Key | None = None


class CheckingIn(Strict):
    """``POST /api/v1/appointments/check-in``: by the code, or by the last four digits of the phone number."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z -]{4,20}$")] | None = None
    phone_tail: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None
    service: ServiceLetter | None = None
    channel: str = "MACHINE"
    command_id: Key | None = None


class DaySet(BaseModel):
    day: str
    count: int


class AppointmentSeen(BaseModel):
    """An appointment as staff see it: never who it is for."""

    id: str
    time: str
    service: str
    persons: int
    person: str | None
    number: str | None  # the ticket, once checked in


class DaySeen(BaseModel):
    day: str
    items: list[AppointmentSeen]


class _Guesses:
    """Wrong codes of the last minute, over all screens: codes are not to be found by trying."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._wrong: deque[int] = deque(maxlen=_WRONG_AT_MOST)

    def check(self, now_ms: int) -> None:
        with self._lock:
            if len(self._wrong) == _WRONG_AT_MOST and now_ms - self._wrong[0] < _WITHIN_MS:
                raise ApiError(429, "TOO_MANY_TRIES", headers={"Retry-After": "60"})

    def wrong(self, now_ms: int) -> None:
        with self._lock:
            self._wrong.append(now_ms)


def appointments_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])
    guesses = _Guesses()
    signed_in, supervisor = Depends(staff_only(desk)), Depends(supervisors_only(desk))

    @router.post("/check-in", status_code=201)
    def check_in(body: CheckingIn, key: KeyHeader = None) -> TicketGiven:
        """Turn an appointment of today into a ticket."""
        steady_ms, wall_ms = desk.door.now_ms()
        guesses.check(steady_ms)
        try:
            found = _find(desk, body, local_day(wall_ms))
        except Refusal:
            guesses.wrong(steady_ms)
            raise
        command = CheckIn(
            found, secrets.token_urlsafe(16), Channel.KIOSK if body.channel == "KIOSK" else Channel.MACHINE
        )
        return given(desk.door.ask(command, command_key("check-in", key, body.command_id)))

    @router.put("/{day}")
    def set_day(day: Day, body: DayList, key: KeyHeader = None, session: Session = supervisor) -> DaySet:
        """Hand in the list of one day, in place of the one before."""
        appointments = tuple(
            Appointment(one.id, day, minute_of(one.time), one.service, one.persons, one.person) for one in body.items
        )
        name = session.staff.name
        command = SetAppointments(day, appointments, name)
        desk.door.ask(command, command_key(f"appointments:{name}:{day}", key, body.command_id))
        bearers = [Bearer(one.id, one.code, one.phone_tail, one.card_number) for one in body.items]
        desk.appointments.set_day(day, bearers, local_day(desk.door.now_ms()[1]))
        return DaySet(day=day, count=len(appointments))

    @router.get("/{day}")
    def see_day(day: Day, _session: Session = signed_in) -> DaySeen:
        """The list of one day without anything that says who comes."""
        state = desk.door.look()[0].appointments
        items = [
            AppointmentSeen(
                id=one.id, time=f"{one.minute // 60:02d}:{one.minute % 60:02d}", service=one.service,
                persons=one.persons, person=one.person, number=state.tickets.get(one.id),
            )
            for one in sorted(state.lists.get(day, ()), key=lambda one: (one.minute, one.id))
        ]  # fmt: skip
        return DaySeen(day=day, items=items)

    return router


def _find(desk: Desk, body: CheckingIn, today: str) -> str:
    """The one appointment meant; raises `Refusal` or `ApiError`."""
    if (body.code is None) == (body.phone_tail is None):
        raise ApiError(422, "CODE_OR_PHONE", "code")
    if body.code is not None:
        found = desk.appointments.by_code(today, body.code)
    else:
        state = desk.door.look()[0].appointments
        found = [
            one
            for one in desk.appointments.by_phone_tail(today, body.phone_tail or "")
            if body.service is None or (kept := state.find(today, one)) is None or kept.service == body.service
        ]
    if not found:
        raise Refusal(Code.UNKNOWN_APPOINTMENT, "code" if body.code else "phone_tail")
    if len(found) > 1:
        raise ApiError(409, "SEVERAL_APPOINTMENTS", "phone_tail")
    return found[0]

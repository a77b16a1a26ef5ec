"""What central's staff, and visitors through central, may have done in this hall: each order as a command of the rules.

Knows which arguments an order has and which command it is. Must not know how orders come or how their answers are kept
(`edge.orders`). Whoever acts from central is written down as ``central/{name}``, so that no name of central's is taken
for one of this hall's. An order that is done twice, because the power failed before its answer was kept, is the same
command under the same key: the journal answers it and nothing happens again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from edge.appointments import AppointmentBook
from edge.hall_door import Answer, Command
from edge.screens.requests import NoticeText, ServiceLetter
from hall.appointments.words import Appointment, SetAppointments
from hall.devices.words import NoticeAsked, SayNotice
from hall.moment import local_day
from hall.queue import words
from hall.refusal import Refusal
from hall.wire import Order, OrderAnswer, type_name

_DAY: Final = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


class Door(Protocol):
    """Commands in, committed events out."""

    def ask(self, command: Command, key: str | None = None) -> Answer: ...


class _Args(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _AtWindow(_Args):
    window: int = Field(ge=1, le=999)


class _Pause(_AtWindow):
    reason: words.PauseReason = Field(words.PauseReason.OTHER, strict=False)


class _Ticket(_Args):
    service: ServiceLetter
    persons: int = Field(1, ge=1, le=99)


class _Listed(_Args):
    """One appointment: never who comes; ``marks`` are keyed hashes by which somebody may check in."""

    id: str = Field(pattern=r"^[0-9A-Za-z._-]{1,40}$")
    minute: int = Field(ge=0, le=1439)
    service: ServiceLetter
    persons: int = Field(1, ge=1, le=200)
    marks: list[str] = Field(default=[], max_length=4)


class _Day(_Args):
    day: str = Field(pattern=_DAY)
    revision: int = Field(ge=1)
    key: str = Field(pattern=r"^[0-9a-f]{32}$")
    items: list[_Listed] = Field(max_length=1000)


@dataclass(frozen=True, slots=True)
class OrderActs:
    """This hall, as far as orders reach into it."""

    door: Door
    appointments: AppointmentBook
    speaks: Callable[[], bool]
    wall_ms: Callable[[], int]

    def operations(self) -> Mapping[str, Callable[[Order], OrderAnswer]]:
        """Everything that may be asked, by its name."""
        return {name: self._answered(act) for name, act in self._by_name().items()}

    def _by_name(self) -> Mapping[str, Callable[[Order], OrderAnswer]]:
        return {
            "call_next": lambda order: self._at_window(order, words.CallNext),
            "open_window": lambda order: self._at_window(order, words.OpenWindow),
            "close_window": lambda order: self._at_window(order, words.CloseWindow),
            "resume": lambda order: self._at_window(order, words.ResumeWindow),
            "pause": self._pause,
            "announce": self._announce,
            "take_ticket": self._take_ticket,
            "set_appointments": self._set_appointments,
        }

    def _answered(self, act: Callable[[Order], OrderAnswer]) -> Callable[[Order], OrderAnswer]:
        """The same, where what is wrong with the order is its answer."""

        def answer(order: Order) -> OrderAnswer:
            try:
                return act(order)
            except ValidationError as problem:
                first = problem.errors(include_input=False, include_url=False)[0]
                field = ".".join(map(str, first["loc"]))[:60]
                return OrderAnswer(order.id, "rejected", {"code": "WRONG_FIELD", "field": field})
            except Refusal as refusal:
                return OrderAnswer(order.id, "rejected", {"code": refusal.code.value, "field": refusal.field})

        return answer

    def _at_window(self, order: Order, command: Callable[[int, str], Command]) -> OrderAnswer:
        args = _AtWindow.model_validate(dict(order.args))
        return self._done(order, self._ask(order, command(args.window, _actor(order))))

    def _pause(self, order: Order) -> OrderAnswer:
        args = _Pause.model_validate(dict(order.args))
        return self._done(order, self._ask(order, words.PauseWindow(args.window, _actor(order), args.reason)))

    def _announce(self, order: Order) -> OrderAnswer:
        args = NoticeText.model_validate(dict(order.args))
        if not self.speaks():
            return OrderAnswer(order.id, "rejected", {"code": "NO_SPEAKER", "field": None})
        notice = SayNotice(secrets.token_hex(6), args.text_zh, args.text_en, args.urgent, _actor(order))
        answer = self._ask(order, notice)
        asked = next(event for event in answer.events if isinstance(event, NoticeAsked))
        return self._done(order, answer, notice=asked.notice)

    def _take_ticket(self, order: Order) -> OrderAnswer:
        args = _Ticket.model_validate(dict(order.args))
        token = secrets.token_urlsafe(16)
        answer = self._ask(order, words.TakeTicket(args.service, token, words.Channel.PHONE, persons=args.persons))
        ticket = next(event for event in answer.events if isinstance(event, words.TicketIssued))
        return self._done(
            order, answer, day=ticket.day, number=ticket.number, service=ticket.service, ahead=ticket.ahead,
            estimated_wait_s=ticket.estimated_wait_s, wait_bound_s=ticket.wait_bound_s,
        )  # fmt: skip

    def _set_appointments(self, order: Order) -> OrderAnswer:
        """The list of one day in place of the one before; one that is older than what is known changes nothing."""
        args = _Day.model_validate(dict(order.args))
        known = self.appointments.revision(args.day)
        if known >= args.revision:
            return OrderAnswer(order.id, "done", {"day": args.day, "revision": known})
        listed = tuple(Appointment(one.id, args.day, one.minute, one.service, one.persons) for one in args.items)
        answer = self._ask(order, SetAppointments(args.day, listed, _actor(order)))
        marks = {one.id: tuple(one.marks) for one in args.items}
        self.appointments.take_marks(args.day, args.key, marks, args.revision, local_day(self.wall_ms()))
        return self._done(order, answer, day=args.day, revision=args.revision)

    def _ask(self, order: Order, command: Command) -> Answer:
        return self.door.ask(command, f"order-act:{order.id}")

    def _done(self, order: Order, answer: Answer, **more: Any) -> OrderAnswer:
        names = [type_name(event).partition("/")[0] for event in answer.events]
        number = next((event.number for event in answer.events if hasattr(event, "number")), None)
        return OrderAnswer(order.id, "done", {"events": names, "number": number, **more})


def _actor(order: Order) -> str:
    return f"central/{order.actor}"[:64]

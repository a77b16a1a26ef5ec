"""The hall as anybody may see it: numbers and states, no tokens, marks or names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Final

from pydantic import BaseModel

from edge.hall_door import DeviceHealth, Health
from edge.machine import CardNotice
from edge.screens.card_view import CardRefused, CardTicket, card_refused, card_ticket
from edge.screens.opening_view import ClosedNow, OpensNow, closed_now, opens_again
from edge.screens.told_view import ToldNow, told_now
from hall.duty.rules import still_to_come
from hall.moment import Moment
from hall.plan import Plan, ServicePlan, WindowPlan
from hall.queue.choice import ahead_of, services_of, waiting_for
from hall.queue.forecast import forecast
from hall.queue.issue import stopped
from hall.queue.state import Ticket, TicketState, WindowState
from hall.queue.words import Channel, PauseReason, StopReason
from hall.state import HallState
from hall_config.wording import rfc3339

WORKING: Final = ("ready", "degraded")  # device states in which it does its work
_CANNOT_PRINT: Final = ("paper_out", "cover_open", "cutter", "error", "offline", "no_reply")  # of a degraded printer
_CALLS_SHOWN: Final = 6
_NOTICE_MS: Final = 900_000  # a quarter of an hour on the screens, whether it could be said or not
_AT_WINDOWS: Final = (TicketState.CALLED, TicketState.SERVING)  # who is finished with or put off need not look up


@dataclass(frozen=True, slots=True)
class Overview:
    """What several views need of the whole day's tickets, found in one pass for each state of the hall."""

    called: tuple[Ticket, ...]  # who shall come to a window, newest first, then who sits at one
    missed: tuple[Ticket, ...]  # newest first
    served: Mapping[int, int]  # by window
    by_card: Ticket | None  # the newest one taken with a card
    finished: Mapping[int, Ticket] = field(default_factory=dict)  # the last one, by window
    sent_on: tuple[Ticket, ...] = ()  # missed or transferred at some time of the day


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a view is made of, taken at one moment."""

    plan: Plan
    state: HallState
    overview: Overview
    seq: int
    health: Health
    steady_ms: int
    wall_ms: int
    assets: str  # names the version of our pages, so that a page that runs for weeks notices a newer one
    notice: CardNotice | None = None

    def now(self) -> Moment:
        """This moment as the rules see it."""
        return Moment(self.steady_ms, self.wall_ms)

    def mark(self) -> tuple[object, ...]:
        """Whatever is equal under this mark looks the same to the pages."""
        devices = tuple((device.id, device.state, device.reason) for device in self.health.devices)
        minute = self.wall_ms // 60_000
        return (self.seq, self.health.central, self.health.clock, self.health.journal_ok, devices, minute, self.notice)


class HallName(BaseModel):
    id: str
    name_zh: str
    name_en: str


class ServiceNow(BaseModel):
    letter: str
    name_zh: str
    name_en: str
    open: bool
    stopped: StopReason | None  # why it gives no number now
    opens: OpensNow | None  # when it gives numbers again, where that is known
    private: bool
    waiting: int
    ahead: int  # of an ordinary ticket taken now
    estimated_wait_s: int | None
    wait_bound_s: int | None  # four of five wait no longer
    windows: list[int]  # open ones that serve it
    on_duty: list[str]  # whom a ticket of this class may ask for, now or later today


class WindowNow(BaseModel):
    number: int
    name_zh: str
    name_en: str
    state: WindowState
    ticket: str | None
    pause: PauseReason | None
    services: list[str]
    waiting: int
    room: int | None  # the number on its door, when it is a room


class CallNow(BaseModel):
    """A ticket called to a window or served there; ``id`` changes with each call that shall catch the eye."""

    id: str
    number: str
    window: int
    service: str
    state: TicketState
    calls: int


class NoticeNow(BaseModel):
    """Words of the duty manager to everybody; the newest first."""

    id: str
    text_zh: str
    text_en: str
    urgent: bool


class Parts(BaseModel):
    """What visitors' screens need to know of the devices: None where the hall has none."""

    printer: bool | None  # False too while it is there but has no paper
    card_reader: bool | None


class PublicState(BaseModel):
    """``GET /api/v1/state``"""

    hall: HallName
    now: str
    seq: int
    day: str | None
    services: list[ServiceNow]
    windows: list[WindowNow]
    calls: list[CallNow]
    counts: dict[str, int]
    card_ticket: CardTicket | None
    card_notice: CardRefused | None
    parts: Parts
    central: str
    clock: str
    assets: str
    evacuating: bool
    closed: ClosedNow | None
    lunch_until: int | None  # local minute of the day at which all windows work again
    notices: list[NoticeNow]
    told: list[ToldNow]


def overview(state: HallState) -> Overview:
    """One pass over the day's tickets."""
    called: list[Ticket] = []
    missed: list[Ticket] = []
    sent_on: list[Ticket] = []
    served: Counter[int] = Counter()
    finished: dict[int, Ticket] = {}
    by_card: Ticket | None = None
    for ticket in state.queue.tickets.values():
        if ticket.sent_on_ms is not None:
            sent_on.append(ticket)
        if ticket.state is TicketState.NO_SHOW:  # it belongs to no window any more
            missed.append(ticket)
        elif ticket.last_call_ms and ticket.window is not None and ticket.state is not TicketState.WAITING:
            if ticket.state in _AT_WINDOWS:
                called.append(ticket)
            elif ticket.state is TicketState.DONE:
                served[ticket.window] += 1
                if ticket.window not in finished or _served_at(ticket) > _served_at(finished[ticket.window]):
                    finished[ticket.window] = ticket
        if ticket.channel is Channel.CARD and (by_card is None or ticket.issued_ms >= by_card.issued_ms):
            by_card = ticket
    missed.sort(key=_last_call, reverse=True)
    calls = tuple(nlargest(_CALLS_SHOWN, called, key=_called_first))
    return Overview(calls, tuple(missed), served, by_card, finished, tuple(sent_on))


def public_state(sight: Sight) -> PublicState:
    """The whole hall for its public screens."""
    plan, queue = sight.plan, sight.state.queue
    counts = {state.value.lower(): queue.tally.get(state.value, 0) for state in TicketState}
    return PublicState(
        hall=HallName(id=plan.hall, name_zh=plan.name_zh, name_en=plan.name_en),
        now=rfc3339(sight.wall_ms),
        seq=sight.seq,
        day=queue.day,
        services=[_service(sight, service) for service in plan.services],
        windows=[_window(sight, window) for window in plan.windows],
        calls=[_call(ticket) for ticket in sight.overview.called],
        counts={"issued": len(queue.tickets), **counts},
        card_ticket=card_ticket(sight.overview.by_card, sight.state, sight.steady_ms),
        card_notice=card_refused(sight.notice, sight.overview.by_card, sight.steady_ms),
        parts=Parts(printer=works(sight, "printer"), card_reader=works(sight, "id-card")),
        central=sight.health.central,
        clock=sight.health.clock,
        assets=sight.assets,
        evacuating=sight.state.safety.evacuating,
        closed=closed_now(plan, queue, sight.now()),
        lunch_until=queue.lunch_until,
        notices=[
            NoticeNow(id=one.notice, text_zh=one.text_zh, text_en=one.text_en, urgent=one.urgent)
            for one in sight.state.devices.last_notices
            if sight.steady_ms - one.asked_ms < _NOTICE_MS
        ],
        told=told_now(sight.overview.sent_on, plan, sight.steady_ms),
    )


def _service(sight: Sight, service: ServicePlan) -> ServiceNow:
    queue = sight.state.queue
    ahead = ahead_of(queue, service.letter, priority=False)
    serving = [window.number for window in sight.plan.windows if service.letter in services_of(queue, window)]
    stop = stopped(sight.state, sight.plan, service, sight.now())
    expected = forecast(queue, sight.plan, service, ahead, sight.now())
    return ServiceNow(
        letter=service.letter,
        name_zh=service.name_zh,
        name_en=service.name_en,
        open=stop is None,
        stopped=stop,
        opens=opens_again(sight.plan, service, stop, sight.now()),
        private=service.private,
        waiting=len(queue.waiting.get(service.letter, ())),
        ahead=ahead,
        estimated_wait_s=expected.wait_s if expected else None,
        wait_bound_s=expected.bound_s if expected else None,
        windows=[number for number in serving if queue.window(number).state is not WindowState.CLOSED],
        on_duty=list(dict.fromkeys(still_to_come(sight.state.duty, sight.plan, service.letter, sight.now()))),
    )


def _window(sight: Sight, window: WindowPlan) -> WindowNow:
    now = sight.state.queue.window(window.number)
    return WindowNow(
        number=window.number,
        name_zh=window.name_zh,
        name_en=window.name_en,
        state=now.state,
        ticket=now.ticket,
        pause=now.pause,
        services=list(services_of(sight.state.queue, window)),
        waiting=waiting_for(sight.state.queue, sight.plan, window.number),
        room=window.room,
    )


def _call(ticket: Ticket) -> CallNow:
    return CallNow(
        id=f"{ticket.number}-{ticket.last_call_ms}",
        number=ticket.number,
        window=ticket.window or 0,
        service=ticket.service,
        state=ticket.state,
        calls=ticket.calls,
    )


def _last_call(ticket: Ticket) -> int:
    return ticket.last_call_ms


def _served_at(ticket: Ticket) -> int:
    return ticket.serving_since_ms or 0


def _called_first(ticket: Ticket) -> tuple[bool, int]:
    return ticket.state is TicketState.CALLED, ticket.last_call_ms


def works(sight: Sight, kind: str) -> bool | None:
    found = [_does_its_work(device) for device in sight.health.devices if kind in device.driver]
    return any(found) if found else None


def _does_its_work(device: DeviceHealth) -> bool:
    return device.state in WORKING and not (device.state == "degraded" and device.reason in _CANNOT_PRINT)

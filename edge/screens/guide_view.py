"""The hall as guide desk and supervisor see it: queues, windows, alarms, who is on duty. Never a visitor's name."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from edge.screens.device_words import DeviceInTrouble, in_trouble, needs_hands
from edge.screens.opening_view import OpensNow, opens_again
from edge.screens.public_view import Sight, works
from edge.screens.staff_view import ColleagueCalls, TicketRow, colleague_calls, ticket_row
from hall.alarms.words import Kind
from hall.duty.rules import on_duty
from hall.duty.words import Half
from hall.moment import local_day
from hall.plan import ServicePlan, WindowPlan
from hall.queue.choice import next_for, services_of
from hall.queue.forecast import average_s, forecast
from hall.queue.issue import stopped
from hall.queue.state import TicketState, WindowState
from hall.queue.words import PauseReason, StopReason

_LIST_LIMIT = 200


class AlarmSeen(BaseModel):
    kind: Kind
    window: int | None
    number: str | None
    service: str | None


class ClassSeen(BaseModel):
    """One service class now."""

    letter: str
    waiting: int
    longest_wait_s: int | None
    estimated_wait_s: int | None
    average_s: int
    issued: int
    stopped: StopReason | None
    opens: OpensNow | None
    on_duty: list[str] | None  # None: nobody needs to be


class WindowSeen(BaseModel):
    """One window now; ``assigned_left_s`` while it serves other classes for a time."""

    number: int
    room: int | None
    state: WindowState
    pause: PauseReason | None
    staff: str | None
    ticket: str | None
    since_s: int
    services: list[str]
    assigned_left_s: int | None
    idle_while_waited_for: bool


class DutyNow(BaseModel):
    person: str
    services: list[str]
    half: Half
    absent: bool


class GuideView(BaseModel):
    """``event: guide`` of ``/api/v1/guide/stream``"""

    manager: bool
    staff: str
    day: str
    evacuating: bool
    alarms: list[AlarmSeen]
    colleagues: list[ColleagueCalls]
    classes: list[ClassSeen]
    windows: list[WindowSeen]
    waiting: list[TicketRow]  # longest wait first
    missed: list[TicketRow]
    rota: list[DutyNow]
    appointments_left: int
    central: str
    devices_in_trouble: list[DeviceInTrouble]
    prints: bool | None  # None: the hall has no printer
    assets: str


def guide_view(sight: Sight, names: Mapping[str, tuple[str, str]], staff: str, *, manager: bool) -> GuideView:
    """Everything that the page shows to this person."""
    queue, hall = sight.state.queue, sight.state
    waiting = [one for one in queue.tickets.values() if one.state is TicketState.WAITING]
    waiting.sort(key=lambda one: one.issued_ms)
    day = queue.day or local_day(sight.wall_ms)
    return GuideView(
        manager=manager,
        staff=staff,
        day=day,
        evacuating=hall.safety.evacuating,
        alarms=[
            AlarmSeen(kind=one.kind, window=one.window, number=one.number, service=one.service)
            for one in hall.alarms.standing
        ],
        colleagues=colleague_calls(sight),
        classes=[_class(sight, service) for service in sight.plan.services],
        windows=[_window(sight, window) for window in sight.plan.windows],
        waiting=[ticket_row(sight, one) for one in waiting[:_LIST_LIMIT]],
        missed=[ticket_row(sight, one) for one in sight.overview.missed[:_LIST_LIMIT]],
        rota=[
            DutyNow(
                person=one.person, services=list(one.services), half=one.half, absent=one.person in hall.duty.absent
            )
            for one in hall.duty.rotas.get(day, ())
        ],
        appointments_left=len(hall.appointments.lists.get(day, ())) - len(hall.appointments.tickets),
        central=sight.health.central,
        devices_in_trouble=[
            in_trouble(device, names) for device in sight.health.devices if needs_hands(device.state, device.reason)
        ],
        prints=works(sight, "printer"),
        assets=sight.assets,
    )


def _class(sight: Sight, service: ServicePlan) -> ClassSeen:
    queue, letter = sight.state.queue, service.letter
    stop = stopped(sight.state, sight.plan, service, sight.now())
    waiting = queue.waiting.get(letter, ())
    longest = min((queue.tickets[number].issued_ms for number in waiting), default=None)
    expected = forecast(queue, sight.plan, service, len(waiting), sight.now())
    return ClassSeen(
        letter=letter,
        waiting=len(waiting),
        longest_wait_s=None if longest is None else max(0, sight.steady_ms - longest) // 1000,
        estimated_wait_s=expected.wait_s if expected else None,
        average_s=round(average_s(queue, sight.plan, service)),
        issued=queue.last_serial.get(letter, 0),
        stopped=stop,
        opens=opens_again(sight.plan, service, stop, sight.now()),
        on_duty=list(on_duty(sight.state.duty, sight.plan, letter, sight.now())) if service.duty else None,
    )


def _window(sight: Sight, window: WindowPlan) -> WindowSeen:
    queue = sight.state.queue
    now = queue.window(window.number)
    assigned = queue.assigned.get(window.number)
    waited_for = now.state is not WindowState.SERVING and next_for(queue, sight.plan, window.number, sight.now())
    return WindowSeen(
        number=window.number,
        room=window.room,
        state=now.state,
        pause=now.pause,
        staff=now.staff,
        ticket=now.ticket,
        since_s=max(0, sight.steady_ms - now.since_ms) // 1000 if now.since_ms else 0,
        services=list(services_of(queue, window)),
        assigned_left_s=max(0, assigned.until_ms - sight.steady_ms) // 1000 if assigned else None,
        idle_while_waited_for=now.state is WindowState.IDLE and bool(waited_for),
    )

"""What a window's own page and its rating pad may see: the queue behind the window, never a token, never a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from edge.hall_door import DeviceHealth
from edge.screens.device_words import DeviceInTrouble, in_trouble, needs_hands
from edge.screens.opening_view import ClosedNow, closed_now
from edge.screens.public_view import Sight
from hall.gate.state import Leaf
from hall.plan import WindowPlan
from hall.queue.choice import services_of, waiting_for
from hall.queue.order import calling_order
from hall.queue.state import Ticket, TicketState, Window, WindowState
from hall.queue.undo import undoable
from hall.queue.words import PauseReason, Priority
from hall.rating.state import Rateable

ALARMS: Final = (Leaf.HELD_OPEN, Leaf.FORCED)  # of a gate
_LIST_LIMIT = 60  # more than a screen can show; the count beside it is always whole


class TicketRow(BaseModel):
    number: str
    service: str
    state: TicketState
    priority: Priority | None
    persons: int
    waited_s: int  # issue to now while it waits, whatever happened in between; else issue to its last call
    for_s: int  # in the present state of call, service or hold
    calls: int
    restored: bool
    transferred: bool
    sent_here: bool = False
    private: bool = False
    appointed: bool = False  # its time was appointed
    person: str | None = None  # whom it asks for
    draft: bool = False  # a legal-aid form was filled in for it
    submitted: bool = False  # an application for legal aid was submitted with it


class UndoOffer(BaseModel):
    """The last act at this window can still be taken back."""

    act: str
    number: str
    left_s: int


class ToRecord(BaseModel):
    """What this window finished last, and whether it was said what was done."""

    number: str
    service: str
    recorded: bool


class ColleagueCalls(BaseModel):
    """A window calls colleagues silently."""

    window: int
    since_s: int


class HelpAsked(BaseModel):
    place: str
    since_s: int


class GateAlarm(BaseModel):
    """Somebody shall go to this gate now; never who went through it."""

    gate: str
    name_zh: str
    name_en: str
    state: Leaf


class OtherWindow(BaseModel):
    """What somebody must know before a visitor is sent there."""

    number: int
    state: WindowState


class WindowView(BaseModel):
    """``event: window`` of ``/api/v1/windows/{n}/stream``"""

    window: int
    state: WindowState
    pause: PauseReason | None
    staff: str
    at_window: str | None  # who opened it
    since_s: int
    ticket: TicketRow | None
    waiting_count: int
    waiting: list[TicketRow]  # in the order in which this window would call them
    held: list[TicketRow]
    missed: list[TicketRow]
    calls_before_no_show: int
    call_interval_s: int
    served_today: int
    central: str
    devices_in_trouble: list[DeviceInTrouble]
    windows: list[OtherWindow]
    help: list[HelpAsked]
    gate_alarms: list[GateAlarm]
    undo: UndoOffer | None
    to_record: ToRecord | None
    colleagues: list[ColleagueCalls]
    evacuating: bool
    closed: ClosedNow | None
    assets: str


class PadView(BaseModel):
    """``event: pad`` of ``/api/v1/pads/{n}/stream``; only a paired pad gets the token."""

    window: int
    asks: bool
    token: str | None
    number: str | None
    service: str | None
    assets: str


def window_view(
    sight: Sight, window: WindowPlan, staff: str, device_names: Mapping[str, tuple[str, str]]
) -> WindowView:
    """Everything that the page of one window shows."""
    queue = sight.state.queue
    now = queue.window(window.number)
    here = set(queue.sent_to.get(window.number, ()))
    order = calling_order(queue, sight.plan, window.number, sight.now(), _LIST_LIMIT)
    tickets = queue.tickets
    served = services_of(queue, window)
    missed = [ticket for ticket in sight.overview.missed if ticket.service in served]
    return WindowView(
        window=window.number,
        state=now.state,
        pause=now.pause,
        staff=staff,
        at_window=now.staff,
        since_s=_seconds(sight, now.since_ms) if now.since_ms else 0,
        ticket=ticket_row(sight, tickets[now.ticket]) if now.ticket else None,
        waiting_count=waiting_for(queue, sight.plan, window.number),
        waiting=[ticket_row(sight, tickets[number], sent_here=number in here) for number in order],
        held=[ticket_row(sight, tickets[number]) for number in now.held],
        missed=[ticket_row(sight, ticket) for ticket in missed[:_LIST_LIMIT]],
        calls_before_no_show=sight.plan.queue.calls_before_no_show,
        call_interval_s=sight.plan.queue.call_interval_s,
        served_today=sight.overview.served.get(window.number, 0),
        central=sight.health.central,
        devices_in_trouble=[in_trouble(device, device_names) for device in _broken(sight, window)],
        windows=_others(sight, window),
        help=[
            HelpAsked(place=place, since_s=_seconds(sight, since_ms))
            for place, since_ms in sight.state.gate.help_since_ms.items()
        ],
        gate_alarms=_alarms(sight, device_names),
        undo=_undo(sight, now),
        to_record=_to_record(sight, window.number),
        colleagues=colleague_calls(sight),
        evacuating=sight.state.safety.evacuating,
        closed=closed_now(sight.plan, queue, sight.now()),
        assets=sight.assets,
    )


def colleague_calls(sight: Sight) -> list[ColleagueCalls]:
    """The windows that have called colleagues and still wait."""
    calls = sight.state.safety.called_since_ms.items()
    return [ColleagueCalls(window=window, since_s=_seconds(sight, since_ms)) for window, since_ms in calls]


def pad_view(sight: Sight, window: int) -> PadView:
    """What the rating pad of one window shows: asleep, or the service that was just given."""
    token = sight.state.rating.pads.get(window)
    asked: Rateable | None = sight.state.rating.rateable.get(token) if token else None
    return PadView(
        window=window,
        asks=asked is not None,
        token=token if asked else None,
        number=asked.number if asked else None,
        service=asked.service if asked else None,
        assets=sight.assets,
    )


def _undo(sight: Sight, window: Window) -> UndoOffer | None:
    last = undoable(sight.state.queue, sight.plan, window, sight.now())
    if last is None:
        return None
    left_ms = sight.plan.queue.undo_s * 1000 - (sight.steady_ms - last.at_ms)
    return UndoOffer(act=last.act, number=last.number, left_s=max(0, -(-left_ms // 1000)))


def _to_record(sight: Sight, window: int) -> ToRecord | None:
    last = sight.overview.finished.get(window)
    if last is None:
        return None
    return ToRecord(number=last.number, service=last.service, recorded=last.number in sight.state.record.versions)


def _broken(sight: Sight, window: WindowPlan) -> list[DeviceHealth]:
    """What stands at this window, and what all windows share, the printer above all."""
    near = [device for device in sight.health.devices if device.window in (None, window.number)]
    return [device for device in near if needs_hands(device.state, device.reason)]


def _alarms(sight: Sight, names: Mapping[str, tuple[str, str]]) -> list[GateAlarm]:
    found = []
    for gate in sight.plan.gates:
        leaf = sight.state.gate.gate(gate.id).leaf
        if leaf in ALARMS:
            zh, en = names.get(f"gate:{gate.id}", ("", ""))
            found.append(GateAlarm(gate=gate.id, name_zh=zh or gate.id, name_en=en or zh or gate.id, state=leaf))
    return found


def _others(sight: Sight, window: WindowPlan) -> list[OtherWindow]:
    windows = [other.number for other in sight.plan.windows if other.number != window.number]
    return [OtherWindow(number=number, state=sight.state.queue.window(number).state) for number in windows]


def ticket_row(sight: Sight, ticket: Ticket, *, sent_here: bool = False) -> TicketRow:
    """One ticket in a list for the staff."""
    match ticket.state:
        case TicketState.SERVING if ticket.serving_since_ms is not None:
            for_s = _seconds(sight, ticket.serving_since_ms) + ticket.served_ms // 1000
        case TicketState.HELD if ticket.held_since_ms is not None:
            for_s = _seconds(sight, ticket.held_since_ms)
        case TicketState.CALLED:
            for_s = _seconds(sight, ticket.last_call_ms)
        case _:
            for_s = 0
    # The clerk wants to know since when the visitor is in the hall: a call that led to nothing does not end that wait.
    # The queue's rule of patience counts from issue too; only the figures keep the wait until the first call.
    waits = ticket.state is TicketState.WAITING or not ticket.last_call_ms
    until_ms = sight.steady_ms if waits else ticket.last_call_ms
    return TicketRow(
        number=ticket.number,
        service=ticket.service,
        state=ticket.state,
        priority=ticket.priority,
        persons=ticket.persons,
        waited_s=max(0, until_ms - ticket.issued_ms) // 1000,
        for_s=for_s,
        calls=ticket.calls,
        restored=ticket.restored,
        transferred=ticket.transferred,
        sent_here=sent_here,
        private=ticket.private,
        appointed=ticket.slot_ms is not None,
        person=ticket.person,
        draft=ticket.number in sight.state.intake.drafts,
        submitted=sight.state.intake.receipt_of(ticket.number) is not None,
    )


def _seconds(sight: Sight, since_ms: int) -> int:
    return max(0, (sight.steady_ms - since_ms) // 1000)

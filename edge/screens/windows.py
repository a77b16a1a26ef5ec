"""A window over HTTP: what its staff may do, and the live view that its page shows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from edge.hall_door import Answer
from edge.screens.desk import Desk
from edge.screens.requests import KeyHeader, WindowAct, command_key
from edge.screens.sessions import session_of, staff_only
from edge.screens.staff_view import window_view
from edge.screens.tickets import NoBody
from edge.screens.window_acts import command_of
from edge.staff import Session
from hall.gate.words import AnswerHelp
from hall.plan import WindowPlan
from hall.queue import words
from hall.queue.state import TicketState, WindowState
from hall.queue.ticket import LIFE as TICKET_LIFE
from hall.queue.window import LIFE as WINDOW_LIFE
from hall.queue.words import PauseReason, Priority
from hall.refusal import Code, Refusal
from hall.wire import type_name

WindowInPath = Annotated[int, Path(ge=1, le=999)]
# Each event leads to one state wherever it happens, so the tables of life can be read from the events' side.
_TICKET_AFTER: Final = {event: after for row in TICKET_LIFE.values() for event, after in row.items()}
_WINDOW_AFTER: Final = {event: after for row in WINDOW_LIFE.values() for event, after in row.items()}


class TicketAtWindow(BaseModel):
    number: str
    service: str
    state: TicketState
    priority: Priority | None


class WindowDid(BaseModel):
    """What a command did: the window's new state, the ticket it was about, and the events by name."""

    window: int
    state: WindowState
    ticket: TicketAtWindow | None
    events: list[str]


class HelpDone(BaseModel):
    place: str
    answered: bool


def windows_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["staff"])
    signed_in = Depends(staff_only(desk))

    def known(n: WindowInPath) -> WindowPlan:
        return _known_window(desk, n)

    known_window = Depends(known)

    @router.post("/windows/{n}/commands")
    def act(n: WindowInPath, body: WindowAct, key: KeyHeader = None, session: Session = signed_in) -> WindowDid:
        """One act at a window."""
        name = session.staff.name
        _known_window(desk, n)
        command = command_of(desk, n, name, body)
        answer = desk.door.ask(command, command_key(f"window:{n}:{name}", key, body.command_id))
        return _did(n, answer)

    room = [Depends(desk.hub.require_staff_room)]

    @router.get("/windows/{n}/stream", response_class=EventSourceResponse, dependencies=room)
    async def stream(
        n: WindowInPath, request: Request, session: Session = signed_in, window: WindowPlan = known_window
    ) -> AsyncIterator[ServerSentEvent]:
        """The live view of one window, for its staff."""
        name = session.staff.name
        events = desk.hub.events(
            "window",
            lambda sight: window_view(sight, window, name, desk.place_names).model_dump_json(),
            lambda: session_of(desk, request, n) is not None,
        )
        async for event in events:
            yield event

    @router.post("/help/{place}/answer")
    def answer_help(
        place: Annotated[str, Path(pattern=r"^[a-z][0-9a-z-]{0,39}$")],
        body: NoBody = None,
        key: KeyHeader = None,
        session: Session = signed_in,
    ) -> HelpDone:
        """Somebody goes to the person who pressed the help button."""
        name = session.staff.name
        desk.door.ask(
            AnswerHelp(place, name), command_key(f"help:{name}:{place}", key, body.command_id if body else None)
        )
        return HelpDone(place=place, answered=True)

    return router


def _known_window(desk: Desk, number: int) -> WindowPlan:
    window = desk.door.plan.window(number)
    if window is None:
        raise Refusal(Code.UNKNOWN_WINDOW, "window")
    return window


def _did(n: int, answer: Answer) -> WindowDid:
    """Made of the events, so that a repeated command gives the answer it gave before."""
    queue = answer.state.queue
    state, number, ticket_state = queue.window(n).state, None, None
    for event in answer.events:
        state = _WINDOW_AFTER.get(type(event), state)
        if isinstance(event, words.WindowPaused) and event.reason is PauseReason.LUNCH:
            state = WindowState.LUNCH
        number = getattr(event, "number", number)
        ticket_state = _TICKET_AFTER.get(type(event), ticket_state)
    found = queue.tickets.get(number) if number else None
    ticket = None
    if found is not None:
        now = ticket_state or found.state
        ticket = TicketAtWindow(number=found.number, service=found.service, state=now, priority=found.priority)
    names = [type_name(event).partition("/")[0] for event in answer.events]
    return WindowDid(window=n, state=state, ticket=ticket, events=names)

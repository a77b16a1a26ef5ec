"""One ticket as whoever holds its token may see it."""

from __future__ import annotations

from pydantic import BaseModel

from edge.screens.card_view import slip_of
from edge.screens.public_view import Sight
from hall.queue.choice import ahead_now
from hall.queue.forecast import forecast
from hall.queue.state import TicketState
from hall.rating.rules import is_open, may_change, may_rate
from hall_config.wording import rfc3339


class TicketNow(BaseModel):
    """One ticket, for whoever holds its token."""

    number: str
    service: str
    state: TicketState
    ahead: int | None
    estimated_wait_s: int | None
    wait_bound_s: int | None
    window: int | None
    room: int | None
    calls: int
    issued_at: str | None
    slip: str | None
    rateable: bool
    changeable: bool  # the one change of its grade is still open
    restorable: bool  # missed for the first time: the desk can put it back
    grade: int | None


def ticket_now(sight: Sight, token: str) -> TicketNow | None:
    """The ticket of that token, today's or one that can still be rated."""
    queue, rateable = sight.state.queue, sight.state.rating.rateable.get(token)
    grade = rateable.grade or None if rateable else None
    number = queue.by_token.get(token)
    if number is None:
        if rateable is None or not is_open(rateable, sight.plan, sight.now()):
            return None
        return TicketNow(
            number=rateable.number, service=rateable.service, state=TicketState.DONE, ahead=None, estimated_wait_s=None,
            wait_bound_s=None, window=rateable.window, room=_room(sight, rateable.window), calls=0, issued_at=None,
            slip=None, rateable=may_rate(rateable, sight.plan, sight.now()), grade=grade,
            changeable=may_change(rateable, sight.plan, sight.now()), restorable=False,
        )  # fmt: skip
    ticket = queue.tickets[number]
    ahead = ahead_now(queue, number) if ticket.state is TicketState.WAITING else None
    service = sight.plan.service(ticket.service)
    expected = None
    if ahead is not None and service is not None:
        expected = forecast(queue, sight.plan, service, ahead, sight.now())
    return TicketNow(
        number=number,
        service=ticket.service,
        state=ticket.state,
        ahead=ahead,
        estimated_wait_s=expected.wait_s if expected else None,
        wait_bound_s=expected.bound_s if expected else None,
        window=ticket.window,
        room=_room(sight, ticket.window),
        calls=ticket.calls,
        issued_at=rfc3339(ticket.issued_wall_ms),
        slip=slip_of(sight.state, number),
        rateable=rateable is not None and may_rate(rateable, sight.plan, sight.now()),
        changeable=rateable is not None and may_change(rateable, sight.plan, sight.now()),
        restorable=ticket.state is TicketState.NO_SHOW and not ticket.restored,
        grade=grade,
    )


def _room(sight: Sight, window: int | None) -> int | None:
    plan = sight.plan.window(window) if window is not None else None
    return plan.room if plan else None

"""What was just said of a ticket that is called to no window now: missed, or sent on. Who cannot hear reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from pydantic import BaseModel

from hall.plan import Plan
from hall.queue.state import Ticket, TicketState

_TOLD_MS: Final = 30_000
_MOST: Final = 3


class ToldNow(BaseModel):
    """A ticket that was missed, or sent on to a window or room; ``id`` changes with each time."""

    id: str
    number: str
    what: Literal["missed", "transferred"]
    window: int | None
    room: int | None


def told_now(tickets: Iterable[Ticket], plan: Plan, steady_ms: int) -> list[ToldNow]:
    """The newest first. Private matters are not said, and stand here no more than there."""
    found = [one for one in tickets if one.sent_on_ms is not None and steady_ms - one.sent_on_ms < _TOLD_MS]
    found.sort(key=lambda one: one.sent_on_ms or 0, reverse=True)
    return [told for one in found if _is_said(one, plan) and (told := _told(one, plan)) is not None][:_MOST]


def _is_said(ticket: Ticket, plan: Plan) -> bool:
    service = plan.service(ticket.service)
    return not ticket.private and (service is None or (service.speak and not service.private))


def _told(ticket: Ticket, plan: Plan) -> ToldNow | None:
    name = f"{ticket.number}-{ticket.sent_on_ms}"
    if ticket.state is TicketState.NO_SHOW:
        return ToldNow(id=name, number=ticket.number, what="missed", window=None, room=None)
    if ticket.state is not TicketState.WAITING or ticket.window is None:
        return None
    place = plan.window(ticket.window)
    room = place.room if place else None
    return ToldNow(id=name, number=ticket.number, what="transferred", window=ticket.window, room=room)

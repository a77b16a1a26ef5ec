"""What staff and visitors of a place share: the place if one may see it, a command and its answer, a stream."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import anyio
from anyio.to_thread import run_sync
from fastapi.sse import ServerSentEvent

from central.clock import steady_s
from central.parts import Parts
from central.places import store
from central.places.journal import Place
from central.places.keeper import Done, Wish
from central.places.requests import TakingTicket, answer_to, priority_of
from hall.moment import Moment
from hall.queue.words import Channel, TakeTicket, TicketIssued
from hall.refusal import Refusal
from hall.step import Command

_PAUSE_S: Final = 0.3  # a page is told at most this often
_LOOK_S: Final = 10.0  # how often a quiet page is told the waits anew, and any page is asked whether it still may see


def place_at(parts: Parts, place: str, path: str) -> tuple[Place, Moment]:
    """The place, if it stands at or below ``path``; raises `NotFound`."""
    with parts.database.read() as connection:
        store.require_place(connection, place, path)
    return parts.places.look(place)


def ask(
    parts: Parts,
    place: str,
    wish: Wish,
    command: Callable[[Place], Command],
    told: Callable[[Done], dict[str, Any]],
) -> dict[str, Any]:
    """Carry a command out; a rule's no becomes an answer of the interface."""
    try:
        return parts.places.ask(place, wish, command, told)
    except Refusal as refusal:
        raise answer_to(refusal) from None


def ticket_command(
    body: TakingTicket, channel: Channel, staff: str | None = None, mark: str | None = None
) -> TakeTicket:
    """``mark`` is a keyed hash of the phone that asks, which may hold only so many tickets."""
    return TakeTicket(
        service=body.service,
        token=secrets.token_urlsafe(16),
        channel=channel,
        priority=priority_of(body.priority),
        card_mark=mark,
        persons=body.persons,
        staff=staff,
    )


def taken(done: Done) -> dict[str, Any]:
    """The ticket that a command gave."""
    issued = next(event for event in done.events if isinstance(event, TicketIssued))
    return {
        "number": issued.number,
        "token": issued.token,
        "service": issued.service,
        "ahead": issued.ahead,
        "estimated_wait_s": issued.estimated_wait_s,
        "wait_bound_s": issued.wait_bound_s,
    }


async def watch(
    parts: Parts, place: str, look: Callable[[], dict[str, Any]], still: Callable[[], bool]
) -> AsyncIterator[ServerSentEvent]:
    """The present first, then what changes; ends when ``still`` says that one may see it no more.

    That is asked as often where much happens as where nothing does.
    """
    hub = parts.places.hub(place)
    number, asked_s = -1, steady_s()
    while not (hub.closed or parts.hub.closed):
        if steady_s() - asked_s >= _LOOK_S:
            asked_s = steady_s()
            if not await run_sync(still):
                yield ServerSentEvent(event="signed_out", data={})
                return
        number = hub.number
        yield ServerSentEvent(event="change", id=f"{hub.life}-{number}", data=await run_sync(look), retry=2000)
        await anyio.sleep(_PAUSE_S)
        await hub.wait(number, _LOOK_S)

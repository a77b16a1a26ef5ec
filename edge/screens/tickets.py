"""Tickets over HTTP: take one, look at it, give it up; staff restore and reprint. A token is its holder's only key."""

from __future__ import annotations

import io
import secrets
from typing import Annotated

import segno
from fastapi import APIRouter, Body, Depends, Path, Request, Response
from pydantic import BaseModel

from edge.hall_door import Answer
from edge.screens.desk import Desk
from edge.screens.requests import KeyHeader, KeyOnly, TakingTicket, Token, command_key, priority_of
from edge.screens.sessions import staff_only
from edge.screens.ticket_view import TicketNow, ticket_now
from edge.staff import Session
from hall.queue.words import (
    Cancel,
    Channel,
    ReprintSlip,
    Restore,
    SlipReprinted,
    TakeTicket,
    TicketCancelled,
    TicketIssued,
)
from hall.refusal import Code, Refusal
from hall_config.wording import rfc3339

TokenInPath = Annotated[Token, Path(description="the secret of this ticket's slip")]
NumberInPath = Annotated[str, Path(pattern=r"^[0-9A-Za-z]{2,12}$")]
NoBody = Annotated[KeyOnly | None, Body()]


class TicketGiven(BaseModel):
    number: str
    token: str
    ahead: int
    estimated_wait_s: int | None
    wait_bound_s: int | None  # four of five visitors wait no longer
    service: str
    issued_at: str | None


class TicketMoved(BaseModel):
    number: str
    state: str


class TicketReprinted(BaseModel):
    number: str
    state: str | None  # None: the day has turned since this answer was first given


def tickets_router(desk: Desk) -> APIRouter:
    """Visitors' side."""
    router = APIRouter(prefix="/api/v1", tags=["tickets"])

    @router.post("/tickets", status_code=201)
    def take(body: TakingTicket, key: KeyHeader = None) -> TicketGiven:
        """Take a number."""
        command = TakeTicket(
            service=body.service,
            token=secrets.token_urlsafe(16),
            channel=Channel(body.channel),
            priority=priority_of(body.priority),
            persons=body.persons,
            person=body.person,
        )
        answer = desk.door.ask(command, command_key("tickets", key, body.command_id))
        if body.channel == "MACHINE":
            desk.choice.touch(None)
        return given(answer)

    @router.get("/tickets/{token}")
    def look(token: TokenInPath) -> TicketNow:
        """Where this ticket stands now."""
        return _found(desk, token)

    @router.get("/tickets/{token}/qr.svg")
    def picture(token: TokenInPath, request: Request) -> Response:
        """The address of the ticket's page, for when the paper did not come out."""
        _found(desk, token)
        base = (desk.public_url or str(request.base_url)).rstrip("/")
        return Response(qr_svg(f"{base}/t/{token}"), media_type="image/svg+xml")

    @router.delete("/tickets/{token}")
    def give_up(token: TokenInPath, key: KeyHeader = None) -> TicketMoved:
        """Cancel a waiting ticket."""
        answer = desk.door.ask(Cancel(token=token), command_key(f"cancel:{token}", key, None))
        cancelled = next(event for event in answer.events if isinstance(event, TicketCancelled))
        return TicketMoved(number=cancelled.number, state="CANCELLED")

    return router


def desk_tickets_router(desk: Desk) -> APIRouter:
    """The enquiry desk's side."""
    router = APIRouter(prefix="/api/v1/tickets", tags=["staff"])
    signed_in = Depends(staff_only(desk))

    @router.post("/{number}/restore")
    def restore(
        number: NumberInPath, body: NoBody = None, key: KeyHeader = None, session: Session = signed_in
    ) -> TicketMoved:
        """Put a missed ticket back into its queue, once."""
        name = session.staff.name
        scope = f"restore:{name}:{number}"
        desk.door.ask(Restore(number.upper(), name), command_key(scope, key, body.command_id if body else None))
        return TicketMoved(number=number.upper(), state="WAITING")

    @router.post("/{number}/reprint")
    def reprint(
        number: NumberInPath, body: NoBody = None, key: KeyHeader = None, session: Session = signed_in
    ) -> TicketReprinted:
        """Print the slip again."""
        scope = f"reprint:{session.staff.name}:{number}"
        answer = desk.door.ask(ReprintSlip(number.upper()), command_key(scope, key, body.command_id if body else None))
        printed = next(event for event in answer.events if isinstance(event, SlipReprinted))
        queue = answer.state.queue
        ticket = queue.tickets.get(printed.number) if queue.day == printed.day else None
        return TicketReprinted(number=printed.number, state=ticket.state.value if ticket else None)

    return router


def given(answer: Answer) -> TicketGiven:
    """The ticket that a command gave; the same for a repeated answer."""
    issued = next(event for event in answer.events if isinstance(event, TicketIssued))
    ticket = answer.state.queue.tickets.get(issued.number)
    same = ticket is not None and ticket.token == issued.token  # the day may have turned since a repeated answer
    return TicketGiven(
        number=issued.number,
        token=issued.token,
        ahead=issued.ahead,
        estimated_wait_s=issued.estimated_wait_s,
        wait_bound_s=issued.wait_bound_s,
        service=issued.service,
        issued_at=rfc3339(ticket.issued_wall_ms) if ticket and same else None,
    )


def qr_svg(text: str) -> bytes:
    """A QR code that is sharp at any size."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=4, border=2, xmldecl=False, omitsize=True)
    return out.getvalue()


def _found(desk: Desk, token: str) -> TicketNow:
    ticket = ticket_now(desk.hub.sight(), token)
    if ticket is None:
        raise Refusal(Code.UNKNOWN_TOKEN, "token")
    return ticket

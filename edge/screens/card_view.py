"""What the person who just laid a card on the reader sees: the ticket, or why there is none. Nothing about the card."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel

from edge.machine import CardNotice
from hall.queue.state import Ticket
from hall.state import HallState

_TICKET_SHOWN_MS: Final = 5000
_REFUSED_SHOWN_MS: Final = 8000


class CardTicket(BaseModel):
    """The ticket that a card just took at the machine, for the person who stands there."""

    number: str
    service: str
    ahead: int
    estimated_wait_s: int | None
    wait_bound_s: int | None
    slip: str | None


class CardRefused(BaseModel):
    """Why a card gave no ticket: a refusal's code, or one of ``CARD_…``; the number that its holder has already."""

    id: str
    code: str
    number: str | None


def card_ticket(newest: Ticket | None, state: HallState, steady_ms: int) -> CardTicket | None:
    """The newest card's ticket, for some seconds."""
    if newest is None or steady_ms - newest.issued_ms > _TICKET_SHOWN_MS:
        return None
    return CardTicket(
        number=newest.number,
        service=newest.service,
        ahead=newest.ahead_at_issue,
        estimated_wait_s=newest.estimated_wait_s,
        wait_bound_s=newest.wait_bound_s,
        slip=slip_of(state, newest.number),
    )


def card_refused(notice: CardNotice | None, newest: Ticket | None, steady_ms: int) -> CardRefused | None:
    """The newest card in vain, for some seconds; over at once when another card has taken its ticket."""
    if notice is None or steady_ms - notice.steady_ms > _REFUSED_SHOWN_MS:
        return None
    if newest is not None and newest.issued_ms > notice.steady_ms:
        return None
    return CardRefused(id=str(notice.steady_ms), code=notice.code, number=notice.number)


def slip_of(state: HallState, number: str) -> str | None:
    """``printed``, ``failed``, or None while nobody knows."""
    reason = state.devices.slips.get(number)
    return None if reason is None else "failed" if reason else "printed"

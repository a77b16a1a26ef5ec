"""Legal-aid drafts over HTTP: saved at the kiosk with a ticket, opened at the window that has it, nowhere else."""

from __future__ import annotations

import secrets
from typing import Any, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from edge.aid_desk import AidDesk
from edge.screens.aid_form import DraftForm, FormFields, read_form
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import Key, KeyHeader, ServiceLetter, Strict, command_key
from edge.screens.sessions import staff_only
from edge.screens.tickets import TicketGiven, given
from edge.screens.windows import WindowInPath
from edge.staff import Session
from hall.intake.words import OpenDraft, SaveDraft
from hall.queue.words import Channel, TakeTicket
from hall.refusal import Code, Refusal

AID_CLASS: Final = "B"  # legal aid in the list of twelve classes


class AidDraft(Strict):
    """``POST /api/v1/aid-drafts``: the form, and the class whose ticket it waits for."""

    form: FormFields
    service: ServiceLetter = AID_CLASS
    command_id: Key | None = None


class AidDraftSeen(BaseModel):
    """``GET /api/v1/windows/{n}/aid-draft``; ``lost`` after a power cut: the visitor has to say it again."""

    number: str
    lost: bool
    form: dict[str, Any] | None


def aid_drafts_router(desk: Desk, aid: AidDesk) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["legal aid"])
    signed_in = Depends(staff_only(desk))
    desk.door.watch(lambda: _wipe_what_is_over(desk, aid))
    _wipe_what_is_over(desk, aid)  # what ended while the controller was off

    @router.post("/aid-drafts", status_code=201)
    def save(body: AidDraft, key: KeyHeader = None) -> TicketGiven:
        """Take a ticket and hand the form to the window by it."""
        form = read_form(DraftForm, body.form)
        scope = command_key("aid-draft", key, body.command_id)
        taken = desk.door.ask(TakeTicket(body.service, secrets.token_urlsafe(16), Channel.KIOSK), scope)
        ticket = given(taken)
        if not taken.repeated:
            desk.door.ask(SaveDraft(ticket.number))  # first: what the rules do not know is wiped
            kept = form.model_dump(mode="json", exclude={"consent", "signature", "signed_how"})
            aid.drafts.put(today_of(desk), ticket.number, kept)
            _wipe_what_is_over(desk, aid)  # the ticket may have ended meanwhile
        return ticket

    @router.get("/windows/{n}/aid-draft")
    def see(n: WindowInPath, session: Session = signed_in) -> AidDraftSeen:
        """The form of the ticket at this window, for whoever serves there; each look is in the journal."""
        number = ticket_served(desk, n, session)
        desk.door.ask(OpenDraft(number, n, session.staff.name))
        form = aid.drafts.get(today_of(desk), number)
        return AidDraftSeen(number=number, lost=form is None, form=form)

    return router


def ticket_served(desk: Desk, n: int, session: Session) -> str:
    """The ticket at this window, for nobody but who serves there; raises `Refusal` or `ApiError`."""
    window = desk.door.look()[0].queue.window(n)
    if window.ticket is None:
        raise Refusal(Code.NOBODY_CALLED, window=n)
    if window.staff != session.staff.name:
        raise ApiError(403, "NOT_YOUR_WINDOW")
    return window.ticket


def today_of(desk: Desk) -> str:
    return desk.door.look()[0].queue.day or ""


def _wipe_what_is_over(desk: Desk, aid: AidDesk) -> None:
    known = desk.door.look()[0].intake
    aid.drafts.keep_only(today_of(desk), frozenset(known.drafts))
    aid.slips.keep_only(today_of(desk), frozenset(known.receipts))

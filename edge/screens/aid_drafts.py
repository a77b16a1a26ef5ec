"""Legal-aid forms over HTTP: saved at the kiosk with a ticket, opened at the window that has it, nowhere else."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, field_validator

from edge.drafts import DraftBox
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import Key, KeyHeader, ServiceLetter, Strict, command_key
from edge.screens.sessions import staff_only
from edge.screens.tickets import TicketGiven, given
from edge.screens.windows import WindowInPath
from edge.staff import Session
from hall.identity_numbers import right_id_number
from hall.intake.words import OpenDraft, SaveDraft
from hall.queue.words import Channel, TakeTicket
from hall.refusal import Code, Refusal

AID_CLASS: Final = "B"  # legal aid in the list of twelve classes
# Matters of civil and administrative aid with and without a hardship condition (法律援助法 31, 32), groups whose
# hardship is presumed (42), how hardship is shown (41), and how far the matter has come.
MATTERS: Final = (*(f"M31_{n}" for n in range(1, 10)), *(f"M32_{n}" for n in range(1, 6)))
PRESUMED: Final = ("X42_1", "X42_2", "X42_3", "X42_4")
BASES: Final = ("SHARED_QUERY", "PROMISE", "PAPERS")
STAGES: Final = ("NONE", "FIRST", "SECOND", "RETRIAL", "ARBITRATION", "MEDIATION", "RECONSIDERATION")
_LINE: Final = r"^[^\x00-\x1f\x7f]*$"
_TEXT: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


class AidForm(Strict):
    """What the applicant knows (forms F02 and F04); all but the consent and the matter may be left to the window."""

    consent: Literal[True]
    matter: Literal[MATTERS]  # type: ignore[valid-type]
    stage: Literal[STAGES] = "NONE"  # type: ignore[valid-type]
    presumed: Literal[PRESUMED] | None = None  # type: ignore[valid-type]
    basis: Literal[BASES] | None = None  # type: ignore[valid-type]
    household: Annotated[int, Field(ge=1, le=30)] | None = None
    income_yuan: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    name: Annotated[str, Field(max_length=40, pattern=_LINE)] = ""
    id_number: Annotated[str, Field(max_length=18, pattern=r"^[0-9]{0,17}[0-9Xx]?$")] = ""
    phone: Annotated[str, Field(pattern=r"^([0-9]{7,12})?$")] = ""
    address: Annotated[str, Field(max_length=100, pattern=_LINE)] = ""
    opposing: Annotated[str, Field(max_length=60, pattern=_LINE)] = ""
    facts: Annotated[str, Field(max_length=500, pattern=_TEXT)] = ""

    @field_validator("id_number")
    @classmethod
    def _checked(cls, number: str) -> str:
        if number and not right_id_number(number.upper()):
            raise ValueError("this is no ID number")
        return number.upper()


class AidDraft(Strict):
    """``POST /api/v1/aid-drafts``: the form, and the class whose ticket it waits for."""

    form: AidForm
    service: ServiceLetter = AID_CLASS
    command_id: Key | None = None


class AidDraftSeen(BaseModel):
    """``GET /api/v1/windows/{n}/aid-draft``; ``lost`` after a power cut: the visitor has to say it again."""

    number: str
    lost: bool
    form: dict[str, Any] | None


def aid_drafts_router(desk: Desk, box: DraftBox) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["legal aid"])
    signed_in = Depends(staff_only(desk))
    desk.door.watch(lambda: _wipe_what_is_over(desk, box))
    _wipe_what_is_over(desk, box)  # what ended while the controller was off

    @router.post("/aid-drafts", status_code=201)
    def save(body: AidDraft, key: KeyHeader = None) -> TicketGiven:
        """Take a ticket and hand the form to the window by it."""
        scope = command_key("aid-draft", key, body.command_id)
        taken = desk.door.ask(TakeTicket(body.service, secrets.token_urlsafe(16), Channel.KIOSK), scope)
        ticket = given(taken)
        if not taken.repeated:
            desk.door.ask(SaveDraft(ticket.number))  # first: what the rules do not know is wiped
            box.put(_today(desk), ticket.number, body.form.model_dump(exclude={"consent"}))
            _wipe_what_is_over(desk, box)  # the ticket may have ended meanwhile
        return ticket

    @router.get("/windows/{n}/aid-draft")
    def see(n: WindowInPath, session: Session = signed_in) -> AidDraftSeen:
        """The form of the ticket at this window, for whoever serves there; each look is in the journal."""
        state = desk.door.look()[0]
        window = state.queue.window(n)
        if window.ticket is None:
            raise Refusal(Code.NOBODY_CALLED, window=n)
        if window.staff != session.staff.name:
            raise ApiError(403, "NOT_YOUR_WINDOW")
        desk.door.ask(OpenDraft(window.ticket, n, session.staff.name))
        form = box.get(_today(desk), window.ticket)
        return AidDraftSeen(number=window.ticket, lost=form is None, form=form)

    return router


def _wipe_what_is_over(desk: Desk, box: DraftBox) -> None:
    box.keep_only(_today(desk), frozenset(desk.door.look()[0].intake.drafts))


def _today(desk: Desk) -> str:
    return desk.door.look()[0].queue.day or ""

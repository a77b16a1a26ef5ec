"""The formal application for legal aid over HTTP: submitted at the kiosk or a window, sealed before the hall has it.

What is typed lives in this request alone: it is checked, sealed for central, and becomes an event; then the receipt
(F05) is printed. The applicant's code is in the answer of a slip that did not come out, and nowhere else.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from edge.aid_desk import AidDesk
from edge.hall_door import Answer
from edge.identifiers import secret_code, ulid
from edge.receipt_slips import Handed
from edge.screens.aid_drafts import AID_CLASS, ticket_served
from edge.screens.aid_form import FormFields, all_lacks, complete_form
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import Key, KeyHeader, Number, ServiceLetter, Strict, command_key
from edge.screens.sessions import staff_only
from edge.screens.tickets import TicketGiven, given
from edge.screens.windows import WindowInPath
from edge.sealing import Sealer
from edge.staff import Session
from edge.window_cards import NoCard
from hall.intake.codes import Channel
from hall.intake.rules import MOST_PAGES
from hall.intake.words import ApplicationSubmitted, SubmitApplication
from hall.moment import local_day
from hall.queue.words import Channel as TicketChannel
from hall.queue.words import TakeTicket
from hall.refusal import Code, Refusal
from hall_config.aid_application import ABOUT, Application
from hall_config.wording import rfc3339, say

_CARD_STATUS: Final = {"NO_CARD_READER": 404, "CARD_ASKED_ALREADY": 409}


@dataclass(frozen=True, slots=True)
class _Taker:
    """Whose application it is and who takes it."""

    number: str
    channel: Channel
    window: int | None = None
    staff: str | None = None
    pages: int = 0


class AidChecked(Strict):
    """``POST /api/v1/aid-checks``"""

    form: FormFields


class AidLack(BaseModel):
    """What is missing or wrong, the way to it in the form, and words for it."""

    code: str
    field: str
    message: str
    message_zh: str


class AidLacks(BaseModel):
    items: list[AidLack]
    next: str | None = None


class AidSubmitted(Strict):
    """``POST /api/v1/aid-applications``: the kiosk's formal application; its ticket is taken with it."""

    form: FormFields
    service: ServiceLetter = AID_CLASS
    command_id: Key | None = None


class AidSubmittedAtWindow(Strict):
    """``POST /api/v1/windows/{n}/aid-applications``; ``pages`` of papers that follow as pictures."""

    number: Number
    form: FormFields
    pages: Annotated[int, Field(ge=0, le=MOST_PAGES)] = 0
    command_id: Key | None = None


class AidReceipt(BaseModel):
    """``slip`` is the secret name of the printed receipt's fate."""

    receipt: str
    number: str
    submitted_at: str
    pages: int
    slip: str


class AidReceiptWithTicket(AidReceipt):
    ticket: TicketGiven


class AidAtWindow(BaseModel):
    """What the window's form needs to know; nothing of what stands in a form."""

    number: str
    draft: bool
    receipt: str | None
    pages: int
    taken: int
    sealing: bool
    card_reader: bool
    camera: bool


class CardInForm(BaseModel):
    id_kind: str
    name: str
    sex: str | None
    birth: str | None
    ethnicity: str
    household_address: str
    id_number: str


def aid_applications_router(desk: Desk, aid: AidDesk) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["legal aid"])
    _for_applicants(router, desk, aid)
    _at_windows(router, desk, aid)
    return router


def _for_applicants(router: APIRouter, desk: Desk, aid: AidDesk) -> None:
    @router.post("/aid-checks")
    def check(body: AidChecked) -> AidLacks:
        """What an application still lacks, in words; nothing is kept, and nothing is decided."""
        try:
            found = all_lacks(body.form, local_day(desk.door.now_ms()[1]))
        except ApiError as problem:
            found = [(problem.code, problem.field or "form")]
        if aid.sealer() is None:
            found = [("NO_SEALING_KEY", "form"), *found]
        return AidLacks(items=[_lack(code, field) for code, field in found])

    @router.post("/aid-applications", status_code=201)
    def submit(body: AidSubmitted, key: KeyHeader = None) -> AidReceiptWithTicket:
        """Take a ticket and submit the application by it; the receipt is printed."""
        wall_ms = desk.door.now_ms()[1]
        form, sealer = complete_form(body.form, local_day(wall_ms)), require_sealer(aid)
        scope = command_key("aid-application", key, body.command_id)
        command = TakeTicket(body.service, secrets.token_urlsafe(16), TicketChannel.KIOSK)
        ticket = given(desk.door.ask(command, scope and f"{scope}:ticket"))
        made = _submit(desk, aid, sealer, form, scope, _Taker(ticket.number, Channel.KIOSK))
        return AidReceiptWithTicket(**made.model_dump(), ticket=ticket)


def _at_windows(router: APIRouter, desk: Desk, aid: AidDesk) -> None:
    signed_in = Depends(staff_only(desk))

    @router.get("/windows/{n}/aid-application")
    def state(n: WindowInPath, session: Session = signed_in) -> AidAtWindow:
        """Whether the ticket here has a draft or an application, and what stands at this window."""
        number = ticket_served(desk, n, session)
        intake = desk.door.look()[0].intake
        receipt = intake.receipt_of(number)
        pages = intake.receipts[receipt] if receipt else None
        return AidAtWindow(
            number=number, draft=number in intake.drafts, receipt=receipt, sealing=aid.sealer() is not None,
            pages=pages.pages if pages else 0, taken=pages.taken if pages else 0,
            card_reader=aid.cards.at(n), camera=desk.camera_at(n),
        )  # fmt: skip

    @router.post("/windows/{n}/aid-applications", status_code=201)
    def submit(
        n: WindowInPath, body: AidSubmittedAtWindow, key: KeyHeader = None, session: Session = signed_in
    ) -> AidReceipt:
        """Submit the application of the ticket at this window; the event names who took it."""
        if desk.door.look()[0].queue.window(n).staff != session.staff.name:
            raise ApiError(403, "NOT_YOUR_WINDOW")
        form, sealer = complete_form(body.form, local_day(desk.door.now_ms()[1])), require_sealer(aid)
        scope = command_key(f"aid-application:{n}:{session.staff.name}", key, body.command_id)
        to = _Taker(body.number.upper(), Channel.WINDOW, n, session.staff.name, body.pages)
        return _submit(desk, aid, sealer, form, scope, to)

    @router.post("/windows/{n}/card-readings")
    def read_card(n: WindowInPath, session: Session = signed_in) -> CardInForm:
        """Wait for the card that is laid on this window's reader, for the form of the ticket that it serves.

        This changes nothing in the hall, so it takes no Idempotency-Key.
        """
        number = ticket_served(desk, n, session)
        try:
            card = aid.cards.read(n)
        except NoCard as problem:
            raise ApiError(_CARD_STATUS.get(problem.code, 503), problem.code) from None
        if ticket_served(desk, n, session) != number:
            raise Refusal(Code.NOT_AT_THIS_WINDOW, "number", number=number, window=n)
        return CardInForm(
            id_kind=card.id_kind, name=card.name, sex=card.sex, birth=card.birth, ethnicity=card.ethnicity,
            household_address=card.address, id_number=card.number,
        )  # fmt: skip


def _submit(
    desk: Desk, aid: AidDesk, sealer: Sealer, form: Application, scope: str | None, taker: _Taker
) -> AidReceipt:
    """One event, and its receipt on paper; asked again under the same key it is the same event and the same paper."""
    wall_ms, code = desk.door.now_ms()[1], secret_code()
    command = SubmitApplication(
        number=taker.number,
        receipt=f"P{desk.door.plan.hall}-{ulid(wall_ms)}",
        channel=taker.channel,
        pages=taker.pages,
        code_hash=hashlib.sha256(code.encode()).hexdigest(),
        sealed=sealer.seal(form.model_dump_json(), ABOUT),
        window=taker.window,
        staff=taker.staff,
    )
    answer = _ask(desk, command, scope)
    made = next(event for event in answer.events if isinstance(event, ApplicationSubmitted))
    found = answer.state.intake.receipts.get(made.receipt)
    handed = Handed(made.receipt, made.number, found.wall_ms if found else wall_ms, pages=made.pages, known=False)
    if not answer.repeated:
        papers = tuple((paper.name, paper.copies, paper.original) for paper in form.papers)
        handed = replace(handed, papers=papers, code=code, known=True)
        aid.slips.keep(made.day, handed)
    kept = aid.slips.kept(made.day, made.receipt) or handed
    slip = aid.slips.print(kept, taker.window, f"first {made.receipt}")
    return AidReceipt(
        receipt=made.receipt, number=made.number, submitted_at=rfc3339(handed.wall_ms), pages=made.pages, slip=slip
    )


def _ask(desk: Desk, command: SubmitApplication, scope: str | None) -> Answer:
    """As the door; whoever comes twice is told the receipt number of the first application."""
    try:
        return desk.door.ask(command, scope)
    except Refusal as refusal:
        if refusal.code is not Code.SUBMITTED_ALREADY:
            raise
        raise ApiError(409, "RECEIPT_GIVEN", "number", None, **refusal.params) from None


def require_sealer(aid: AidDesk) -> Sealer:
    """Central's key, or an `ApiError` that says what to do without it."""
    sealer = aid.sealer()
    if sealer is None:
        raise ApiError(503, "NO_SEALING_KEY")
    return sealer


def _lack(code: str, field: str) -> AidLack:
    key = f"pages.error.{code}"
    return AidLack(code=code, field=field, message=say(key, "en"), message_zh=say(key))

"""The papers of a submitted application, part by part, and its receipt on paper, over HTTP.

A page comes from the document camera by way of the window's page, which makes it grey and small and sends one part
after another. Each is one event of the journal, sealed for central: a call between two of them waits for neither.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field

from edge.aid_desk import AidDesk
from edge.identifiers import in_groups
from edge.receipt_slips import Handed
from edge.screens.aid_applications import require_sealer
from edge.screens.aid_drafts import today_of
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import KeyHeader, Strict, command_key
from edge.screens.sessions import staff_only
from edge.screens.windows import WindowInPath
from edge.staff import Session
from hall.intake.rules import MOST_PAGES, MOST_PARTS
from hall.intake.words import TakePage
from hall.refusal import Code, Refusal
from hall_config.aid_application import ABOUT_PAGE

PART_BYTES: Final = 12 * 1024
_JPEG: Final = b"\xff\xd8\xff"
ReceiptInPath = Annotated[str, Path(pattern=r"^P[0-9a-z-]{3,40}-[0-9A-HJKMNP-TV-Z]{26}$")]
SlipName = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{8,32}$")]
PageNumber = Annotated[int, Path(ge=1, le=MOST_PAGES)]
PartNumber = Annotated[int, Path(ge=1, le=MOST_PARTS)]


class PagePart(Strict):
    """A part of a grey JPEG; all but the last have 12 KiB."""

    pages: Annotated[int, Field(ge=1, le=MOST_PAGES)]
    parts: Annotated[int, Field(ge=1, le=MOST_PARTS)]
    data: Annotated[str, Field(min_length=4, max_length=PART_BYTES * 4 // 3, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]


class PageState(BaseModel):
    receipt: str
    pages: int
    taken: int


class SlipBegun(BaseModel):
    slip: str


class AidSlipNow(BaseModel):
    """``code`` only when no paper carries it: the applicant's, to be written down."""

    state: Literal["printing", "printed", "failed"]
    reason: str
    receipt: str
    code: str | None


def aid_receipts_router(desk: Desk, aid: AidDesk) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["legal aid"])
    _papers(router, desk, aid)
    _slips(router, desk, aid)
    return router


def _papers(router: APIRouter, desk: Desk, aid: AidDesk) -> None:
    signed_in = Depends(staff_only(desk))

    @router.put("/windows/{n}/aid-applications/{receipt}/pages/{page}/parts/{part}")
    def take(
        n: WindowInPath, receipt: ReceiptInPath, page: PageNumber, part: PartNumber, body: PagePart,
        session: Session = signed_in,
    ) -> PageState:  # fmt: skip
        """One part of a page, in order. It can be put again: what is there already is left as it is."""
        if session.window != n:
            raise ApiError(403, "OTHER_WINDOW")
        _check_part(body, part)
        sealed = require_sealer(aid).seal(body.data, f"{ABOUT_PAGE}/{receipt}/{page}/{part}")
        answer = desk.door.ask(TakePage(receipt, n, page, body.pages, part, body.parts, sealed))
        now = answer.state.intake.receipts[receipt]
        return PageState(receipt=receipt, pages=now.pages, taken=now.taken)


def _slips(router: APIRouter, desk: Desk, aid: AidDesk) -> None:
    signed_in = Depends(staff_only(desk))

    @router.post("/windows/{n}/aid-applications/{receipt}/slip", status_code=202)
    def print_again(
        n: WindowInPath, receipt: ReceiptInPath, key: KeyHeader = None, session: Session = signed_in
    ) -> SlipBegun:
        """The receipt once more, for the window that took it or has its ticket; never another event."""
        state = desk.door.look()[0]
        found = state.intake.receipts.get(receipt)
        if found is None:
            raise Refusal(Code.UNKNOWN_RECEIPT, "receipt")
        if session.window != n or n not in (found.window, state.queue.tickets[found.number].window):
            raise ApiError(403, "NOT_YOUR_WINDOW")
        kept = aid.slips.kept(today_of(desk), receipt)
        plain = Handed(receipt, found.number, found.wall_ms, pages=found.pages, known=False)
        return SlipBegun(slip=aid.slips.print(kept or plain, n, command_key(f"aid-slip:{receipt}", key, None)))

    @router.get("/aid-slips/{slip}")
    def look(slip: SlipName) -> AidSlipNow:
        """Whether the receipt is on paper; where it is not, the code that it would have carried."""
        fate = aid.slips.fate(slip)
        if fate is None:
            raise ApiError(404, "NOT_FOUND")
        kept = aid.slips.kept(today_of(desk), fate.receipt) if fate.state == "failed" else None
        code = in_groups(kept.code) if kept and kept.code else None
        return AidSlipNow(state=fate.state, reason=fate.reason, receipt=fate.receipt, code=code)


def _check_part(body: PagePart, part: int) -> None:
    """All parts but the last are whole, and the first begins as a JPEG does."""
    try:
        clear = base64.b64decode(body.data, validate=True)
    except binascii.Error:
        raise ApiError(422, "WRONG_FIELD", "data") from None
    if part > body.parts:
        raise ApiError(422, "WRONG_FIELD", "parts")
    if len(clear) > PART_BYTES or (part < body.parts and len(clear) != PART_BYTES):
        raise ApiError(422, "WRONG_FIELD", "data")
    if part == 1 and not clear.startswith(_JPEG):
        raise ApiError(422, "PICTURE_NOT_JPEG", "data")

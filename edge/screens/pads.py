"""Ratings over HTTP, and the pairing of the rating pads.

Staff must not be able to raise or give a rating (GB/T 39734-2020, 4.1: voluntary, not influenced). A window's page
never gets a ticket's token; only the visitor's slip and the window's pad have it. A pad is paired once by a link that
carries a key made from this controller's own secret; the key becomes a cookie and leaves the address at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from edge.hall_door import HallDoor
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import Cursor, KeyHeader, Limit, Rating, bad_reasons_of, command_key
from edge.screens.sessions import session_of, staff_only
from edge.screens.staff_view import pad_view
from edge.staff import Role, Session
from hall.rating.words import DismissPad, GiveRating, RatingChannel, RatingGiven
from hall.refusal import Code, Refusal

_PHONE_KNOWN_S: Final = 14 * 86_400
WindowInPath = Annotated[int, Path(ge=1, le=999)]


class PadLink(BaseModel):
    window: int
    link: str


class PadLinks(BaseModel):
    items: list[PadLink]
    next: str | None


class RatingTaken(BaseModel):
    number: str
    grade: int
    version: int


def pad_link(door: HallDoor, window: int) -> str:
    """The path that pairs a tablet with a window; for the person who sets the tablet up."""
    return f"/pad/{window}?key={pad_key(door, window)}"


def pad_key(door: HallDoor, window: int) -> str:
    """The key of one window's pad."""
    return _key(_secret(door), door.plan.hall, window)


def _secret(door: HallDoor) -> str:
    return str(door.meta("pad_secret", lambda: secrets.token_hex(32)))


def _key(secret: str, hall: str, window: int) -> str:
    return hmac.new(secret.encode(), f"pad:{hall}:{window}".encode(), hashlib.sha256).hexdigest()[:40]


def is_paired(desk: Desk, request: Request, window: int) -> bool:
    """Whether the request comes from the tablet of that window."""
    given = request.cookies.get(desk.cookie(f"pad_{window}"), "")
    return fits(desk, window, given)


def fits(desk: Desk, window: int, key: str) -> bool:
    """Whether ``key`` is the one of that window's pad."""
    secret = desk.kept.get("pad_secret") or _secret(desk.door)
    desk.kept["pad_secret"] = secret  # the journal need not be asked again
    wanted = _key(secret, desk.door.plan.hall, window)
    return hmac.compare_digest(key.encode("utf-8", "replace"), wanted.encode())


def pads_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["ratings"])

    signed_in = Depends(staff_only(desk))

    def paired(n: WindowInPath, request: Request) -> None:
        _require_pad(desk, request, n)

    @router.get("/pads", tags=["staff"])
    def links(session: Session = signed_in, limit: Limit = 100, cursor: Cursor = None) -> PadLinks:
        """The links that pair the tablets, by window; for the duty manager, never for the staff of a window."""
        if session.staff.role is not Role.SUPERVISOR:
            raise ApiError(403, "SUPERVISOR_ONLY")
        after = int(cursor or 0)
        numbers = sorted(window.number for window in desk.door.plan.windows if window.number > after)
        shown = numbers[:limit]
        items = [PadLink(window=number, link=pad_link(desk.door, number)) for number in shown]
        return PadLinks(items=items, next=str(shown[-1]) if len(numbers) > limit else None)

    @router.post("/ratings", status_code=201)
    def rate(body: Rating, request: Request, response: Response, key: KeyHeader = None) -> RatingTaken:
        """Give a grade for a finished service; voluntary, once, changeable once within a day."""
        rateable = desk.door.look()[0].rating.rateable.get(body.token)
        on_pad = rateable is not None and is_paired(desk, request, rateable.window)
        if not on_pad and session_of(desk, request) is not None:
            raise ApiError(403, "STAFF_MAY_NOT_RATE")
        command = GiveRating(
            token=body.token,
            grade=body.grade,
            reasons=bad_reasons_of(body.reasons),
            text=body.text,
            channel=RatingChannel.PAD if on_pad else RatingChannel.PHONE,
            change=body.change,
            phone_mark="" if on_pad else _phone(desk, request, response),
        )
        answer = desk.door.ask(command, command_key(f"rating:{body.token}", key, body.command_id))
        given = next(event for event in answer.events if isinstance(event, RatingGiven))
        return RatingTaken(number=given.number, grade=given.grade, version=given.version)

    room = [Depends(desk.hub.require_staff_room)]

    @router.get("/pads/{n}/stream", response_class=EventSourceResponse, dependencies=room)
    async def stream(n: WindowInPath, _paired: None = Depends(paired)) -> AsyncIterator[ServerSentEvent]:
        """The live view of one pad; only for the tablet that was paired."""
        async for event in desk.hub.events("pad", lambda sight: pad_view(sight, n).model_dump_json()):
            yield event

    @router.post("/pads/{n}/dismiss", status_code=204)
    def dismiss(n: WindowInPath, _paired: None = Depends(paired)) -> None:
        """The pad goes back to sleep without a grade; silence is no grade."""
        desk.door.ask(DismissPad(n))

    return router


def _phone(desk: Desk, request: Request, response: Response) -> str:
    """A keyed mark of the phone that rates, so that its many ratings can be seen; it keeps a random word."""
    name = desk.cookie("phone")
    word = request.cookies.get(name, "")
    if not 16 <= len(word) <= 64:
        word = secrets.token_urlsafe(16)
        response.set_cookie(name, word, max_age=_PHONE_KNOWN_S, httponly=True, samesite="lax", path="/")
    secret = desk.kept.get("pad_secret") or _secret(desk.door)
    return hmac.new(secret.encode(), f"phone:{word}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:16]


def _require_pad(desk: Desk, request: Request, window: int) -> None:
    if desk.door.plan.window(window) is None:
        raise Refusal(Code.UNKNOWN_WINDOW, "window")
    if not is_paired(desk, request, window):
        raise ApiError(403, "PAD_NOT_PAIRED")

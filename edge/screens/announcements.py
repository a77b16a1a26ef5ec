"""Notices over HTTP: a duty manager's words to the whole hall, said between the calls."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from drivers.kind import Kind
from edge.driver_registry import has_kind
from edge.screens.desk import Desk
from edge.screens.errors import ApiError
from edge.screens.requests import KeyHeader, NoticeToSay, command_key
from edge.screens.sessions import staff_only
from edge.staff import Role, Session
from hall.devices.words import NoticeAsked, SayNotice


class NoticeTaken(BaseModel):
    """It will be said; the event ``announcement.spoken`` with this ``notice`` tells when it began."""

    notice: str
    urgent: bool


def announcements_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["staff"])
    signed_in = Depends(staff_only(desk))

    @router.post("/announcements", status_code=201)
    def say_notice(body: NoticeToSay, key: KeyHeader = None, session: Session = signed_in) -> NoticeTaken:
        """Say a text in the hall: behind the calls that wait, or before them when it is urgent."""
        staff = session.staff
        if staff.role is not Role.SUPERVISOR:
            raise ApiError(403, "SUPERVISOR_ONLY")
        if not has_speaker(desk):
            raise ApiError(409, "NO_SPEAKER")
        command = SayNotice(secrets.token_hex(6), body.text_zh, body.text_en, body.urgent, staff.name)
        answer = desk.door.ask(command, command_key(f"notice:{staff.name}", key, body.command_id))
        asked = next(event for event in answer.events if isinstance(event, NoticeAsked))
        return NoticeTaken(notice=asked.notice, urgent=asked.urgent)

    return router


def has_speaker(desk: Desk) -> bool:
    """Whether anything in this hall can say a notice."""
    return has_kind((device.driver for device in desk.door.health().devices), Kind.SPEAKER)
